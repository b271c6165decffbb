/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of all CPUs in order of (time, cpu, sequence).
 *
 * Every ring is in order by itself, so this is a merge.  A record may reach
 * its ring a little after its time was taken, and an empty ring says nothing
 * of what is on its way: so only records older than a horizon are given out.
 * Nothing is copied; a record stays in its ring until the next call.
 */
#ifndef CAPTURE_ORDER_H
#define CAPTURE_ORDER_H

#include "capture/backend.h"

struct order_head {
	const void *rec;	/* NULL: nothing below the horizon */
	uint32_t len;
	uint64_t ts;
};

struct order {
	struct backend *b;
	struct order_head *heads;	/* of each CPU */
	uint64_t horizon;		/* ns since boot */
	int taken;			/* CPU whose head was given out, -1 */
};

void order_init(struct order *o, struct backend *b);
void order_release(struct order *o);
/* Begin a pass: records older than `horizon` are given out. */
void order_begin(struct order *o, uint64_t horizon);
/* The next record, or NULL at the horizon; good until the next call.  *cpu is
 * the ring it came from. */
const void *order_next(struct order *o, uint32_t *len, unsigned *cpu);

#endif
