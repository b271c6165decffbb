/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/srctext.h"
#include "lib/base/xalloc.h"

void srctext_release(struct srctext *t)
{
	buf_release(&t->text);
	free(t->segs);
	t->segs = NULL;
	t->nsegs = t->cap = 0;
}

void srctext_clear(struct srctext *t)
{
	buf_clear(&t->text);
	t->nsegs = 0;
}

void srctext_add(struct srctext *t, struct str s, const struct ynode *node, uint32_t at,
		 bool linear)
{
	struct srcseg *last = t->nsegs ? &t->segs[t->nsegs - 1] : NULL;

	if (!s.len)
		return;
	if (last && last->linear == linear && last->node == node &&
	    last->at + (linear ? t->text.len - last->from : 0) == at) {
		buf_addstr(&t->text, s);
		return;
	}
	XGROW(t->segs, t->cap, t->nsegs + 1);
	t->segs[t->nsegs++] = (struct srcseg){ t->text.len, at, node, linear };
	buf_addstr(&t->text, s);
}

/* Index of the segment holding a byte; nsegs > 0. */
static size_t seg_of(const struct srctext *t, uint32_t off)
{
	size_t lo = 0, hi = t->nsegs;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->segs[mid].from <= off)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

void srctext_addtext(struct srctext *t, const struct srctext *o, uint32_t from, uint32_t to)
{
	size_t i;
	uint32_t end;

	if (to > o->text.len)
		to = o->text.len;
	for (i = o->nsegs ? seg_of(o, from) : 0; i < o->nsegs && from < to; i++, from = end) {
		const struct srcseg *s = &o->segs[i];

		end = i + 1 < o->nsegs && o->segs[i + 1].from < to ? o->segs[i + 1].from : to;
		srctext_add(t, str_mem(o->text.data + from, end - from), s->node,
			    s->linear ? s->at + (from - s->from) : s->at, s->linear);
	}
}

void srctext_setlen(struct srctext *t, size_t len)
{
	buf_setlen(&t->text, len);
	while (t->nsegs && t->segs[t->nsegs - 1].from >= len)
		t->nsegs--;
}

bool srctext_written(const struct srctext *t, uint32_t off)
{
	return t->nsegs && off < t->text.len && t->segs[seg_of(t, off)].linear;
}

const struct ynode *srctext_node(const struct srctext *t, uint32_t off, uint32_t *at)
{
	size_t i;

	if (!t->nsegs)
		return NULL;
	if (off >= t->text.len)
		off = t->text.len - 1;
	i = seg_of(t, off);
	/* glue belongs to the piece before it, or to the one after */
	while (i && !t->segs[i].node) {
		off = t->segs[i].from - 1;
		i--;
	}
	if (!t->segs[i].node && i + 1 < t->nsegs)
		off = t->segs[++i].from;
	*at = t->segs[i].linear ? t->segs[i].at + (off - t->segs[i].from) : t->segs[i].at;
	return t->segs[i].node;
}
