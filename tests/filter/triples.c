/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triples: a condition, an event, a verdict; blank lines between, # comments.
 * The verdict is true, false, or error COLUMN (from 1).  At the end every
 * operator must have been seen with every class of type it is legal for, true,
 * false and with the field absent, rejected for the others, and every
 * transformer likewise.  One argument per file.
 */
#include "lib/base/compat.h"

#include "analyze/filter/op.h"
#include "analyze/filter/filter.h"
#include "lib/base/io.h"
#include "tests/filter/fake.h"

#define CLASSES	8

enum seen { SEEN_TRUE = 1, SEEN_FALSE = 2, SEEN_ABSENT = 4, SEEN_ERROR = 8 };

static uint8_t seen_op[FOP_COUNT][MOD_ONEOF + 1][CLASSES];
static uint8_t seen_type[PT_COUNT];
static uint8_t seen_xform[XF_COUNT];
static unsigned failures, triples;

static unsigned class_index(unsigned cls)
{
	return (unsigned)__builtin_ctz(cls);
}

/* ---- what a triple covers ---- */

struct cover {
	struct fake *ev;
	unsigned how;
	struct arena *a;
};

static bool operand_present(const struct cover *c, const struct ast_operand *o)
{
	size_t i;

	if (o->kind != OPND_FIELD) {
		for (i = 0; i < o->nargs; i++)
			if (!operand_present(c, o->args[i]))
				return false;
		return true;
	}
	for (i = 0; i < c->ev->n; i++)
		if (str_eq(c->ev->name[i], o->text))
			return true;
	return false;
}

static void cover_operand(const struct ast_operand *o, unsigned how)
{
	size_t i;

	if (o->kind == OPND_TRANSFORMER)
		seen_xform[xform_by_name(o->text)] |= (uint8_t)how;
	for (i = 0; i < o->nargs; i++)
		cover_operand(o->args[i], how);
}

static bool cover_check(void *ctx, const struct ast *t)
{
	struct cover *c = ctx;
	struct buf why = BUF_INIT;
	struct fieldref ref;
	unsigned how = c->how, cls;

	if (t->kind != AST_CHECK && t->kind != AST_EXISTS)
		return true;
	if (how != SEEN_ERROR && !operand_present(c, t->left))
		how = SEEN_ABSENT;
	cover_operand(t->left, how);
	if (t->right)
		cover_operand(t->right, how);
	if (t->left->kind == OPND_FIELD &&
	    fieldref_parse(t->left->text, FIELD_IN_FILTER, c->a, &ref, &why)) {
		cls = type_class(ref.ptype, ref.list);
		seen_op[t->op][t->mod][class_index(cls)] |= (uint8_t)how;
		if (!ref.list)
			seen_type[ref.ptype] |= (uint8_t)how;
	}
	buf_release(&why);
	return true;
}

/* Only triples of a single check say what made the verdict. */
static bool is_single(const struct ast *t)
{
	return t->kind == AST_CHECK || t->kind == AST_EXISTS;
}

/* ---- running ---- */

struct where {
	const char *file;
	unsigned line;
};

static void fail(struct where w, struct str expr, const char *fmt, ...) PRINTF(3, 4);

static void fail(struct where w, struct str expr, const char *fmt, ...)
{
	va_list ap;

	printf("%s:%u: %.*s: ", w.file, w.line, STR_FMT(expr));
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	failures++;
}

static bool holds(struct filterset *fs, struct fake *ev)
{
	const struct filterset_plan *plan = filterset_plan(fs, ev->src.evtype);

	filterset_begin(fs, &ev->src);
	return plan->n && filterset_eval(fs, plan->entry[0]);
}

static void check_error(struct where w, struct str expr, struct str verdict,
			const struct filter_error *e)
{
	unsigned long col = strtoul(verdict.p + 5, NULL, 10);

	if (!str_starts(verdict, STR("error")))
		fail(w, expr, "%s (column %u)", e->msg.data, e->off + 1);
	else if (col != e->off + 1)
		fail(w, expr, "error at column %u, not %lu: %s", e->off + 1, col, e->msg.data);
}

static void check_verdict(struct where w, struct str expr, struct str verdict, bool got)
{
	bool want = str_eq(verdict, STR("true"));

	if (!want && !str_eq(verdict, STR("false")))
		fail(w, expr, "accepted");
	else if (want != got)
		fail(w, expr, "is %s", got ? "true" : "false");
}

static void triple(struct where w, struct str expr, struct str event, struct str verdict)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct filterset *fs = filterset_new();
	struct arena a = ARENA_INIT;
	struct cover c = { .a = &a };
	struct ast *t = NULL;
	struct fake ev;
	bool got;

	triples++;
	if (!fake_parse(&ev, event)) {
		fail(w, event, "cannot read the event");
	} else if (filter_parse(&a, expr, 100, &t, &e)) {
		check_error(w, expr, verdict, &e);
	} else {
		c.ev = &ev;
		if (filterset_add(fs, t, STR("syscall"), &e, NULL, &a) < 0) {
			check_error(w, expr, verdict, &e);
			c.how = SEEN_ERROR;
		} else {
			got = holds(fs, &ev);
			check_verdict(w, expr, verdict, got);
			c.how = got ? SEEN_TRUE : SEEN_FALSE;
		}
		if (is_single(t))
			ast_walk(t, cover_check, &c);
	}
	fake_release(&ev);
	filterset_free(fs);
	filter_error_release(&e);
	arena_release(&a);
}

static void run_file(const char *path)
{
	struct str part[3], rest, line;
	struct where w = { path, 0 };
	struct buf text = BUF_INIT;
	size_t n = 0;

	if (io_read_file(path, 16u << 20, &text, NULL)) {
		printf("cannot read %s\n", path);
		exit(1);
	}
	rest = buf_str(&text);
	while (rest.p) {
		line = str_cut(&rest, '\n');
		w.line++;
		if (!line.len || line.p[0] == '#') {
			if (n)
				fail(w, part[0], "is no triple");
			n = 0;
			continue;
		}
		part[n++] = line;
		if (n < 3)
			continue;
		triple(w, part[0], part[1], part[2]);
		n = 0;
	}
	buf_release(&text);
}

/* ---- coverage ---- */

static void covered(const char *what, const char *mod, const char *cls, unsigned seen,
		    unsigned want)
{
	if ((seen & want) == want)
		return;
	printf("not covered: %s %s for %s: seen %x of %x\n", what, mod, cls, seen, want);
	failures++;
}

static void operator_coverage(void)
{
	unsigned op, i, mod, cls, want;

	for (op = 0; op < FOP_COUNT; op++) {
		for (i = 0; i < CLASSES; i++) {
			cls = 1u << i;
			want = optab[op].classes & cls ? SEEN_TRUE | SEEN_FALSE | SEEN_ABSENT :
							 SEEN_ERROR;
			/* "exists" is never false but for being absent, and what no
			 * operator knows has no value in these texts. */
			if (op == FOP_EXISTS)
				want = cls == OC_NONE ? SEEN_ABSENT : SEEN_TRUE | SEEN_ABSENT;
			covered(optab[op].text, "", class_text(cls), seen_op[op][0][i], want);
			if ((optab[op].syntax != OPS_STR && optab[op].syntax != OPS_WORD) ||
			    !(optab[op].classes & cls))
				continue;
			/* One of several networks is never equal (measured). */
			if (cls == OC_NET && op != FOP_NE)
				want &= ~(unsigned)SEEN_TRUE;
			for (mod = MOD_ANYOF; mod <= MOD_ONEOF; mod++)
				covered(optab[op].text, modifier_text(mod), class_text(cls),
					seen_op[op][mod][i], want);
		}
	}
}

static void coverage(void)
{
	unsigned i;

	operator_coverage();
	for (i = 0; i < XF_COUNT; i++)
		covered(xformtab[i].name, "", "transformers", seen_xform[i],
			SEEN_TRUE | SEEN_FALSE | SEEN_ABSENT | SEEN_ERROR);
	for (i = 0; i < FIELD_COUNT; i++)
		if (!fieldtab[i].list && fieldtab[i].ptype != PT_DYN)
			covered(ptype_name(fieldtab[i].ptype), "", "types",
				seen_type[fieldtab[i].ptype],
				SEEN_TRUE | SEEN_FALSE | SEEN_ABSENT);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		run_file(argv[i]);
	coverage();
	printf("%u triples in %d files, %u wrong\n", triples, argc - 1, failures);
	return failures != 0;
}
