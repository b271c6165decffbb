/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/trace/private.h"

/* PLAIN: the kind tells which event a row is; RAW: each row does. */
enum treat { SKIP, UNWANTED, PLAIN, RAW, SNAP };

static bool wanted(const struct reader *r, unsigned type)
{
	return r->all_types || (r->types[type >> 3] >> (type & 7) & 1);
}

static enum treat treat_event(const struct reader *r, unsigned type, struct lane *lane)
{
	lane->info = evinfo_of(type);
	lane->type = (uint16_t)type;
	if (!lane->info || evtab[type].flags & EF_UNUSED)
		return SKIP;
	return wanted(r, type) ? PLAIN : UNWANTED;
}

static enum treat treat_of(const struct reader *r, const struct group *k, struct lane *lane,
			   bool snaps)
{
	unsigned type;

	if (!k->known)
		return SKIP;
	if (snaps)
		return k->id >= KIND_SNAP && k->id < KIND_RAW_SYSCALL ? SNAP : SKIP;
	if (k->id < KIND_SNAP)
		return treat_event(r, k->id, lane);
	if (k->id < KIND_RAW_SYSCALL || !r->raw)
		return SKIP;
	type = rawdec_type(k->id);
	return type ? treat_event(r, type, lane) : RAW;
}

/* The first row from which on somebody may look; the end, where that may be all
 * of them, but not at what is calm. */
static uint32_t unseen_end(const struct reader *r)
{
	const struct rows_get *g = &r->rows;
	const struct vtr_pass *p = r->pass;
	uint32_t i, by_number = g->head.count;

	if (!p || !vtr_is_unseen(p))
		return g->head.count;
	if (r->unseen < by_number)
		by_number = (uint32_t)r->unseen;
	if (!p->from_ts && !p->to_ts)
		return by_number;
	for (i = g->at; i < g->head.count; i++)
		if ((i >= by_number && g->ts[i] >= p->from_ts) ||
		    (p->to_ts && g->ts[i] > p->to_ts))
			break;
	return i;
}

void reader_pass_lanes(struct reader *r)
{
	struct lane *lane;
	unsigned i, way;

	for (i = 0; i < r->rows.head.nkinds; i++) {
		lane = &r->rows.lanes[i];
		way = r->pass && lane->treat == PLAIN ? r->pass->way[lane->type] : 0;
		lane->calm = way ? r->pass->calm[way - 1] : NULL;
		lane->role = r->pass && lane->treat == PLAIN ? r->pass->role[lane->type] :
							       VTR_USES_ALL;
	}
	r->seen_from = unseen_end(r);
	reader_find_moot(r);
}

void reader_take_rows(struct reader *r, bool snaps)
{
	struct lane *lane;
	struct group *k;
	unsigned i;

	r->rows.no_payload = r->no_payload;
	r->nrows++;
	if (!r->opened &&
	    !rows_get_open(&r->rows, r->walk.body, r->walk.head.length, r->schema)) {
		reader_damaged(r, "does not hold rows as it must");
		return;
	}
	for (i = 0; i < r->rows.head.nkinds; i++) {
		k = &r->rows.groups[i];
		lane = &r->rows.lanes[i];
		lane->treat = (uint8_t)treat_of(r, k, lane, snaps);
		if (!k->known)
			r->unknown_rows += k->count;
	}
	r->in_rows = true;
	r->moot = NULL;
	if (r->pass)
		reader_pass_lanes(r);
}

static void event_head(struct reader *r, struct event *ev, uint32_t at)
{
	const struct rows_get *g = &r->rows;

	ev->ts = g->ts[at];
	ev->num = g->head.first + at;
	ev->tid = (int64_t)g->tid[at];
	ev->cpu = g->cpu[at];
	ev->flags = g->flags[at] & (uint8_t)~EVF_OURS;
	if (UNLIKELY(r->after_gap)) {
		ev->flags |= EVF_AFTER_LOSS;
		r->after_gap = false;
	}
}

static void fill_row(struct reader *r, struct group *k, uint32_t at)
{
	struct rows_get *g = &r->rows;
	struct row *row = &r->row;

	row->ts = g->ts[at];
	row->tid = (int64_t)g->tid[at];
	row->seq = rows_get_seq(g, at);
	row->cpu = g->cpu[at];
	row->flags = g->flags[at] & (uint8_t)~EVF_OURS;
	row->kind = k->known;
	if (!rows_get_group(&r->rows, k))
		memset(row->col, 0, k->known->ncols * sizeof(row->col[0]));
	row->ncols = (uint8_t)group_row(k, r->row_at, row->col);
}

static bool raw_event(struct reader *r, struct group *k, uint32_t at)
{
	fill_row(r, k, at);
	if (!rawdec_event(r->raw, &r->row, &r->ev))
		return false;
	r->ev.num = r->rows.head.first + at;
	if (wanted(r, r->ev.type))
		return true;
	r->skipped++;
	return false;
}

void reader_decode_params(struct event *ev, uint64_t wanted)
{
	struct reader *r = ev->decode_ctx;
	struct group *k = &r->rows.groups[r->group_at];
	struct columns cols;

	if (k->state != GROUP_READY)
		rows_get_group(&r->rows, k);
	if (k->id < KIND_SNAP) {
		ev->nparams = (uint8_t)group_row(k, r->row_at, ev->param);
		ev->flags &= (uint8_t)~EVF_LAZY;
		return;
	}
	cols = (struct columns){ .where = k->where, .fixed = k->fixed, .bytes = k->bytes,
				 .row = r->row_at };
	rawdec_params(r->raw, k->id, &cols, ev, wanted);
}

static void plain_event(struct reader *r, const struct lane *lane, uint32_t at)
{
	struct event *ev = &r->ev;

	event_head(r, ev, at);
	ev->flags |= r->moot && r->moot[at] == MOOT_BRIEF ? EVF_OURS : EVF_LAZY;
	ev->have = 0;
	ev->type = lane->type;
	ev->info = lane->info;
	ev->decode = reader_decode_params;
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

static void end_rows(struct reader *r)
{
	uint64_t events = r->walk.head.type == VTR_EVENTS ? r->rows.head.count : 0;

	r->in_rows = false;
	r->unseen -= r->unseen < events ? r->unseen : events;
	if (r->rows.bad)
		reader_damaged(r, "has columns that cannot be decoded");
}

/* Where the row's thread must stand for the row to be left out, or NULL. */
static inline const int64_t *calm_of(const struct reader *r, const struct lane *lane,
				     uint8_t moot, uint64_t tid)
{
	if (moot == MOOT_NOT || moot == MOOT_BRIEF)
		return lane->calm;
	if (moot == MOOT_LIFE)
		return r->pass->brief;
	if (moot >= MOOT_FD && r->pass->taken[tid % VTR_CALM] >> (moot - MOOT_FD) & 1)
		return NULL;
	return r->pass->alone;
}

/* Events nobody need see, up to the next somebody may: counted. */
static void pass_rows(struct reader *r)
{
	struct rows_get *g = &r->rows;
	const uint64_t *tid = g->tid, *ts = g->ts;
	const uint8_t *flags = g->flags, *moot = r->moot;
	const uint16_t *kind = g->kind;
	struct lane *lanes = g->lanes, *lane;
	uint32_t at = g->at, n = r->seen_from;
	uint64_t last = r->passed_ts;
	const int64_t *calm;

	for (; at < n; at++) {
		lane = &lanes[kind[at]];
		calm = calm_of(r, lane, moot ? moot[at] : MOOT_NOT, tid[at]);
		if (!calm || calm[tid[at] % VTR_CALM] != (int64_t)tid[at] || flags[at])
			break;
		lane->next++;
		if (ts[at] > last)
			last = ts[at];
	}
	r->passed += at - g->at;
	r->passed_ts = last;
	g->at = at;
}

bool reader_emit(struct reader *r, struct evsource_next *out)
{
	struct rows_get *g = &r->rows;
	struct lane *lane;
	uint32_t at;

	while (g->at < g->head.count) {
		if (r->pass && !r->after_gap) {
			pass_rows(r);
			if (g->at == g->head.count)
				break;
		}
		at = g->at++;
		lane = &g->lanes[g->kind[at]];
		r->row_at = lane->next++;
		r->group_at = g->kind[at];
		if (LIKELY(lane->treat == PLAIN)) {
			plain_event(r, lane, at);
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
	end_rows(r);
	return false;
}
