/* SPDX-License-Identifier: Apache-2.0 */
/* Selection and matching, over events made of two fields. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "tests/rule/rules.h"

#include "analyze/rule/engine.h"
#include "analyze/rule/select.h"

struct fake {
	struct fieldsource src;
	const char *comm;
	unsigned fetched;
};

static bool fake_get(struct fieldsource *s, const struct fieldref *ref,
		     enum field_place place UNUSED, struct value *out)
{
	struct fake *f = (struct fake *)s;

	if (ref->f->id != FIELD_PROC_NAME || !f->comm)
		return false;
	f->fetched++;
	*out = (struct value){ .ptype = PT_CHARBUF, .shape = VAL_SCALAR, .s = str_of(f->comm) };
	return true;
}

static const char rules[] =
	RULE("cat reads", "evt.type = read and proc.name = cat")
	RULE("all reads", "evt.type = read")
	RULE("cat opens", "evt.type in (open, openat) and proc.name = cat")
	"- {rule: off, desc: d, condition: evt.type = read, output: o, priority: DEBUG, "
	"enabled: false, tags: [t, u]}\n"
	"- {rule: loud, desc: d, condition: evt.type = read, output: o, priority: ALERT, "
	"tags: [t]}\n";

/* Names of the rules that match an event, joined. */
static void matches(const struct select_step *steps, size_t nsteps, enum priority threshold,
		    enum matching matching, uint16_t type, const char *want)
{
	struct fake f = { .src = { .get = fake_get, .evtype = type }, .comm = "cat" };
	struct ruleset *rs = rules_of(rules);
	struct buf b = BUF_INIT;
	struct engine e;
	size_t i;

	ck_assert_uint_eq(rs->n, 5);
	ruleset_select(rs, steps, nsteps, threshold, NULL);
	engine_init(&e, rs, matching, STR("syscall"));
	engine_event(&e, &f.src);
	for (i = 0; i < e.nmatch; i++)
		buf_addf(&b, "%s%.*s", i ? "," : "", STR_FMT(e.match[i]->name));
	ck_assert_buf(b, want);
	ck_assert_uint_le(f.fetched, 1);
	buf_release(&b);
	engine_release(&e);
	ruleset_free(rs);
}

START_TEST(first_and_all)
{
	matches(NULL, 0, PRI_DEBUG, MATCH_FIRST, EV_SYSCALL_READ_X, "cat reads");
	matches(NULL, 0, PRI_DEBUG, MATCH_ALL, EV_SYSCALL_READ_X, "cat reads,all reads,loud");
	matches(NULL, 0, PRI_DEBUG, MATCH_ALL, EV_SYSCALL_OPENAT_2_X, "cat opens");
	matches(NULL, 0, PRI_DEBUG, MATCH_ALL, EV_SYSCALL_CLOSE_X, "");
}
END_TEST

START_TEST(steps_in_order)
{
	static const struct select_step all[] = { { true, false, "*" } };
	static const struct select_step two[] = {
		{ false, false, "*" }, { true, true, "t" }, { false, false, "lo*d" },
	};
	static const struct select_step back[] = {	/* to the end of the queue */
		{ false, false, "cat reads" }, { true, false, "cat reads" },
	};
	static const struct select_step tag[] = { { false, true, "t" } };

	matches(all, 1, PRI_DEBUG, MATCH_ALL, EV_SYSCALL_READ_X,
		"cat reads,all reads,loud,off");
	matches(two, 3, PRI_DEBUG, MATCH_ALL, EV_SYSCALL_READ_X, "off");
	matches(back, 2, PRI_DEBUG, MATCH_FIRST, EV_SYSCALL_READ_X, "all reads");
	matches(tag, 1, PRI_DEBUG, MATCH_ALL, EV_SYSCALL_READ_X, "cat reads,all reads");
	matches(all, 1, PRI_CRITICAL, MATCH_ALL, EV_SYSCALL_READ_X, "loud");
}
END_TEST

START_TEST(patterns)
{
	static const struct {
		const char *pattern, *s;
		bool yes;
	} t[] = {
		{ "*", "", true }, { "*", "x y", true }, { "", "", true }, { "", "x", false },
		{ "a*c", "abc", true }, { "a*c", "ac", true }, { "a*c", "abcd", false },
		{ "a?c", "abc", false }, { "a?c", "a?c", true }, { "[ab]", "a", false },
		{ "*b*d*", "abcde", true }, { "*a*a*a*b", "aaaaaaaaaaaaaaa", false },
		{ "x", "xx", false }, { "**", "x", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		ck_assert_msg(select_matches(str_of(t[i].pattern), str_of(t[i].s)) == t[i].yes,
			      "%s %s", t[i].pattern, t[i].s);
}
END_TEST

START_TEST(counters)
{
	struct fake f = { .src = { .get = fake_get, .evtype = EV_SYSCALL_READ_X } };
	struct ruleset *rs = rules_of(rules);
	struct engine e;

	ruleset_select(rs, NULL, 0, PRI_DEBUG, NULL);
	engine_init(&e, rs, MATCH_ALL, STR("syscall"));
	engine_event(&e, &f.src);
	f.comm = "cat";
	engine_event(&e, &f.src);
	ck_assert_uint_eq(ruleset_find(rs, STR("cat reads"))->matches, 1);
	ck_assert_uint_eq(ruleset_find(rs, STR("all reads"))->matches, 2);
	ck_assert_uint_eq(ruleset_find(rs, STR("cat opens"))->matches, 0);
	ck_assert_uint_eq(e.events, 2);
	engine_release(&e);
	ruleset_free(rs);
}
END_TEST

START_TEST(other_sources_are_passed_over)
{
	struct fake f = { .src = { .get = fake_get, .evtype = EV_SYSCALL_READ_X }, .comm = "cat" };
	struct ruleset *rs = rules_of("- {rule: k, desc: d, condition: ka.verb exists, output: o, "
				      "priority: INFO, source: k8s_audit}\n");
	struct engine e;

	ck_assert_uint_eq(rs->n, 1);
	ruleset_select(rs, NULL, 0, PRI_DEBUG, NULL);
	engine_init(&e, rs, MATCH_ALL, STR("syscall"));
	ck_assert_uint_eq(engine_event(&e, &f.src), 0);
	f.src.evtype = EV_PLUGINEVENT_E;
	ck_assert_uint_eq(engine_event(&e, &f.src), 0);
	engine_release(&e);
	ruleset_free(rs);
}
END_TEST

UNIT_MAIN("rule_engine", first_and_all, steps_in_order, patterns, counters,
	  other_sources_are_passed_over)
