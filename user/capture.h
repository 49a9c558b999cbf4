/* SPDX-License-Identifier: GPL-2.0 */
/*
 * capture - MoldUDP64 payloads out of a pcap or pcapng file (libpcap)
 */
#ifndef HT_CAPTURE_H
#define HT_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

enum { CAPTURE_WHY = 256 };	/* PCAP_ERRBUF_SIZE */

struct capture {
	struct pcap *pcap;	/* <pcap/pcap.h> and <linux/bpf.h> do not mix */
	uint64_t frames;		/* read so far */
	uint64_t others;		/* of them, not UDP in IPv4 */
	char why[CAPTURE_WHY];	/* the last error in words */
};

/* Whether the file begins as a capture does. */
bool capture_is(const char *path);

/* Return: 0, or -EPROTO and why. */
int capture_open(struct capture *c, const char *path);
void capture_close(struct capture *c);

/*
 * The next UDP payload that can hold a MoldUDP64 header; frames of anything
 * else are stepped over and counted.
 * Return: its length in bytes, 0 at the end, or -EPROTO and why.
 */
int capture_next(struct capture *c, const uint8_t **payload);

#endif
