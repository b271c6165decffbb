/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/event/raw.h"
#include "lib/trace/index.h"
#include "lib/trace/limits.h"
#include "lib/trace/metaio.h"
#include "lib/trace/reader.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/summary.h"
#include "lib/trace/walk.h"

#define BLOCK_ANY UINT64_MAX	/* after a seek: no number is expected */

enum treat { SKIP, UNWANTED, CANONICAL, RAW, SNAP };

struct reader {
	struct evsource src;		/* first: a source is its reader */
	struct walk walk;
	struct diag *d;
	char *name;
	int status;
	struct schema *schema;
	struct vtr_meta meta;
	bool have_meta;
	struct buf text;
	struct rawdec *raw;
	struct rows_get rows;
	bool in_rows;
	uint64_t next_block, next_event, last_ts;
	bool gap;			/* blocks were skipped since the last event */
	bool after_gap;			/* mark the next event */
	uint64_t unknown_rows;
	bool no_payload;
	uint64_t from_ts, from_num;	/* reading may begin there */
	uint64_t skipped;		/* unwanted since the last event */
	uint8_t types[(EV_COUNT + 7) / 8];
	bool all_types;
	uint32_t group_at, row_at;	/* of the event given last */
	struct event ev;
	struct row row;
	struct snap_item item;
};

static struct reader *reader_of(const struct evsource *s)
{
	return (struct reader *)(uintptr_t)s;
}

/* The worst error stays; the first sentence of it was told. */
static void fail(struct reader *r, int err)
{
	if (!r->status || (r->status == -E_CUT && err == -E_DAMAGED))
		r->status = err;
}

static void damaged(struct reader *r, const char *what)
{
	const struct walk *w = &r->walk;

	if (r->status != -E_DAMAGED)
		diag_hint(diag_off(r->d, DIAG_ERROR, r->name, (int64_t)w->offset,
				   "block %" PRIu64 " (%s) %s", r->next_block,
				   w->have_head ? block_name(w->head.type) : "unknown", what),
			  "`vestige verify` names every damaged block");
	fail(r, -E_DAMAGED);
	r->gap = true;
}

static void cut(struct reader *r)
{
	const struct walk *w = &r->walk;

	if (w->length)
		diag_off(r->d, DIAG_ERROR, r->name, (int64_t)w->offset,
			 "the trace is cut inside block %" PRIu64
			 ": everything before it was read", r->next_block);
	else
		diag_off(r->d, DIAG_ERROR, r->name, (int64_t)w->offset,
			 "the trace ends after block %" PRIu64 " without a seal: "
			 "it was cut or the recorder was killed", r->next_block - 1);
	fail(r, -E_CUT);
}

static enum arch arch_of(const struct vtr_meta *m)
{
	const char *name = vtr_meta_get(m, "host.arch");

	return name && !strcmp(name, "aarch64") ? ARCH_ARM64 : ARCH_X86_64;
}

/* True: a new segment after an earlier one. */
static bool take_meta(struct reader *r)
{
	bool again = r->have_meta;

	vtr_meta_release(&r->meta);
	schema_clear(r->schema);
	buf_clear(&r->text);
	if (!block_unpack(r->rows.codec, &r->text, r->walk.body, r->walk.head.length) ||
	    !meta_unpack(&r->meta, r->text.data, r->text.len))
		damaged(r, "does not hold what META must hold");
	r->have_meta = true;
	r->next_event = 1;
	rawdec_free(r->raw);
	r->raw = rawdec_new(arch_of(&r->meta));
	return again;
}

static void take_schema(struct reader *r)
{
	buf_clear(&r->text);
	if (!block_unpack(r->rows.codec, &r->text, r->walk.body, r->walk.head.length) ||
	    !schema_add(r->schema, r->text.data, r->text.len))
		damaged(r, "does not describe kinds as it must");
}

static bool wanted(const struct reader *r, unsigned type)
{
	return r->all_types || (r->types[type >> 3] >> (type & 7) & 1);
}

static enum treat treat_of(const struct reader *r, const struct group *k, bool snaps)
{
	if (!k->known)
		return SKIP;
	if (k->id >= KIND_RAW_SYSCALL)
		return snaps ? SKIP : RAW;
	if (k->id >= KIND_SNAP)
		return snaps ? SNAP : SKIP;
	if (snaps || (evtab[k->id].flags & EF_UNUSED))
		return SKIP;
	return wanted(r, k->id) ? CANONICAL : UNWANTED;
}

static void take_rows(struct reader *r, bool snaps)
{
	struct lane *lane;
	struct group *k;
	unsigned i;

	r->rows.no_payload = r->no_payload;
	if (!rows_get_open(&r->rows, r->walk.body, r->walk.head.length, r->schema)) {
		damaged(r, "does not hold rows as it must");
		return;
	}
	for (i = 0; i < r->rows.head.nkinds; i++) {
		k = &r->rows.groups[i];
		lane = &r->rows.lanes[i];
		lane->treat = (uint8_t)treat_of(r, k, snaps);
		lane->info = lane->treat == CANONICAL ? evinfo_of(k->id) : NULL;
		if (!k->known)
			r->unknown_rows += k->count;
	}
	r->in_rows = true;
}

/* Events missing between what was read and this block. */
static bool lost_before(struct reader *r, struct evsource_next *out)
{
	const struct rows_head *h = &r->rows.head;
	bool gap = r->gap || h->first > r->next_event;

	r->gap = false;
	if (!gap)
		return false;
	out->what = EVS_LOSS;
	out->loss = (struct evloss){
		.from_ts = r->last_ts, .to_ts = h->min_ts, .cpu = -1,
		.count = h->first > r->next_event ? h->first - r->next_event : 0,
		.reason = LOSS_REASON_DAMAGED,
	};
	r->after_gap = true;
	return true;
}

static void decode_params(struct event *ev)
{
	struct reader *r = ev->decode_ctx;
	struct group *k = &r->rows.groups[r->group_at];

	if (k->state != GROUP_READY)
		rows_get_group(&r->rows, k);
	ev->nparams = (uint8_t)group_row(k, r->row_at, ev->param);
}

static void event_head(struct reader *r, struct event *ev, uint32_t at)
{
	const struct rows_get *g = &r->rows;

	ev->ts = g->ts[at];
	ev->num = g->head.first + at;
	ev->tid = (int64_t)g->tid[at];
	ev->cpu = g->cpu[at];
	ev->flags = g->flags[at];
	if (UNLIKELY(r->after_gap)) {
		ev->flags |= EVF_AFTER_LOSS;
		r->after_gap = false;
	}
}

static void fill_row(struct reader *r, struct group *k, uint32_t at)
{
	const struct rows_get *g = &r->rows;
	struct row *row = &r->row;

	row->ts = g->ts[at];
	row->tid = (int64_t)g->tid[at];
	row->seq = g->seq ? g->seq[at] : 0;
	row->cpu = g->cpu[at];
	row->flags = g->flags[at];
	row->kind = k->known;
	rows_get_group(&r->rows, k);
	row->ncols = (uint8_t)group_row(k, r->row_at, row->col);
}

static bool raw_event(struct reader *r, struct group *k, uint32_t at)
{
	fill_row(r, k, at);
	if (!r->raw || !rawdec_event(r->raw, &r->row, &r->ev))
		return false;
	r->ev.num = r->rows.head.first + at;
	if (wanted(r, r->ev.type))
		return true;
	r->skipped++;
	return false;
}

static void canonical_event(struct reader *r, const struct lane *lane, uint32_t at)
{
	struct event *ev = &r->ev;

	event_head(r, ev, at);
	ev->flags |= EVF_LAZY;
	ev->type = lane->id;
	ev->info = lane->info;
	ev->decode = decode_params;
	ev->decode_ctx = r;
}

static bool give_event(struct reader *r, struct evsource_next *out)
{
	out->what = EVS_EVENT;
	out->ev = &r->ev;
	out->skipped = r->skipped;
	r->skipped = 0;
	return true;
}

static bool snap_item(struct reader *r, struct group *k, uint32_t at,
		      struct evsource_next *out)
{
	fill_row(r, k, at);
	out->what = EVS_SNAP;
	out->item = &r->item;
	return snap_of_row(&r->item, &r->row);
}

/* The next row somebody wants; false: the block is done. */
static bool emit(struct reader *r, struct evsource_next *out)
{
	struct rows_get *g = &r->rows;
	struct lane *lane;
	uint32_t at;

	while (g->at < g->head.count) {
		at = g->at++;
		lane = &g->lanes[g->kind[at]];
		r->row_at = lane->next++;
		r->group_at = g->kind[at];
		if (LIKELY(lane->treat == CANONICAL)) {
			canonical_event(r, lane, at);
			return give_event(r, out);
		}
		if (lane->treat == UNWANTED) {
			r->skipped++;
			continue;
		}
		if (lane->treat == RAW && raw_event(r, &g->groups[r->group_at], at))
			return give_event(r, out);
		if (lane->treat == SNAP &&
		    snap_item(r, &g->groups[r->group_at], at, out))
			return true;
	}
	return false;
}

static void end_rows(struct reader *r)
{
	r->in_rows = false;
	if (r->rows.bad)
		damaged(r, "has columns that cannot be decoded");
}

/* A whole block; true: *out is set. */
static bool take_block(struct reader *r, struct evsource_next *out)
{
	const struct walk *w = &r->walk;
	bool again;

	if (w->head.type == VTR_META)
		r->next_block = w->head.number;
	if (w->head.number != r->next_block && r->next_block != BLOCK_ANY)
		damaged(r, "is missing");
	r->next_block = w->head.number + 1;
	if (w->head.flags & VTR_FLAGS_MUST_KNOW || w->head.version > VTR_VERSION) {
		diag_off(r->d, DIAG_ERROR, r->name, (int64_t)w->offset,
			 "block %" PRIu64 " was written by a newer version of this program",
			 w->head.number);
		fail(r, -E_VERSION);
		r->gap = true;
		return false;
	}
	switch (w->head.type) {
	case VTR_META:
		again = take_meta(r);
		out->what = EVS_RESTART;
		return again;
	case VTR_SCHEMA:
		take_schema(r);
		return false;
	case VTR_SNAPSHOT:
		take_rows(r, true);
		return false;
	case VTR_EVENTS:
		take_rows(r, false);
		if (!r->in_rows)
			return false;
		again = lost_before(r, out);
		r->next_event = r->rows.head.first + r->rows.head.count;
		r->last_ts = r->rows.head.max_ts;
		return again;
	case VTR_LOSS:
		r->gap = false;
		out->what = EVS_LOSS;
		if (!loss_unpack(&out->loss, w->body, w->head.length)) {
			damaged(r, "does not tell a loss as it must");
			return false;
		}
		/* Told by a repair: these had numbers of their own. */
		if (out->loss.reason == LOSS_REASON_DAMAGED)
			r->next_event += out->loss.count;
		return true;
	default:
		return false;	/* what readers do not need, or do not know */
	}
}

static void finish(struct reader *r, struct evsource_next *out)
{
	if (r->unknown_rows)
		diag_off(r->d, DIAG_WARNING, r->name, -1, "%" PRIu64 " records of kinds "
			 "this version does not know were left out", r->unknown_rows);
	r->unknown_rows = 0;
	out->what = EVS_END;
	if (!r->gap)
		return;
	r->gap = false;
	out->what = EVS_LOSS;
	out->loss = (struct evloss){ .from_ts = r->last_ts, .cpu = -1,
				     .reason = LOSS_REASON_DAMAGED };
}

/* On to the next block; true: *out is set. */
static bool step(struct reader *r, struct evsource_next *out)
{
	switch (walk_next(&r->walk)) {
	case WALK_BLOCK:
		return take_block(r, out);
	case WALK_DAMAGED:
		damaged(r, "is damaged: its bytes do not agree with its checksum");
		r->next_block += r->walk.have_head;
		return false;
	case WALK_CUT:
		cut(r);
		return false;
	case WALK_ERROR:
		diag_off(r->d, DIAG_ERROR, r->name, (int64_t)r->walk.offset,
			 "cannot be read any further");
		fail(r, r->walk.in.err);
		return false;
	case WALK_END:
		break;
	}
	finish(r, out);
	return true;
}

/* The EVENTS block where the wanted events begin, or NULL. */
static const struct index_entry *first_wanted(const struct reader *r, const struct index *x)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].type == VTR_EVENTS && x->v[i].max_ts >= r->from_ts &&
		    x->v[i].first + x->v[i].count > r->from_num)
			return &x->v[i];
	return NULL;
}

/* Go there; what the SCHEMA blocks before it say is still needed. */
static void go_to(struct reader *r, const struct index *x, const struct index_entry *e)
{
	const struct index_entry *s;

	for (s = x->v; s < e; s++) {
		if (s->type != VTR_SCHEMA)
			continue;
		r->walk.pending = 0;
		if (!input_seek(&r->walk.in, s->offset) || walk_next(&r->walk) != WALK_BLOCK ||
		    r->walk.head.type != VTR_SCHEMA)
			return;		/* damage is told when the block is met */
		take_schema(r);
	}
	r->walk.pending = 0;
	if (!input_seek(&r->walk.in, e->offset))
		return;
	r->next_event = e->first;
	r->skipped = e->first - 1;
	r->next_block = BLOCK_ANY;
}

/* Anything that is not as it should be: read from the start, as ever. */
static void seek_wanted(struct reader *r)
{
	struct index x = INDEX_INIT;
	const struct index_entry *e;
	uint64_t start = r->walk.in.offset + r->walk.pending;

	r->walk.pending = 0;
	if (vtr_load_index(&r->walk.in, &x)) {
		input_seek(&r->walk.in, start);
		e = first_wanted(r, &x);
		if (e && e->first > 1)
			go_to(r, &x, e);
	} else if (!input_seek(&r->walk.in, start)) {
		fail(r, -E_READ);
	}
	index_release(&x);
}

static void reader_next(struct evsource *s, struct evsource_next *out)
{
	struct reader *r = reader_of(s);

	if (UNLIKELY(r->from_ts || r->from_num)) {
		if (input_size(&r->walk.in))	/* no pipe */
			seek_wanted(r);
		r->from_ts = r->from_num = 0;
	}
	do {
		if (r->in_rows) {
			if (LIKELY(emit(r, out)))
				return;
			end_rows(r);
		}
	} while (!step(r, out));
}

static int reader_status(const struct evsource *s)
{
	return reader_of(s)->status;
}

static void reader_close(struct evsource *s)
{
	struct reader *r = reader_of(s);

	walk_release(&r->walk);
	rows_get_release(&r->rows);
	rawdec_free(r->raw);
	schema_free(r->schema);
	vtr_meta_release(&r->meta);
	buf_release(&r->text);
	free(r->name);
	free(r);
}

bool vtr_probe(const void *head, size_t len)
{
	static const uint8_t start[5] = { 'V', 'T', 'R', 'B', VTR_META };
	const uint8_t *p = head;
	unsigned i, wrong = 0;

	if (len < sizeof(start))
		return len && !memcmp(p, start, len < 4 ? len : 4);
	/* One flipped bit does not make a trace something else. */
	for (i = 0; i < sizeof(start); i++)
		wrong += (unsigned)__builtin_popcount(p[i] ^ start[i]);
	return wrong <= 1;
}

static struct reader *reader_new(const char *name, struct diag *d)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	r->src = (struct evsource){ reader_next, reader_status, reader_close };
	r->d = d;
	r->name = xstrdup(name);
	r->schema = schema_new();
	r->all_types = true;
	r->next_event = 1;
	buf_init(&r->text);
	rows_get_init(&r->rows);
	return r;
}

/* Looks at the first bytes and reads META, so that vtr_meta_of() has it. */
static int start(struct reader *r, struct evsource **out)
{
	const uint8_t *p;
	size_t got = input_want(&r->walk.in, VTR_HEADER, &p);
	bool whole = got == VTR_HEADER;
	struct evsource_next first;
	struct block_head h;
	int err = r->walk.in.err;

	if (!err && !got) {
		diag_off(r->d, DIAG_ERROR, r->name, -1, "is empty");
		err = -E_EMPTY;
	} else if (!err && !vtr_probe(p, got)) {
		diag_off(r->d, DIAG_ERROR, r->name, 0, "is not a .vtr trace");
		err = -E_FOREIGN;
	} else if (!err && whole && block_head_parse(&h, p) && h.version > VTR_VERSION) {
		diag_off(r->d, DIAG_ERROR, r->name, 0,
			 "is of format version %u; this program reads up to %u",
			 h.version, VTR_VERSION);
		err = -E_VERSION;
	} else if (!err && whole && block_head_parse(&h, p) && h.type == VTR_META) {
		step(r, &first);	/* the first META tells nothing to consumers */
	}
	*out = &r->src;
	return err;
}

int vtr_open_fd(struct evsource **out, int fd, const void *head, size_t head_len,
		const char *name, struct diag *d)
{
	struct reader *r = reader_new(name, d);
	int err;

	input_fd(&r->walk.in, fd, head, head_len);
	err = start(r, out);
	if (err) {
		r->walk.in.fd = -1;	/* still the caller's */
		reader_close(*out);
		*out = NULL;
	}
	return err;
}

int vtr_open_mem(struct evsource **out, const void *p, size_t len,
		 const char *name, struct diag *d)
{
	struct reader *r = reader_new(name, d);
	int err;

	input_mem(&r->walk.in, p, len);
	err = start(r, out);
	if (err) {
		reader_close(*out);
		*out = NULL;
	}
	return err;
}

const struct vtr_meta *vtr_meta_of(const struct evsource *s)
{
	const struct reader *r = reader_of(s);

	return r->src.next == reader_next ? &r->meta : NULL;
}

void vtr_project(struct evsource *s, const struct vtr_projection *p)
{
	struct reader *r = reader_of(s);

	if (r->src.next != reader_next)
		return;		/* some other source: it gives everything */
	r->all_types = !p->types;
	if (p->types)
		memcpy(r->types, p->types, sizeof(r->types));
	r->no_payload = !p->payload;
	r->from_ts = p->from_ts;
	r->from_num = p->from_num;
}
