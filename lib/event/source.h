/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct evsource: where canonical events come from.  The .scap reader and
 * the .vtr reader both are one; whoever consumes events does not know which.
 */
#ifndef LIB_EVENT_SOURCE_H
#define LIB_EVENT_SOURCE_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/event/event.h"
#include "lib/event/snapshot.h"

enum evsource_what {
	EVS_END = 0,		/* end of input; damage is told by status() */
	EVS_EVENT,		/* *ev is set */
	EVS_SNAP,		/* *item is set */
	EVS_RESTART,		/* a new capture begins: forget all state */
	EVS_LOSS,		/* *loss is set; loss_is_events(): or parts of some */
};

/* What is known to be missing at this place (schema/losses.def). */
struct evloss {
	uint64_t from_ts, to_ts;	/* between which events are missing; 0: unknown */
	uint64_t count;			/* 0: unknown number */
	int32_t cpu;			/* -1: any */
	uint32_t reason;		/* enum loss_reason */
	uint32_t cls;			/* 1 + enum rec_class; 0: not told */
};

struct evsource_next {
	enum evsource_what what;
	struct event *ev;		/* borrowed until the next call */
	const struct snap_item *item;	/* likewise */
	struct evloss loss;
	/* Events left out just before, because nobody wants them (a
	 * projection): added to by the source, set to 0 by the consumer. */
	uint64_t skipped;
	/* Events left out just before, because they change nothing and nobody
	 * looks at them (likewise), and the latest time of them. */
	uint64_t passed, passed_ts;
};

struct evsource {
	/* The next thing; snapshot items come before the first event.  Events
	 * have ts, tid, cpu, type, info, flags and parameters set; num is the
	 * consumer's.  Damage ends the stream early (EVS_END). */
	void (*next)(struct evsource *s, struct evsource_next *out);
	/* 0, or -E_CUT, -E_DAMAGED, … after the end; explained in the diag
	 * given at open. */
	int (*status)(const struct evsource *s);
	void (*close)(struct evsource *s);	/* frees s */
};

#endif
