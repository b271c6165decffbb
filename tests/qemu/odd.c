/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that come to their functions by another way (the 32-bit table), or do
 * not come to them at all (seccomp answers instead).
 */
#include "lib/base/compat.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define NR_GETPID_32 20

static long old_getpid(void)
{
	long ret = NR_GETPID_32;

	__asm__ volatile("int $0x80" : "+a"(ret) : : "memory", "r8", "r9", "r10", "r11");
	return ret;
}

static int refuse_dup(void)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),		/* the number */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_dup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 13),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog p = { ARRAY_SIZE(f), f };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p);
}

int main(void)
{
	if (old_getpid() != getpid() || refuse_dup())
		return 1;
	return syscall(SYS_dup, 1) != -1 || errno != 13;
}
