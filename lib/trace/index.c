/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "lib/trace/block.h"
#include "lib/trace/format.h"
#include "lib/trace/index.h"
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

bool index_count_body(struct index *x, const void *body, size_t len)
{
	struct rcur c = rcur_of(body, len);
	struct rows_head h;
	uint64_t id, count;
	unsigned i;

	if (!rows_head_parse(&h, body, len))
		return false;
	rcur_take(&c, VTR_E_HEAD);
	for (i = 0; i < h.nkinds; i++) {
		id = rcur_varint(&c);
		count = rcur_varint(&c);
		rcur_varint(&c);	/* columns */
		rcur_varint(&c);	/* frame */
		if (c.bad || id > UINT16_MAX || count > h.count)
			return false;
		index_count(x, (uint16_t)id, count);
	}
	return true;
}

void index_loss(struct index *x, const struct evloss *loss, uint64_t at)
{
	if (loss_is_events(loss)) {
		x->losses++;
		x->lost += loss->count;
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

void index_pack(const struct index *x, struct buf *out)
{
	size_t i;

	buf_varint(out, x->n);
	for (i = 0; i < x->n; i++) {
		buf_le8(out, x->v[i].type);
		buf_varint(out, x->v[i].offset);
		buf_varint(out, x->v[i].count);
		buf_varint(out, x->v[i].first);
		buf_varint(out, x->v[i].min_ts);
		buf_varint(out, x->v[i].max_ts);
	}
	buf_varint(out, x->ntotals);
	for (i = 0; i < x->ntotals; i++) {
		buf_varint(out, x->totals[i].kind);
		buf_varint(out, x->totals[i].rows);
	}
	buf_varint(out, x->losses);
	buf_varint(out, x->lost);
}

bool index_unpack(struct index *x, const void *p, size_t len)
{
	struct rcur c = rcur_of(p, len);
	struct index_entry e;
	uint64_t n = rcur_varint(&c), kind, next = 0;

	if (n > VTR_INDEX_MAX)
		return false;
	for (; n && !c.bad; n--) {
		e.type = rcur_u8(&c);
		e.offset = rcur_varint(&c);
		e.count = (uint32_t)rcur_varint(&c);
		e.first = rcur_varint(&c);
		e.min_ts = rcur_varint(&c);
		e.max_ts = rcur_varint(&c);
		if (!c.bad)
			index_add(x, &e);
	}
	for (n = rcur_varint(&c); n && !c.bad; n--) {
		kind = rcur_varint(&c);
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
		    uint64_t *end_num, uint64_t *max_ts)
{
	struct index x = INDEX_INIT;
	struct buf text = BUF_INIT;
	bool ok = block_unpack(codec, &text, body, len) &&
		  index_unpack(&x, text.data, text.len);
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
