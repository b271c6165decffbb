/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/loss.h"
#include "lib/base/xalloc.h"

void loss_init(struct loss *l, unsigned ncpus, uint64_t start_ts)
{
	*l = (struct loss){ .ncpus = ncpus, .start_ts = start_ts };
	l->cpu = xcalloc(ncpus, sizeof(*l->cpu));
}

void loss_release(struct loss *l)
{
	free(l->cpu);
	l->cpu = NULL;
}

static bool gap(struct loss *l, unsigned cpu, uint32_t upto, uint64_t ts, struct evloss *out)
{
	struct loss_cpu *c = &l->cpu[cpu];
	uint32_t missing = upto - c->next;	/* wraps like the numbers do */

	if (!missing)
		return false;
	*out = (struct evloss){
		.from_ts = c->last_ts ? c->last_ts : l->start_ts, .to_ts = ts,
		.count = missing, .cpu = (int32_t)cpu, .reason = LOSS_RING,
	};
	l->events += missing;
	return true;
}

bool loss_seen(struct loss *l, unsigned cpu, uint32_t seq, uint64_t ts, struct evloss *out)
{
	bool lost;

	if (cpu >= l->ncpus)
		return false;
	lost = gap(l, cpu, seq, ts, out);
	l->cpu[cpu].next = seq + 1;
	l->cpu[cpu].last_ts = ts;
	return lost;
}

bool loss_tail(struct loss *l, unsigned cpu, uint64_t seen, uint64_t ts, struct evloss *out)
{
	bool lost;

	if (cpu >= l->ncpus)
		return false;
	lost = gap(l, cpu, (uint32_t)seen, ts, out);
	l->cpu[cpu].next = (uint32_t)seen;
	return lost;
}
