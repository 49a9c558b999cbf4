// SPDX-License-Identifier: GPL-2.0
#include "membership.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netif.h"
#include "out.h"

enum { PROC_LINE = 160 };

static __be32 group_of(const struct ht_line *line)
{
	__be32 group;

	memcpy(&group, line->group, sizeof(group));
	return group;
}

static __be32 source_of(const struct ht_line *line)
{
	__be32 source;

	memcpy(&source, line->source, sizeof(source));
	return source;
}

static bool is_multicast(const struct ht_line *line)
{
	return line->port && IN_MULTICAST(ntohl(group_of(line)));
}

/* -- what the kernel says ----------------------------------------------- */

/* Whether a line of a table of the kernel is about this interface and group.
 * Tables may have lines that belong to the ones before them: *index.
 */
typedef bool (*table_match)(const char *text, int *index, int ifindex,
			    const struct ht_line *line);

static int table_has(const char *path, table_match match, int ifindex,
		     const struct ht_line *line)
{
	FILE *in = fopen(path, "re");
	char text[PROC_LINE];
	int index = 0, found = 0;

	if (!in)
		return -errno;
	while (!found && fgets(text, sizeof(text), in))
		found = match(text, &index, ifindex, line);
	fclose(in);
	return found;
}

/* "4\teth0 : 1 V3", and its groups, each as "\t\t\t\t010000E0 ...", the
 * number that its four bytes are in memory.
 */
static bool igmp_match(const char *text, int *index, int ifindex,
		       const struct ht_line *line)
{
	if (*text != '\t') {
		*index = atoi(text);
		return false;
	}
	return *index == ifindex &&
	       strtoul(text, NULL, 16) == group_of(line);
}

/* "4    eth0            1     0     01005e000001": the group's last 23 bits
 * (RFC 1112).
 */
static bool filter_match(const char *text, int *index, int ifindex,
			 const struct ht_line *line)
{
	unsigned long long mac;

	return sscanf(text, "%d %*s %*d %*d %llx", index, &mac) == 2 &&
	       *index == ifindex &&
	       mac == (0x01005e000000ull | (ntohl(group_of(line)) & 0x7fffff));
}

/* Return: 0; -ENOENT and which table lacks it, or another negative errno. */
static int interface_has(int ifindex, const struct ht_line *line,
			 const char **lacking)
{
	static const struct {
		const char *path;
		table_match match;
	} table[] = {
		{ "/proc/net/igmp", igmp_match },
		{ "/proc/net/dev_mcast", filter_match },
	};
	size_t i;
	int has;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		*lacking = table[i].path;
		has = table_has(table[i].path, table[i].match, ifindex, line);
		if (has < 1)
			return has ? has : -ENOENT;
	}
	return 0;
}

/*
 * Does the socket include the line's source, and no other?  /proc/net/mcfilter
 * does not do: it skips an interface whose newest group has no source.
 */
static int socket_has(int fd, int ifindex, const struct ht_line *line)
{
	struct group_filter filter = {
		.gf_interface = (uint32_t)ifindex,
		.gf_numsrc = 1,
	};
	struct sockaddr_in *group = (void *)&filter.gf_group;
	const struct sockaddr_in *source = (void *)filter.gf_slist;
	socklen_t len = sizeof(filter);

	group->sin_family = AF_INET;
	group->sin_addr.s_addr = group_of(line);
	if (getsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, &filter, &len))
		return -errno;
	if (!source_of(line))
		return filter.gf_fmode == MCAST_EXCLUDE && !filter.gf_numsrc ?
		       0 : -ENOENT;
	return filter.gf_fmode == MCAST_INCLUDE && filter.gf_numsrc == 1 &&
	       source->sin_addr.s_addr == source_of(line) ? 0 : -ENOENT;
}

/* -- joining ------------------------------------------------------------ */

static int group_join(int fd, int ifindex, const struct ht_line *line)
{
	struct group_source_req request = {
		.gsr_interface = (uint32_t)ifindex,
	};
	struct sockaddr_in *group = (void *)&request.gsr_group;
	struct sockaddr_in *source = (void *)&request.gsr_source;
	struct group_req any = { .gr_interface = (uint32_t)ifindex };

	group->sin_family = source->sin_family = AF_INET;
	group->sin_addr.s_addr = group_of(line);
	source->sin_addr.s_addr = source_of(line);
	any.gr_group = request.gsr_group;
	if (source_of(line) ?
	    setsockopt(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &request,
		       sizeof(request)) :
	    setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &any, sizeof(any)))
		return -errno;
	return 0;
}

static void line_leave(struct membership_line *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

static int line_join(const struct membership *m, struct membership_line *l)
{
	int err;

	line_leave(l);
	l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = l->fd < 0 ? -errno : group_join(l->fd, m->ifindex, &l->line);
	if (err)
		line_leave(l);
	return err;
}

static void line_set(struct membership_line *l, const char *what, int err)
{
	l->joined = !what;
	if (what && err)
		snprintf(l->why, sizeof(l->why), "%s: %s", what,
			 strerror(-err));
	else
		snprintf(l->why, sizeof(l->why), "%s", what ? what : "");
}

static void line_verify(const struct membership *m, struct membership_line *l)
{
	const char *lacking = "our socket";
	int err = socket_has(l->fd, m->ifindex, &l->line);

	if (!err)
		err = interface_has(m->ifindex, &l->line, &lacking);
	if (err == -ENOENT)
		snprintf(l->why, sizeof(l->why), "%s is not a member in %s",
			 m->name, lacking);
	else if (err)
		line_set(l, lacking, err);
	else
		line_set(l, NULL, 0);
	l->joined = !err;
}

/* The link is up. */
static void line_refresh(const struct membership *m, struct membership_line *l,
			 bool was_down)
{
	int err;

	if (!was_down && l->joined) {
		line_verify(m, l);
		if (l->joined)
			return;
	}
	err = line_join(m, l);
	if (err) {
		line_set(l, m->name, err);
		return;
	}
	line_verify(m, l);
	l->rejoins += l->joined;
}

bool membership_is_whole(const struct membership *m)
{
	int i;

	for (i = 0; m->ifindex && i < HT_LINES; i++)
		if (is_multicast(&m->lines[i].line) && !m->lines[i].joined)
			return false;
	return true;
}

bool membership_refresh(struct membership *m)
{
	bool was_down, changed = false, before;
	struct netif netif;
	int err, i;

	if (!m->ifindex)
		return false;
	err = netif_find(&netif, m->ifindex);
	was_down = netif.downs != m->downs;
	for (i = 0; i < HT_LINES; i++) {
		struct membership_line *l = &m->lines[i];

		if (!is_multicast(&l->line))
			continue;
		before = l->joined;
		if (err)
			line_set(l, m->name, err);
		else if (!netif.up)
			line_set(l, "the link is down", 0);
		else
			line_refresh(m, l, was_down);
		changed |= l->joined != before;
	}
	if (!err && netif.up)
		m->downs = netif.downs;
	return changed;
}

void membership_init(struct membership *m,
		     const struct ht_line lines[HT_LINES])
{
	int i;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < HT_LINES; i++) {
		m->lines[i].line = lines[i];
		m->lines[i].fd = -1;
		line_set(&m->lines[i], "--no-join", 0);
	}
}

static int line_open(const struct membership *m, struct membership_line *l)
{
	const uint8_t *g = l->line.group;
	int err = line_join(m, l);

	if (err)
		return out_error(err, "%s: cannot join %u.%u.%u.%u (see --no-join)",
				 m->name, g[0], g[1], g[2], g[3]);
	line_verify(m, l);
	if (l->joined)
		return 0;
	out_error(0, "%s: joined %u.%u.%u.%u, but %s (see --no-join)",
		  m->name, g[0], g[1], g[2], g[3], l->why);
	return -ENOENT;
}

int membership_open(struct membership *m, int ifindex)
{
	struct netif netif;
	int err = netif_find(&netif, ifindex), i;

	if (err)
		return out_error(err, "interface %d", ifindex);
	m->ifindex = ifindex;
	m->downs = netif.downs;
	memcpy(m->name, netif.name, sizeof(m->name));
	if (!netif.up) {
		out_error(0, "%s: no link, so no group can be joined; `ip link set %s up`, and is the cable in?",
			  m->name, m->name);
		return -ENETDOWN;
	}
	for (i = 0; i < HT_LINES && !err; i++)
		if (is_multicast(&m->lines[i].line))
			err = line_open(m, &m->lines[i]);
	return err;
}

void membership_close(struct membership *m)
{
	int i;

	for (i = 0; m->ifindex && i < HT_LINES; i++)
		line_leave(&m->lines[i]);
}

void membership_words(const struct membership_line *l,
		      char text[MEMBERSHIP_WORDS + 16])
{
	if (!is_multicast(&l->line))
		snprintf(text, MEMBERSHIP_WORDS + 16, "unicast");
	else if (l->joined)
		snprintf(text, MEMBERSHIP_WORDS + 16, "joined");
	else
		snprintf(text, MEMBERSHIP_WORDS + 16, "not joined: %s", l->why);
}
