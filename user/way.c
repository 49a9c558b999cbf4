// SPDX-License-Identifier: GPL-2.0
/*
 * way - the session's bytes into its connection, which TCP and AF_XDP share
 *
 * The session says what is to be sent, delegate.h how; here the two meet, and
 * what the kernel knows of the way to the exchange is looked up for both.
 */
#include <errno.h>
#include <string.h>

#include "controller.h"
#include "out.h"

/* TCP finds a neighbour by itself, but neither a link nor a route. */
static void blocked_judge(struct controller *c)
{
	c->delegate.blocked = egress_trouble(&c->egress) != NULL;
	c->delegate.cut = !c->egress.netif.up || !c->egress.path.routed;
}

static int way_opened(void *controller, int fd)
{
	struct controller *c = controller;
	struct delegate_options options = {
		.fd = fd,
		.xsk = &c->egress.xsk,
		.session = c->in.session,
		.terms = c->options->terms,
		.urn = HT_READ_ONCE(c->in.gate->next_urn),
	};
	int err = path_watch_look(&c->egress.path);

	if (err < 0)
		return err;
	memcpy(options.src_mac, c->egress.netif.mac, sizeof(options.src_mac));
	memcpy(options.dst_mac, c->egress.path.mac, sizeof(options.dst_mac));
	err = delegate_open(&c->delegate, &options);
	if (err) {
		delegate_close(&c->delegate);
		return err;
	}
	blocked_judge(c);
	if (!c->delegate.able)
		log_line(&c->log, "orders leave by send(): %s",
			 c->delegate.why);
	return 0;
}

static ssize_t way_send(void *controller, const void *bytes, size_t len)
{
	struct controller *c = controller;
	int err = delegate_plain(&c->delegate, bytes, (uint32_t)len);

	return err ? err : (ssize_t)len;
}

static int way_received(void *controller, size_t len)
{
	struct controller *c = controller;

	delegate_received(&c->delegate, len);
	return 0;
}

static void way_closed(void *controller)
{
	struct controller *c = controller;

	delegate_close(&c->delegate);
}

struct session_way way_make(struct controller *c)
{
	return (struct session_way){
		.opened = way_opened,
		.send = way_send,
		.received = way_received,
		.closed = way_closed,
		.context = c,
	};
}

/* TCP goes another way by itself; frames, and the address that it is bound to,
 * do not.
 */
int way_follow(struct controller *c)
{
	int change = egress_refresh(&c->egress);

	if (change < 0)
		return change;
	if (c->session.way_open && change & PATH_MAC &&
	    c->egress.path.resolved)
		delegate_redirect(&c->delegate, c->egress.path.mac);
	blocked_judge(c);
	if (change & PATH_ROUTE)
		session_drop(&c->session,
			     "the route to the exchange has changed");
	return 0;
}
