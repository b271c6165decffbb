/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "lib/trace/block.h"
#include "lib/trace/format.h"
#include "lib/trace/index.h"
#include "lib/trace/ints.h"
#include "lib/trace/limits.h"
#include "lib/trace/rows_get.h"

void index_release(struct index *x)
{
	free(x->v);
	free(x->totals);
	*x = (struct index)INDEX_INIT;
}

void index_add(struct index *x, const struct index_entry *e)
{
	if (x->n > VTR_INDEX_MAX)
		return;
	XGROW(x->v, x->cap, x->n + 1);
	x->v[x->n++] = *e;
}

void index_count(struct index *x, uint16_t kind, uint64_t rows)
{
	size_t i = x->ntotals;

	while (i && x->totals[i - 1].kind > kind)
		i--;
	if (i && x->totals[i - 1].kind == kind) {
		x->totals[i - 1].rows += rows;
		return;
	}
	XGROW(x->totals, x->totals_cap, x->ntotals + 1);
	memmove(&x->totals[i + 1], &x->totals[i],
		(x->ntotals - i) * sizeof(*x->totals));
	x->totals[i] = (struct index_total){ kind, rows };
	x->ntotals++;
}

uint64_t index_rows(const struct index *x, uint16_t kind)
{
	size_t i;

	for (i = 0; i < x->ntotals; i++)
		if (x->totals[i].kind == kind)
			return x->totals[i].rows;
	return 0;
}

static bool count_kinds(struct index *x, struct rcur *c, const struct rows_head *h)
{
	uint64_t id, count;
	unsigned i;

	for (i = 0; i < h->nkinds; i++) {
		id = rcur_varint(c);
		count = rcur_varint(c);
		rcur_varint(c);	/* columns */
		rcur_varint(c);	/* frame */
		if (c->bad || id > UINT16_MAX || count > h->count)
			return false;
		index_count(x, (uint16_t)id, count);
	}
	return true;
}

bool index_count_body(struct index *x, struct codec *codec, const void *body, size_t len)
{
	struct buf text = BUF_INIT;
	struct rcur c, rest;
	struct rows_head h;
	bool ok;

	ok = rows_head_parse(&h, body, len) &&
	     rows_head_rest(&h, body, len, codec, &text, &c, &rest) &&
	     count_kinds(x, &c, &h);
	buf_release(&text);
	return ok;
}

void index_loss(struct index *x, const struct evloss *loss, uint64_t at)
{
	if (loss_is_events(loss)) {
		x->losses++;
		x->lost = num_add(x->lost, loss->count);
	}
	if (at != UINT64_MAX && x->n < VTR_INDEX_MAX / 2)
		index_add(x, &(struct index_entry){ .offset = at, .type = VTR_LOSS });
}

bool index_has_losses(const struct index *x)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < x->n; i++)
		n += x->v[i].type == VTR_LOSS;
	return n >= x->losses;
}

static bool same_entry(const struct index_entry *a, const struct index_entry *b)
{
	return a->offset == b->offset && a->type == b->type && a->count == b->count &&
	       a->first == b->first && a->min_ts == b->min_ts && a->max_ts == b->max_ts;
}

static bool tells_losses(const struct index *x)
{
	size_t i = 0;

	while (i < x->n && x->v[i].type != VTR_LOSS)
		i++;
	return i < x->n;
}

bool index_same_blocks(const struct index *told, const struct index *found)
{
	bool losses = tells_losses(told);
	size_t i, at = 0;

	if (found->n > VTR_INDEX_MAX)
		return !told->n;
	for (i = 0; i < found->n; i++) {
		if (found->v[i].type == VTR_LOSS && !losses)
			continue;
		if (at >= told->n || !same_entry(&told->v[at++], &found->v[i]))
			return false;
	}
	return at == told->n;
}

bool index_same_totals(const struct index *told, const struct index *found)
{
	size_t i;

	if (told->ntotals != found->ntotals || told->losses != found->losses ||
	    told->lost != found->lost)
		return false;
	for (i = 0; i < told->ntotals; i++)
		if (told->totals[i].kind != found->totals[i].kind ||
		    told->totals[i].rows != found->totals[i].rows)
			return false;
	return true;
}

/* Entries of other blocks say where they are, no more. */
static bool has_rows(const struct index_entry *e)
{
	return e->type == VTR_EVENTS || e->type == VTR_SNAPSHOT;
}

/* What an entry is told as the distance from. */
struct before {
	uint64_t offset, next, ts;
};

static void note_before(struct before *b, const struct index_entry *e)
{
	b->offset = e->offset;
	if (e->type != VTR_EVENTS)
		return;
	b->next = e->first + e->count;
	b->ts = e->max_ts;
}

void index_pack(const struct index *x, struct buf *out)
{
	size_t n = x->n > VTR_INDEX_MAX ? 0 : x->n, i;
	struct before b = { 0, 1, 0 };
	const struct index_entry *e;

	buf_varint(out, n);
	for (i = 0; i < n; i++) {
		e = &x->v[i];
		buf_le8(out, e->type);
		buf_varint(out, e->offset - b.offset);
		if (has_rows(e)) {
			buf_varint(out, e->count);
			buf_varint(out, zigzag(e->first - b.next));
			buf_varint(out, e->min_ts - (e->type == VTR_EVENTS ? b.ts : 0));
			buf_varint(out, e->max_ts - e->min_ts);
		}
		note_before(&b, e);
	}
	buf_varint(out, x->ntotals);
	for (i = 0; i < x->ntotals; i++) {
		buf_varint(out, x->totals[i].kind - (i ? x->totals[i - 1].kind + 1u : 0));
		buf_varint(out, x->totals[i].rows);
	}
	buf_varint(out, x->losses);
	buf_varint(out, x->lost);
}

static void take_entry(struct index_entry *e, struct rcur *c, unsigned version,
		       struct before *b)
{
	*e = (struct index_entry){ 0 };
	e->type = rcur_u8(c);
	e->offset = rcur_varint(c);
	if (version < 2 || has_rows(e)) {
		e->count = (uint32_t)rcur_varint(c);
		e->first = rcur_varint(c);
		e->min_ts = rcur_varint(c);
		e->max_ts = rcur_varint(c);
	}
	if (version < 2)
		return;
	e->offset += b->offset;
	if (has_rows(e)) {
		e->first = unzigzag(e->first) + b->next;
		e->min_ts += e->type == VTR_EVENTS ? b->ts : 0;
		e->max_ts += e->min_ts;
	}
	note_before(b, e);
}

bool index_unpack(struct index *x, const void *p, size_t len, unsigned version)
{
	struct before b = { 0, 1, 0 };
	struct rcur c = rcur_of(p, len);
	struct index_entry e;
	uint64_t n = rcur_varint(&c), kind, next = 0;

	if (n > VTR_INDEX_MAX)
		return false;
	for (; n && !c.bad; n--) {
		take_entry(&e, &c, version, &b);
		if (!c.bad)
			index_add(x, &e);
	}
	for (n = rcur_varint(&c); n && !c.bad; n--) {
		kind = rcur_varint(&c);
		if (kind > UINT16_MAX)
			return false;
		kind += version < 2 ? 0 : next;
		if (kind > UINT16_MAX || kind < next)
			return false;	/* ascending */
		next = kind + 1;
		index_count(x, (uint16_t)kind, rcur_varint(&c));
	}
	x->losses = rcur_varint(&c);
	x->lost = rcur_varint(&c);
	return !c.bad && c.p == c.end;
}

bool index_body_end(struct codec *codec, const void *body, size_t len,
		    unsigned version, uint64_t *end_num, uint64_t *max_ts)
{
	struct index x = INDEX_INIT;
	struct buf text = BUF_INIT;
	bool ok = block_unpack(codec, &text, body, len) &&
		  index_unpack(&x, text.data, text.len, version);
	size_t i;

	*end_num = *max_ts = 0;
	for (i = 0; ok && i < x.n; i++) {
		if (x.v[i].type != VTR_EVENTS)
			continue;
		if (x.v[i].first > UINT64_MAX - x.v[i].count)
			ok = false;
		*end_num = x.v[i].first + x.v[i].count;
		*max_ts = x.v[i].max_ts;
	}
	index_release(&x);
	buf_release(&text);
	return ok;
}

void loss_pack(struct buf *out, const struct evloss *loss)
{
	buf_le64(out, loss->from_ts);
	buf_le64(out, loss->to_ts);
	buf_le64(out, loss->count);
	buf_le32(out, (uint32_t)loss->cpu);
	buf_le32(out, loss->reason);
	buf_le32(out, loss->cls);
}

bool loss_unpack(struct evloss *loss, const void *p, size_t len)
{
	struct rcur c = rcur_of(p, len);

	loss->from_ts = rcur_u64(&c);
	loss->to_ts = rcur_u64(&c);
	loss->count = rcur_u64(&c);
	loss->cpu = (int32_t)rcur_u32(&c);
	loss->reason = rcur_u32(&c);
	loss->cls = !c.bad && c.p < c.end ? rcur_u32(&c) : 0;
	return !c.bad;
}
