// SPDX-License-Identifier: GPL-2.0
/*
 * capture - UDP payloads out of a pcap or pcapng file
 */
#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "datagram.h"
#include "moldudp64.h"
#include "wire.h"

_Static_assert(CAPTURE_WHY >= PCAP_ERRBUF_SIZE, "libpcap writes that much");

enum { READ_BYTES = 1 << 20 };	/* at a time */

bool capture_is(const char *path)
{
	static const uint32_t magics[] = {
		0xa1b2c3d4, 0xd4c3b2a1,	/* microseconds, both byte orders */
		0xa1b23c4d, 0x4d3cb2a1,	/* nanoseconds */
		0x0a0d0d0a,		/* pcapng */
	};
	gzFile gz = gzopen(path, "rb");
	uint8_t head[4] = { 0 };
	size_t i;
	int got;

	if (!gz)
		return false;
	got = gzread(gz, head, sizeof(head));
	gzclose(gz);
	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (got == sizeof(head) && get_be32(head) == magics[i])
			return true;
	return false;
}

int capture_open(struct capture *c, const char *path)
{
	FILE *stream;
	int err;

	*c = (struct capture){ 0 };
	err = unzip_open(&c->file, path);
	if (err) {
		snprintf(c->why, sizeof(c->why), "cannot open: %s",
			 strerror(-err));
		return -EPROTO;
	}
	stream = fdopen(c->file.fd, "rb");
	if (!stream) {
		close(c->file.fd);
		unzip_close(&c->file);
		snprintf(c->why, sizeof(c->why), "cannot open");
		return -EPROTO;
	}
	setvbuf(stream, NULL, _IOFBF, READ_BYTES);
	c->pcap = pcap_fopen_offline(stream, c->why);
	if (!c->pcap) {
		fclose(stream);
		unzip_close(&c->file);
		return -EPROTO;
	}
	if (pcap_datalink(c->pcap) == DLT_EN10MB)
		return 0;
	snprintf(c->why, sizeof(c->why), "link type %d is not Ethernet",
		 pcap_datalink(c->pcap));
	capture_close(c);
	return -EPROTO;
}

int capture_close(struct capture *c)
{
	int err;

	pcap_close(c->pcap);	/* and its stream */
	c->pcap = NULL;
	err = unzip_close(&c->file);
	if (!err)
		return 0;
	snprintf(c->why, sizeof(c->why), err == -EPROTO ?
		 "the compressed file is cut off" :
		 "the file cannot be decompressed");
	return -EPROTO;
}

uint64_t capture_offset(struct capture *c)
{
	return unzip_offset(&c->file);
}

int capture_next(struct capture *c, const uint8_t **payload)
{
	struct pcap_pkthdr *head;
	const u_char *frame;
	struct datagram d;
	int got;

	while ((got = pcap_next_ex(c->pcap, &head, &frame)) == 1) {
		c->frames++;
		if (!datagram_find(&d, frame, head->caplen) ||
		    d.len < sizeof(struct mold_header)) {
			c->others++;
			continue;
		}
		memcpy(c->group, d.group, sizeof(c->group));
		c->port = d.port;
		*payload = d.payload;
		return (int)d.len;
	}
	if (got == PCAP_ERROR_BREAK)
		return 0;
	snprintf(c->why, sizeof(c->why), "%s", pcap_geterr(c->pcap));
	return -EPROTO;
}
