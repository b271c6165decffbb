/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows nobody needs (vtr_pass.unseen): what a thread that ends further on in
 * the block did to its own, after another event last used that, or to itself
 * where it also begins in the block; and a descriptor's opening and closing
 * with nothing between that has to do with descriptors.  The rows are gone
 * through from the last to the first.
 */
#include "lib/base/compat.h"

#include "lib/trace/private.h"

#define SEEN	1024	/* threads kept in mind, at their tid modulo this */
#define WORTH_IT	1024	/* rows */
#define FDS	64	/* descriptors that vtr_pass.taken knows */

struct later {
	bool any;			/* of the following */
	int64_t ends[SEEN];		/* threads that do, their own not used before */
	int64_t made[SEEN];		/* such, that said themselves that they begin */
	struct closing {
		int64_t tid;
		uint32_t at;		/* the row that closes */
		uint8_t fd;
	} closing[SEEN];
};

static size_t place(int64_t tid)
{
	return (uint64_t)tid % SEEN;
}

static void forget_all(struct later *l)
{
	size_t i;

	l->any = false;
	for (i = 0; i < SEEN; i++)
		l->ends[i] = l->made[i] = l->closing[i].tid = vtr_nobody(i);
}

static void forget_closing(struct later *l, int64_t tid)
{
	if (l->closing[place(tid)].tid == tid)
		l->closing[place(tid)].tid = vtr_nobody(place(tid));
}

static void forget(struct later *l, int64_t tid)
{
	if (l->ends[place(tid)] == tid)
		l->ends[place(tid)] = vtr_nobody(place(tid));
	if (l->made[place(tid)] == tid)
		l->made[place(tid)] = vtr_nobody(place(tid));
	forget_closing(l, tid);
}

static int64_t number(struct param p)
{
	int64_t v;

	return param_int(p, true, &v) ? v : -1;
}

/* A parameter of an event that is not told as such, as reader_decode_params(). */
static int64_t value_of_raw(struct reader *r, uint32_t group, uint32_t row, unsigned param)
{
	const struct lane *lane = &r->rows.lanes[group];
	uint32_t group_at = r->group_at, row_at = r->row_at;
	struct event ev;		/* large: only what is used */

	ev.type = lane->type;
	ev.info = lane->info;
	ev.flags = EVF_LAZY;
	ev.have = 0;
	ev.decode = reader_decode_params;
	ev.decode_ctx = r;
	r->group_at = group;
	r->row_at = row;
	event_some(&ev, 1ull << param);
	r->group_at = group_at;
	r->row_at = row_at;
	return number(event_param(&ev, param));
}

/* A parameter of row `at`, or -1; the lane is where that row is of its kind. */
static int64_t value_of(struct reader *r, uint32_t at, unsigned param)
{
	unsigned group = r->rows.kind[at];
	struct group *k = &r->rows.groups[group];
	uint32_t row = r->rows.lanes[group].left;

	if (k->id >= KIND_SNAP)
		return value_of_raw(r, group, row, param);
	rows_get_group(&r->rows, k);
	return number(group_value(k, row, param));
}

static bool will_end(const struct later *l, int64_t tid)
{
	return l->ends[place(tid)] == tid;
}

static void uses(struct reader *r, struct later *l, const struct lane *lane, uint32_t at)
{
	const uint8_t *names = r->pass->names[lane->type];
	int64_t tid = (int64_t)r->rows.tid[at], other;
	unsigned i;

	if (lane->role == VTR_USES)
		forget(l, tid);
	for (i = 0; i < ARRAY_SIZE(r->pass->names[0]); i++) {
		other = value_of(r, at, names[i]);
		if (other != tid)
			forget(l, other);
	}
}

/*
 * A thread is made, from another's.  Both tell of it, mostly one after the
 * other; who tells last finds it made.
 */
static void makes(struct reader *r, struct later *l, const struct lane *lane, uint32_t at,
		  uint8_t *moot)
{
	int64_t tid = (int64_t)r->rows.tid[at], res = value_of(r, at, 0);
	int64_t made = res ? res : tid;
	bool brief = res >= 0 && (will_end(l, made) || l->made[place(made)] == made);

	if (brief)
		moot[at] = MOOT_BRIEF;
	uses(r, l, lane, at);
	if (brief && !res)
		l->made[place(tid)] = tid;
}

/* Is that which the row changes nothing but its thread? */
static bool is_of_itself(struct reader *r, const struct lane *lane, uint32_t at)
{
	uint8_t name = r->pass->names[lane->type][0];
	int64_t who = name == VTR_NONE ? 0 : value_of(r, at, name);

	return !who || who == (int64_t)r->rows.tid[at];
}

static void closes(struct reader *r, struct later *l, const struct lane *lane, uint32_t at)
{
	int64_t tid = (int64_t)r->rows.tid[at];
	int64_t fd = value_of(r, at, r->pass->names[lane->type][0]);

	forget_closing(l, tid);
	if (fd < 0 || fd >= FDS || value_of(r, at, 0) < 0)
		return;
	l->any = true;
	l->closing[place(tid)] = (struct closing){ tid, at, (uint8_t)fd };
}

static void opens(struct reader *r, struct later *l, uint32_t at, uint8_t *moot)
{
	int64_t tid = (int64_t)r->rows.tid[at];
	const struct closing *c = &l->closing[place(tid)];

	if (c->tid == tid && c->fd == value_of(r, at, 0))
		moot[at] = moot[c->at] = (uint8_t)(MOOT_FD + c->fd);
	forget_closing(l, tid);
}

static void look_at(struct reader *r, struct later *l, struct lane *lane, uint32_t at,
		    uint8_t *moot)
{
	int64_t tid = (int64_t)r->rows.tid[at];

	switch ((enum vtr_role)lane->role) {
	case VTR_USES_ALL:
		if (l->any)
			forget_all(l);
		return;
	case VTR_USES:
		makes(r, l, lane, at, moot);
		break;
	case VTR_JOINS:
		uses(r, l, lane, at);
		if (will_end(l, tid))
			moot[at] = MOOT_LIFE;
		break;
	case VTR_SELF:
		if (will_end(l, tid) && is_of_itself(r, lane, at))
			moot[at] = MOOT_LIFE;
		break;
	case VTR_OPENS:
		opens(r, l, at, moot);
		return;
	case VTR_CLOSES:
		closes(r, l, lane, at);
		return;
	case VTR_ENDS:
		l->any = true;
		l->ends[place(tid)] = tid;
		break;
	default:
		break;
	}
	forget_closing(l, tid);
}

/* How many rows of each kind there are before row `end`. */
static void count_left(struct rows_get *g, uint32_t end)
{
	uint32_t i;

	for (i = 0; i < g->head.nkinds; i++)
		g->lanes[i].left = end < g->head.count ? g->lanes[i].next : g->groups[i].count;
	for (i = g->at; end < g->head.count && i < end; i++)
		g->lanes[g->kind[i]].left++;
}

static void look_back(struct reader *r, struct later *l, uint32_t end, uint8_t *moot)
{
	const struct rows_get *g = &r->rows;
	struct lane *lane;
	uint32_t at;
	int64_t tid;

	for (at = end; at-- > g->at;) {
		lane = &g->lanes[g->kind[at]];
		lane->left--;
		tid = (int64_t)g->tid[at];
		moot[at] = MOOT_NOT;
		if (lane->role >= VTR_QUIET && lane->role < VTR_ENDS && will_end(l, tid))
			moot[at] = MOOT_END;
		else if (lane->role != VTR_QUIET)
			look_at(r, l, lane, at, moot);
	}
}

void reader_find_moot(struct reader *r)
{
	struct rows_get *g = &r->rows;
	uint32_t end = r->seen_from;
	struct later l;
	uint8_t *moot;

	r->moot = NULL;
	if (!r->pass || !vtr_is_unseen(r->pass) || end < g->at + WORTH_IT ||
	    (r->pass->crowded && r->pass->crowded(r->pass->whom)))
		return;
	moot = slab_alloc(&g->slab, g->head.count);
	memset(moot + end, MOOT_NOT, g->head.count - end);
	count_left(g, end);
	forget_all(&l);
	look_back(r, &l, end, moot);
	r->moot = moot;
}
