// SPDX-License-Identifier: GPL-2.0
/*
 * frames - a session in frames of every shape, and single datagrams
 *
 *   frames play IFNAME FILE SOURCE ASK [wrong-checksums]
 *       the messages of a BinaryFILE in MoldUDP64 to GROUP:PORT, from the
 *       address SOURCE, in a rotation of VLAN tags, IP options, padding, sizes
 *       up to the MTU, with and without UDP checksum; prints what it sent.
 *       Every so often it asks ASK for its MAC by ARP and waits for the answer:
 *       behind the frames in the same queue, it says that they are through.
 *   frames send IFNAME ADDRESS PORT FILE
 *       one datagram from an ordinary socket; the kernel cuts it in fragments
 *   frames receive IFNAME ADDRESS PORT FILE
 *       joins, says `ready`, and writes the one datagram that comes
 *
 * Exit: 0, or 2 and one line.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "binaryfile.h"
#include "moldudp64.h"
#include "../native/wrap.h"

#define GROUP	"233.54.12.111"
#define SESSION	"FRAMES0001"

enum {
	PORT = 26477,
	UNANSWERED = 32,	/* frames at most; a veth's ring has 256 */
	PATIENCE_S = 20,
	SMALL = 90,		/* bytes of MoldUDP64 */
	USUAL = 1472,
};

struct player {
	int fd;
	uint32_t mtu;
	struct ht_udp_path path;
	struct ether_arp ask;
	bool wrong_checksums;
	uint64_t frames;
	uint64_t tagged, optioned, padded, unsummed;
	uint64_t seq;		/* of the next message */
	uint32_t most_messages, longest;	/* of a packet, of a frame */
	uint32_t count;		/* messages in the packet */
	uint32_t len;
	uint8_t packet[WRAP_MAX];
};

static void die(const char *what)
{
	fprintf(stderr, "frames: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void usage(void)
{
	fprintf(stderr, "frames: see the top of selftests/lab/frames.c\n");
	exit(2);
}

static unsigned int index_of(const char *ifname)
{
	unsigned int index = if_nametoindex(ifname);

	if (!index)
		die(ifname);
	return index;
}

/* -- play --------------------------------------------------------------- */

static void interface_ask(int fd, const char *ifname, unsigned long what,
			  struct ifreq *ifr)
{
	memset(ifr, 0, sizeof(*ifr));
	strncpy(ifr->ifr_name, ifname, sizeof(ifr->ifr_name) - 1);
	if (ioctl(fd, what, ifr))
		die(ifname);
}

static void player_open(struct player *p, const char *ifname,
			const char *source, const char *ask)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_ll where = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = (int)index_of(ifname),
	};
	const uint8_t group_mac[6] = { 0x01, 0x00, 0x5e, 0x36, 0x0c, 0x6f };
	struct ifreq ifr;

	p->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (p->fd < 0 ||
	    bind(p->fd, (struct sockaddr *)&where, sizeof(where)) ||
	    setsockopt(p->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)))
		die("packet socket");
	interface_ask(p->fd, ifname, SIOCGIFMTU, &ifr);
	p->mtu = (uint32_t)ifr.ifr_mtu;
	interface_ask(p->fd, ifname, SIOCGIFHWADDR, &ifr);
	memcpy(p->path.src_mac, ifr.ifr_hwaddr.sa_data, 6);
	memcpy(p->path.dst_mac, group_mac, 6);
	if (inet_pton(AF_INET, source, &p->path.src_ip) != 1 ||
	    inet_pton(AF_INET, ask, p->ask.arp_tpa) != 1)
		usage();
	inet_pton(AF_INET, GROUP, &p->path.dst_ip);
	p->path.src_port = p->path.dst_port = htons(PORT);
	p->path.ttl = 1;
	interface_ask(p->fd, ifname, SIOCGIFADDR, &ifr);
	memcpy(p->ask.arp_spa,
	       &((struct sockaddr_in *)&ifr.ifr_addr)->sin_addr, 4);
}

static void frame_send(const struct player *p, const void *frame, uint32_t len)
{
	if (send(p->fd, frame, len, 0) != (ssize_t)len)
		die("send");
}

/* Until the other end answers a request that is behind all frames so far. */
static void answer_await(struct player *p)
{
	struct {
		struct ethhdr eth;
		struct ether_arp arp;
	} HT_PACKED f = { .arp = p->ask };
	uint8_t answer[128];
	const struct ether_arp *arp = (void *)(answer + sizeof(f.eth));

	memset(f.eth.h_dest, 0xff, 6);
	memcpy(f.eth.h_source, p->path.src_mac, 6);
	f.eth.h_proto = htons(ETH_P_ARP);
	f.arp.ea_hdr.ar_hrd = htons(ARPHRD_ETHER);
	f.arp.ea_hdr.ar_pro = htons(ETH_P_IP);
	f.arp.ea_hdr.ar_hln = 6;
	f.arp.ea_hdr.ar_pln = 4;
	f.arp.ea_hdr.ar_op = htons(ARPOP_REQUEST);
	memcpy(f.arp.arp_sha, p->path.src_mac, 6);
	frame_send(p, &f, sizeof(f));
	do {
		if (recv(p->fd, answer, sizeof(answer), 0) < (ssize_t)sizeof(f))
			die("no answer by ARP");
	} while (arp->ea_hdr.ar_op != htons(ARPOP_REPLY) ||
		 memcmp(arp->arp_spa, p->ask.arp_tpa, 4));
}

/* Checksum and padding go another way round than the wraps. */
static uint32_t frame_finish(struct player *p, uint8_t *frame, uint32_t len,
			     const struct wrap *w)
{
	uint8_t *check = frame + wrap_udp(w) + offsetof(struct udphdr, check);

	if (p->wrong_checksums) {
		check[1] ^= 1;
	} else if (p->frames % 5 == 0) {
		memset(check, 0, 2);
		p->unsummed++;
	}
	if (p->frames % 3 || len + 18 > p->mtu)
		return len;
	memset(frame + len, 0xee, 18);
	p->padded++;
	return len + 18;
}

static void packet_begin(struct player *p)
{
	struct mold_header *head = (void *)p->packet;

	memcpy(head->session, SESSION, MOLD_SESSION_LEN);
	put_be64(&head->seq, p->seq);
	p->count = 0;
	p->len = sizeof(*head);
}

static void packet_send(struct player *p, uint16_t count)
{
	const struct wrap w = wrap_at((uint32_t)(p->frames % WRAPS));
	static uint8_t frame[WRAP_MAX];
	uint32_t len;

	put_be16(&((struct mold_header *)p->packet)->count, count);
	len = wrap_frame(frame, &w, &p->path, p->packet, p->len);
	p->tagged += w.tag[0] != 0;
	p->optioned += w.options != 0;
	len = frame_finish(p, frame, len, &w);
	frame_send(p, frame, len);
	if (p->count > p->most_messages)
		p->most_messages = p->count;
	if (len > p->longest)
		p->longest = len;
	if (++p->frames % UNANSWERED == 0)
		answer_await(p);
	packet_begin(p);
}

/* Bytes of MoldUDP64 that the frame in turn takes: one message or two, a usual
 * packet, or all that the link has room for.
 */
static uint32_t packet_room(const struct player *p)
{
	const struct wrap w = wrap_at((uint32_t)(p->frames % WRAPS));
	uint32_t most = p->mtu + ETH_HLEN - wrap_udp(&w) - 8;

	switch (p->frames % 7) {
	case 0:
		return SMALL;
	case 2:
	case 5:
		return most;
	default:
		return USUAL - 4 * w.options;
	}
}

static void block_add(struct player *p, const void *message, uint32_t len)
{
	put_be16(p->packet + p->len, (uint16_t)len);
	memcpy(p->packet + p->len + MOLD_BLOCK_HEAD, message, len);
	p->len += MOLD_BLOCK_HEAD + len;
	p->count++;
	p->seq++;
}

/* Two empty blocks behind each message of a large packet: more than 600 then
 * are in 9,000 bytes.
 */
static void message_play(struct player *p, const void *message, uint32_t len)
{
	uint32_t room = packet_room(p);

	if (p->len + 3 * MOLD_BLOCK_HEAD + len > room) {
		packet_send(p, (uint16_t)p->count);
		room = packet_room(p);
	}
	block_add(p, message, len);
	if (room <= USUAL)
		return;
	block_add(p, NULL, 0);
	block_add(p, NULL, 0);
}

static void play(int argc, char **argv)
{
	static struct player p = { .seq = 1 };
	static uint8_t message[BINARYFILE_MAX];
	struct binaryfile file;
	int len;

	if (argc < 4 || (argc == 5 && strcmp(argv[4], "wrong-checksums")))
		usage();
	p.wrong_checksums = argc == 5;
	player_open(&p, argv[0], argv[2], argv[3]);
	errno = -binaryfile_open(&file, argv[1]);
	if (errno)
		die(argv[1]);
	packet_begin(&p);
	while ((len = binaryfile_next(&file, message)) > 0)
		message_play(&p, message, (uint32_t)len);
	if (len < 0)
		die(argv[1]);
	binaryfile_close(&file);
	packet_send(&p, (uint16_t)p.count);
	packet_send(&p, MOLD_END_OF_SESSION);
	answer_await(&p);
	printf("{\"frames\": %lu, \"tagged\": %lu, \"optioned\": %lu, \"padded\": %lu, \"unsummed\": %lu, \"most_messages\": %u, \"longest\": %u, \"next_sequence\": %lu}\n",
	       p.frames, p.tagged, p.optioned, p.padded, p.unsummed,
	       p.most_messages, p.longest, p.seq);
}

/* -- single datagrams --------------------------------------------------- */

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t address_parse(union address *a, unsigned int ifindex,
			       const char *text, const char *port)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, text, &a->in.sin_addr) == 1) {
		a->in.sin_family = AF_INET;
		a->in.sin_port = htons((uint16_t)atoi(port));
		return sizeof(a->in);
	}
	if (inet_pton(AF_INET6, text, &a->in6.sin6_addr) != 1)
		usage();
	a->in6.sin6_family = AF_INET6;
	a->in6.sin6_port = htons((uint16_t)atoi(port));
	a->in6.sin6_scope_id = ifindex;
	return sizeof(a->in6);
}

static int socket_for(const union address *a)
{
	int fd = socket(a->any.sa_family, SOCK_DGRAM, 0);
	int size = 1 << 20;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
				 sizeof(size)))
		die("socket");
	return fd;
}

static void datagram_send(int argc, char **argv)
{
	static uint8_t data[WRAP_MAX];
	unsigned int ifindex;
	union address to;
	socklen_t len;
	size_t bytes;
	FILE *in;
	int fd;

	if (argc != 4)
		usage();
	ifindex = index_of(argv[0]);
	len = address_parse(&to, ifindex, argv[1], argv[2]);
	in = fopen(argv[3], "rb");
	if (!in)
		die(argv[3]);
	bytes = fread(data, 1, sizeof(data), in);
	fclose(in);
	fd = socket_for(&to);
	if (sendto(fd, data, bytes, 0, &to.any, len) != (ssize_t)bytes)
		die("sendto");
}

static int group_join(int fd, unsigned int ifindex, const union address *a)
{
	struct ip_mreqn v4 = {
		.imr_multiaddr = a->in.sin_addr,
		.imr_ifindex = (int)ifindex,
	};
	struct ipv6_mreq v6 = {
		.ipv6mr_multiaddr = a->in6.sin6_addr,
		.ipv6mr_interface = ifindex,
	};

	if (a->any.sa_family == AF_INET)
		return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &v4,
				  sizeof(v4));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &v6, sizeof(v6));
}

static void datagram_receive(int argc, char **argv)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	static uint8_t data[WRAP_MAX];
	unsigned int ifindex;
	union address at;
	socklen_t len;
	ssize_t got;
	FILE *out;
	int fd;

	if (argc != 4)
		usage();
	ifindex = index_of(argv[0]);
	len = address_parse(&at, ifindex, argv[1], argv[2]);
	fd = socket_for(&at);
	if (bind(fd, &at.any, len) || group_join(fd, ifindex, &at) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)))
		die(argv[1]);
	puts("ready");
	fflush(stdout);
	got = recv(fd, data, sizeof(data), 0);
	out = got < 0 ? NULL : fopen(argv[3], "wb");
	if (!out || fwrite(data, 1, (size_t)got, out) != (size_t)got ||
	    fclose(out))
		die(argv[3]);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(int argc, char **argv);
	} what[] = {
		{ "play", play },
		{ "send", datagram_send },
		{ "receive", datagram_receive },
	};
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(what) / sizeof(*what); i++) {
		if (strcmp(argv[1], what[i].name))
			continue;
		what[i].run(argc - 2, argv + 2);
		return 0;
	}
	usage();
}
