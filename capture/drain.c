/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/clocks.h"
#include "capture/drain.h"
#include "lib/abi/record.h"
#include "lib/event/raw_tab.h"

/* A record is in its ring this long after its time at the latest, short of
 * the host itself standing still. */
#define SETTLE_NS	10000000u
#define FLUSH_NS	900000000u	/* "at least once a second" */

void drain_init(struct drain *dr, struct backend *b, struct vtr_writer *w,
		int64_t offset)
{
	*dr = (struct drain){ .b = b, .w = w, .offset = offset };
	order_init(&dr->order, b);
	loss_init(&dr->loss, b->ncpus, clock_wall_ns());
	dr->flushed = clock_boot_ns();
}

void drain_release(struct drain *dr)
{
	order_release(&dr->order);
	loss_release(&dr->loss);
}

static int refused(struct drain *dr, unsigned cpu)
{
	struct evloss loss = {
		.from_ts = dr->row.ts, .to_ts = clock_wall_ns(), .count = 1,
		.cpu = (int32_t)cpu, .reason = LOSS_DAMAGED,
	};

	dr->damaged++;
	return vtr_writer_loss(dr->w, &loss);
}

static int write_record(struct drain *dr, const void *rec, uint32_t len, unsigned cpu)
{
	const struct rec_hdr *h = rec;
	struct evloss loss;
	bool lost;
	int ret;

	if (len < sizeof(*h))
		return refused(dr, cpu);
	lost = loss_seen(&dr->loss, cpu, h->seq, h->ts + (uint64_t)dr->offset, &loss);
	if (lost) {
		ret = vtr_writer_loss(dr->w, &loss);
		if (ret)
			return ret;
	}
	if (raw_row_of_record(&dr->row, rec, len, dr->offset))
		return refused(dr, cpu);
	if (lost)
		dr->row.flags |= EVF_AFTER_LOSS;
	if (dr->before_row) {
		ret = dr->before_row(dr->ctx, dr->w, &dr->row);
		if (ret)
			return ret;
	}
	dr->events++;
	return vtr_writer_row(dr->w, &dr->row);
}

static int drain_to(struct drain *dr, uint64_t horizon)
{
	const void *rec;
	unsigned cpu;
	uint32_t len;

	order_begin(&dr->order, horizon);
	while (!dr->err && (rec = order_next(&dr->order, &len, &cpu)))
		dr->err = write_record(dr, rec, len, cpu);
	return dr->err;
}

int drain_pass(struct drain *dr)
{
	uint64_t now = clock_boot_ns();

	drain_to(dr, now - SETTLE_NS);
	if (!dr->err && now - dr->flushed >= FLUSH_NS) {
		dr->flushed = now;
		dr->err = vtr_writer_flush(dr->w);
	}
	return dr->err;
}

int drain_rest(struct drain *dr)
{
	struct rec_counters n;
	struct evloss loss;
	unsigned cpu;

	drain_to(dr, UINT64_MAX);
	for (cpu = 0; cpu < dr->b->ncpus && !dr->err; cpu++) {
		dr->b->ops->counters(dr->b, cpu, &n);
		if (loss_tail(&dr->loss, cpu, n.seen, clock_wall_ns(), &loss))
			dr->err = vtr_writer_loss(dr->w, &loss);
	}
	return dr->err;
}
