/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/crew_in.h"
#include "lib/base/le.h"
#include "lib/base/lebuf.h"

void crew_put_frame(struct buf *out, enum crew_frame type, const void *p, size_t len)
{
	buf_le8(out, (uint8_t)type);
	buf_le32(out, (uint32_t)len);
	buf_add(out, p, len);
}

void crew_item(struct crew_out *out, const void *p, size_t len)
{
	if (out->text.len)
		crew_put_frame(&out->frames, CREW_TEXT, out->text.data, out->text.len);
	buf_clear(&out->text);
	crew_put_frame(&out->frames, CREW_ITEM, p, len);
}

/* Text that may be missing: 0, or its length + 1 and the bytes. */
static void put_text(struct buf *out, const char *s)
{
	buf_varint(out, s ? strlen(s) + 1 : 0);
	if (s)
		buf_adds(out, s);
}

static bool get_text(struct rcur *c, struct buf *to)
{
	uint64_t n = rcur_varint(c);
	const uint8_t *p = n ? rcur_take(c, (size_t)n - 1) : NULL;

	buf_clear(to);
	if (p)
		buf_add(to, p, (size_t)n - 1);
	return p != NULL;
}

void crew_end_pack(struct buf *out, const struct crew_end *e, const struct diag *d,
		   size_t since)
{
	size_t i;

	buf_le32(out, (uint32_t)e->status);
	buf_le64(out, e->next);
	buf_le64(out, e->turn);
	buf_le32(out, (uint32_t)e->counts.len);
	buf_addstr(out, e->counts);
	for (i = since; i < d->n; i++) {
		const struct diag_item *it = &d->items[i];

		buf_le8(out, (uint8_t)it->level);
		buf_le32(out, it->line);
		buf_le32(out, it->col);
		buf_le64(out, (uint64_t)it->offset);
		put_text(out, it->file);
		put_text(out, it->text);
		put_text(out, it->hint);
	}
}

static void get_item(struct rcur *c, struct diag *d, struct buf *file, struct buf *text)
{
	enum diag_level level = (enum diag_level)rcur_u8(c);
	unsigned line = rcur_u32(c), col = rcur_u32(c);
	int64_t offset = (int64_t)rcur_u64(c);
	bool known = get_text(c, file);
	struct diag_item *it;

	get_text(c, text);
	if (c->bad)
		return;
	if (line)
		it = diag_at(d, level, known ? file->data : NULL, line, col, "%s", text->data);
	else
		it = diag_off(d, level, known ? file->data : NULL, offset, "%s", text->data);
	if (get_text(c, text))
		diag_hint(it, "%s", text->data);
}

bool crew_end_unpack(struct crew_end *e, const void *p, size_t len, struct diag *d)
{
	struct buf file = BUF_INIT, text = BUF_INIT;
	struct rcur c = rcur_of(p, len);
	const uint8_t *counts;
	uint32_t n;

	e->status = (int)rcur_u32(&c);
	e->next = rcur_u64(&c);
	e->turn = rcur_u64(&c);
	n = rcur_u32(&c);
	counts = rcur_take(&c, n);
	e->counts = str_mem(counts, counts ? n : 0);
	while (d && rcur_left(&c))
		get_item(&c, d, &file, &text);
	buf_release(&file);
	buf_release(&text);
	return !c.bad;
}
