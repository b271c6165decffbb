/* SPDX-License-Identifier: Apache-2.0 */
/* List names replaced in condition text, byte for byte. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "analyze/rule/expand.h"
#include "analyze/rule/limits.h"
#include "lib/base/err.h"

static struct rulebook rb;
static struct yfile file;
static struct expander x;

static void load(const char *yaml)
{
	struct yerror e = YERROR_INIT;

	rulebook_init(&rb);
	ck_assert_int_eq(yfile_parse(&file, "t.yaml", str_of(yaml), &rb.a, &e), 0);
	ck_assert_int_eq(rulebook_take(&rb, &file, 0, &e), 0);
	ck_assert_int_eq(expander_init(&x, &rb), 0);
}

static void unload(void)
{
	expander_release(&x);
	rulebook_release(&rb);
}

static void gives(const char *in, const char *want)
{
	struct srctext t = SRCTEXT_INIT, out = SRCTEXT_INIT;

	srctext_add(&t, str_of(in), NULL, 0, false);
	ck_assert_int_eq(expander_run(&x, &t, &out), 0);
	ck_assert_buf(out.text, want);
	srctext_release(&t);
	srctext_release(&out);
}

START_TEST(whole_tokens_only)
{
	load("- {list: l, items: [a, b]}\n");
	gives("proc.name in (l)", "proc.name in ( a, b )");
	gives("l", "a, b ");
	gives("x=l and y", "x= a, b and y");
	gives("ll in (xl, l.x, l-, -l)", "ll in (xl, l.x, l-, -l)");
	gives("a = 'l'", "a = 'l'");
	gives("a = 'x l y'", "a = 'x a, b y'");
	gives("", "");
	unload();
}
END_TEST

START_TEST(quoting)
{
	load("- {list: l, items: ['a b', '\"c d\"', \"'e f'\", \"g'h\"]}\n");
	gives("(l)", "( \"a b\", \"c d\", 'e f', g'h )");
	unload();
}
END_TEST

START_TEST(empty_lists)
{
	load("- {list: none, items: []}\n");
	gives("(a, none, b)", "(a , b)");
	gives("(none, b)", "(  b)");
	gives("(a, none)", "(a )");
	gives("(none)", "( )");
	unload();
}
END_TEST

START_TEST(lists_in_lists)
{
	load("- {list: c, items: [b, 3]}\n- {list: a, items: [1]}\n- {list: b, items: [a, 2]}\n");
	gives("(b)", "( 1, 2 )");
	gives("(c)", "( 1, 2 , 3 )");
	/* itself is just a word */
	unload();
	load("- {list: s, items: [s, t]}\n");
	gives("(s)", "( s, t )");
	unload();
}
END_TEST

START_TEST(a_list_appended_to)
{
	load("- {list: a, items: [x]}\n- {list: b, items: [a]}\n"
	     "- {list: a, items: [y], override: {items: append}}\n");
	gives("(b)", "( x, y )");
	unload();
}
END_TEST

START_TEST(names_with_delimiters)
{
	load("- {list: 'a b', items: [x]}\n- {list: l, items: [y]}\n");
	gives("(a b, l)", "( x , y )");
	gives("(a bc)", "(a bc)");
	unload();
}
END_TEST

START_TEST(explosion_is_refused)
{
	struct srctext t = SRCTEXT_INIT, out = SRCTEXT_INIT;
	struct buf b = BUF_INIT;
	int i;

	for (i = 0; i < 64; i++)
		buf_addf(&b, "- {list: l%d, items: [l%d, l%d]}\n", i, i + 1, i + 1);
	load(b.data);
	srctext_add(&t, STR("(l0)"), NULL, 0, false);
	ck_assert_int_eq(expander_run(&x, &t, &out), -E_LIMIT);
	srctext_release(&t);
	srctext_release(&out);
	buf_release(&b);
	unload();
}
END_TEST

START_TEST(places_survive)
{
	struct srctext out = SRCTEXT_INIT;
	const struct ynode *n;
	uint32_t at = 0;

	load("- {list: l, items: [aa, bb]}\n- {macro: m, condition: x in (l) or yy}\n");
	ck_assert_int_eq(expander_run(&x, &rb.macros[0]->cond, &out), 0);
	ck_assert_buf(out.text, "x in ( aa, bb ) or yy");
	n = srctext_node(&out, 12, &at);	/* inside bb: where l stands */
	ck_assert_ptr_nonnull(n);
	ck_assert_uint_eq(at, 6);
	ck_assert_uint_eq(ynode_locate(n, at).col, 30);
	n = srctext_node(&out, 19, &at);
	ck_assert_uint_eq(at, 12);
	srctext_release(&out);
	unload();
}
END_TEST

UNIT_MAIN("rule_expand", whole_tokens_only, quoting, empty_lists, lists_in_lists,
	  a_list_appended_to, names_with_delimiters, explosion_is_refused, places_survive)
