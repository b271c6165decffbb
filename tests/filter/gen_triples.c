/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes generated.test: every operator with every type that conditions know,
 * holding, not holding, with the field absent; rejected where it is not legal.
 */
#include "lib/base/compat.h"

#include "analyze/field/field.h"
#include "analyze/filter/ast.h"
#include "analyze/filter/op.h"

/* What makes an operator hold for a value of a class, and what does not. */
static const struct row {
	uint8_t cls;
	uint8_t op;
	const char *value, *yes, *no;
} rows[] = {
	{ OC_NUM, FOP_EQ, "5", "5", "6" },
	{ OC_NUM, FOP_EQ2, "5", "5", "6" },
	{ OC_NUM, FOP_NE, "5", "6", "5" },
	{ OC_NUM, FOP_LT, "5", "6", "5" },
	{ OC_NUM, FOP_LE, "5", "5", "4" },
	{ OC_NUM, FOP_GT, "5", "4", "5" },
	{ OC_NUM, FOP_GE, "5", "5", "6" },
	{ OC_NUM, FOP_IN, "5", "(4, 5)", "(4, 6)" },
	{ OC_NUM, FOP_INTERSECTS, "5", "(4, 5)", "(4, 6)" },
	{ OC_BOOL, FOP_EQ, "true", "true", "false" },
	{ OC_BOOL, FOP_EQ2, "true", "true", "false" },
	{ OC_BOOL, FOP_NE, "true", "false", "true" },
	{ OC_BOOL, FOP_IN, "true", "(true)", "(false)" },
	{ OC_BOOL, FOP_INTERSECTS, "true", "(false, true)", "(false)" },
	{ OC_STR, FOP_EQ, "Bash.sh", "Bash.sh", "bash.sh" },
	{ OC_STR, FOP_EQ2, "Bash.sh", "Bash.sh", "Bash.s" },
	{ OC_STR, FOP_NE, "Bash.sh", "Bash.shx", "Bash.sh" },
	{ OC_STR, FOP_LT, "1x", "2", "1" },
	{ OC_STR, FOP_LE, "1", "1", "0" },
	{ OC_STR, FOP_GT, "1x", "1", "2" },
	{ OC_STR, FOP_GE, "1", "1", "10" },
	{ OC_STR, FOP_GLOB, "Bash.sh", "B[a-c]*.?h", "b*" },
	{ OC_STR, FOP_IGLOB, "Bash.sh", "bA*", "b*y" },
	{ OC_STR, FOP_CONTAINS, "Bash.sh", "sh.", "SH" },
	{ OC_STR, FOP_ICONTAINS, "Bash.sh", "SH.S", "shs" },
	{ OC_STR, FOP_STARTSWITH, "Bash.sh", "Ba", "ash" },
	{ OC_STR, FOP_ENDSWITH, "Bash.sh", ".sh", "Bash" },
	{ OC_STR, FOP_REGEX, "Bash.sh", "\"B[a-s]+h\\\\.sh\"", "as" },
	{ OC_STR, FOP_IN, "Bash.sh", "(a, Bash.sh)", "(a, b)" },
	{ OC_STR, FOP_INTERSECTS, "Bash.sh", "(Bash.sh)", "(bash.sh, b)" },
	{ OC_STR, FOP_PMATCH, "/etc/passwd", "(/usr, /etc)", "(/et, /etc/passwd/x)" },
	{ OC_BUF, FOP_EQ, "\"GET \\x00\"", "\"GET \\x00\"", "GET" },
	{ OC_BUF, FOP_EQ2, "\"GET \\x00\"", "\"GET \\x00\"", "\"GET \"" },
	{ OC_BUF, FOP_NE, "\"GET \\x00\"", "GET", "\"GET \\x00\"" },
	{ OC_BUF, FOP_CONTAINS, "\"GET \\x00/\"", "\"\\x00/\"", "\"T/\"" },
	{ OC_BUF, FOP_STARTSWITH, "\"GET \\x00\"", "GE", "ET" },
	{ OC_BUF, FOP_ENDSWITH, "\"GET /x\"", "/x", "GET" },
	{ OC_BUF, FOP_BCONTAINS, "\"GET \\x00\"", "2000", "0020" },
	{ OC_BUF, FOP_BSTARTSWITH, "\"GET \\x00\"", "4745", "20" },
	{ OC_BUF, FOP_IN, "GET", "(PUT, GET)", "(PUT)" },
	{ OC_BUF, FOP_INTERSECTS, "GET", "(PUT, GET)", "(PUT)" },
	{ OC_IP, FOP_EQ, "10.0.0.5", "10.0.0.5", "10.0.0.6" },
	{ OC_IP, FOP_EQ2, "::1", "::1", "127.0.0.1" },
	{ OC_IP, FOP_NE, "10.0.0.5", "::1", "10.0.0.5" },
	{ OC_IP, FOP_IN, "10.0.0.5", "(::1, 10.0.0.5)", "(::1, 10.0.0.6)" },
	{ OC_IP, FOP_INTERSECTS, "::1", "(::1, 10.0.0.5)", "(::2, 10.0.0.6)" },
	{ OC_NET, FOP_EQ, "10.0.0.5", "10.0.0.0/8", "11.0.0.0/8" },
	{ OC_NET, FOP_EQ2, "2001:db8::5", "2001:db8::/32", "0.0.0.0/0" },
	{ OC_NET, FOP_NE, "10.0.0.5", "::/0", "10.0.0.4/31" },
	{ OC_NET, FOP_IN, "10.0.0.5", "(::/0, 10.0.0.0/29)", "(::/0, 10.0.0.0/30)" },
	{ OC_NET, FOP_INTERSECTS, "10.0.0.5", "(11.0.0.0/8, 10.0.0.5/32)", "(11.0.0.0/8)" },
	{ OC_LIST, FOP_IN, "[file,pipe]", "(pipe, file, x)", "(file)" },
	{ OC_LIST, FOP_INTERSECTS, "[file,pipe]", "(x, pipe)", "(x)" },
};

/* A field of a type, and an event that has it. */
struct sample {
	char field[64];
	const char *event;
};

static bool usable(const struct fieldinfo *f, unsigned ptype, bool list)
{
	if (f->ptype != ptype || f->list != list || f->fclass >= FCLASS_K8S_AUDIT)
		return false;
	/* These have meanings of their own. */
	if (f->flags & FF_TABLE_ONLY || f->id == FIELD_FD_IP || f->id == FIELD_FD_NET ||
	    f->id == FIELD_FD_PORT || f->id == FIELD_FD_PROTO || f->id == FIELD_EVT_TYPE ||
	    f->id == FIELD_SYSCALL_TYPE || f->id == FIELD_EVT_DIR)
		return false;
	if (f->fclass == FCLASS_EVT && f->ptype == PT_BOOL && strcmp(f->name, "evt.failed"))
		return false;
	return f->arg == FARG_NONE || f->arg == FARG_OPT_FD;
}

/* Types no field has are reached through evt.rawarg. */
static bool raw_sample(unsigned ptype, struct sample *s)
{
	struct arena a = ARENA_INIT;
	struct buf why = BUF_INIT;
	struct fieldref ref;
	unsigned ev, i;
	bool found = false;

	for (ev = 1; ev < EV_COUNT && !found; ev += 2) {
		for (i = 0; i < evtab[ev].nparams && !found; i++) {
			if (evtab[ev].params[i].ptype != ptype || !strcmp(evtab[ev].name, "syscall"))
				continue;
			snprintf(s->field, sizeof(s->field), "evt.rawarg.%s",
				 evtab[ev].params[i].name);
			s->event = evtab[ev].name;
			found = fieldref_parse(str_of(s->field), FIELD_IN_FILTER, &a, &ref, &why) &&
				ref.ptype == ptype &&
				evinfo_by_name(str_of(s->event)) == evinfo_of(ev - 1);
		}
	}
	buf_release(&why);
	arena_release(&a);
	return found;
}

static bool sample(unsigned ptype, bool list, struct sample *s)
{
	unsigned i;

	s->event = "connect";
	for (i = 0; i < FIELD_COUNT; i++) {
		if (!usable(&fieldtab[i], ptype, list))
			continue;
		snprintf(s->field, sizeof(s->field), "%s", fieldtab[i].name);
		return true;
	}
	return !list && raw_sample(ptype, s);
}

static void triple(const char *expr, const struct sample *s, const char *value, bool verdict)
{
	printf("%s\n%s", expr, s->event);
	if (value)
		printf(" %s=%s", s->field, value);
	printf("\n%s\n\n", verdict ? "true" : "false");
}

static void one(const struct row *r, const struct sample *s)
{
	char expr[256];

	snprintf(expr, sizeof(expr), "%s %s %s", s->field, optab[r->op].text, r->yes);
	triple(expr, s, r->value, true);
	triple(expr, s, NULL, false);
	snprintf(expr, sizeof(expr), "%s %s %s", s->field, optab[r->op].text, r->no);
	triple(expr, s, r->value, false);
}

/* anyof, allof and oneof of what holds and what does not */
static void modifiers(const struct row *r, const struct sample *s)
{
	static const struct {
		const char *mod, *list;
		bool verdict;
	} forms[] = {
		{ "anyof", "(%2$s, %1$s)", true }, { "anyof", "(%2$s, %2$s)", false },
		{ "anyof", "()", false },
		{ "allof", "(%1$s, %1$s)", true }, { "allof", "(%1$s, %2$s)", false },
		{ "allof", "()", false },
		{ "oneof", "(%1$s, %2$s)", true }, { "oneof", "(%1$s, %1$s)", false },
		{ "oneof", "()", false },
	};
	bool never = r->cls == OC_NET && r->op != FOP_NE;
	char expr[512];
	size_t i, n;
	const char *p;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		n = (size_t)snprintf(expr, sizeof(expr), "%s %s %s ", s->field,
				     optab[r->op].text, forms[i].mod);
		for (p = forms[i].list; *p; p++) {
			if (*p == '%') {
				n += (size_t)snprintf(expr + n, sizeof(expr) - n, "%s",
						      p[1] == '1' ? r->yes : r->no);
				p += 3;
			} else {
				expr[n++] = *p;
				expr[n] = '\0';
			}
		}
		triple(expr, s, r->value, forms[i].verdict && !never);
		triple(expr, s, NULL, false);
	}
}

static void not_legal(unsigned op, const struct sample *s)
{
	const char *rhs = optab[op].syntax == OPS_LIST ? "(1)" : "1";

	printf("%s %s %s\n%s\nerror 1\n\n", s->field, optab[op].text, rhs, s->event);
}

static const char *value_of(unsigned cls)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].cls == cls)
			return rows[i].value;
	return "1";
}

static void type_triples(unsigned ptype, bool list)
{
	unsigned cls = type_class(ptype, list), op;
	struct sample s;
	char expr[128];
	size_t i;

	if (!sample(ptype, list, &s))
		return;
	printf("# %s%s\n\n", list ? "list of " : "", ptype_name(ptype));
	snprintf(expr, sizeof(expr), "%s exists", s.field);
	if (cls != OC_NONE)
		triple(expr, &s, value_of(cls), true);
	triple(expr, &s, NULL, false);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].cls != cls)
			continue;
		one(&rows[i], &s);
		if (optab[rows[i].op].syntax == OPS_STR || optab[rows[i].op].syntax == OPS_WORD)
			if (cls != OC_LIST)
				modifiers(&rows[i], &s);
	}
	for (op = 0; op < FOP_COUNT; op++)
		if (!(optab[op].classes & cls))
			not_legal(op, &s);
}

int main(void)
{
	unsigned t;

	printf("# SPDX-License-Identifier: Apache-2.0\n"
	       "# Written by gen_triples; make check compares.\n\n");
	for (t = 1; t < PT_COUNT; t++)
		type_triples(t, false);
	type_triples(PT_CHARBUF, true);
	return 0;
}
