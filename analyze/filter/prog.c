/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier and the listing of programs. */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/xalloc.h"

static const char *const insn_names[] = {
	[INSN_CHECK] = "check",
	[INSN_CHECK_KEPT] = "check",
	[INSN_CALL] = "call",
	[INSN_HIT] = "hit",
	[INSN_TRUE] = "true",
	[INSN_FALSE] = "false",
};

static const char *wrong(const struct prog *p, uint32_t pc, size_t nchecks,
			 size_t nconds)
{
	const struct insn *in = &p->v[pc];

	if (in->op >= ARRAY_SIZE(insn_names))
		return "unknown instruction";
	if (in->op == INSN_TRUE || in->op == INSN_FALSE)
		return NULL;
	if (in->yes <= pc || in->no <= pc)
		return "jump does not go forward";
	if (in->yes >= p->n || in->no >= p->n)
		return "jump out of the program";
	if (in->op == INSN_HIT)
		return in->arg < nconds ? NULL : "no such condition";
	if (in->op != INSN_CALL)
		return in->arg < nchecks ? NULL : "no such check";
	if (in->arg <= pc || in->arg >= p->n)
		return "call does not go forward";
	return in->memo < p->nmemo ? NULL : "no such memo cell";
}

static uint32_t more(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

bool prog_verify(struct prog *p, size_t nchecks, size_t nconds, size_t nnodes,
		 struct buf *why)
{
	uint32_t *depth = xcalloc(p->n + 1u, sizeof(*depth)), pc;
	const char *what = p->n ? NULL : "empty program";
	const struct insn *in;

	p->depth = 0;
	for (pc = p->n; pc-- > 0 && !what; ) {
		in = &p->v[pc];
		what = wrong(p, pc, nchecks, nconds);
		if (!what && p->node && p->node[pc] >= nnodes)
			what = "no such node";
		if (what) {
			buf_addf(why, "instruction %u: ", pc);
			break;
		}
		if (in->op == INSN_TRUE || in->op == INSN_FALSE)
			continue;
		depth[pc] = more(depth[in->yes], depth[in->no]);
		if (in->op == INSN_CALL)
			depth[pc] = more(depth[pc], depth[in->arg] + 1);
		p->depth = more(p->depth, depth[pc]);
	}
	free(depth);
	if (what)
		buf_adds(why, what);
	return !what;
}

static void target(const struct prog *p, const char *label, uint32_t pc, struct buf *out)
{
	if (p->v[pc].op == INSN_TRUE || p->v[pc].op == INSN_FALSE)
		buf_addf(out, " %s:%s", label, insn_names[p->v[pc].op]);
	else
		buf_addf(out, " %s:%u", label, pc);
}

void prog_print(const struct filterset *fs, const struct prog *p, uint32_t entry,
		struct buf *out)
{
	const struct insn *in;
	uint32_t pc;

	buf_addf(out, "begin %u\n", entry);
	for (pc = 0; pc < p->n; pc++) {
		in = &p->v[pc];
		buf_addf(out, "%5u  %-6s", pc, insn_names[in->op]);
		if (in->op == INSN_HIT)
			buf_addf(out, "%u", in->arg);
		else if (in->op == INSN_CALL)
			buf_addf(out, "%u keep %u", in->arg, in->memo);
		else if (in->op != INSN_TRUE && in->op != INSN_FALSE)
			ast_print(fs->checks[in->arg].tree, out);
		if (in->op == INSN_CHECK_KEPT)
			buf_adds(out, " (kept)");
		if (in->op != INSN_TRUE && in->op != INSN_FALSE) {
			buf_adds(out, " ;");
			target(p, "yes", in->yes, out);
			target(p, "no", in->no, out);
		}
		buf_addc(out, '\n');
	}
}
