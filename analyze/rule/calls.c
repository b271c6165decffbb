/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/calls.h"

#define BITMAP	((EV_COUNT + 7) / 8)

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

void rules_calls(const struct ruleset *rs, bool *wanted)
{
	size_t i;

	for (i = 0; i < rs->n; i++)
		if (rs->rules[i].on && str_eq(rs->rules[i].source, STR("syscall")))
			rule_calls(rs, &rs->rules[i], wanted);
}
