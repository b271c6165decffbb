/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/order.h"
#include "lib/abi/record.h"
#include "lib/base/le.h"
#include "lib/base/xalloc.h"

void order_init(struct order *o, struct backend *b)
{
	*o = (struct order){ .b = b, .taken = -1 };
	o->heads = xcalloc(b->ncpus, sizeof(*o->heads));
}

void order_release(struct order *o)
{
	free(o->heads);
	o->heads = NULL;
}

/* Look at a ring's oldest record. */
static void order_look(struct order *o, unsigned cpu)
{
	struct order_head *h = &o->heads[cpu];

	h->rec = o->b->ops->peek(o->b, cpu, &h->len);
	if (!h->rec)
		return;
	/* a record too short for a header goes out at once: it is refused later */
	h->ts = h->len >= sizeof(struct rec_hdr) ? le64(h->rec) : 0;
	if (h->ts >= o->horizon)
		h->rec = NULL;
}

void order_begin(struct order *o, uint64_t horizon)
{
	unsigned cpu;

	if (o->taken >= 0)
		o->b->ops->take(o->b, (unsigned)o->taken);
	o->taken = -1;
	o->horizon = horizon;
	for (cpu = 0; cpu < o->b->ncpus; cpu++)
		order_look(o, cpu);
}

const void *order_next(struct order *o, uint32_t *len, unsigned *cpu)
{
	const struct order_head *best = NULL;
	unsigned i;

	if (o->taken >= 0) {
		o->b->ops->take(o->b, (unsigned)o->taken);
		order_look(o, (unsigned)o->taken);
		o->taken = -1;
	}
	for (i = 0; i < o->b->ncpus; i++)
		if (o->heads[i].rec && (!best || o->heads[i].ts < best->ts))
			best = &o->heads[i];
	if (!best)
		return NULL;
	o->taken = (int)(best - o->heads);
	*cpu = (unsigned)o->taken;
	*len = best->len;
	return best->rec;
}
