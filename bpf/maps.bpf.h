/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings, scratch memory, rings and counters. */
#ifndef BPF_MAPS_BPF_H
#define BPF_MAPS_BPF_H

#include "bpf/kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "bpf/peek.bpf.h"
#include "lib/abi/ctl.h"
#include "lib/abi/rawrow.h"
#include "lib/abi/record.h"

/*
 * One CPU's workplace.  A record is built here and copied into the ring in
 * one call.  The slack behind the record lets the verifier see every bounded
 * write end inside.
 */
struct scratch {
	u32 busy;
	u32 pos;		/* bytes of rec in use */
	u32 slot;		/* the attachment being built */
	u32 woken;		/* the reader was woken for this filling */
	u64 task;		/* whose facts are told */
	u64 object;		/* what a tracepoint is about: linux_binprm, io_kiocb */
	/*
	 * What a loop carries from step to step is kept here, not on the
	 * stack: the verifier forgets it, and every step looks the same.
	 */
	u64 dentry, mnt, mnt_root;	/* a path being built from its end */
	u64 off;		/* where it starts in path[] */
	struct rec_counters n;	/* at SCRATCH_COUNTERS: user space maps it */
	u64 fill, since;	/* of the ring, when it was last asked; bytes put
				 * into it since */
	u64 at, left, used, total;	/* an array of the caller's: next
				 * element, bytes to take, taken, seen */
	u32 why;		/* REC_FAULT, REC_CUT */
	u32 cls;		/* of the row being recorded */
	u32 cpu;
	u32 tree_tgid, tree_gen; /* found in the tree, and when (tree_changes) */
	u32 path_seen, path_met; /* a path was resolved; it is asked for */
	u32 named;		/* port of the address the call itself names; 0: none */
	u64 name_at;		/* where the caller's path lies in rec; 0: none */
	u8 rec[REC_MAX + REC_ARGS_MAX + REC_PATH_MAX + 512];
	u8 path[REC_PATH_MAX + 256];
	u64 head[SEL_TEXT_MAX / 8];	/* text to be compared; the stack is small */
	char name[REC_NAME_MAX + SEL_TEXT_MAX];
};

ABI_ASSERT(__builtin_offsetof(struct scratch, n) == SCRATCH_COUNTERS, "as ctl.h says");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);	/* a per-CPU one may not be so large */
	__uint(max_entries, 1);		/* CPUs; set at load */
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);	/* set at load */
};

/* A ring for each CPU: no lock is shared. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);		/* set at load */
	__type(key, u32);
	__array(values, struct ring);
} rings SEC(".maps");

/* Processes of the followed tree, by tgid. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, TREE_MAX);
	__type(key, u32);
	__type(value, u8);
} tree SEC(".maps");

/*
 * The programs behind the small ones that sit on each call's function (fexit):
 * one for functions that look at their registers, one for those that do not,
 * which are of another type.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} with_regs SEC(".maps"), without SEC(".maps");

/* Grows with every process that leaves the tree. */
__u32 tree_changes;

/*
 * Is a control group asked for?  By the ids of the two that are looked at;
 * the kernel never gives an id twice, so an answer stays true.
 */
struct group_key { u64 unified, memory; };
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct group_key);
	__type(value, u8);
} groups SEC(".maps");

const volatile struct rec_ctl ctl;
const volatile struct rawrow rows[SYSCALL_SC_MAX];	/* by syscalls.def number */
const volatile struct rawrow tps[REC_TP_COUNT];
const volatile __u16 sc_of_nr[SYSCALL_NR_MAX];		/* by native number */
const volatile __u16 sc_of_nr32[SYSCALL_NR_MAX];	/* by that of 32-bit x86 */
const volatile __u8 want[SYSCALL_NR_MAX];	/* WANT_xxx, by number of any table */

/* What most calls are asked first, and only. */
enum {
	WANT_NATIVE = 1,	/* this number is selected */
	WANT_FOREIGN = 2,	/* it may be a number of another table */
};

static __always_inline struct scratch *scratch_get(void)
{
	u32 cpu = bpf_get_smp_processor_id();
	struct scratch *s = bpf_map_lookup_elem(&scratch, &cpu);

	if (s)
		s->cpu = cpu;
	return s;
}

/* Keep the compiler from forgetting that a value was just bounded. */
#define KEEP(v) asm volatile("" : "+r"(v))

#endif
