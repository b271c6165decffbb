/* SPDX-License-Identifier: Apache-2.0 */
/* Raw records of the kernel's tracepoints: fork, exec, io_uring. */
#include "lib/base/compat.h"

#include "tests/unit/raw/render.h"
#include "tests/unit/unit.h"

#define T(slot, text)	{ slot, 0, text, sizeof(text) }
#define B(slot, bytes)	{ slot, 0, bytes, sizeof(bytes) - 1 }
#define X(slot, obj)	{ slot, 0, &(obj), sizeof(obj) }

static const struct rec_uring request = {
	.user_data = 0xabcdef, .flags = 0x100000011, .fd = 7, .opcode = 22,
};
static const struct rec_task task = {
	.start = 5, .fdlimit = 1024, .pgmaj = 1, .pgmin = 2, .cap_inh = 3, .cap_prm = 4,
	.cap_eff = 0, .pidns_start = 6, .vmsize = 7, .vmrss = 8, .vmswap = 9, .tid = 71,
	.pid = 71, .ptid = 60, .vtid = 2, .vpid = 2, .pgid = 70, .vpgid = 1, .sid = 1,
	.tty = 34816, .loginuid = 1000, .uid = 33, .gid = 34, .fsuid = 33, .fsgid = 34,
	.bits = REC_TASK_IN_PIDNS,
};

START_TEST(child_side_of_a_fork)
{
	static const struct made m = {
		NULL, REC_TP_FORK, 56, 0, 0, { 0x01200011 },
		{ X(0, task), T(1, "sh"), B(2, "/bin/sh\0-c\0"), T(3, "/tmp"), B(4, "cpu=/a\0") },
	};
	struct made three = m;
	struct buf out = BUF_INIT;

	made_line(&out, &m, ARCH_X86_64);
	ck_assert_str_eq(out.data, "clone res=0 exe=/bin/sh args=2d6300 tid=71 pid=71 ptid=60 "
		"cwd=/tmp fdlimit=1024 pgft_maj=1 pgft_min=2 vm_size=7 vm_rss=8 vm_swap=9 "
		"comm=sh cgroups=6370753d2f6100 flags=562036736 uid=33 gid=34 vtid=2 vpid=2 "
		"pidns_init_start_ts=6");
	/* clone3 has its flags in memory */
	three.nr = 435;
	three.att[5] = (struct made_att)B(5, "\0\1\0\0\0\0\0\0");
	made_line(&out, &three, ARCH_X86_64);
	ck_assert_ptr_nonnull(strstr(out.data, "clone3 res=0"));
	ck_assert_ptr_nonnull(strstr(out.data, " flags=536903680 "));
	three.nr = 58;
	made_line(&out, &three, ARCH_X86_64);
	ck_assert_ptr_nonnull(strstr(out.data, "vfork res=0"));
	buf_release(&out);
}
END_TEST

/* A file of user 33, mode 644, on the lower layer: its owner may write. */
static const struct rec_exe exe = {
	.ino = 99, .size = 5, .ctime = 11, .mtime = 12, .mode = 0100644, .uid = 33, .gid = 1,
	.layer = REC_OVL_LOWER,
};

START_TEST(a_successful_exec)
{
	struct { struct rec_exe e; char path[9]; } ABI_PACKED with = { exe, "/bin/cat" };
	struct made m = {
		NULL, REC_TP_EXEC, 59, 0, 0, { 0 },
		{ X(0, task), T(1, "cat"), T(2, "cat"), B(3, "cat\0/etc/shadow\0"),
		  B(4, "A=1\0"), T(5, "/tmp"), B(6, "cpu=/\0"), X(7, with) },
	};
	struct buf out = BUF_INIT;

	made_line(&out, &m, ARCH_X86_64);
	ck_assert_str_eq(out.data, "execve res=0 exe=cat args=2f6574632f736861646f7700 tid=71 "
		"pid=71 ptid=60 cwd=/tmp fdlimit=1024 pgft_maj=1 pgft_min=2 vm_size=7 vm_rss=8 "
		"vm_swap=9 comm=cat cgroups=6370753d2f00 env=413d3100 tty=34816 vpgid=1 "
		"loginuid=1000 flags=9 cap_inheritable=3 cap_permitted=4 cap_effective=0 "
		"exe_ino=99 exe_ino_ctime=11 exe_ino_mtime=12 uid=33 trusted_exepath=/bin/cat "
		"pgid=70 gid=34 filename=cat exe_dev=0 exe_size=5 redirected=0 cut=0");
	m.nr = 322;
	made_line(&out, &m, ARCH_X86_64);
	ck_assert_ptr_nonnull(strstr(out.data, "execveat res=0"));
	ck_assert_ptr_null(strstr(out.data, "filename="));
	/* immutable: nobody may write */
	with.e.iflags = 8;
	with.e.layer = REC_MEMFD;
	made_line(&out, &m, ARCH_X86_64);
	ck_assert_ptr_nonnull(strstr(out.data, " flags=4 "));
	buf_release(&out);
}
END_TEST

/* io_uring's tracepoint, and what did not fit. */
START_TEST(a_request_and_a_cut_exec)
{
	static const struct made req = { NULL, REC_TP_URING, 426, 0, 0, { 0 }, { X(0, request) } };
	static const struct made cut = {
		NULL, REC_TP_EXEC, 59, REC_CUT, 0, { 0 },
		{ X(0, task), T(1, "a"), T(2, "/tmp/b/a"), { 3, REC_CUT, "a\0long", 6 } },
	};
	struct buf out = BUF_INIT;

	made_line(&out, &req, ARCH_X86_64);
	ck_assert_str_eq(out.data, "io_uring_submit opcode=22 fd=7 flags=17 user_data=11259375");
	made_line(&out, &cut, ARCH_X86_64);
	ck_assert_ptr_nonnull(strstr(out.data, "args=6c6f6e67"));
	ck_assert_ptr_nonnull(strstr(out.data, " cut=1"));
	buf_release(&out);
}
END_TEST

START_TEST(a_failed_exec_and_both_sides)
{
	static const struct made m = {
		"execve", 0, 59, 0, -2, { 0 },
		{ X(0, task), T(1, "sh"), T(2, "./gone"), B(3, "gone\0-x\0") },
	};
	static const struct made caller = {
		"clone", 0, 56, 0, 71, { 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 },
		{ X(0, task), T(1, "sh"), B(2, "sh\0") },
	};
	struct buf out = BUF_INIT;

	made_line(&out, &m, ARCH_X86_64);
	ck_assert_ptr_nonnull(strstr(out.data, "execve res=-2 exe=gone args=2d7800 tid=71"));
	ck_assert_ptr_nonnull(strstr(out.data, "filename=./gone"));
	made_line(&out, &caller, ARCH_X86_64);
	ck_assert_ptr_nonnull(strstr(out.data, "clone res=71 exe=sh args=<NA>"));
	/* VM, FS, FILES, SIGHAND, THREAD; in a pid namespace */
	ck_assert_ptr_nonnull(strstr(out.data, " flags=536913923 "));
	buf_release(&out);
}
END_TEST

UNIT_MAIN("raw_tp", child_side_of_a_fork, a_successful_exec,
	  a_request_and_a_cut_exec, a_failed_exec_and_both_sides)
