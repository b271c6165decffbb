/* SPDX-License-Identifier: Apache-2.0 */
/* YAML trees: values, places, what counts as null or true, hostile files. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "analyze/rule/limits.h"
#include "analyze/rule/yamltree.h"
#include "lib/base/err.h"

static struct arena a;
static struct yfile f;
static struct yerror e = YERROR_INIT;

static int parse_mem(const char *p, size_t n)
{
	return yfile_parse(&f, "t.yaml", str_mem(p, n), &a, &e);
}

static int parse(const char *s)
{
	return parse_mem(s, strlen(s));
}

static void done(void)
{
	arena_release(&a);
	buf_release(&e.msg);
}

START_TEST(values_and_places)
{
	const struct ynode *n;

	ck_assert_int_eq(parse("# c\n- rule: x\n  tags: [a, 'b c']\n"), 0);
	ck_assert_uint_eq(f.ndocs, 1);
	n = f.docs[0];
	ck_assert_int_eq(n->kind, Y_SEQ);
	n = n->seq[0];
	ck_assert_int_eq(n->kind, Y_MAP);
	ck_assert_uint_eq(n->line, 1);
	ck_assert_uint_eq(n->col, 2);
	ck_assert_uint_eq(n->off, 6);
	ck_assert_text(ynode_get(n, "rule")->s, "x");
	ck_assert_ptr_null(ynode_get(n, "nosuch"));
	n = ynode_get(n, "tags");
	ck_assert_uint_eq(n->n, 2);
	ck_assert_text(n->seq[1]->s, "b c");
	ck_assert_uint_eq(n->seq[1]->line, 2);
	ck_assert_uint_eq(n->seq[1]->col, 12);
	done();
}
END_TEST

START_TEST(first_of_equal_keys)
{
	ck_assert_int_eq(parse("a: 1\na: 2\n"), 0);
	ck_assert_text(ynode_get(f.docs[0], "a")->s, "1");
	done();
}
END_TEST

START_TEST(nulls)
{
	static const char *const null[] = { "~", "null", "Null", "NULL", "" };
	static const char *const text[] = { "nULL", "'~'", "\"\"", "!!str null", "none" };
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(null); i++) {
		buf_clear(&b);
		buf_addf(&b, "k: %s\n", null[i]);
		ck_assert_int_eq(parse(b.data), 0);
		ck_assert_int_eq(ynode_get(f.docs[0], "k")->kind, Y_NULL);
	}
	for (i = 0; i < ARRAY_SIZE(text); i++) {
		buf_clear(&b);
		buf_addf(&b, "k: %s\n", text[i]);
		ck_assert_int_eq(parse(b.data), 0);
		ck_assert_int_eq(ynode_get(f.docs[0], "k")->kind, Y_SCALAR);
	}
	buf_release(&b);
	done();
}
END_TEST

START_TEST(booleans)
{
	static const char *const yes[] = { "y", "Y", "yes", "Yes", "YES", "true", "on", "ON" };
	static const char *const no[] = { "n", "no", "False", "OFF" };
	static const char *const none[] = { "yES", "1", "tru", "trueish", "ja", "" };
	struct ynode n = { .kind = Y_SCALAR };
	bool v = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(yes); i++) {
		n.s = str_of(yes[i]);
		ck_assert(ynode_bool(&n, &v) && v);
	}
	for (i = 0; i < ARRAY_SIZE(no); i++) {
		n.s = str_of(no[i]);
		ck_assert(ynode_bool(&n, &v) && !v);
	}
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		n.s = str_of(none[i]);
		ck_assert(!ynode_bool(&n, &v));
	}
}
END_TEST

START_TEST(numbers)
{
	static const struct {
		const char *s;
		bool ok;
		uint64_t v;
	} t[] = {
		{ "0", true, 0 }, { "12", true, 12 }, { "+3", true, 3 }, { "0x1F", true, 31 },
		{ "010", true, 8 }, { "4294967295", true, UINT32_MAX }, { "7 ", true, 7 },
		{ "4294967296", false, 0 }, { "-1", false, 0 }, { "1.5", false, 0 },
		{ "", false, 0 }, { "08", false, 0 }, { "0x", false, 0 }, { " 1", false, 0 },
		{ "99999999999999999999999", false, 0 },
	};
	struct ynode n = { .kind = Y_SCALAR };
	uint64_t v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		n.s = str_of(t[i].s);
		ck_assert_msg(ynode_u64(&n, UINT32_MAX, &v) == t[i].ok, "%s", t[i].s);
		ck_assert(!t[i].ok || v == t[i].v);
	}
}
END_TEST

START_TEST(several_documents)
{
	ck_assert_int_eq(parse("---\n---\n- a\n...\n---\nb\n"), 0);
	ck_assert_uint_eq(f.ndocs, 3);
	ck_assert_int_eq(f.docs[0]->kind, Y_NULL);
	ck_assert_int_eq(f.docs[1]->kind, Y_SEQ);
	ck_assert_text(f.docs[2]->s, "b");
	ck_assert_int_eq(parse(""), 0);
	ck_assert_uint_eq(f.ndocs, 0);
	ck_assert_int_eq(parse("# only this\n"), 0);
	ck_assert_uint_eq(f.ndocs, 0);
	done();
}
END_TEST

static void at(const struct ynode *n, uint32_t value_off, uint32_t line, uint32_t col)
{
	struct ypos p = ynode_locate(n, value_off);

	ck_assert_msg(p.line == line && p.col == col, "got %u:%u, want %u:%u", p.line, p.col,
		      line, col);
}

START_TEST(places_inside_scalars)
{
	const struct ynode *n;

	ck_assert_int_eq(parse("c: >\n    ab cd\n    ef\n"), 0);
	n = ynode_get(f.docs[0], "c");
	ck_assert_text(n->s, "ab cd ef\n");
	at(n, 0, 1, 4);
	at(n, 3, 1, 7);
	at(n, 6, 2, 4);
	at(n, 7, 2, 5);
	ck_assert_int_eq(parse("c: ab\n   cd\n"), 0);
	at(ynode_get(f.docs[0], "c"), 3, 1, 3);
	ck_assert_int_eq(parse("c: 'it''s x'\n"), 0);
	at(ynode_get(f.docs[0], "c"), 5, 0, 10);
	ck_assert_int_eq(parse("c: &a \"a\\tb c\"\n"), 0);
	n = ynode_get(f.docs[0], "c");
	ck_assert_text(n->s, "a\tb c");
	at(n, 0, 0, 7);
	ck_assert_int_eq(parse("c: \"\"\n"), 0);
	at(ynode_get(f.docs[0], "c"), 9, 0, 3);
	done();
}
END_TEST

START_TEST(bytes_that_are_no_text)
{
	static const char in[] = "a: \"x\xff\x01\xc2\x85y\"\nb: z\n";
	const struct ynode *n;

	ck_assert_int_eq(parse(in), 0);
	n = ynode_get(f.docs[0], "a");
	ck_assert_text(n->s, "x\xff\x01\xc2\x85y");
	n = ynode_get(f.docs[0], "b");
	ck_assert_uint_eq(n->line, 1);
	ck_assert_uint_eq(n->off, 15);
	/* the private code points themselves survive too */
	ck_assert_int_eq(parse("a: \xf4\x8f\x9c\x80q\n"), 0);
	ck_assert_text(ynode_get(f.docs[0], "a")->s, "\xf4\x8f\x9c\x80q");
	ck_assert_int_eq(parse_mem("a: b\nc: \0\n", 10), -E_RULES);
	ck_assert_uint_eq(e.line, 1);
	ck_assert_uint_eq(e.off, 8);
	done();
}
END_TEST

/* libyaml alone takes such a colon for an indicator, and the mark for a column. */
START_TEST(colons_and_marks)
{
	const struct ynode *n;

	ck_assert_int_eq(parse("- items: [::1, 127.0.0.1,\n    :x, a: b, [:y]]\n"
			       "  t: 'a, :b' # [:c\n  u: |\n    [ ::1, :d\n"), 0);
	n = ynode_get(f.docs[0]->seq[0], "items");
	ck_assert_uint_eq(n->n, 5);
	ck_assert_text(n->seq[0]->s, "::1");
	ck_assert_text(n->seq[2]->s, ":x");
	ck_assert_uint_eq(n->seq[2]->line, 1);
	ck_assert_uint_eq(n->seq[2]->col, 4);
	ck_assert_int_eq(n->seq[3]->kind, Y_MAP);
	ck_assert_text(n->seq[4]->seq[0]->s, ":y");
	ck_assert_text(ynode_get(f.docs[0]->seq[0], "t")->s, "a, :b");
	ck_assert_text(ynode_get(f.docs[0]->seq[0], "u")->s, "[ ::1, :d\n");
	ck_assert_int_eq(parse("\xef\xbb\xbf- rule: r\n  desc: d\n"), 0);
	n = f.docs[0]->seq[0];
	ck_assert_uint_eq(n->col, 2);
	ck_assert_uint_eq(n->off, 5);
	ck_assert_text(ynode_get(n, "desc")->s, "d");
	ck_assert_uint_eq(yfile_pos(&f, 5).col, 2);
	done();
}
END_TEST

START_TEST(errors_have_places)
{
	ck_assert_int_eq(parse("- a: b\n\tc: d\n"), -E_RULES);
	ck_assert_uint_eq(e.line, 1);
	ck_assert_int_eq(parse("- *x\n"), -E_RULES);
	ck_assert_buf(e.msg, "the referenced anchor is not defined");
	ck_assert_uint_eq(e.off, 2);
	ck_assert_int_eq(parse("- [a, b\n"), -E_RULES);
	ck_assert_uint_eq(f.ndocs, 0);
	done();
}
END_TEST

START_TEST(aliases)
{
	ck_assert_int_eq(parse("- &a [x, y]\n- *a\n"), 0);
	ck_assert_ptr_eq(f.docs[0]->seq[0], f.docs[0]->seq[1]);
	ck_assert_uint_eq(f.docs[0]->weight, 7);
	ck_assert_int_eq(parse("- &a [x, *a]\n"), -E_RULES);
	ck_assert_buf(e.msg, "an alias refers to the node that contains it");
	done();
}
END_TEST

START_TEST(bomb)
{
	struct buf b = BUF_INIT;
	int i, k;

	buf_adds(&b, "- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (i = 1; i < 10; i++) {
		buf_addf(&b, "- &a%d [", i);
		for (k = 0; k < 10; k++)
			buf_addf(&b, "%s*a%d", k ? ", " : "", i - 1);
		buf_adds(&b, "]\n");
	}
	ck_assert_int_eq(parse(b.data), -E_LIMIT);
	buf_release(&b);
	done();
}
END_TEST

/* Small files of nodes that say nothing: an archive of 28 kB held 29 MB. */
START_TEST(many_nodes)
{
	struct buf b = BUF_INIT;
	int i;

	buf_adds(&b, "- [");
	for (i = 0; i < 1100000; i++)
		buf_adds(&b, "1,");
	buf_adds(&b, "]\n");
	ck_assert_int_eq(parse(b.data), -E_LIMIT);
	buf_release(&b);
	done();
}
END_TEST

START_TEST(deep)
{
	struct buf b = BUF_INIT;

	buf_pad(&b, '[', YAML_DEPTH_MAX);
	buf_pad(&b, ']', YAML_DEPTH_MAX);
	ck_assert_int_eq(parse(b.data), 0);
	buf_clear(&b);
	buf_pad(&b, '[', 10000);
	ck_assert_int_eq(parse(b.data), -E_LIMIT);
	buf_clear(&b);
	buf_pad(&b, '-', 1);
	for (int i = 0; i < 10000; i++)
		buf_adds(&b, " -");
	ck_assert_int_eq(parse(b.data), -E_LIMIT);
	buf_release(&b);
	done();
}
END_TEST

START_TEST(every_cut)
{
	static const char s[] = "- &a {k: 'v', l: [1, \"\\x41\"]}\n- *a\n- |\n  t\n  u\n- >-\n  v\n";
	size_t i;

	for (i = 0; i <= strlen(s); i++) {
		char *p = strndup(s, i);

		parse_mem(p, i);	/* right or wrong, never out of bounds */
		free(p);
	}
	done();
}
END_TEST

UNIT_MAIN("yamltree", values_and_places, first_of_equal_keys, nulls, booleans, numbers,
	  several_documents, places_inside_scalars, bytes_that_are_no_text, colons_and_marks,
	  errors_have_places, aliases, bomb, many_nodes, deep, every_cut)
