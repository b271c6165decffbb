/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/loss.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"

#define AGAIN_NS	250000000u	/* between two tellings of one CPU */

static const struct {
	uint32_t reason;
	size_t at;		/* of the counters of its classes */
} counted[] = {
#define LOSS_COUNTER(member, id) { LOSS_##id, offsetof(struct rec_counters, member) },
#include "schema/losses.def"
#undef LOSS_COUNTER
};

void loss_init(struct loss *l, unsigned ncpus, uint64_t start_ts,
	       int (*tell)(void *ctx, const struct evloss *loss), void *ctx)
{
	unsigned i;

	*l = (struct loss){ .ncpus = ncpus, .tell = tell, .ctx = ctx };
	l->cpu = xcalloc(ncpus, sizeof(*l->cpu));
	for (i = 0; i < ncpus; i++)
		l->cpu[i].since[0] = l->cpu[i].since[1] = start_ts;
}

void loss_release(struct loss *l)
{
	free(l->cpu);
	l->cpu = NULL;
}

uint64_t loss_sum(const __u64 by_class[RC_COUNT])
{
	uint64_t n = 0;
	unsigned i;

	for (i = 0; i < RC_COUNT; i++)
		n += by_class[i];
	return n;
}

uint64_t loss_events(const struct rec_counters *n)
{
	return loss_sum(n->lost) + loss_sum(n->nested);
}

static int tell_one(struct loss *l, unsigned cpu, __u64 *told, uint64_t now,
		    struct evloss *loss)
{
	loss->count = now - *told;
	loss->cpu = (int32_t)cpu;
	*told = now;
	return loss->count ? l->tell(l->ctx, loss) : 0;
}

static int tell_classes(struct loss *l, unsigned cpu, const struct rec_counters *n, size_t i,
			struct evloss *loss)
{
	__u64 *told = (__u64 *)((char *)&l->cpu[cpu].told + counted[i].at);
	const __u64 *now = (const __u64 *)((const char *)n + counted[i].at);
	int ret = 0;
	unsigned c;

	loss->reason = counted[i].reason;
	for (c = 0; c < RC_COUNT && !ret; c++) {
		loss->cls = c + 1;
		ret = tell_one(l, cpu, &told[c], now[c], loss);
	}
	return ret;
}

/* Reasons of events, or of parts of them. */
static int tell_of(struct loss *l, unsigned cpu, const struct rec_counters *n, uint64_t ts,
		   bool events)
{
	struct loss_cpu *c = &l->cpu[cpu];
	struct evloss loss = { .from_ts = c->since[!events], .to_ts = ts };
	int ret = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counted) && !ret; i++) {
		loss.reason = counted[i].reason;
		if (loss_is_events(&loss) == events)
			ret = tell_classes(l, cpu, n, i, &loss);
	}
	c->since[!events] = ts;
	return ret;
}

int loss_counted(struct loss *l, unsigned cpu, const struct rec_counters *n, uint64_t ts,
		 enum loss_look look)
{
	struct loss_cpu *c = &l->cpu[cpu];
	struct evloss tree = { .from_ts = c->since[1], .to_ts = ts, .reason = LOSS_TREE,
			       .cls = 1 + RC_PROCESS };
	bool lost = loss_events(n) != loss_events(&c->told);
	int ret;

	if (LIKELY(!lost))
		c->since[0] = ts;
	if (look == LOSS_EVENTS && LIKELY(!lost || ts - c->at < AGAIN_NS))
		return 0;
	if (lost)
		c->at = ts;
	ret = tell_of(l, cpu, n, ts, true);
	if (ret || look == LOSS_EVENTS)
		return ret;
	ret = tell_one(l, cpu, &c->told.tree_full, n->tree_full, &tree);
	return ret ? ret : tell_of(l, cpu, n, ts, false);
}

bool loss_seen(struct loss *l, unsigned cpu, uint32_t seq)
{
	struct loss_cpu *c;
	uint32_t missing;

	if (cpu >= l->ncpus)
		return false;
	c = &l->cpu[cpu];
	missing = seq - c->next;	/* wraps like the numbers do */
	c->gaps += missing;
	c->next = seq + 1;
	return missing;
}

int loss_end(struct loss *l, unsigned cpu, const struct rec_counters *n, uint64_t ts)
{
	struct loss_cpu *c = &l->cpu[cpu];
	struct evloss gap = { .from_ts = c->since[0], .to_ts = ts, .cpu = (int32_t)cpu,
			      .reason = LOSS_UNKNOWN };
	uint64_t ring = loss_sum(n->lost);

	c->gaps += (uint32_t)n->seen - c->next;
	c->next = (uint32_t)n->seen;
	if (c->gaps <= ring)
		return 0;
	gap.count = c->gaps - ring;
	l->unexplained += gap.count;
	return l->tell(l->ctx, &gap);
}
