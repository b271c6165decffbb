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

static int tell(void *ctx, const struct evloss *loss)
{
	struct drain *dr = ctx;

	return vtr_writer_loss(dr->w, loss);
}

void drain_init(struct drain *dr, struct backend *b, struct vtr_writer *w,
		int64_t offset)
{
	*dr = (struct drain){ .b = b, .w = w, .offset = offset };
	order_init(&dr->order, b);
	loss_init(&dr->loss, b->ncpus, clock_boot_ns() + (uint64_t)offset, tell, dr);
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
	bool lost;
	int ret;

	if (len < sizeof(*h))
		return refused(dr, cpu);
	lost = loss_seen(&dr->loss, cpu, h->seq);
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

/* Now, by the clock of the events. */
static uint64_t event_clock(const struct drain *dr)
{
	return clock_boot_ns() + (uint64_t)dr->offset;
}

static int look(struct drain *dr, enum loss_look how)
{
	struct rec_counters n;
	unsigned cpu;

	for (cpu = 0; cpu < dr->b->ncpus && !dr->err; cpu++) {
		dr->b->ops->counters(dr->b, cpu, &n);
		dr->err = loss_counted(&dr->loss, cpu, &n, event_clock(dr), how);
	}
	return dr->err;
}

int drain_pass(struct drain *dr)
{
	uint64_t now = clock_boot_ns();

	if (!look(dr, LOSS_EVENTS))
		drain_to(dr, now - SETTLE_NS);
	if (!dr->err && now - dr->flushed >= FLUSH_NS) {
		dr->flushed = now;
		dr->err = vtr_writer_flush(dr->w);
		look(dr, LOSS_ALL);
	}
	return dr->err;
}

int drain_part(struct drain *dr)
{
	return look(dr, LOSS_ALL);
}

int drain_rest(struct drain *dr)
{
	struct rec_counters n;
	unsigned cpu;

	if (!look(dr, LOSS_ALL))
		drain_to(dr, UINT64_MAX);
	for (cpu = 0; cpu < dr->b->ncpus && !dr->err; cpu++) {
		dr->b->ops->counters(dr->b, cpu, &n);
		dr->err = loss_end(&dr->loss, cpu, &n, event_clock(dr));
	}
	return dr->err;
}
