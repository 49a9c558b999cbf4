// SPDX-License-Identifier: GPL-2.0
#include "session_loss.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>

#include "faults.h"

enum { WHOLE = 0x7fffffff };		/* bytes of a segment that is kept */

int session_lose(int fd, uint32_t chance)
{
	uint64_t below = ((uint64_t)chance << 32) / FAULT_SURE;
	struct sock_filter keep[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
			 below > UINT32_MAX ? UINT32_MAX : (uint32_t)below,
			 0, 1),
		BPF_STMT(BPF_RET | BPF_K, WHOLE),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {
		.len = sizeof(keep) / sizeof(keep[0]), .filter = keep,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) ? -errno : 0;
}
