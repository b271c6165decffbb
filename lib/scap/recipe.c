/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/sort.h"
#include "lib/base/str.h"
#include "lib/base/xalloc.h"
#include "lib/scap/recipe.h"

struct lift_row {
	uint16_t type;
	uint8_t nparams, action;
	uint16_t new_type;
	const char *recipe;
};

static const struct lift_row rows[] = {
#define LIFT(ev, n, action, new_ev, recipe) { EV_##ev, n, action, EV_##new_ev, recipe },
#include "schema/lift.def"
#undef LIFT
};

static bool parse_index(struct str s, uint8_t *index)
{
	size_t i;

	if (!s.len || s.len > 2)
		return false;
	for (i = 0, *index = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*index = (uint8_t)(*index * 10 + s.p[i] - '0');
	}
	return *index < EV_PARAMS_MAX;
}

/* OLD:n ENTER:n DEFAULT EMPTY CALLBACK, perhaps with a "?" */
static bool parse_item(struct str s, struct recipe_item *item)
{
	*item = (struct recipe_item){ 0 };
	if (str_ends(s, STR("?"))) {
		item->or_empty = true;
		s.len--;
	}
	if (str_starts(s, STR("OLD:"))) {
		item->from = FROM_OLD;
		return parse_index(str_sub(s, 4, s.len), &item->index);
	}
	if (str_starts(s, STR("ENTER:"))) {
		item->from = FROM_ENTER;
		return parse_index(str_sub(s, 6, s.len), &item->index);
	}
	item->from = str_eq(s, STR("DEFAULT")) ? FROM_DEFAULT :
		     str_eq(s, STR("CALLBACK")) ? FROM_CALLBACK : FROM_EMPTY;
	return item->from != FROM_EMPTY || str_eq(s, STR("EMPTY"));
}

/* Enter events give, exit events take; nobody gets too many parameters. */
static bool makes_sense(const struct recipe *r)
{
	unsigned have = r->action == ADD_PARAMS ? r->nparams : 0;
	unsigned i;

	for (i = 0; i < r->n; i++)
		if (r->item[i].from == FROM_ENTER && !ev_is_exit(r->type))
			return false;
	if (r->action == STORE || r->action == STORE_AND_PASS)
		return !r->n && !ev_is_exit(r->type);
	if (r->action == PASS)
		return !r->n;
	if (r->action == ADD_PARAMS && r->new_type != r->type)
		return false;
	return have + r->n <= evtab[r->new_type].nwire;
}

static bool parse_row(const struct lift_row *row, struct recipe *r)
{
	struct str rest = str_of(row->recipe);

	*r = (struct recipe){
		.type = row->type, .nparams = row->nparams,
		.action = row->action, .new_type = row->new_type,
	};
	while (rest.len) {
		if (r->n == EV_PARAMS_MAX ||
		    !parse_item(str_cut(&rest, ','), &r->item[r->n++]))
			return false;
	}
	return makes_sense(r);
}

static int by_type(const void *a, const void *b, void *ctx UNUSED)
{
	const struct recipe *x = a, *y = b;

	return (x->type > y->type) - (x->type < y->type);
}

bool recipes_init(struct recipes *r)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	r->v = xcalloc(ARRAY_SIZE(rows), sizeof(*r->v));
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!parse_row(&rows[i], &r->v[i]))
			return false;
	sort_stable(r->v, ARRAY_SIZE(rows), sizeof(*r->v), by_type, NULL);
	for (i = ARRAY_SIZE(rows); i-- > 0; ) {
		r->first[r->v[i].type] = (uint16_t)i;
		r->n[r->v[i].type]++;
	}
	return true;
}

void recipes_release(struct recipes *r)
{
	free(r->v);
	r->v = NULL;
}

const struct recipe *recipe_for(const struct recipes *r, unsigned type, unsigned nparams)
{
	unsigned i;

	for (i = r->first[type]; i < (unsigned)r->first[type] + r->n[type]; i++)
		if (r->v[i].nparams == nparams)
			return &r->v[i];
	return NULL;
}
