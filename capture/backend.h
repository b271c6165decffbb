/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel half as the recorder program sees it: a set of rings, one a CPU,
 * each in order of time, and counters.  eBPF and the kernel module are the
 * two; both carry the records of lib/abi/record.h.
 */
#ifndef CAPTURE_BACKEND_H
#define CAPTURE_BACKEND_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/abi/ctl.h"
#include "lib/abi/rawrow.h"

/* Where the eBPF programs sit (be_calls.h); of no meaning to the module. */
enum attach { ATTACH_AUTO, ATTACH_TRACEPOINT, ATTACH_CALLS };

struct backend_opts {
	struct rec_ctl ctl;		/* ring_bytes: of all rings together */
	struct rawrow rows[SYSCALL_SC_MAX];
	struct rawrow tps[8];		/* by enum rec_tracepoint */
	uint16_t sc_of_nr[SYSCALL_NR_MAX];	/* by native number */
	uint16_t sc_of_nr32[SYSCALL_NR_MAX];	/* by that of 32-bit x86; 0: generic */
	enum attach attach;
};

struct backend;

struct backend_ops {
	const char *name;		/* "bpf" */
	/* Load and map; nothing is recorded yet.  0, -E_PRIV, -E_DRIVER. */
	int (*open)(struct backend **b, const struct backend_opts *o, struct diag *d);
	/* Record this process and, from then on, what it starts. */
	int (*follow)(struct backend *b, uint32_t pid, struct diag *d);
	int (*start)(struct backend *b, struct diag *d);
	/* Until records are there, or timeout; false after a signal. */
	bool (*wait)(struct backend *b, int timeout_ms);
	/* The oldest record of a CPU, or NULL; borrowed until take(). */
	const void *(*peek)(struct backend *b, unsigned cpu, uint32_t *len);
	void (*take)(struct backend *b, unsigned cpu);
	void (*counters)(struct backend *b, unsigned cpu, struct rec_counters *out);
	/* No more records come; what is in the rings stays readable. */
	void (*stop)(struct backend *b);
	void (*close)(struct backend *b);	/* accepts NULL */
};

struct backend {
	const struct backend_ops *ops;
	unsigned ncpus;
	const char *attach;		/* "tracepoint", "calls" */
};

#ifdef HAVE_BPF
extern const struct backend_ops backend_bpf;
#endif
extern const struct backend_ops backend_kmod;

/* Size of one CPU's ring: a power of two, `least` (one too) or more. */
uint64_t backend_ring_bytes(const struct backend_opts *o, unsigned ncpus, uint64_t least);

#endif
