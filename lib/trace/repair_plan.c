/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/le.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"
#include "lib/trace/repair_plan.h"
#include "lib/trace/rows_get.h"

/* Is it what was sealed?  A copy, whose chain is its own, will not tell. */
static bool is_as_sealed(const struct walk *w, bool behind_trailer)
{
	return !le32(w->raw_head + VTR_H_RESERVED) && !behind_trailer && walk_continues(w);
}

static struct piece *add(struct repair_plan *p, const struct walk *w, enum piece_kind kind)
{
	const struct piece *last = p->n ? &p->v[p->n - 1] : NULL;
	struct piece piece = { .offset = w->offset, .kind = (uint8_t)kind,
			       .segment = last ? last->segment : 1,
			       .number = last ? last->number : 0 };

	XGROW(p->v, p->cap, p->n + 1);
	p->v[p->n] = piece;
	return &p->v[p->n++];
}

static void add_block(struct repair_plan *p, const struct walk *w, bool behind_trailer)
{
	struct piece *b = add(p, w, PIECE_BLOCK);
	struct rows_head h;

	b->segment += w->anew && p->n > 1;
	b->number = w->head.number;
	b->unended = w->unended;
	b->modified = !is_as_sealed(w, behind_trailer && !w->anew);
	if (w->head.type == VTR_EVENTS && rows_head_parse(&h, w->body, w->head.length))
		b->first = h.first;
	p->misplaced += w->stray == STRAY_LATE;
}

/* A number that goes back is not believed: what is damaged may be of another segment. */
static void add_damage(struct repair_plan *p, const struct walk *w)
{
	struct piece *b = add(p, w, PIECE_DAMAGE);

	if (w->have_head && w->head.number > b->number)
		b->number = w->head.number;
}

static int gather(struct repair_plan *p, struct walk *w)
{
	bool behind_trailer = false;

	for (;;) {
		switch (walk_next(w)) {
		case WALK_BLOCK:
			if (w->stray == STRAY_AGAIN)
				p->misplaced++;
			else
				add_block(p, w, behind_trailer);
			behind_trailer = w->head.type == VTR_TRAILER ||
					 (behind_trailer && !w->anew);
			break;
		case WALK_DAMAGED:
			add_damage(p, w);
			break;
		case WALK_CUT:
			add(p, w, PIECE_CUT);
			break;
		case WALK_ERROR:
			return w->in.err;
		case WALK_END:
			return 0;
		}
	}
}

static int by_number(const void *a, const void *b, void *ctx UNUSED)
{
	const struct piece *x = a, *y = b;

	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static void find_limits(struct repair_plan *p)
{
	uint64_t limit = UINT64_MAX;
	struct piece *b;

	for (b = p->v + p->n; b-- > p->v; ) {
		if (b + 1 < p->v + p->n && b->segment != b[1].segment)
			limit = UINT64_MAX;
		b->limit = limit;
		if (b->first && !b->modified)
			limit = b->first;
	}
}

int repair_plan_make(struct repair_plan *plan, struct walk *w)
{
	int err;

	*plan = (struct repair_plan){ .v = NULL };
	err = gather(plan, w);
	sort_stable(plan->v, plan->n, sizeof(*plan->v), by_number, NULL);
	find_limits(plan);
	return err;
}

void repair_plan_release(struct repair_plan *plan)
{
	free(plan->v);
	*plan = (struct repair_plan){ .v = NULL };
}
