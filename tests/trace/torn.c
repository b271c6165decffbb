/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/trace/block.h"
#include "lib/trace/reader.h"
#include "tests/trace/torn.h"

struct place places[PLACES];
unsigned nplaces, failures;
struct named told;

void complain(const char *what, uint64_t at, int64_t detail)
{
	if (failures++ < 20)
		fprintf(stderr, "%s: at %" PRIu64 " (%" PRId64 ")\n", what, at, detail);
}

void find_places(const struct buf *b)
{
	struct block_head h;
	size_t at = 0;
	unsigned events = 0;

	while (at < b->len) {
		if (!block_head_parse(&h, (uint8_t *)b->data + at))
			abort();
		places[nplaces] = (struct place){ at, VTR_HEADER + h.length, h.type, events, 0 };
		if (h.type == VTR_EVENTS) {
			places[nplaces].count = le32(b->data + at + VTR_HEADER);
			events += places[nplaces].count;
		}
		at += places[nplaces++].length;
	}
	if (events != SAMPLE_EVENTS || nplaces < SAMPLE_BLOCKS + 7)
		abort();
}

static void note_named(const struct diag *d, struct named *to)
{
	size_t i;

	*to = (struct named){ -1, UINT_MAX };
	for (i = 0; i < d->n && to->offset < 0; i++) {
		if (d->items[i].level != DIAG_ERROR)
			continue;
		to->offset = d->items[i].offset;
		if (sscanf(d->items[i].text, "block %u ", &to->block) != 1)
			to->block = UINT_MAX;
	}
}

int read_events(const void *p, size_t len, bool got[SAMPLE_EVENTS], unsigned *losses)
{
	struct diag d = DIAG_INIT;
	struct evsource_next n;
	struct evsource *s;
	unsigned i;
	int err;

	memset(got, 0, SAMPLE_EVENTS * sizeof(*got));
	*losses = 0;
	err = vtr_open_mem(&s, p, len, "sample", &d);
	if (!err) {
		for (s->next(s, &n); n.what != EVS_END; s->next(s, &n)) {
			*losses += n.what == EVS_LOSS;
			if (n.what != EVS_EVENT)
				continue;
			event_params(n.ev);
			i = (unsigned)((n.ev->ts - sample_ts(0)) / 1000003);
			if (i >= SAMPLE_EVENTS || n.ev->ts != sample_ts(i) || got[i] ||
			    n.ev->num != i + 1)
				complain("an event that was never written", n.ev->ts, i);
			else
				got[i] = true;
		}
		err = s->status(s);
		s->close(s);
		if (err && !d.errors)
			complain("an error without a sentence", len, err);
	}
	note_named(&d, &told);
	diag_release(&d);
	return err;
}

int verify(const void *p, size_t len, struct verify_report *r)
{
	struct input in;
	int err;

	input_mem(&in, p, len);
	err = vtr_verify(&in, NULL, r);
	input_release(&in);
	return err;
}
