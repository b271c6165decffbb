/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/calls.h"

#define BITMAP	((EV_COUNT + 7) / 8)
#define NAMED	4	/* events of a rule, at most, in a warning */

/* Calls without an event of their own are told apart by their name alone. */
struct named {
	bool *wanted;
	bool any;
};

static void name_call(struct named *n, const struct ast_operand *o)
{
	const struct scinfo *info;
	unsigned sc;

	if (o->kind != OPND_VALUE)
		return;
	info = scinfo_by_name(o->text, &sc);
	if (info && info->exit_event == EV_GENERIC_X)
		n->wanted[sc] = n->any = true;
}

static bool look(void *ctx, const struct ast *t)
{
	size_t i;

	if (t->kind != AST_CHECK || t->left->kind != OPND_FIELD || !t->right ||
	    (!str_eq(t->left->text, STR("evt.type")) &&
	     !str_eq(t->left->text, STR("syscall.type"))))
		return true;
	name_call(ctx, t->right);
	for (i = 0; i < t->right->nargs; i++)
		name_call(ctx, t->right->args[i]);
	return true;
}

static void rule_calls(const struct ruleset *rs, const struct rule *r, bool *wanted)
{
	struct named named = { .wanted = wanted };
	uint8_t bits[BITMAP] = { 0 };
	bool generic;
	unsigned sc, ev;

	filterset_events(rs->fs, r->cond, bits);
	generic = bits[EV_GENERIC_X / 8] >> (EV_GENERIC_X % 8) & 1;
	if (generic)
		ast_walk(r->tree, look, &named);
	for (sc = 1; sc < sctab_n; sc++) {
		ev = sctab[sc].exit_event;
		if (!sctab[sc].name)
			continue;
		if (ev == EV_GENERIC_X)
			wanted[sc] |= generic && !named.any;
		else
			wanted[sc] |= bits[ev / 8] >> (ev % 8) & 1;
	}
}

/* Is it on, and reads system calls? */
static bool listens(const struct rule *r)
{
	return r->on && str_eq(r->source, STR("syscall"));
}

void rules_calls(const struct ruleset *rs, bool *wanted)
{
	size_t i;

	for (i = 0; i < rs->n; i++)
		if (listens(&rs->rules[i]))
			rule_calls(rs, &rs->rules[i], wanted);
}

/* The events of a bitmap, a few by name. */
static void name_events(struct buf *b, const uint8_t *bits)
{
	const struct evinfo *e, *before = NULL;
	unsigned ev, n = 0;

	for (ev = 0; ev < EV_COUNT && n <= NAMED; ev++) {
		e = bits[ev / 8] >> (ev % 8) & 1 ? evinfo_of(ev) : NULL;
		if (!e || ev == EV_ASYNCEVENT_E || (before && !strcmp(before->name, e->name)))
			continue;
		buf_addf(b, "%s%s", n ? ", " : "", n < NAMED ? e->name : "...");
		before = e;
		n++;
	}
}

void rules_tell_deaf(const struct ruleset *rs, const uint8_t *events, struct diag *d)
{
	struct buf names = BUF_INIT;
	uint8_t bits[BITMAP];
	bool hears;
	size_t i, k;

	for (i = 0; i < rs->n; i++) {
		if (!listens(&rs->rules[i]))
			continue;
		filterset_events(rs->fs, rs->rules[i].cond, bits);
		for (hears = false, k = 0; k < BITMAP; k++)
			hears |= bits[k] & events[k];
		if (hears)
			continue;
		buf_clear(&names);
		name_events(&names, bits);
		diag_add(d, DIAG_WARNING, "rule '%.*s' listens only to events no recorder gives: %s",
			 STR_FMT(rs->rules[i].name), names.len ? names.data : "none");
	}
	buf_release(&names);
}
