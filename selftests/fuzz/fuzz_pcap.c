// SPDX-License-Identifier: GPL-2.0
/*
 * Captures: pcap and pcapng files, their frames, lines and order.
 *
 * Input: the window, a byte, and the file; one that is none is not read on.
 */
#include "fuzz.h"
#include "playing.h"
#include "../../user/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint8_t window = fuzz_u8(&in);
	const char *path = fuzz_file(in.at, in.left);

	if (capture_is(path))
		playing_file(path, true, window);
	return 0;
}
