// SPDX-License-Identifier: GPL-2.0
#include "session.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ether.h"
#include "flow.h"

struct capture_head {
	uint32_t magic;
	uint16_t major;
	uint16_t minor;
	uint32_t zone;
	uint32_t accuracy;
	uint32_t most;
	uint32_t link;
};

struct frame_head {
	uint32_t s;
	uint32_t us;
	uint32_t captured;
	uint32_t length;
};

void session_make(struct session *s, uint32_t quiet)
{
	static struct flow flow;
	char stock[] = "AAA     ";
	uint32_t i;

	flow_init(&flow, 11, (struct flow_shape){
		.locates = SESSION_SYMBOLS, .live = 800,
		.fine_per_mille = 100 });
	for (i = 1; i <= SESSION_MESSAGES; i++) {
		struct msg *m = &s->message[i - 1];
		struct itch_head *head = (void *)m->byte;

		if (i <= SESSION_SYMBOLS) {
			memset(stock, 'A' + (int)i - 1, 3);
			*m = msg_directory((uint16_t)i, stock, 'P');
		} else if (i >= quiet && i < quiet + 10) {
			*m = msg_of('I', 1);
		} else {
			*m = flow_next(&flow);
		}
		put_be48(head->timestamp, SESSION_START + i * SESSION_STEP);
	}
}

void session_write(const struct session *s, const char *path, uint32_t count)
{
	gzFile out = gzopen(path, strstr(path, ".gz") ? "wb" : "wbT");
	uint8_t head[2];
	uint32_t i;

	assert_non_null(out);
	for (i = 0; i < count; i++) {
		const struct msg *m = &s->message[i];

		put_be16(head, m->len);
		gzwrite(out, head, sizeof(head));
		gzwrite(out, m->byte, m->len);
	}
	assert_int_equal(gzclose(out), Z_OK);
}

gzFile capture_create(const char *path)
{
	struct capture_head head = {
		.magic = 0xa1b2c3d4, .major = 2, .minor = 4, .most = 65535,
		.link = 1,
	};
	gzFile out = gzopen(path, strstr(path, ".gz") ? "wb" : "wbT");

	assert_non_null(out);
	gzwrite(out, &head, sizeof(head));
	return out;
}

void capture_frame(gzFile out, int line, const struct packet *p)
{
	static uint8_t bytes[sizeof(struct ht_udp_frame) + sizeof(p->data)];
	struct ht_udp_path path = {
		.src_ip = htonl(0x0a000001),
		.dst_ip = htonl(line ? 0xe931c46f : 0xe9360c6f),
		.src_port = htons(26477), .dst_port = htons(26477), .ttl = 1,
	};
	uint32_t length = (uint32_t)sizeof(struct ht_udp_frame) + p->len;
	struct frame_head head = { .captured = length, .length = length };

	memcpy(bytes + sizeof(struct ht_udp_frame), p->data, p->len);
	udp_frame_build((struct ht_udp_frame *)bytes, &path, p->len);
	gzwrite(out, &head, sizeof(head));
	gzwrite(out, bytes, length);
}

void session_packet(const struct session *s, struct packet *p, uint32_t seq,
		    uint32_t count)
{
	uint32_t i;

	packet_begin(p, seq);
	for (i = 0; i < count; i++)
		packet_add(p, s->message[seq - 1 + i]);
}
