// SPDX-License-Identifier: GPL-2.0
/*
 * seeds - first inputs of the targets, DIR/TARGET/NAME
 *
 *   seeds DIR [SESSION...]
 *
 * Made of the test vectors, and of the beginnings of the BinaryFILEs named: one
 * that was generated, and real ones where there are any.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "binaryfile.h"
#include "compose.h"
#include "ether.h"
#include "flow.h"
#include "seeds.h"
#include "soupbin.h"
#include "vectors.h"

enum { SESSION_MESSAGES = 120 };

static const char *dir;

void die(const char *what)
{
	fprintf(stderr, "seeds: %s: %s\n", what, strerror(errno));
	exit(2);
}

void add(struct seed *s, const void *data, size_t len)
{
	if (s->len + len > sizeof(s->byte))
		die("a seed is too long");
	memcpy(s->byte + s->len, data, len);
	s->len += len;
}

void add_u8(struct seed *s, uint8_t value)
{
	add(s, &value, 1);
}

void add_u16(struct seed *s, uint16_t value)
{
	__be16 wire;

	put_be16(&wire, value);
	add(s, &wire, sizeof(wire));
}

void save(const char *target, const char *name, const struct seed *s)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, target);
	if (mkdir(path, 0777) && errno != EEXIST)
		die(path);
	snprintf(path, sizeof(path), "%s/%s/%s", dir, target, name);
	out = fopen(path, "w");
	if (!out || fwrite(s->byte, 1, s->len, out) != s->len || fclose(out))
		die(path);
}

static void save_text(const char *target, const char *name, int first,
		      const char *text)
{
	struct seed s = {0};

	if (first >= 0)
		add_u8(&s, (uint8_t)first);
	add(&s, text, strlen(text));
	save(target, name, &s);
}

/* -- texts -------------------------------------------------------------- */

static void texts(void)
{
	save_text("trigger", "whole", -1,
		  "when spread <= 0.20 and ask_size >= 1 then buy 100 @ ask cooldown 20ms max 500");
	save_text("trigger", "limit", -1,
		  "when bid == 182.3500 then sell 5 @ 182.35 IOC");
	save_text("limits", "share", -1, "collar 2.5%");
	save_text("limits", "dollars", -1, "max-loss 5000.25");
	save_text("limits", "time", -1, "max-age 100ms");
	save_text("limits", "word", -1, "enabled yes");
	save_text("symbols", "list", 0, "AAPL,MSFT,BRK.A");
	save_text("symbols", "file", 1,
		  "# mine\nAAPL\n MSFT # and this\n\nZVZZT\n");
	save_text("words", "price", 0, "182.3500");
	save_text("words", "daytime", 1, "09:30:00.000000001");
	save_text("words", "number", 2, "77777");
	save_text("words", "group", 3, "233.54.12.111:26477");
	save_text("kill", "symbol", -1,
		  "{\"version\":1,\"generation\":3,\"global\":0,\"session\":1,\"symbols\":[\"AAPL\",\"BRK A\"],\"level\":\"session\",\"reset\":0,\"at_ns\":1790000000000000000,\"who\":\"root, pid 77\",\"reason\":\"fills do not match\"}");
	save_text("control", "question", 0, "{\"ask\":\"status\"}");
	save_text("control", "answer", 1,
		  "{\"schema\":1,\"session\":\"x\",\"loop_ns\":12,\"a\":[{\"b\":true}]}");
}

static void command_line(const char *target, const char *const *words)
{
	struct seed s = {0};

	for (; *words; words++)
		add(&s, *words, strlen(*words) + 1);
	save(target, "line", &s);
}

static void command_lines(void)
{
	static const char *const replay[] = {
		"--from", "09:30", "--at", "09:31:00.5", "--depth", "3",
		"--symbols", "AAPL,MSFT", "--group", "233.54.12.111:26477",
		"--orders", "1000", "--bbo", "out.csv", "-j", "file", NULL,
	};
	static const char *const run[] = {
		"--generate", "--symbols", "10", "--seed", "7", "--profile",
		"deep", "--session", "HT1", "--group", "233.54.12.111:26477",
		"--mtu", "1500", "--speed", "1.5", "--max-gap", "500ms",
		"--orders", "127.0.0.1:9001", "-v", "--break-every", "3",
		"--limit-notional", "100000.50", "--limit-rate", "100", NULL,
	};

	command_line("options", replay);
	command_line("sim_options", run);
}

/* -- the feed ----------------------------------------------------------- */

static void vector_packets(void)
{
	struct seed session = {0}, packets = {0}, raw = {0};
	struct msg m;

	add_u8(&session, 0);
	add_u8(&packets, 0);
#define X(hex, name, locate, ns)					\
	m = msg_hex(hex);						\
	add_u16(&session, m.len);					\
	add(&session, m.byte, m.len);					\
	add_u8(&raw, 10);		/* DO_RAW of fuzz_itch.c */	\
	add_u8(&raw, (uint8_t)m.len);					\
	add(&raw, m.byte, m.len);					\
	add_u8(&packets, 0);		/* a packet off the wire, */	\
	add_u8(&packets, 1);		/* HOW_NEXT of fuzz_mold.c */	\
	add_u8(&packets, 1);						\
	add_u16(&packets, (uint16_t)(m.len + MOLD_BLOCK_HEAD));		\
	add_u16(&packets, m.len);					\
	add(&packets, m.byte, m.len);
	VECTORS(X)
#undef X
	save("session", "vectors", &session);
	session.byte[0] = 1;
	save("session", "vectors_counted", &session);
	save("itch", "vectors", &raw);
	save("mold", "vectors", &packets);
}

/* All that fuzz_itch.c can do to an order, on four symbols. */
static void order_lives(void)
{
	struct seed s = {0};
	uint8_t locate, i;

	for (locate = 0; locate < 4; locate++) {
		for (i = 0; i < 6; i++) {	/* add: both sides */
			const uint8_t message[] = {
				0, locate, i, i & 1, 100, (uint8_t)(i * 40)
			};

			add(&s, message, sizeof(message));
		}
		for (i = 2; i < 7; i++) {	/* execute to replace */
			const uint8_t message[] = {	/* DO_ of fuzz_itch.c */
				i, (uint8_t)(6 * locate + i), 99, 3, 7, 9
			};

			add(&s, message, sizeof(message));
		}
		add_u8(&s, 11);		/* DO_SEND, then a DO_LADDER */
		add(&s, (const uint8_t[]){ 1, locate, 20, 60, locate | 2 }, 5);
		add_u8(&s, 11);
	}
	save("itch", "lives", &s);
}

/* Return: the frame's length. */
static uint32_t frame_make(uint8_t frame[2048], const struct packet *p)
{
	struct ht_udp_path path = { .ttl = 1 };

	put_be32(&path.src_ip, 0x0a000001);
	put_be32(&path.dst_ip, 0xe9360c6f);
	put_be16(&path.dst_port, 26477);
	memcpy(frame + sizeof(struct ht_udp_frame), p->data, p->len);
	udp_frame_build((struct ht_udp_frame *)frame, &path, p->len);
	return (uint32_t)sizeof(struct ht_udp_frame) + p->len;
}

static void frame_add(struct seed *s, const struct packet *p)
{
	uint8_t frame[2048];
	uint32_t len = frame_make(frame, p);

	add_u8(s, 1);
	add_u16(s, (uint16_t)len);
	add(s, frame, len);
}

static void capture_add(struct seed *s, const struct packet *p)
{
	struct pcap_sf_pkthdr {
		uint32_t s, us, caplen, len;
	} head = {0};
	uint8_t frame[2048];

	head.caplen = head.len = frame_make(frame, p);
	add(s, &head, sizeof(head));
	add(s, frame, head.len);
}

/* The messages of a session, as a file, in packets, and as a capture. */
static void session_save(const char *path, const char *name)
{
	static uint8_t message[BINARYFILE_MAX];
	static struct packet packet;
	const struct pcap_file_header head = {
		.magic = 0xa1b2c3d4, .version_major = 2, .version_minor = 4,
		.snaplen = 65535, .linktype = 1,
	};
	struct seed file = {0}, sim = {0}, capture = {0}, packets = {0};
	struct seed frames = {0};
	struct binaryfile f;
	uint64_t seq = 1;
	int len;

	if (binaryfile_open(&f, path))
		die(path);
	add_u16(&file, 0);
	add_u8(&sim, 0);
	add_u8(&capture, 0);
	add_u8(&frames, 1);
	add_u8(&packets, 0);
	add(&capture, &head, sizeof(head));
	while (f.messages < SESSION_MESSAGES &&
	       (len = binaryfile_next(&f, message)) > 0) {
		add_u16(&file, (uint16_t)len);
		add(&file, message, (size_t)len);
		add_u16(&sim, (uint16_t)len);
		add(&sim, message, (size_t)len);
		if ((seq - 1) % 10 == 0)
			packet_begin(&packet, seq);
		packet_block(&packet, message, (uint16_t)len);
		if (++seq % 10 != 1)
			continue;
		capture_add(&capture, &packet);
		frame_add(&frames, &packet);
		add_u8(&packets, 0);
		add_u8(&packets, 1);
		add_u8(&packets, 10);
		len = (int)(packet.len - sizeof(struct mold_header));
		add_u16(&packets, (uint16_t)len);
		add(&packets, packet.data + sizeof(struct mold_header),
		    (size_t)len);
	}
	binaryfile_close(&f);
	save("binaryfile", name, &file);
	file.byte[1] = 0x80;
	strcat(strcpy((char *)message, name), "_compressed");
	save("binaryfile", (char *)message, &file);
	save("session", name, &sim);
	save("pcap", name, &capture);
	save("mold", name, &packets);
	save("frame", name, &frames);
}

/* Orders at more prices than a side keeps near. */
static void flow_sessions(void)
{
	static struct flow flow;
	struct seed file = {0};
	char path[512];
	struct msg m;
	int i;

	flow_init(&flow, 1, (struct flow_shape){
		.width = 900000, .bad_per_mille = 20 });
	for (i = 0; i < SESSION_MESSAGES; i++) {
		m = flow_next(&flow);
		add_u16(&file, m.len);
		add(&file, m.byte, m.len);
	}
	save("flow", "flow.itch50", &file);
	snprintf(path, sizeof(path), "%s/flow/flow.itch50", dir);
	session_save(path, "flow");
}

/* -- streams and requests ----------------------------------------------- */

void soup_add(struct seed *s, char type, const void *message, size_t len)
{
	struct soup_header head = { .type = type };

	put_be16(&head.length, (uint16_t)(1 + len));
	add(s, &head, sizeof(head));
	add(s, message, len);
}

static void snapshot_stream(void)
{
	static const char accepted[] = "   SESSION                   1";
	const struct msg m = msg_hex(VECTOR_A);
	struct seed stream = {0}, soup = {0}, glimpse = {0};
	size_t at;

	soup_add(&stream, SOUP_DEBUG, "hello", 5);
	soup_add(&stream, SOUP_LOGIN_ACCEPTED, accepted, 30);
	soup_add(&stream, SOUP_SEQUENCED, m.byte, m.len);
	soup_add(&stream, SOUP_SERVER_HEARTBEAT, "", 0);
	soup_add(&stream, SOUP_SEQUENCED, "G                  42", 21);
	soup_add(&stream, SOUP_END_OF_SESSION, "", 0);
	add_u8(&glimpse, 0);
	add(&glimpse, stream.byte, stream.len);
	save("glimpse", "snapshot", &glimpse);
	for (at = 0; at + 50 < stream.len; at += 50) {
		add_u8(&soup, 50);
		add(&soup, stream.byte + at, 50);
	}
	add_u8(&soup, 0);
	add(&soup, stream.byte + at, stream.len - at);
	save("soup", "stream", &soup);
	soup = (struct seed){0};
	soup_add(&soup, SOUP_LOGIN_REJECTED, "A", 1);
	save("soup", "rejected", &soup);
}

static void requests(void)
{
	const struct msg m = msg_hex(VECTOR_A);
	struct seed reply = {0}, request = {0}, login = {0};

	add_u8(&reply, 2);		/* SAYS_HEADER of fuzz_rerequest.c */
	add_u8(&reply, 3);
	add_u8(&reply, 1);
	add_u16(&reply, (uint16_t)(MOLD_BLOCK_HEAD + m.len));
	add_u16(&reply, m.len);
	add(&reply, m.byte, m.len);
	save("rerequest", "reply", &reply);
	add_u8(&request, 0);
	add_u8(&request, 3);		/* SAYS_ of fuzz_servers.c */
	add_u16(&request, 17);
	add_u16(&request, 100);
	save("servers", "request", &request);
	add_u8(&login, 2);
	soup_add(&login, SOUP_LOGIN_REQUEST,
		 "user  secret    TESTING001                   1", 46);
	save("servers", "login", &login);
}

int main(int argc, char **argv)
{
	char name[32];
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: seeds DIR [SESSION...]\n");
		return 1;
	}
	dir = argv[1];
	if (mkdir(dir, 0777) && errno != EEXIST)
		die(dir);
	texts();
	command_lines();
	vector_packets();
	order_lives();
	flow_sessions();
	snapshot_stream();
	requests();
	seeds_of_orders();
	seeds_of_journals();
	for (i = 2; i < argc; i++) {
		snprintf(name, sizeof(name), "session_%d", i - 1);
		session_save(argv[i], name);
	}
	return 0;
}
