/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings, scratch memory, rings and counters. */
#ifndef BPF_MAPS_BPF_H
#define BPF_MAPS_BPF_H

#include "bpf/kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
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
	u64 bprm;
	/*
	 * What a loop carries from step to step is kept here, not on the
	 * stack: the verifier forgets it, and every step looks the same.
	 */
	u64 dentry, mnt, mnt_root;	/* a path being built from its end */
	u64 off;		/* where it starts in path[] */
	struct rec_counters n;	/* at SCRATCH_COUNTERS: user space maps it */
	u64 fill;		/* of the ring, as the last record found it */
	u64 at, left, used, total;	/* an array of the caller's: next
				 * element, bytes to take, taken, seen */
	u32 why, pad;		/* REC_FAULT, REC_CUT */
	u8 rec[REC_MAX + 2 * REC_TEXT_MAX + 512];
	u8 path[REC_PATH_MAX + 256];
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

const volatile struct rec_ctl ctl;
const volatile struct rawrow rows[SYSCALL_SC_MAX];	/* by syscalls.def number */
const volatile struct rawrow tps[REC_TP_COUNT];
const volatile __u16 sc_of_nr[SYSCALL_NR_MAX];		/* by native number */

static __always_inline struct scratch *scratch_get(void)
{
	u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratch, &cpu);
}

/* Keep the compiler from forgetting that a value was just bounded. */
#define KEEP(v) asm volatile("" : "+r"(v))

#endif
