/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that reads a .vtr, on any bytes.  Input that begins with VTRB is
 * taken as a file; any other is a row of pieces (u8 type, u16 length, body)
 * which are framed with checksums and digests that agree, so that mutations
 * get past them into the bodies.
 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/event/valid.h"
#include "lib/trace/limits.h"
#include "lib/trace/reader.h"
#include "lib/trace/repair.h"
#include "lib/trace/summary.h"
#include "lib/trace/verify.h"
#include "tests/trace/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

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
static int64_t drain(const uint8_t *p, size_t len, bool payload)
{
	struct vtr_projection project = { NULL, payload };
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

/* What was repaired reads as the damaged trace read. */
static void check_repair(const uint8_t *p, size_t len, int64_t events)
{
	struct buf out = BUF_INIT;
	struct repair_report r;
	struct input in;

	input_mem(&in, p, len);
	if (!vtr_repair(&in, NULL, buf_sink, &out, &r))
		promise(drain((uint8_t *)out.data, out.len, true) == events);
	input_release(&in);
	buf_release(&out);
}

static void run_file(const uint8_t *p, size_t len)
{
	struct verify_report r;
	struct summary s;
	struct input in;
	int64_t events = drain(p, len, true);

	promise(drain(p, len, false) == events);
	input_mem(&in, p, len);
	vtr_verify(&in, NULL, &r);
	verify_report_release(&r);
	input_mem(&in, p, len);
	vtr_summarise(&in, &s);
	summary_release(&s);
	check_repair(p, len, events);
}

static void frame_pieces(struct buf *out, const uint8_t *p, size_t len)
{
	struct rcur c = rcur_of(p, len);
	uint8_t head[VTR_HEADER];
	struct chain chain = { 0 };
	const uint8_t *body;
	uint8_t type;
	size_t n;

	while (rcur_left(&c) >= 3) {
		type = rcur_u8(&c);
		n = rcur_u16(&c);
		if (n > rcur_left(&c))
			n = rcur_left(&c);
		body = rcur_take(&c, n);
		if (type == VTR_META)
			memset(&chain, 0, sizeof(chain));
		block_head_make(head, &chain, type, body, (uint32_t)n);
		buf_add(out, head, sizeof(head));
		buf_add(out, body, n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct buf file = BUF_INIT;

	if (!block_digest_init())
		abort();
	if (len >= 4 && !memcmp(p, VTR_MAGIC, 4)) {
		run_file(p, len);
		return 0;
	}
	frame_pieces(&file, p, len);
	run_file((uint8_t *)file.data, file.len);
	buf_release(&file);
	return 0;
}
