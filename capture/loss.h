/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loss is evidence: gaps in a CPU's record numbers, and the counters of the
 * kernel half, become LOSS entries of the trace.  recorded + lost = issued.
 */
#ifndef CAPTURE_LOSS_H
#define CAPTURE_LOSS_H

#include "capture/backend.h"
#include "lib/event/source.h"

struct loss_cpu {
	uint32_t next;		/* number the next record should have */
	uint64_t last_ts;	/* of the last one seen, ns since the epoch */
};

struct loss {
	struct loss_cpu *cpu;
	unsigned ncpus;
	uint64_t start_ts;
	uint64_t events;	/* known to be missing */
};

void loss_init(struct loss *l, unsigned ncpus, uint64_t start_ts);
void loss_release(struct loss *l);
/* A record of this CPU with this number and time came: true when some are
 * missing before it (*out tells). */
bool loss_seen(struct loss *l, unsigned cpu, uint32_t seq, uint64_t ts, struct evloss *out);
/* The end: numbers used up to `seen` that no record came for. */
bool loss_tail(struct loss *l, unsigned cpu, uint64_t seen, uint64_t ts, struct evloss *out);

#endif
