/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attachment by call: programs on the return of the kernel's functions of the
 * selected calls, instead of one on the tracepoint every call passes.  Calls
 * that are not selected then cost nothing.  Two ways, whichever there is:
 *
 * kretprobe.multi: one program, one link (CONFIG_FPROBE).  Before 6.14 the
 * kernel keeps room for so many calls under way at a time, twice the CPUs for
 * each function (some 400 on two CPUs at least, as functions of 32-bit calls
 * are always among them); from 6.7 on it counts those it had no room for, and they
 * are counted as lost.
 * fexit: a small program for each function, which goes on in one of two large
 * ones.  There is no such limit, but a program may be preempted, and then the
 * records of others on its CPU are lost (and counted): where the kernel
 * preempts itself at will, this is no good.  Nor is it for many functions:
 * the kernel takes its time for each, to attach and even more to detach.
 */
#ifndef CAPTURE_BE_CALLS_H
#define CAPTURE_BE_CALLS_H

#include <bpf/libbpf.h>

#include "capture/backend.h"

#define CALLS_FEXIT_MAX	200	/* functions */

enum calls_way { CALLS_NOT, CALLS_MULTI, CALLS_FEXIT };

/* What it attaches; borrowed from the skeleton. */
struct calls_progs {
	struct bpf_program *multi, *with_regs, *without, *denied;
	struct bpf_map *to_with_regs, *to_without;
};

struct be_calls {
	struct bpf_link *link;		/* CALLS_MULTI */
	int prog, denied;		/* descriptors of programs */
	int *fds;			/* CALLS_FEXIT: program, link, program, … */
	size_t nfds;
	uint64_t missed;		/* when it was detached */
};

/*
 * Which way, with this selection?  Tried: programs that do nothing are loaded
 * and attached for a moment.  CALLS_NOT: why points to the reason, in words.
 *
 * ATTACH_AUTO wants more than ATTACH_CALLS: nothing may be lost uncounted or
 * without need (see above), and a selection that is not of every call (calls
 * without a function of their own are seen by the tracepoint only).
 */
enum calls_way be_calls_way(const struct backend_opts *o, const char **why);

/* Before the programs are loaded: those of this way are made ready.  0, -errno. */
int be_calls_prepare(enum calls_way way, const struct calls_progs *p);

/* Attach to what o selects.  0 or -errno; be_calls_detach() in either case. */
int be_calls_attach(struct be_calls *c, enum calls_way way, const struct calls_progs *p,
		    const struct backend_opts *o);

/* Returns that were not followed. */
uint64_t be_calls_missed(const struct be_calls *c);

void be_calls_detach(struct be_calls *c);	/* at rest: nothing */

#endif
