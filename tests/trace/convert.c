/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/kind.h"
#include "tests/trace/convert.h"

int buf_sink(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

static struct vtr_writer *writer(struct buf *out, const struct vtr_writer_opts *opts)
{
	struct vtr_meta meta = VTR_META_INIT;
	struct vtr_writer *w;

	vtr_meta_set(&meta, "recorder.driver", STR("test"));
	w = vtr_writer_new(&meta, opts, buf_sink, out);
	vtr_meta_release(&meta);
	return w;
}

int convert(struct evsource *s, struct buf *out, const struct vtr_writer_opts *opts,
	    struct vtr_writer_stats *stats)
{
	struct vtr_writer *w = writer(out, opts);
	struct evsource_next next;
	int err = 0;

	for (s->next(s, &next); next.what != EVS_END && !err; s->next(s, &next)) {
		switch (next.what) {
		case EVS_EVENT:
			err = vtr_writer_event(w, next.ev);
			break;
		case EVS_SNAP:
			err = vtr_writer_snap(w, next.item);
			break;
		case EVS_LOSS:
			err = vtr_writer_loss(w, &next.loss);
			break;
		case EVS_RESTART:
			err = vtr_writer_close(w);
			w = writer(out, opts);
			break;
		case EVS_END:
			break;
		}
	}
	if (!err)
		err = vtr_writer_flush(w);
	if (stats)
		*stats = vtr_writer_stats(w);
	return vtr_writer_close(w) ? -1 : err;
}

static bool same_event(struct event *a, struct event *b, char *why, size_t size)
{
	unsigned i;

	event_params(a);
	event_params(b);
	if (a->ts != b->ts || a->tid != b->tid || a->type != b->type ||
	    a->cpu != b->cpu || a->info != b->info || a->nparams != b->nparams ||
	    ((a->flags ^ b->flags) & (uint8_t)~EVF_LATE)) {
		snprintf(why, size, "head: type %u/%u ts %" PRIu64 "/%" PRIu64
			 " tid %" PRId64 "/%" PRId64 " cpu %u/%u flags %u/%u params %u/%u",
			 a->type, b->type, a->ts, b->ts, a->tid, b->tid, a->cpu, b->cpu,
			 a->flags, b->flags, a->nparams, b->nparams);
		return false;
	}
	for (i = 0; i < a->nparams; i++) {
		if (a->param[i].len == b->param[i].len &&
		    (!a->param[i].len ||
		     !memcmp(a->param[i].p, b->param[i].p, a->param[i].len)))
			continue;
		snprintf(why, size, "%s, parameter %u: %u and %u bytes", a->info->name,
			 i, a->param[i].len, b->param[i].len);
		return false;
	}
	return true;
}

static bool same_snap(const struct snap_item *a, const struct snap_item *b)
{
	struct rowbuf sa, sb;
	struct row ra, rb;
	unsigned i;

	if (a->kind != b->kind)
		return false;
	row_of_snap(&ra, a, &sa);
	row_of_snap(&rb, b, &sb);
	for (i = 0; i < ra.ncols; i++)
		if (ra.col[i].len != rb.col[i].len ||
		    (ra.col[i].len && memcmp(ra.col[i].p, rb.col[i].p, ra.col[i].len)))
			return false;
	return true;
}

bool same(struct evsource *a, struct evsource *b, char *why, size_t size,
	  uint64_t *events)
{
	struct evsource_next na, nb;

	*events = 0;
	do {
		a->next(a, &na);
		b->next(b, &nb);
		if (na.what != nb.what) {
			snprintf(why, size, "one gives %d, the other %d", na.what, nb.what);
			return false;
		}
		if (na.what == EVS_SNAP && !same_snap(na.item, nb.item)) {
			snprintf(why, size, "snapshot items of kind %d differ", na.item->kind);
			return false;
		}
		if (na.what == EVS_EVENT) {
			++*events;
			if (!same_event(na.ev, nb.ev, why, size))
				return false;
		}
	} while (na.what != EVS_END);
	return true;
}
