/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/filter.h"
#include "analyze/filter/op.h"
#include "lib/base/err.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct buf printed = BUF_INIT;
static struct filter_error err = FILTER_ERROR_INIT;

static void setup(void)
{
	arena = (struct arena)ARENA_INIT;
	buf_init(&printed);
	err = (struct filter_error)FILTER_ERROR_INIT;
}

static void teardown(void)
{
	arena_release(&arena);
	buf_release(&printed);
	filter_error_release(&err);
}

static const char *text_of(const char *condition)
{
	struct ast *t;

	buf_clear(&printed);
	buf_clear(&err.msg);
	if (filter_parse(&arena, str_of(condition), 100, &t, &err))
		return NULL;
	ast_print(t, &printed);
	return printed.data;
}

START_TEST(normal_text)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "a", "a" },
		{ "not a", "not a" },
		{ "not not a", "a" },
		{ "not  not(a)", "a" },
		{ "not(not(a))", "not not a" },
		{ "(a)or(b)", "(a or b)" },
		{ "a and b or c and d", "((a and b) or (c and d))" },
		{ "a.b=c and not d.e in(f, 'g h')", "(a.b = c and not d.e in (f, \"g h\"))" },
		{ "a.b existsand.x exists", NULL },
		{ "a.b exists and c.d exists", "(a.b exists and c.d exists)" },
		{ "a.b in l", "a.b in l" },
		{ "a.b contains anyof l", "a.b contains anyof l" },
		{ "a.b = anyof", "a.b = anyof" },
		{ "a.b = anyof (x)", "a.b = anyof (x)" },
		{ "a.b = \"\\x41\\t\"", "a.b = \"A\\t\"" },
		{ "join(\",\", (a.b, tolower(c.d[1]))) = x", "join(,,(a.b,tolower(c.d[1]))) = x" },
		{ "getopt(a.b, 'n:')[n] = val(c.d)", "getopt(a.b,n:)[n] = val(c.d)" },
		{ "a or(b) and c", NULL },
		{ "a.b[\"x y\"] = c", "a.b[x y] = c" },
		{ "notx", "notx" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = text_of(cases[i].in);

		if (cases[i].out)
			ck_assert_msg(got && !strcmp(got, cases[i].out), "%s: %s %s",
				      cases[i].in, got ? got : "(error)", err.msg.data);
		else
			ck_assert_msg(!got, "%s: %s", cases[i].in, got ? got : "");
	}
}
END_TEST

START_TEST(errors_have_a_place)
{
	static const struct {
		const char *in;
		unsigned off;
		const char *msg;
	} cases[] = {
		{ "", 0, "filter input string is empty" },
		{ "a b", 2, "unexpected token after 'a', expecting 'or', 'and'" },
		{ "a.b = (x", 6, "expected a string value" },
		{ "a.b in (x", 9, "expected a ')' token" },
		{ "a.b = \"a\\qb\"", 8, "unsupported string escape sequence: \\q" },
		{ "a and", 5, "expected blank or '(' after 'and'" },
		{ "a and ()", 7, "expected a '(' token, a field check, or an identifier" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ck_assert_ptr_null(text_of(cases[i].in));
		ck_assert_uint_eq(err.stage, FILTER_PARSE);
		ck_assert_msg(!strncmp(err.msg.data, cases[i].msg, strlen(cases[i].msg)),
			      "%s: %s", cases[i].in, err.msg.data);
		ck_assert_msg(err.off == cases[i].off, "%s: at %u", cases[i].in, err.off);
	}
}
END_TEST

/* n times open, x, n times close */
static struct str nested(const char *open, const char *x, const char *close, size_t n)
{
	struct buf b = BUF_INIT;
	struct str s;
	size_t i;

	for (i = 0; i < n; i++)
		buf_adds(&b, open);
	buf_adds(&b, x);
	for (i = 0; i < n; i++)
		buf_adds(&b, close);
	s = arena_str(&arena, buf_str(&b));
	buf_release(&b);
	return s;
}

START_TEST(depth_is_limited)
{
	struct ast *t;

	ck_assert_int_eq(filter_parse(&arena, nested("(", "a", ")", 100), 100, &t, &err), 0);
	ck_assert_int_eq(filter_parse(&arena, nested("(", "a", ")", 101), 100, &t, &err),
			 -E_FILTER);
	ck_assert_str_eq(err.msg.data, "exceeded max depth limit of 100");
	ck_assert_uint_eq(err.off, 101);
	ck_assert_int_eq(filter_parse(&arena, nested("(", "a", ")", 10000), 1000, &t, &err),
			 -E_FILTER);
	ck_assert_int_eq(filter_parse(&arena, nested("not(", "a", ")", 10000), 1000, &t, &err),
			 -E_FILTER);
	ck_assert_int_eq(filter_parse(&arena, nested("len(", "a.b", ") = 1", 10000), 1000, &t,
				      &err), -E_FILTER);
	ck_assert_int_eq(filter_parse(&arena, nested("(", "", "", 1000000), 1000, &t, &err),
			 -E_FILTER);
}
END_TEST

START_TEST(many_nots_are_one)
{
	struct ast *t;

	ck_assert_int_eq(filter_parse(&arena, nested("not ", "a", "", 100001), 100, &t, &err), 0);
	ast_print(t, &printed);
	ck_assert_str_eq(printed.data, "not a");
}
END_TEST

/* An unknown operator costs its check, not the rest of the condition. */
START_TEST(unknown_operators)
{
	static const struct {
		const char *text;
		unsigned n;
		bool tree;
	} cases[] = {
		{ "a.b startwith c or d.e = f", 1, true },
		{ "a.b startwith c or d.e ends-with f and g", 2, true },
		{ "a.b isin (c, d) or d.e ~= f", 2, true },
		{ "a.b startwith anyof (c, d)", 1, true },
		{ "a.b startwith", 1, false },
		{ "a.b and c.d = e", 1, false },
		{ "a.b startwith c or (d.e = f", 1, false },
		{ "a.b startwith \"\\q\" or d.e = \"\\q\"", 1, false },
	};
	const struct filter_error *e;
	struct ast *t;
	unsigned i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		filter_error_release(&err);
		err = (struct filter_error)FILTER_ERROR_INIT;
		ck_assert_int_lt(filter_parse(&arena, str_of(cases[i].text), 100, &t, &err), 0);
		for (e = &err, n = 0; e; e = e->next, n++)
			ck_assert(str_starts(buf_str(&e->msg), STR("expected a valid check op")));
		ck_assert_msg(n == cases[i].n && !t == !cases[i].tree, "%s: %u", cases[i].text, n);
	}
}
END_TEST

static struct ast *macro(void *ctx, const struct ast *ident)
{
	return str_eq(ident->text, STR("m")) ? ctx : NULL;
}

START_TEST(macros_are_shared)
{
	struct ast *m, *t, *r;
	const struct ast *unknown = NULL;

	ck_assert_int_eq(filter_parse(&arena, STR("x.y = 1 or x.y = 2"), 100, &m, &err), 0);
	ck_assert_int_eq(filter_parse(&arena, STR("m and not m"), 100, &t, &err), 0);
	r = ast_resolve(&arena, t, macro, m, &unknown);
	ck_assert_ptr_nonnull(r);
	ck_assert_ptr_eq(r->kids[0], m);
	ck_assert_ptr_eq(r->kids[1]->kids[0], m);
	ck_assert_int_eq(t->kids[0]->kind, AST_IDENT);
	ast_print(r, &printed);
	ck_assert_str_eq(printed.data,
			 "((x.y = 1 or x.y = 2) and not (x.y = 1 or x.y = 2))");
	ck_assert_int_eq(filter_parse(&arena, STR("m and n"), 100, &t, &err), 0);
	ck_assert_ptr_null(ast_resolve(&arena, t, macro, m, &unknown));
	ck_assert(str_eq(unknown->text, STR("n")));
	ck_assert_uint_eq(unknown->off, 6);
}
END_TEST

static bool count(void *ctx, const struct ast *t UNUSED)
{
	++*(unsigned *)ctx;
	return true;
}

/* 64 levels of "m and m": 2^64 leaves as a tree, 65 nodes as a graph. */
START_TEST(shared_trees_stay_small)
{
	struct ast *m, *t;
	const struct ast *unknown;
	unsigned i, n = 0;

	ck_assert_int_eq(filter_parse(&arena, STR("a.b = c"), 100, &m, &err), 0);
	ck_assert_int_eq(filter_parse(&arena, STR("m and m"), 100, &t, &err), 0);
	for (i = 0; i < 64; i++)
		m = ast_resolve(&arena, t, macro, m, &unknown);
	ck_assert(ast_walk(m, count, &n));
	ck_assert_uint_le(n, 2 + 64);
	ast_print(m, &printed);
	ck_assert_uint_lt(printed.len, 9u << 20);
}
END_TEST

START_TEST(fields)
{
	static const struct {
		const char *in;
		size_t n;
		enum fieldref_arg kind;
		int64_t index;
		const char *key;
	} cases[] = {
		{ "proc.name", 9, REF_NONE, 0, "" },
		{ "proc.aname", 10, REF_NONE, 0, "" },
		{ "proc.aname[2]", 13, REF_INDEX, 2, "" },
		{ "proc.aname[-1]", 14, REF_INDEX, -1, "" },
		{ "proc.aname[x]", 0, REF_NONE, 0, "" },
		{ "proc.aname[99999999999]", 0, REF_NONE, 0, "" },
		{ "proc.env[1]", 11, REF_KEY, 0, "1" },
		{ "proc.aenv[1]", 12, REF_INDEX, 1, "" },
		{ "proc.aenv[A]", 12, REF_KEY, 0, "A" },
		{ "proc.name[1]", 0, REF_NONE, 0, "" },
		{ "proc.nam", 0, REF_NONE, 0, "" },
		{ "evt.arg.name", 12, REF_KEY, 0, "name" },
		{ "evt.arg[3]", 10, REF_INDEX, 3, "" },
		{ "evt.arg.nosuch", 0, REF_NONE, 0, "" },
		{ "evt.rawarg.flags", 16, REF_KEY, 0, "flags" },
		{ "evt.rawarg[0]", 0, REF_NONE, 0, "" },
		{ "evt.around[5]", 13, REF_INDEX, 5, "" },
		{ "evt.around", 0, REF_NONE, 0, "" },
		{ "evt.abspath.src", 15, REF_KEY, 0, "src" },
		{ "evt.abspath", 11, REF_NONE, 0, "" },
		{ "thread.cgroup.cpu", 17, REF_KEY, 0, "cpu" },
		{ "thread.cgroup", 0, REF_NONE, 0, "" },
		{ "evt.type.is.open", 16, REF_KEY, 0, "open" },
		{ "container.mount[0]", 18, REF_INDEX, 0, "" },
		{ "container.mount[/x]", 19, REF_KEY, 0, "/x" },
		{ "container.label", 0, REF_NONE, 0, "" },
		{ "container.id[0]", 0, REF_NONE, 0, "" },
		{ "", 0, REF_NONE, 0, "" },
	};
	struct buf why = BUF_INIT;
	struct fieldref ref;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_clear(&why);
		n = fieldref_parse(str_of(cases[i].in), FIELD_IN_FILTER, &arena, &ref, &why);
		ck_assert_msg(n == cases[i].n, "%s: %zu %s", cases[i].in, n, why.data);
		if (!n) {
			ck_assert_uint_gt(why.len, 0);
			continue;
		}
		ck_assert_int_eq(ref.argkind, cases[i].kind);
		ck_assert_int_eq(ref.index, cases[i].index);
		ck_assert(str_eq(ref.key, str_of(cases[i].key)));
		ck_assert(str_eq(ref.text, str_of(cases[i].in)));
	}
	buf_release(&why);
}
END_TEST

START_TEST(fields_in_outputs)
{
	static const struct {
		const char *in;
		size_t n;
	} cases[] = {
		{ "proc.namex", 9 },
		{ "proc.aname[1", 10 },
		{ "proc.aname[x]", 10 },
		{ "proc.aname[1]]", 13 },
		{ "proc.name[0]", 9 },
		{ "evt.arg.namefoo", 12 },
		{ "container.label[a] x", 18 },
		{ "nope", 0 },
	};
	struct buf why = BUF_INIT;
	struct fieldref ref;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		n = fieldref_parse(str_of(cases[i].in), FIELD_IN_OUTPUT, &arena, &ref, &why);
		ck_assert_msg(n == cases[i].n, "%s: %zu %s", cases[i].in, n, why.data);
	}
	buf_release(&why);
}
END_TEST

START_TEST(sources)
{
	const struct fieldinfo *f = field_by_name(STR("ka.verb"));

	ck_assert(!field_in_source(f, STR("syscall")));
	ck_assert(field_in_source(f, STR("k8s_audit")));
	f = field_by_name(STR("proc.name"));
	ck_assert(field_in_source(f, STR("syscall")));
	ck_assert(!field_in_source(f, STR("k8s_audit")));
	f = field_by_name(STR("evt.num"));
	ck_assert(field_in_source(f, STR("k8s_audit")));
	ck_assert_ptr_null(field_by_name(STR("proc.nam")));
	ck_assert_str_eq(field_nearest(STR("proc.nmae")), "proc.name");
}
END_TEST

UNIT_MAIN_WITH("filter_parse", setup, teardown,
	       normal_text, errors_have_a_place, depth_is_limited,
	       many_nots_are_one, unknown_operators, macros_are_shared,
	       shared_trees_stay_small, fields, fields_in_outputs, sources)
