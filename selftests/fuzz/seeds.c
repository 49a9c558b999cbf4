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
#include "soupbin.h"
#include "vectors.h"
#include "../../user/journal_format.h"
#include "../../user/ouch.h"

enum { SEED_MAX = 1 << 14, SESSION_MESSAGES = 120 };

struct seed {
	size_t len;
	uint8_t byte[SEED_MAX];
};

static const char *dir;

static void die(const char *what)
{
	fprintf(stderr, "seeds: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void add(struct seed *s, const void *data, size_t len)
{
	if (s->len + len > sizeof(s->byte))
		die("a seed is too long");
	memcpy(s->byte + s->len, data, len);
	s->len += len;
}

static void add_u8(struct seed *s, uint8_t value)
{
	add(s, &value, 1);
}

static void add_u16(struct seed *s, uint16_t value)
{
	__be16 wire;

	put_be16(&wire, value);
	add(s, &wire, sizeof(wire));
}

static void save(const char *target, const char *name, const struct seed *s)
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

/* -- orders ------------------------------------------------------------- */

/* From the first account; see fuzz_exchange.c. */
static void request_add(struct seed *s, const void *message, size_t len)
{
	add_u8(s, 0);
	add_u8(s, (uint8_t)len);
	add(s, message, len);
}

/* Behind a message whose last two bytes are its length. */
static void tagged_add(struct seed *s, const void *message, size_t len,
		       const char *tags, size_t tags_len)
{
	uint8_t bytes[128];

	memcpy(bytes, message, len);
	put_be16(bytes + len - OUCH_APPENDAGE_HEAD, (uint16_t)tags_len);
	memcpy(bytes + len, tags, tags_len);
	request_add(s, bytes, len + tags_len);
}

static void enter_add(struct seed *s, uint32_t urn, char side,
		      const char *stock, char tif, uint64_t px)
{
	const struct ouch_terms terms = {
		.tif = tif, .display = 'Y', .capacity = 'P', .iso = 'N',
		.cross_type = 'N', .firm = "FIRM",
	};
	struct ouch_order order = {
		.urn = urn, .qty = 150, .px = px, .side = side, .symbol = stock,
	};
	uint8_t message[OUCH_ENTER_MAX];
	uint32_t len = ouch_enter_init(message, &terms);

	ouch_clordid(order.clordid, urn);
	ouch_enter_set((void *)message, &order);
	request_add(s, message, len);
}

static void enter_tagged_add(struct seed *s, uint32_t urn, char tif,
			     const char *tags, size_t tags_len)
{
	struct ouch_enter e = {
		.type = 'O', .side = 'B', .symbol = "OPEN    ", .tif = tif,
		.display = 'A', .capacity = 'A', .iso = 'N', .cross_type = 'N',
	};

	put_be32(&e.urn, urn);
	put_be32(&e.qty, 300);
	put_be64(&e.price, 999900);
	ouch_clordid(e.clordid, urn);
	tagged_add(s, &e, sizeof(e), tags, tags_len);
}

static void replace_add(struct seed *s, uint32_t orig, uint32_t urn,
			const char *tags, size_t tags_len)
{
	struct ouch_replace r = {
		.type = 'U', .tif = '0', .display = 'Y', .iso = 'N',
	};

	put_be32(&r.orig_urn, orig);
	put_be32(&r.urn, urn);
	put_be32(&r.qty, 200);
	put_be64(&r.price, 1000300);
	ouch_clordid(r.clordid, urn);
	tagged_add(s, &r, sizeof(r), tags, tags_len);
}

/* Cancel, Modify, Mass Cancel, Disable, Enable and Query. */
static void others_add(struct seed *s, uint32_t open, uint32_t urn)
{
	struct ouch_cancel cancel = { .type = 'X' };
	struct ouch_modify modify = { .type = 'M', .side = 'E' };
	struct ouch_mass_cancel mass = { .type = 'C', .firm = "FIRM",
					 .symbol = "        " };
	struct ouch_entry entry = { .type = 'D', .firm = "FIRM" };

	put_be32(&modify.urn, open);
	put_be32(&modify.qty, 140);
	request_add(s, &modify, sizeof(modify));
	put_be32(&cancel.urn, open);
	put_be32(&cancel.qty, 50);
	request_add(s, &cancel, sizeof(cancel));
	request_add(s, &cancel, sizeof(cancel));
	put_be32(&entry.urn, urn);
	request_add(s, &entry, sizeof(entry));
	enter_add(s, urn + 1, 'B', "OPEN", '0', 999000);
	entry.type = 'E';
	put_be32(&entry.urn, urn + 2);
	request_add(s, &entry, sizeof(entry));
	put_be32(&mass.urn, urn + 3);
	tagged_add(s, &mass, sizeof(mass), "\x02\x1b" "E", 3);
	request_add(s, "Q", 1);
	request_add(s, "Q\0\x03\x02\x1c\x05", 6);
}

static void orders_save(const char *name, uint8_t on)
{
	static const uint8_t later[] = {	/* HAPPENS_ of the target */
		3, 2 * 12, 200,		/* an offer at 1000200 */
		3, 2 * 9 + 1, 250,	/* a bid at 999900 */
		4, 30, 5, 0, 5, 1, 6, 7, 1, 7, 0,
	};
	static const char tags[] = "\x05\x03\0\0\0\x0a" "\x02\x0cN"
		"\x05\x0f\0\0\0\x0a" "\x03\x18\0\x07" "\x02\x1d" "D"
		"\x02\x1c\x05";
	struct seed s = {0};

	add_u8(&s, on);
	enter_add(&s, 1, 'B', "OPEN", '3', 1000200);
	enter_add(&s, 2, 'S', "OPEN", '0', 1010000);
	enter_add(&s, 3, 'B', "HALTED", '3', 1000200);
	enter_add(&s, 4, 'B', "TEST", '3', 1000200);
	enter_add(&s, 5, 'B', "NONE", '3', 1000200);
	enter_add(&s, 6, 'B', "OPEN", '0', 1010000);
	enter_add(&s, 7, 'T', "OPEN", '0', 1010000);
	replace_add(&s, 7, 8, "\x02\x1b" "E", 3);
	replace_add(&s, 8, 9, "", 0);
	enter_add(&s, 10, 'S', "OPEN", '0', 1000400);
	others_add(&s, 10, 11);
	enter_tagged_add(&s, 1, '6', tags, sizeof(tags) - 1);
	replace_add(&s, 1, 2, "\x02\x1c\x05", 3);
	enter_tagged_add(&s, 20, '0', "\x02\x0cP", 3);
	add(&s, later, sizeof(later));
	save("exchange", name, &s);
}

static void orders(void)
{
	orders_save("orders", 0);
	orders_save("faults", 1);
	orders_save("limits", 2 | 4);
}

static void asked_add(struct seed *s, const struct ouch_request *r)
{
	struct ouch_request original = *r;
	uint8_t message[OUCH_REQUEST_MAX];
	int len = ouch_request_encode(message, r, &original);

	if (len < 0)
		die("a request that OUCH does not allow");
	add_u8(s, (uint8_t)len);
	add(s, message, (size_t)len);
}

/* One of each type, without tags and with some. */
static void requests_of_ouch(void)
{
	struct seed s = {0};
	const char *type;

	for (type = "OUXMCDEQ"; *type; type++) {
		struct ouch_request r = {
			.type = *type, .side = 'T', .urn = 7, .orig_urn = 6,
			.qty = 100, .px = 1823500, .symbol = "OPEN",
			.terms = { '0', 'Y', 'P', 'N', 'N', .firm = "FIRM" },
		};

		ouch_clordid(r.clordid, 7);
		asked_add(&s, &r);
		ouch_tag_put(&r.terms.tags, OUCH_TAG_USER_REF_IDX, 5);
		asked_add(&s, &r);
		if (!strchr("OU", *type))
			continue;
		r.terms.tif = OUCH_TIF_GTT;
		ouch_tag_put(&r.terms.tags, OUCH_TAG_EXPIRE_TIME, 60);
		ouch_tag_put(&r.terms.tags, OUCH_TAG_POST_ONLY, 'P');
		ouch_tag_put(&r.terms.tags, OUCH_TAG_PEG_OFFSET, (uint64_t)-1);
		ouch_tag_put_text(&r.terms.tags, OUCH_TAG_LOCATE_BROKER, "B");
		asked_add(&s, &r);
	}
	save("request", "all", &s);
}

static void answer_add(struct seed *answers,
		       const void *message, size_t len)
{
	add_u8(answers, (uint8_t)len);
	add(answers, message, len);
}

static void answers(void)
{
	struct ouch_accepted a = { .type = 'A', .side = 'B', .state = 'L' };
	struct ouch_executed e = { .type = 'E', .liquidity = 'R' };
	struct ouch_canceled c = { .type = 'C', .reason = 'I' };
	struct ouch_rejected j = { .type = 'J' };
	struct seed all = {0};

	add_u8(&all, 4);
	put_be32(&a.urn, 1);
	put_be32(&a.qty, 100);
	put_be64(&a.price, 1000000);
	memset(a.clordid, '0', sizeof(a.clordid));
	put_be32(&e.urn, 1);
	put_be32(&e.qty, 60);
	put_be64(&e.price, 999900);
	put_be32(&c.urn, 1);
	put_be32(&c.qty, 40);
	put_be32(&j.urn, 2);
	memcpy(j.clordid, a.clordid, sizeof(j.clordid));
	answer_add(&all, &a, sizeof(a));
	answer_add(&all, &e, sizeof(e));
	answer_add(&all, &e, OUCH_EXECUTED_MIN);
	answer_add(&all, &c, sizeof(c));
	answer_add(&all, &j, sizeof(j));
	save("ouch", "answers", &all);
}

/* Every type at its length, about the first order; tags as a channel has them,
 * and those of a Restated.
 */
static void every_answer(void)
{
	static const struct { char type; uint8_t len, tags; } types[] = {
		{ 'S', 10, 0 }, { 'A', 62, 2 }, { 'U', 66, 2 }, { 'C', 18, 0 },
		{ 'D', 32, 0 }, { 'E', 34, 0 }, { 'B', 36, 0 }, { 'J', 29, 0 },
		{ 'P', 13, 5 }, { 'I', 13, 5 }, { 'T', 30, 5 }, { 'M', 18, 5 },
		{ 'R', 14, 24 }, { 'X', 25, 5 }, { 'G', 17, 2 }, { 'K', 17, 2 },
		{ 'Q', 13, 5 },
	};
	static const uint8_t channel[] = { 0, 3, 2, OUCH_TAG_USER_REF_IDX, 5 };
	static const uint8_t restated[24] = {
		0, 22, 9, OUCH_TAG_SECONDARY_REF, 0, 0, 0, 0, 0, 0, 0, 9,
		5, OUCH_TAG_DISPLAY_QTY, 0, 0, 0, 100,
		5, 250, 1, 2, 3, 4,
	};
	struct seed all = {0};
	uint8_t message[128] = {0};
	size_t i;

	add_u8(&all, 4);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		message[0] = (uint8_t)types[i].type;
		put_be32(message + 9, 1);
		memset(message + types[i].len, 0, 2);
		if (types[i].tags == sizeof(channel))
			memcpy(message + types[i].len, channel,
			       sizeof(channel));
		if (types[i].tags == sizeof(restated))
			memcpy(message + types[i].len, restated,
			       sizeof(restated));
		answer_add(&all, message,
			   types[i].len + (size_t)types[i].tags);
	}
	save("ouch", "every", &all);
}

/* As fuzz_entry.c reads it: two clients of one account, orders, and what ends
 * a session.
 */
static void entries(void)
{
	static const struct { uint8_t client, len; const char *bytes; } said[] = {
		{ 0, 3, "\0\1R" }, { 0, 6, "\0\4+abc" }, { 1, 2, "\0\1" },
		{ 1, 1, "R" }, { 0, 3, "\0\1O" }, { 1, 3, "\0\0R" },
	};
	struct seed s = {0};
	uint32_t i;

	add(&s, (const uint8_t[]){ 0x40, 2, 0x41, 3, 0x40, 1 }, 6);
	for (i = 1; i < 4; i++)
		enter_add(&s, i, 'B', "NONE", '3', 1000200);
	add_u8(&s, 0x84);		/* a second */
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		add_u8(&s, said[i].client);
		add_u8(&s, said[i].len);
		add(&s, said[i].bytes, said[i].len);
	}
	add(&s, (const uint8_t[]){ 0x40, 2, 0x3c, 0xfc }, 4);
	save("entry", "orders", &s);
}

/* -- streams and requests ----------------------------------------------- */

static void soup_add(struct seed *s, char type, const void *message, size_t len)
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

/* Behind a login; all in one piece. */
static void order_stream(void)
{
	const struct ouch_query_response answer = { .type = 'Q' };
	struct seed stream = {0};

	add_u8(&stream, 1);
	add_u8(&stream, 0);
	soup_add(&stream, SOUP_SEQUENCED, &answer, sizeof(answer));
	soup_add(&stream, SOUP_SERVER_HEARTBEAT, "", 0);
	soup_add(&stream, SOUP_SEQUENCED, &answer, sizeof(answer));
	soup_add(&stream, SOUP_SEQUENCED, "A", 1);
	soup_add(&stream, SOUP_END_OF_SESSION, "", 0);
	save("order_session", "day", &stream);
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

/* -- a journal ---------------------------------------------------------- */

static void add_record(struct seed *s, enum journal_type type,
		       const void *payload, size_t len, const void *more,
		       size_t more_len)
{
	size_t all = sizeof(struct journal_head) + len + more_len;
	struct journal_head head = {
		.length = (uint16_t)((all + 7) / JOURNAL_ALIGN * JOURNAL_ALIGN),
		.type = (uint8_t)type,
		.format = 1,
		.seq = 77,
	};
	static const uint8_t zeros[JOURNAL_ALIGN];

	add(s, &head, sizeof(head));
	add(s, payload, len);
	add(s, more, more_len);
	add(s, zeros, head.length - all);
}

static void add_order(struct seed *s)
{
	const struct ouch_terms terms = { .tif = '3', .display = 'Y' };
	const struct ouch_order order = { .urn = 5, .qty = 100, .px = 1823500,
					  .side = 'B', .symbol = "AAPL" };
	struct ouch_accepted a = { .type = 'A', .side = 'B', .state = 'L',
				   .symbol = "AAPL    " };
	struct ouch_executed e = { .type = 'E' };
	struct journal_sent sent = { .urn = 5, .symbol = "AAPL" };
	struct journal_reply reply = { .urn = 5, .number = 1 };
	uint8_t message[OUCH_ENTER_MAX];

	sent.len = (uint16_t)ouch_enter_init(message, &terms);
	ouch_enter_set((void *)message, &order);
	add_record(s, JOURNAL_SENT, &sent, sizeof(sent), message, sent.len);
	put_be32(&a.urn, 5);
	put_be32(&a.qty, 100);
	put_be64(&a.price, 1823500);
	reply.len = sizeof(a);
	add_record(s, JOURNAL_REPLY, &reply, sizeof(reply), &a, sizeof(a));
	put_be32(&e.urn, 5);
	put_be32(&e.qty, 40);
	put_be64(&e.price, 1823500);
	reply.number = 2;
	reply.len = sizeof(e);
	add_record(s, JOURNAL_REPLY, &reply, sizeof(reply), &e, sizeof(e));
}

/* One of each type, and an order; what sums them up is made right by
 * fuzz_journal.c.
 */
static void journals(void)
{
	static const uint8_t zeros[256];
	const struct journal_header header = { .instance = "lab" };
	const struct journal_start start = { .len = 9, .release = "0.1.0",
					     .session = "S1" };
	const struct journal_limits limits = { .len = 9, .who = "root" };
	struct seed s = {0};

	add_u8(&s, 1);
	add(&s, &header, sizeof(header));
#define X(id, name, payload)						\
	add_record(&s, JOURNAL_##id, zeros, sizeof(payload), "", 0);
	JOURNAL_TYPES(X)
#undef X
	add_record(&s, JOURNAL_START, &start, sizeof(start), "--rate 10", 9);
	add_record(&s, JOURNAL_LIMITS, &limits, sizeof(limits), "rate 1->2", 9);
	add_order(&s);
	save("journal", "each", &s);
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
	orders();
	requests_of_ouch();
	answers();
	every_answer();
	entries();
	snapshot_stream();
	order_stream();
	requests();
	journals();
	for (i = 2; i < argc; i++) {
		snprintf(name, sizeof(name), "session_%d", i - 1);
		session_save(argv[i], name);
	}
	return 0;
}
