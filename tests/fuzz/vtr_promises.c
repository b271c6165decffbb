/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/valid.h"
#include "lib/trace/reader.h"
#include "lib/trace/repair.h"
#include "lib/trace/summary.h"
#include "lib/trace/verify.h"
#include "tests/fuzz/vtr_promises.h"
#include "tests/trace/convert.h"

#define MIDDLE	UINT64_C(1700000000024000000)	/* of the sample's times */

/* A broken promise is a bug. */
static void promise(bool kept)
{
	if (!kept)
		abort();
}

static void check_event(struct event *ev)
{
	unsigned i;

	event_params(ev);
	promise(ev->info && ev->info == evinfo_of(ev->type));
	promise(ev->nparams <= ev->info->nparams);
	for (i = 0; i < ev->nparams; i++)
		promise(param_valid(ev->info->params[i].ptype, ev->param[i]));
}

/* How many events a reader gives; -1: not opened. */
static int64_t drain(const uint8_t *p, size_t len, bool payload, uint64_t from_num)
{
	struct vtr_projection project = { .payload = payload, .from_num = from_num,
					  .to_ts = from_num ? MIDDLE : 0 };
	struct diag d = { .limit = 20 };
	struct evsource_next n;
	struct evsource *s;
	int64_t events = -1;

	if (!vtr_open_mem(&s, p, len, "in", &d)) {
		vtr_project(s, &project);
		events = 0;
		for (s->next(s, &n); n.what != EVS_END; s->next(s, &n)) {
			if (n.what != EVS_EVENT)
				continue;
			check_event(n.ev);
			events++;
		}
		s->next(s, &n);
		promise(n.what == EVS_END);
		promise(s->status(s) <= 0 && (!s->status(s) || d.errors));
		s->close(s);
	}
	diag_release(&d);
	return events;
}

/* What was repaired is intact, and gives what the damaged trace gave, but for what
 * had to be left out; and maybe more, where a SCHEMA stood behind its events. */
static void check_repair(const uint8_t *p, size_t len, int64_t events)
{
	struct buf out = BUF_INIT;
	struct verify_report v;
	struct repair_report r;
	struct input in;
	int64_t saved;

	input_mem(&in, p, len);
	if (!vtr_repair(&in, NULL, buf_sink, &out, &r)) {
		saved = drain((uint8_t *)out.data, out.len, true, 0);
		promise(r.misplaced || saved <= events);
		promise(r.damaged || r.misplaced || r.unplaced || saved == events);
		input_mem(&in, out.data, out.len);
		promise(!vtr_verify(&in, NULL, &v));
		verify_report_release(&v);
	}
	input_release(&in);
	buf_release(&out);
}

void vtr_promises(const uint8_t *p, size_t len)
{
	struct verify_report r;
	struct summary s;
	struct input in;
	int64_t events = drain(p, len, true, 0);

	promise(drain(p, len, false, 0) == events);
	promise(drain(p, len, false, 20) <= events);
	input_mem(&in, p, len);
	vtr_verify(&in, NULL, &r);
	verify_report_release(&r);
	input_mem(&in, p, len);
	vtr_summarise(&in, &s);
	summary_release(&s);
	check_repair(p, len, events);
}
