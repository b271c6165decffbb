/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which event types a condition may hold for (filter-language section 7).
 * Only plain comparisons of evt.type and syscall.type tell anything.
 */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"

/* Asynchronous events of the container engine, by their own names. */
static const char *const async_names[] = { "container", "container_removed" };

static void bit_set(uint8_t *map, unsigned ev)
{
	map[ev / 8] |= (uint8_t)(1u << ev % 8);
}

/* Bits behind the last event mean nothing. */
const uint8_t *events_all(void)
{
	static const uint8_t map[EV_BITMAP] = { [0 ... EV_BITMAP - 1] = 0xff };

	return map;
}

const uint8_t *events_none(void)
{
	static const uint8_t map[EV_BITMAP];

	return map;
}

const uint8_t *events_combine(struct filterset *fs, const uint8_t *a, const uint8_t *b,
			      bool all)
{
	uint8_t *map;
	size_t i;

	if (a == b || b == (all ? events_all() : events_none()) ||
	    a == (all ? events_none() : events_all()))
		return a;
	if (a == (all ? events_all() : events_none()) ||
	    b == (all ? events_none() : events_all()))
		return b;
	map = arena_alloc(&fs->a, EV_BITMAP);
	for (i = 0; i < EV_BITMAP; i++)
		map[i] = all ? a[i] & b[i] : a[i] | b[i];
	return map;
}

static bool is_async_name(struct str name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(async_names); i++)
		if (str_eq(name, str_of(async_names[i])))
			return true;
	return false;
}

bool event_name_known(struct str name)
{
	return evinfo_by_name(name) || scinfo_by_name(name, NULL) || is_async_name(name);
}

/* Every version of the event, enter and exit; what has no event of its own
 * comes as a generic one. */
static void add_name(uint8_t *map, struct str name)
{
	const struct scinfo *sc = scinfo_by_name(name, NULL);
	unsigned ev;

	for (ev = 0; ev < EV_COUNT; ev++)
		if (evtab[ev].name && name.len && evtab[ev].name[0] == name.p[0] &&
		    str_eq(name, str_of(evtab[ev].name)))
			bit_set(map, ev);
	if (sc) {
		bit_set(map, sc->exit_event);
		bit_set(map, sc->exit_event & ~1u);
	}
	if (is_async_name(name))
		bit_set(map, EV_ASYNCEVENT_E);
}

/* Old events of accept4 carry the name of accept, so that a condition on one
 * of the two is taken to be about both; what is left when it is negated
 * loses the events of that very name only. */
static void add_names(uint8_t *in, uint8_t *named, struct str name)
{
	uint8_t map[EV_BITMAP] = { 0 };
	size_t i;

	add_name(map, name);
	for (i = 0; i < EV_BITMAP; i++) {
		named[i] |= map[i];
		in[i] |= map[i];
	}
	if (str_eq(name, STR("accept")))
		add_name(in, STR("accept4"));
	else if (str_eq(name, STR("accept4")))
		add_name(in, STR("accept"));
}

static bool names_events(const struct ast *t, const struct check *c)
{
	unsigned id;

	if (c->left->kind != TERM_FIELD || c->right)
		return false;
	id = c->left->ref.f->id;
	return id == FIELD_EVT_TYPE || id == FIELD_SYSCALL_TYPE ? !t->mod : false;
}

void check_infer(struct filterset *fs, const struct ast *t, struct check *c)
{
	const struct ast_operand *r = t->right;
	uint8_t *in, *out;
	size_t i;

	c->events[0] = c->events[1] = events_all();
	if (!names_events(t, c))
		return;
	if (t->kind == AST_EXISTS) {
		c->events[1] = events_none();
		return;
	}
	if (t->op != FOP_EQ && t->op != FOP_EQ2 && t->op != FOP_NE && t->op != FOP_IN)
		return;
	in = arena_zalloc(&fs->a, EV_BITMAP);
	out = arena_zalloc(&fs->a, EV_BITMAP);
	if (r->kind == OPND_VALUE)
		add_names(in, out, r->text);
	else
		for (i = 0; i < r->nargs; i++)
			add_names(in, out, r->args[i]->text);
	for (i = 0; i < EV_BITMAP; i++)
		out[i] = (uint8_t)~out[i];
	c->events[t->op == FOP_NE] = in;
	c->events[t->op != FOP_NE] = out;
}
