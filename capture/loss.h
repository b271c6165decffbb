/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loss is evidence: what the kernel half counted becomes LOSS blocks, one for
 * each CPU, reason and class, and gaps in a CPU's record numbers say where.
 * recorded + lost = issued.
 *
 * Counters are read before the records that were made since: a loss is told
 * before, never behind, the records after it, between the time the counters
 * were read last and now.  Under lasting pressure it is told a few times a
 * second, not at every gap.
 */
#ifndef CAPTURE_LOSS_H
#define CAPTURE_LOSS_H

#include "capture/backend.h"
#include "lib/event/source.h"

struct loss_cpu {
	uint32_t next;		/* number the next record should have */
	uint64_t gaps;		/* numbers no record came for */
	struct rec_counters told;	/* what LOSS blocks told of so far */
	uint64_t since[2];	/* last look that found nothing untold: events; parts */
	uint64_t at;		/* when lost events were told last */
};

struct loss {
	struct loss_cpu *cpu;
	unsigned ncpus;
	uint64_t unexplained;	/* gaps that nobody counted */
	int (*tell)(void *ctx, const struct evloss *loss);	/* 0 or -E_xxx */
	void *ctx;
};

/* Times are ns since the epoch. */
void loss_init(struct loss *l, unsigned ncpus, uint64_t start_ts,
	       int (*tell)(void *ctx, const struct evloss *loss), void *ctx);
void loss_release(struct loss *l);

enum loss_look {
	LOSS_EVENTS,		/* lost events, unless it just told of some */
	LOSS_ALL,		/* whatever is untold: the end of a part of the trace */
};
/* A look at the counters of a CPU.  0, or what tell said. */
int loss_counted(struct loss *l, unsigned cpu, const struct rec_counters *n, uint64_t ts,
		 enum loss_look look);
/* A record of this CPU with this number came; true: some are missing before it. */
bool loss_seen(struct loss *l, unsigned cpu, uint32_t seq);
/* The end: everything was read, these are the last counters.  A gap that is
 * larger than what was counted is told as LOSS_UNKNOWN. */
int loss_end(struct loss *l, unsigned cpu, const struct rec_counters *n, uint64_t ts);

/* Events lost, by these counters. */
uint64_t loss_events(const struct rec_counters *n);
uint64_t loss_sum(const __u64 by_class[RC_COUNT]);

#endif
