/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/trace/limits.h"
#include "lib/trace/metaio.h"
#include "lib/trace/reader.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/summary.h"
#include "lib/trace/walk.h"

static void take_rows(struct summary *s, const struct walk *w, struct codec *codec)
{
	struct rows_head h;

	if (!rows_head_parse(&h, w->body, w->head.length) ||
	    !index_count_body(&s->index, codec, w->body, w->head.length)) {
		s->status = -E_DAMAGED;
		return;
	}
	index_add(&s->index, &(struct index_entry){
		.offset = w->offset, .type = w->head.type, .count = h.count,
		.first = h.first, .min_ts = h.min_ts, .max_ts = h.max_ts });
}

static void take_seal(struct summary *s, const struct walk *w)
{
	struct seal seal;

	if ((s->sealed && s->sealed >= s->segments) ||
	    !seal_unpack(&seal, w->body, w->head.length))
		return;		/* no segment has two */
	s->sealed++;
	s->is_signed += seal.is_signed;
}

static bool unpack(struct buf *text, const struct walk *w, struct codec *codec)
{
	buf_clear(text);
	return block_unpack(codec, text, w->body, w->head.length);
}

static void take_block(struct summary *s, const struct walk *w, struct buf *text,
		       struct codec *codec)
{
	struct evloss loss;

	if (block_is_newer(&w->head)) {
		s->status = -E_VERSION;
		return;
	}
	if (w->jumped || w->stray || (w->anew && w->head.type != VTR_META))
		s->status = -E_DAMAGED;
	else if (w->unended && !s->status)
		s->status = -E_CUT;
	if (w->stray == STRAY_AGAIN)
		return;
	s->segments += w->anew || !s->blocks;
	s->blocks++;
	switch (w->head.type) {
	case VTR_META:
		if (s->segments == 1 &&
		    !(unpack(text, w, codec) && meta_unpack(&s->meta, text->data, text->len)))
			s->status = -E_DAMAGED;
		break;
	case VTR_SCHEMA:
		index_add(&s->index, &(struct index_entry){
			.offset = w->offset, .type = VTR_SCHEMA });
		break;
	case VTR_SNAPSHOT:
	case VTR_EVENTS:
		take_rows(s, w, codec);
		break;
	case VTR_LOSS:
		if (!loss_unpack(&loss, w->body, w->head.length))
			break;
		index_loss(&s->index, &loss, w->offset);
		loss_totals_add(&s->losses, &loss);
		break;
	case VTR_SEAL:
		take_seal(s, w);
		break;
	case VTR_TRAILER:
		s->again += ends_again(&s->ends, w->head.digest);
		break;
	default:
		break;
	}
}

static int scan(struct summary *s, struct walk *w, struct buf *text,
		       struct codec *codec)
{
	for (;;) {
		switch (walk_next(w)) {
		case WALK_BLOCK:
			take_block(s, w, text, codec);
			break;
		case WALK_DAMAGED:
			s->status = -E_DAMAGED;
			break;
		case WALK_CUT:
			s->status = s->status ? s->status : -E_CUT;
			break;
		case WALK_ERROR:
			return w->in.err;
		case WALK_END:
			s->bytes = w->in.offset;
			return 0;
		}
	}
}

/* What the header there and the head of its rows say; *e only of blocks that
 * an INDEX lists, else its type. */
static bool peek_block(const struct input *in, uint64_t at, struct block_head *h,
		       struct index_entry *e)
{
	uint8_t head[VTR_HEADER], rows[VTR_E_HEAD];
	struct rows_head r;

	if (!input_peek(in, at, head, sizeof(head)) || !block_head_parse(h, head))
		return false;
	*e = (struct index_entry){ .offset = at, .type = h->type };
	if (h->type != VTR_EVENTS && h->type != VTR_SNAPSHOT)
		return true;
	if (h->length < sizeof(rows) || !input_peek(in, at + VTR_HEADER, rows, sizeof(rows)) ||
	    !rows_head_parse(&r, rows, sizeof(rows)))
		return false;
	e->count = r.count;
	e->first = r.first;
	e->min_ts = r.min_ts;
	e->max_ts = r.max_ts;
	return true;
}

static bool is_listed(unsigned type)
{
	return type == VTR_EVENTS || type == VTR_SNAPSHOT || type == VTR_SCHEMA ||
	       type == VTR_LOSS;
}

/*
 * An INDEX that leaves blocks out, or gives them other times, would hide what
 * is in them: the headers of all blocks before it must say the same.
 */
static bool is_true(const struct input *in, const struct index *told, uint64_t index_at)
{
	struct index found = INDEX_INIT;
	struct index_entry e;
	struct block_head h;
	uint64_t at = 0;
	bool ok = true;

	for (; ok && at < index_at; at += VTR_HEADER + (uint64_t)h.length) {
		ok = peek_block(in, at, &h, &e);
		if (ok && is_listed(e.type))
			index_add(&found, &e);
	}
	ok = ok && at == index_at && index_same_blocks(told, &found);
	index_release(&found);
	return ok;
}

/*
 * One whole segment that fills the file: TRAILER at the end, INDEX where it
 * says, META at the start.  Leaves s alone when it is not so.
 */
static bool by_index(struct summary *s, struct walk *w, struct buf *text,
		     struct codec *codec, uint64_t size)
{
	enum { LAST = VTR_HEADER + VTR_TRAILER_BODY };
	struct index x = INDEX_INIT;
	uint64_t at;

	if (size < LAST || !input_seek(&w->in, size - LAST) ||
	    walk_next(w) != WALK_BLOCK || w->head.type != VTR_TRAILER ||
	    w->head.length != VTR_TRAILER_BODY || le64(w->body + 8) != size)
		return false;
	s->blocks = w->head.number + 1;
	at = le64(w->body);
	w->pending = 0;
	if (at >= size || !input_seek(&w->in, at) || walk_next(w) != WALK_BLOCK ||
	    w->head.type != VTR_INDEX || !unpack(text, w, codec) ||
	    !index_unpack(&x, text->data, text->len, w->head.version) || !x.n ||
	    !is_true(&w->in, &x, at)) {
		index_release(&x);
		return false;
	}
	s->index = x;
	s->segments = 1;
	if (walk_next(w) == WALK_BLOCK && w->head.type == VTR_SEAL)
		take_seal(s, w);
	w->pending = 0;
	if (!input_seek(&w->in, 0) || walk_next(w) != WALK_BLOCK ||
	    w->head.type != VTR_META || block_is_newer(&w->head) || !unpack(text, w, codec) ||
	    !meta_unpack(&s->meta, text->data, text->len))
		return false;
	s->bytes = size;
	return s->from_index = true;
}

/*
 * Position at a block that lies behind.  A seek throws away what was read
 * ahead, which is much when the blocks are small: near ones are read up to.
 */
static bool go_to(struct walk *w, uint64_t at)
{
	enum { NEAR = 1 << 20 };
	uint64_t ahead = at - w->in.offset;
	const uint8_t *p;

	w->pending = 0;
	if (at < w->in.offset || ahead > NEAR)
		return input_seek(&w->in, at);
	if (input_want(&w->in, (size_t)ahead, &p) < ahead)
		return false;
	input_skip(&w->in, (size_t)ahead);
	return true;
}

/* The LOSS block whose header is there. */
static void take_loss(struct summary *s, struct walk *w, uint64_t at)
{
	struct evloss loss;

	if (go_to(w, at) && walk_next(w) == WALK_BLOCK && w->head.type == VTR_LOSS &&
	    loss_unpack(&loss, w->body, w->head.length))
		loss_totals_add(&s->losses, &loss);
	else
		s->status = -E_DAMAGED;
}

/* An INDEX of an older writer: from header to header, past the bodies. */
static void seek_losses(struct summary *s, struct walk *w)
{
	struct block_head h;
	const uint8_t *p;
	uint64_t at = 0;

	while (at < s->bytes) {
		if (!go_to(w, at) || input_want(&w->in, VTR_HEADER, &p) < VTR_HEADER ||
		    !block_head_parse(&h, p)) {
			s->status = -E_DAMAGED;
			return;
		}
		if (h.type == VTR_LOSS)
			take_loss(s, w, at);
		at += VTR_HEADER + (uint64_t)h.length;
	}
}

static void total_losses(struct summary *s, struct walk *w)
{
	size_t i;

	if (!index_has_losses(&s->index)) {
		seek_losses(s, w);
		return;
	}
	for (i = 0; i < s->index.n; i++)	/* is_true(): each is there, once */
		if (s->index.v[i].type == VTR_LOSS)
			take_loss(s, w, s->index.v[i].offset);
}

bool vtr_load_index(struct input *in, struct index *x)
{
	struct walk w = { .in = *in };
	struct buf text = BUF_INIT;
	uint64_t size = input_size(in);
	struct summary s = { 0 };
	struct codec *codec = codec_new(0);
	bool ok = size && by_index(&s, &w, &text, codec, size);

	*in = w.in;
	codec_free(codec);
	buf_release(&text);
	if (!ok) {
		summary_release(&s);
		return false;
	}
	*x = s.index;
	s.index = (struct index)INDEX_INIT;
	summary_release(&s);
	return true;
}

static void total(struct summary *s)
{
	const struct index_entry *e;
	size_t i;

	for (i = 0; i < s->index.n; i++) {
		e = &s->index.v[i];
		if (e->type != VTR_EVENTS)
			continue;
		s->events += e->count;
		if (!s->first_ts || e->min_ts < s->first_ts)
			s->first_ts = e->min_ts;
		if (e->max_ts > s->last_ts)
			s->last_ts = e->max_ts;
	}
}

int vtr_summarise(struct input *in, struct summary *s)
{
	struct walk w = { .in = *in };
	struct buf text = BUF_INIT;
	uint64_t size = input_size(in);
	struct codec *codec = codec_new(0);
	int err = 0;

	*s = (struct summary){ 0 };
	if (!size || !by_index(s, &w, &text, codec, size)) {
		summary_release(s);
		if (size && !input_seek(&w.in, 0))
			err = -E_READ;
		w = (struct walk){ .in = w.in };
		err = err ? err : walk_look(&w);
		if (!err)
			err = scan(s, &w, &text, codec);
	}
	total(s);
	if (s->from_index)
		total_losses(s, &w);
	*in = w.in;
	codec_free(codec);
	buf_release(&text);
	return err;
}

void summary_release(struct summary *s)
{
	vtr_meta_release(&s->meta);
	index_release(&s->index);
	loss_totals_release(&s->losses);
	ends_release(&s->ends);
	*s = (struct summary){ 0 };
}

/* From header to header; 0: the file is not block after block to its end. */
static uint64_t events_by_heads(const struct input *in, uint64_t size)
{
	struct index_entry e;
	struct block_head h;
	uint64_t at = 0, n = 0;

	for (; at < size && peek_block(in, at, &h, &e); at += VTR_HEADER + (uint64_t)h.length)
		n += e.type == VTR_EVENTS ? e.count : 0;
	return at == size ? n : 0;
}

uint64_t vtr_events_of(const char *path)
{
	struct summary s = { 0 };
	struct input in;
	uint64_t size, n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return 0;
	input_fd(&in, fd, NULL, 0);
	size = input_size(&in);
	if (size)
		n = events_by_heads(&in, size);
	if (size && !n) {
		if (!vtr_summarise(&in, &s))
			n = s.events;
		summary_release(&s);
	}
	input_release(&in);
	return n;
}
