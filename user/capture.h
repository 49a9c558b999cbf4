/* SPDX-License-Identifier: GPL-2.0 */
/*
 * capture - UDP payloads out of a pcap or pcapng file (libpcap), plain or .gz
 */
#ifndef HT_CAPTURE_H
#define HT_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "unzip.h"

enum { CAPTURE_WHY = 256 };	/* PCAP_ERRBUF_SIZE */

struct capture {
	struct pcap *pcap;	/* <pcap/pcap.h> and <linux/bpf.h> do not mix */
	struct unzip file;	/* what it reads from */
	uint64_t frames;	/* read so far */
	uint64_t others;	/* of them, not UDP in IPv4 */
	uint8_t group[4];	/* where the last payload went to */
	uint16_t port;
	char why[CAPTURE_WHY];	/* the last error in words */
};

/* Whether the file, decompressed if need be, begins as a capture does. */
bool capture_is(const char *path);

/* Return: 0, or -EPROTO and why. */
int capture_open(struct capture *c, const char *path);

/* Return: 0, or -EPROTO and why when the file was cut off behind a frame. */
int capture_close(struct capture *c);

/*
 * The next UDP payload that can hold a MoldUDP64 header, until the one after
 * it is read; frames of anything else are stepped over and counted.
 * Return: its length in bytes, 0 at the end, or -EPROTO and why.
 */
int capture_next(struct capture *c, const uint8_t **payload);

/* Bytes of the file read so far, compressed ones of a compressed file. */
uint64_t capture_offset(struct capture *c);

#endif
