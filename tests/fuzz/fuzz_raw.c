/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw records and raw rows of any content: whatever a recorder or a hostile
 * file says, the events made of them have parameters that consumers can use.
 */
#include "lib/base/compat.h"

#include "lib/event/raw.h"
#include "lib/event/raw_tab.h"
#include "lib/event/valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

struct input {
	const uint8_t *p;
	size_t len;
};

static const uint8_t *take(struct input *in, size_t n)
{
	const uint8_t *p = in->p;

	if (n > in->len)
		return NULL;
	in->p += n;
	in->len -= n;
	return p;
}

static unsigned take_u16(struct input *in)
{
	const uint8_t *p = take(in, 2);

	return p ? le16(p) : 0;
}

static void look(struct rawdec *d, const struct row *row)
{
	struct event ev;
	unsigned i;

	if (!rawdec_event(d, row, &ev))
		return;
	event_params(&ev);
	for (i = 0; i < ev.nparams; i++) {
		if (param_valid(ev.info->params[i].ptype, ev.param[i]))
			continue;
		fprintf(stderr, "%s: %s: %u bytes are no value\n", ev.info->name,
			ev.info->params[i].name, ev.param[i].len);
		abort();
	}
}

/* The bytes as a kernel half's record, its length and kind made to fit. */
static void as_record(struct rawdec *d, struct input in)
{
	uint8_t rec[4096];
	struct rec_hdr h;
	struct row row;
	size_t n = in.len < sizeof(rec) ? in.len : sizeof(rec), i, kinds;
	const struct kind *all = raw_kinds(&kinds);

	if (n < sizeof(h))
		return;
	memcpy(rec, in.p, n);
	memcpy(&h, rec, sizeof(h));
	h.len = (uint32_t)n;
	i = h.kind % kinds;
	h.kind = all[i].id;
	memcpy(rec, &h, sizeof(h));
	if (!raw_row_of_record(&row, rec, n, 0))
		look(d, &row);
}

/* The bytes as columns: fixed ones have their size, as a file's schema says
 * they do, or are missing; the others are of any length. */
static void as_row(struct rawdec *d, struct input in)
{
	size_t n, i, kinds;
	const struct kind *all = raw_kinds(&kinds), *k = &all[take_u16(&in) % kinds];
	struct row row = { .ts = 1, .tid = 2, .kind = k, .ncols = (uint8_t)k->ncols };

	for (i = 0; i < k->ncols; i++) {
		const uint8_t *p = take(&in, 1);
		unsigned ctl = p ? *p : 255;

		if (ctl == 255)
			continue;
		n = coltype_size(k->cols[i].type);
		if (!n)
			n = ctl < 128 ? ctl : (size_t)(ctl - 127) * 61;
		p = take(&in, n);
		row.col[i] = (struct param){ p, p ? (uint32_t)n : 0 };
	}
	look(d, &row);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct rawdec *d[2];

	if (!d[0]) {
		d[0] = rawdec_new(ARCH_X86_64);
		d[1] = rawdec_new(ARCH_ARM64);
	}
	if (len) {
		as_record(d[*p & 1], (struct input){ p + 1, len - 1 });
		as_row(d[*p & 1], (struct input){ p + 1, len - 1 });
	}
	return 0;
}
