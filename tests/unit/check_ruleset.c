/* SPDX-License-Identifier: Apache-2.0 */
/* Rule sets: what is complained about and where; what a rule comes to be. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "tests/rule/rules.h"

#include "analyze/rule/facts.h"
#include "lib/base/jsonp.h"

/* The findings of a text, exactly. */
static void finds(const char *text, const char *want)
{
	struct ruleset *rs = rules_of(text);
	struct buf b = BUF_INIT;

	findings_text(rs, &b);
	ck_assert_buf(b, want);
	buf_release(&b);
	ruleset_free(rs);
}

static void condition(const char *text, const char *want)
{
	struct ruleset *rs = rules_of(text);
	struct buf b = BUF_INIT;

	findings_text(rs, &b);
	ck_assert_msg(rs->n > 0, "%s", b.data);
	buf_clear(&b);
	rule_condition(&rs->rules[rs->n - 1], &b);
	ck_assert_buf(b, want);
	buf_release(&b);
	ruleset_free(rs);
}

START_TEST(all_problems_in_one_run)
{
	finds(RULE("a", "evt.type=open and no.such=1")
	      RULE("b", "evt.type=open and fd.nam=x")
	      "- rule: c\n  desc: d\n  priority: INFO\n"
	      RULE("e", "nosuch"),
	      "ERR_YAML_VALIDATE 11:3 Item has no mapping for key 'condition'|"
	      "+ERR_YAML_VALIDATE 11:3 Item has no mapping for key 'output'|"
	      "+ERR_COMPILE_CONDITION 3:32 filter_check called with nonexistent field no.such|"
	      "+ERR_COMPILE_CONDITION 8:32 filter_check called with nonexistent field fd.nam "
	      "(did you mean 'fd.num'?)|"
	      "+ERR_VALIDATE 16:14 Undefined macro 'nosuch' used in filter.");
}
END_TEST

/* A mistake of an item hides none of its others. */
START_TEST(all_problems_of_one_rule)
{
	finds("- macro: open\n  condition: evt.type = open\n"
	      "- rule: a\n  desc: d\n  condition: opn and proc.nam = x and fd.nam startwith y\n"
	      "  output: \"%proc.nam %fd.num %fd.nam\"\n  priority: WARNIN\n  enabled: ja\n"
	      "  exceptions:\n  - name: e\n    fields: [proc.nam, fd.name]\n"
	      "    comps: [=, equals]\n    values: [[a], [a, b]]\n",
	      "ERR_YAML_VALIDATE 7:13 Invalid priority (did you mean 'WARNING'?)|"
	      "+ERR_YAML_VALIDATE 8:12 Can't decode YAML scalar value "
	      "('enabled' is a boolean: true or false)|"
	      "+ERR_VALIDATE 12:16 'equals' is not a supported comparison operator|"
	      "+ERR_VALIDATE 11:14 'proc.nam' is not a supported filter field "
	      "(did you mean 'proc.name'?)|"
	      "+ERR_VALIDATE 13:14 Fields and values lists must have equal length|"
	      "+ERR_COMPILE_OUTPUT 6:13 unknown filter: proc.nam (did you mean 'proc.name'?)|"
	      "+ERR_COMPILE_OUTPUT 6:31 unknown filter: fd.nam (did you mean 'fd.num'?)|"
	      "+ERR_COMPILE_CONDITION 5:46 expected a valid check operator: one of 'exists', '<=', "
	      "'<', '>=', '>', '==', '=', '!=', 'glob', 'iglob', 'contains', 'icontains', "
	      "'bcontains', 'startswith', 'bstartswith', 'endswith', 'regex', 'intersects', 'in', "
	      "'pmatch' (did you mean 'startswith'?)|"
	      "+ERR_VALIDATE 5:14 Undefined macro 'opn' used in filter. (did you mean 'open'?)|"
	      "+ERR_COMPILE_CONDITION 5:22 filter_check called with nonexistent field proc.nam "
	      "(did you mean 'proc.name'?)|"
	      "+ERR_COMPILE_CONDITION 5:39 filter_check called with nonexistent field fd.nam "
	      "(did you mean 'fd.num'?)");
}
END_TEST

START_TEST(place_in_folded_text)
{
	finds("- rule: a\n  desc: d\n  condition: >\n    evt.type = open\n"
	      "    and proc.nam = x\n  output: o\n  priority: INFO\n",
	      "ERR_COMPILE_CONDITION 5:9 filter_check called with nonexistent field proc.nam "
	      "(did you mean 'proc.name'?)");
}
END_TEST

START_TEST(place_in_a_macro)
{
	finds("- macro: m\n  condition: evt.type=open and proc.nam = x\n" RULE("a", "m"),
	      "ERR_COMPILE_CONDITION 2:32 filter_check called with nonexistent field proc.nam "
	      "(did you mean 'proc.name'?)");
}
END_TEST

START_TEST(place_of_a_list)
{
	finds("- list: l\n  items: [x, y]\n" RULE("a", "evt.type=open and proc.name in l"),
	      "ERR_COMPILE_CONDITION 5:45 unexpected token after 'x', expecting 'or', 'and'");
}
END_TEST

START_TEST(place_in_an_exception)
{
	finds("- rule: a\n  desc: d\n  condition: evt.type=open\n  output: o\n  priority: INFO\n"
	      "  exceptions:\n  - name: e\n    fields: [proc.name]\n    values:\n"
	      "    - [ok]\n    - [\"it's\"]\n",
	      "ERR_COMPILE_CONDITION 11:11 expected a ')' token");
}
END_TEST

START_TEST(nearest_names)
{
	finds("- rule: a\n  desc: d\n  condtion: x\n  condition: evt.type=open\n  output: o\n"
	      "  priority: WARN\n",
	      "ERR_YAML_VALIDATE 6:13 Invalid priority (one of Emergency, Alert, Critical, Error, "
	      "Warning, Notice, Informational, Debug)|"
	      "UNKNOWN_KEY 3:3 Unknown key 'condtion'. The key will be ignored. "
	      "(did you mean 'condition'?)");
	finds("- macro: spawned\n  condition: evt.type=execve\n" RULE("a", "spawnd"),
	      "ERR_VALIDATE 5:14 Undefined macro 'spawnd' used in filter. "
	      "(did you mean 'spawned'?)");
	finds("- rul: x\n", "UNKNOWN_ITEM 1:3 Unknown top level item (did you mean 'rule'?)");
}
END_TEST

START_TEST(no_echo_of_a_broken_macro)
{
	finds("- macro: m\n  condition: evt.type=\n" RULE("a", "m and proc.name=x"),
	      "ERR_COMPILE_CONDITION 2:22 expected a string value or a field with a valid "
	      "transformer: 'val', 'tolower', 'toupper', 'b64', 'basename', 'len', 'join', "
	      "'concat', 'getopt'");
	finds("- macro: m\n" RULE("a", "m"),
	      "ERR_YAML_VALIDATE 1:3 Item has no mapping for key 'condition'");
}
END_TEST

START_TEST(macro_order)
{
	finds("- macro: a\n  condition: b\n- macro: b\n  condition: evt.type=open\n" RULE("r", "a"),
	      "ERR_VALIDATE 2:14 Undefined macro 'b' used in filter. (macro 'b' is defined "
	      "further down: a macro may only use macros defined before it)");
	condition("- macro: a\n  condition: evt.type=open\n- macro: b\n  condition: a\n"
		  "- macro: a\n  condition: evt.type=close\n" RULE("r", "b"), "evt.type = close");
	/* redefinition makes a loop possible */
	finds("- macro: a\n  condition: evt.type=open\n- macro: b\n  condition: a\n"
	      "- macro: a\n  condition: b or evt.type=close\n" RULE("r", "b"),
	      "ERR_VALIDATE 6:14 reference loop in macro 'a'");
}
END_TEST

START_TEST(macro_bomb)
{
	struct buf b = BUF_INIT;
	struct ruleset *rs;
	int i;

	buf_adds(&b, "- {macro: m0, condition: proc.name=a or proc.name=b}\n");
	for (i = 1; i < 60; i++)
		buf_addf(&b, "- {macro: m%d, condition: m%d and m%d}\n", i, i - 1, i - 1);
	buf_adds(&b, RULE("r", "m59"));
	rs = rules_of(b.data);
	buf_clear(&b);
	findings_text(rs, &b);
	ck_assert_ptr_nonnull(strstr(b.data, "too large once its macros"));
	ruleset_free(rs);
	buf_release(&b);
}
END_TEST

START_TEST(deep_macros)
{
	struct buf b = BUF_INIT;
	struct ruleset *rs;
	int i;

	buf_adds(&b, "- {macro: m0, condition: proc.name=a}\n");
	for (i = 1; i < 20000; i++)
		buf_addf(&b, "- {macro: m%d, condition: not m%d}\n", i, i - 1);
	rs = rules_of(b.data);
	buf_clear(&b);
	findings_text(rs, &b);
	ck_assert_ptr_nonnull(strstr(b.data, "too large once its macros"));
	ruleset_free(rs);
	buf_release(&b);
}
END_TEST

START_TEST(deep_condition)
{
	struct buf b = BUF_INIT;
	struct ruleset *rs;

	buf_adds(&b, "- rule: r\n  desc: d\n  output: o\n  priority: INFO\n  condition: ");
	buf_pad(&b, '(', 10000);
	buf_adds(&b, "evt.type=open");
	buf_pad(&b, ')', 10000);
	buf_addc(&b, '\n');
	rs = rules_of(b.data);
	buf_clear(&b);
	findings_text(rs, &b);
	ck_assert_ptr_nonnull(strstr(b.data, "exceeded max depth limit of 1000"));
	ruleset_free(rs);
	buf_release(&b);
}
END_TEST

START_TEST(long_lists)
{
	struct buf b = BUF_INIT;
	struct ruleset *rs;
	int i;

	buf_adds(&b, "- list: l\n  items: [");
	for (i = 0; i < 100000; i++)
		buf_addf(&b, "%sitem%d", i ? ", " : "", i);
	buf_adds(&b, "]\n" RULE("r", "evt.type=open and proc.name in (l)"));
	rs = rules_of(b.data);
	buf_clear(&b);
	findings_text(rs, &b);
	ck_assert_buf(b, "");
	ck_assert_uint_eq(rs->n, 1);
	ruleset_free(rs);
	buf_release(&b);
}
END_TEST

START_TEST(bytes)
{
	struct ruleset *rs = rules_of(RULE("a", "\"evt.type=open and proc.name='\xff\xfe'\""));

	ck_assert_uint_eq(rs->n, 1);
	ruleset_free(rs);
	finds("- rule: \x01\n  x: \xc3\n",
	      "ERR_YAML_VALIDATE 1:3 Item has no mapping for key 'enabled'|"
	      "UNKNOWN_KEY 2:3 Unknown key 'x'. The key will be ignored.");
}
END_TEST

START_TEST(redefinition_keeps_its_place)
{
	struct ruleset *rs = rules_of(RULE("a", "evt.type=open") RULE("b", "evt.type=close")
				      RULE("a", "evt.type=read"));
	struct buf b = BUF_INIT;

	ck_assert_uint_eq(rs->n, 2);
	ck_assert_text(rs->rules[0].name, "a");
	rule_condition(&rs->rules[0], &b);
	ck_assert_buf(b, "evt.type = read");
	buf_release(&b);
	ruleset_free(rs);
}
END_TEST

START_TEST(tags_are_a_set)
{
	struct ruleset *rs = rules_of("- rule: a\n  desc: d\n  condition: evt.type=open\n"
				      "  output: o\n  priority: info\n  tags: [z, a, z]\n"
				      "- rule: a\n  tags: [m, a]\n  override: {tags: append}\n");

	ck_assert_uint_eq(rs->n, 1);
	ck_assert_uint_eq(rs->rules[0].ntags, 3);
	ck_assert_text(rs->rules[0].tags[0], "a");
	ck_assert_text(rs->rules[0].tags[1], "m");
	ck_assert_text(rs->rules[0].tags[2], "z");
	ruleset_free(rs);
}
END_TEST

START_TEST(plugin_requirements)
{
	struct ruleset *rs = rules_of("- required_plugin_versions:\n  - {name: container, version: "
				      "0.4.0}\n  - {name: nosuch, version: 1.0.0, alternatives: "
				      "[{name: json, version: 0.1.0}]}\n");

	ck_assert_int_eq(ruleset_finish(rs), 0);
	ruleset_free(rs);
	rs = rules_of("- required_plugin_versions: [{name: nosuch, version: 1.0.0}]\n");
	ck_assert_int_ne(ruleset_finish(rs), 0);
	ruleset_free(rs);
}
END_TEST

START_TEST(results_as_data)
{
	struct ruleset *rs = rules_of(RULE("a", "no.such=1") RULE("b", "nor.this=1"));
	struct buf b = BUF_INIT;
	struct jsonw w = JSONW_INIT(&b);
	struct json *j;
	const struct json *r, *e, *loc;

	load_results_json(ruleset_results(rs), &w);
	j = json_parse(buf_str(&b));
	r = json_first(json_get(j, "falco_load_results"));
	ck_assert_text(json_str(json_get(r, "name"), ""), "t.yaml");
	ck_assert(!json_bool(json_get(r, "successful"), true));
	e = json_first(json_get(r, "errors"));
	ck_assert_text(json_str(json_get(e, "code"), ""), "LOAD_ERR_COMPILE_CONDITION");
	ck_assert_text(json_str(json_get(e, "codedesc"), ""), "Error compiling condition");
	ck_assert_text(json_str(json_get(json_get(e, "context"), "snippet"), ""),
		       "no.such=1\n^\n");
	ck_assert_ptr_null(json_next(e));
	loc = json_first(json_get(json_get(e, "context"), "locations"));
	ck_assert_text(json_str(json_get(loc, "item_type"), ""), "rules content");
	loc = json_next(loc);
	ck_assert_text(json_str(json_get(loc, "item_name"), ""), "a");
	/* what Falco would not have told stands apart */
	e = json_first(json_get(json_first(json_get(json_get(j, "vestige"), "further")), "errors"));
	ck_assert_text(json_str(json_get(e, "message"), ""),
		       "filter_check called with nonexistent field nor.this");
	json_free(j);
	buf_release(&b);
	ruleset_free(rs);
}
END_TEST

START_TEST(a_later_file_compiles_all)
{
	struct ruleset *rs = rules_of(RULE("r", "m"));
	struct buf b = BUF_INIT;

	ck_assert_uint_eq(rs->n, 0);
	ck_assert_int_eq(ruleset_load(rs, "u.yaml", STR("- {macro: m, condition: evt.type=open}\n")),
			 0);
	ck_assert_uint_eq(rs->n, 1);
	findings_text(rs, &b);
	ck_assert_buf(b, "ERR_VALIDATE 3:14 Undefined macro 'm' used in filter.");
	buf_release(&b);
	ruleset_free(rs);
}
END_TEST

UNIT_MAIN("ruleset", all_problems_in_one_run, all_problems_of_one_rule, place_in_folded_text, place_in_a_macro,
	  place_of_a_list, place_in_an_exception, nearest_names, no_echo_of_a_broken_macro,
	  macro_order, macro_bomb, deep_macros, deep_condition, long_lists, bytes,
	  redefinition_keeps_its_place, tags_are_a_set, plugin_requirements, results_as_data,
	  a_later_file_compiles_all)
