/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/err.h"
#include "tests/filter/fake.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct filterset *fs;
static struct filter_error err;

static void setup(void)
{
	arena = (struct arena)ARENA_INIT;
	err = (struct filter_error)FILTER_ERROR_INIT;
	fs = filterset_new();
}

static void teardown(void)
{
	filterset_free(fs);
	filter_error_release(&err);
	arena_release(&arena);
}

static int add(struct str text)
{
	struct ast *t;
	int r;

	filter_error_release(&err);
	err = (struct filter_error)FILTER_ERROR_INIT;
	r = filter_parse(&arena, text, 1000, &t, &err);

	return r ? r : filterset_add(fs, t, STR("syscall"), &err, NULL, &arena);
}

static unsigned sweep(const struct filterset_plan *plan)
{
	uint32_t hits[32];
	size_t n = filterset_sweep(fs, hits), i;
	unsigned bits = 0;

	ck_assert_uint_le(n, plan->n);
	for (i = 0; i < n; i++) {
		ck_assert(!i || hits[i] > hits[i - 1]);
		bits |= 1u << plan->cond[hits[i]];
	}
	return bits;
}

/* Conditions that hold for the event, as bits. */
static unsigned matches(const char *event, unsigned *gets)
{
	const struct filterset_plan *plan;
	struct fake ev;
	unsigned bits = 0;
	size_t i;

	ck_assert(fake_parse(&ev, str_of(event)));
	plan = filterset_plan(fs, ev.src.evtype);
	filterset_begin(fs, &ev.src);
	for (i = 0; i < plan->n; i++)
		bits |= (unsigned)filterset_eval(fs, plan->entry[i]) << plan->cond[i];
	if (gets)
		*gets = ev.gets;
	/* All at once must say the same, in a new event and in this one. */
	ck_assert_uint_eq(sweep(plan), bits);
	filterset_begin(fs, &ev.src);
	ck_assert_uint_eq(sweep(plan), bits);
	fake_release(&ev);
	return bits;
}

START_TEST(equal_checks_are_one)
{
	struct filterset_stats st;
	unsigned gets;

	ck_assert_int_eq(add(STR("proc.name = a and fd.num > 3")), 0);
	ck_assert_int_eq(add(STR("fd.num>3 and proc.name == a")), 1);
	ck_assert_int_eq(add(STR("not (proc.name=a and fd.num > 3) or proc.name = b")), 2);
	st = filterset_stats(fs);
	ck_assert_uint_eq(st.conditions, 3);
	ck_assert_uint_eq(st.checks_written, 7);
	ck_assert_uint_eq(st.checks_distinct, 3);
	ck_assert_uint_eq(st.fields, 2);
	ck_assert_uint_eq(matches("openat proc.name=a fd.num=4", &gets), 3);
	ck_assert_uint_le(gets, 2);
	ck_assert_uint_eq(matches("openat proc.name=a fd.num=3", &gets), 4);
	ck_assert_uint_le(gets, 2);
	ck_assert_uint_eq(matches("openat", &gets), 4);
}
END_TEST

START_TEST(plans_hold_what_can_match)
{
	const struct filterset_plan *open, *other;

	ck_assert_int_eq(add(STR("evt.type = openat and proc.name = a")), 0);
	ck_assert_int_eq(add(STR("evt.type in (execve, execveat) and proc.name = a")), 1);
	ck_assert_int_eq(add(STR("proc.name = a and fd.name startswith /etc")), 2);
	open = filterset_plan(fs, EV_SYSCALL_OPENAT_2_X);
	ck_assert_uint_eq(open->n, 2);
	ck_assert_uint_eq(open->cond[0], 0);
	ck_assert_uint_eq(open->cond[1], 2);
	/* Calls without a descriptor have no fd.name, whatever the process. */
	ck_assert_uint_eq(filterset_plan(fs, EV_SYSCALL_MKDIR_2_X)->n, 0);
	other = filterset_plan(fs, EV_SYSCALL_READ_X);
	ck_assert_uint_eq(other->n, 1);
	ck_assert_ptr_eq(other, filterset_plan(fs, EV_SYSCALL_WRITE_X));
	ck_assert_uint_eq(filterset_plan(fs, 60000)->n, 0);
	ck_assert_uint_eq(filterset_plan(fs, EV_PLUGINEVENT_E)->n, 0);
}
END_TEST

START_TEST(dropped_conditions_are_gone)
{
	struct filterset_stats st;
	unsigned gets;

	ck_assert_int_eq(add(STR("proc.name = a and fd.num > 3")), 0);
	ck_assert_int_eq(add(STR("proc.name = a and evt.type = openat")), 1);
	ck_assert_uint_eq(matches("openat proc.name=a fd.num=4", &gets), 3);
	filterset_drop(fs, 0);
	ck_assert_uint_eq(matches("openat proc.name=a fd.num=4", &gets), 2);
	st = filterset_stats(fs);
	ck_assert_uint_eq(st.conditions, 1);
	ck_assert_uint_eq(st.checks_written, 2);
	ck_assert_uint_eq(st.checks_distinct, 2);
	ck_assert_uint_eq(st.fields, 2);
	ck_assert_int_eq(add(STR("fd.num > 3")), 2);
	ck_assert_uint_eq(filterset_size(fs), 3);
	ck_assert_uint_eq(matches("openat proc.name=a fd.num=4", &gets), 6);
}
END_TEST

static bool odd(void *ctx UNUSED, int cond)
{
	return cond & 1;
}

START_TEST(unwanted_conditions_cost_nothing)
{
	unsigned gets;

	ck_assert_int_eq(add(STR("proc.name = a")), 0);
	ck_assert_int_eq(add(STR("proc.pid = 1")), 1);
	filterset_select(fs, odd, NULL);
	ck_assert_uint_eq(matches("openat proc.name=a proc.pid=1", &gets), 2);
	ck_assert_uint_eq(gets, 1);
	/* What is added later takes part in plans made later. */
	filterset_select(fs, odd, NULL);
	ck_assert_uint_eq(matches("openat proc.pid=2", NULL), 0);
}
END_TEST

START_TEST(events_of_conditions)
{
	uint8_t map[EV_BITMAP];

	ck_assert_int_eq(add(STR("evt.type = close and not evt.type = open")), 0);
	filterset_events(fs, 0, map);
	ck_assert(map[EV_SYSCALL_CLOSE_X / 8] & 1 << EV_SYSCALL_CLOSE_X % 8);
	ck_assert(map[EV_SYSCALL_CLOSE_E / 8] & 1 << EV_SYSCALL_CLOSE_E % 8);
	ck_assert(map[EV_ASYNCEVENT_E / 8] & 1 << EV_ASYNCEVENT_E % 8);
	ck_assert(!(map[EV_SYSCALL_OPEN_X / 8] & 1 << EV_SYSCALL_OPEN_X % 8));
}
END_TEST

START_TEST(fields_in_order)
{
	const struct fieldref *f[8];

	ck_assert_int_eq(add(STR("proc.name = a and (len(fd.name) > 3 or "
				 "proc.name = val(proc.pname)) and proc.name = b")), 0);
	ck_assert_uint_eq(filterset_fields(fs, 0, f, 8), 3);
	ck_assert(str_eq(f[0]->text, STR("proc.name")));
	ck_assert(str_eq(f[1]->text, STR("fd.name")));
	ck_assert(str_eq(f[2]->text, STR("proc.pname")));
	ck_assert_uint_eq(filterset_fields(fs, 0, f, 1), 3);
}
END_TEST

START_TEST(listing)
{
	struct buf out = BUF_INIT;

	ck_assert_int_eq(add(STR("evt.type = open and proc.name in (a, b)")), 0);
	filterset_disasm(fs, 0, -1, &out);
	ck_assert_ptr_nonnull(strstr(out.data, "evt.type = open"));
	ck_assert_ptr_nonnull(strstr(out.data, "proc.name in (a, b)"));
	buf_clear(&out);
	filterset_disasm(fs, 0, EV_SYSCALL_OPEN_X, &out);
	ck_assert_ptr_null(strstr(out.data, "evt.type"));
	ck_assert_ptr_nonnull(strstr(out.data, "proc.name in (a, b)"));
	buf_clear(&out);
	filterset_disasm(fs, 0, EV_SYSCALL_CLOSE_X, &out);
	ck_assert_ptr_null(strstr(out.data, "check"));
	buf_release(&out);
}
END_TEST

static bool verifies(struct insn *v, uint32_t n, uint32_t *depth)
{
	struct prog p = { .v = v, .n = n, .nmemo = 1 };
	struct buf why = BUF_INIT;
	bool ok = prog_verify(&p, 1, 1, 1, &why);

	ck_assert_int_eq(ok, why.len == 0);
	buf_release(&why);
	if (depth)
		*depth = p.depth;
	return ok;
}

START_TEST(the_verifier_refuses)
{
	struct insn good[] = {
		{ .op = INSN_CALL, .arg = 1, .yes = 2, .no = 3 },
		{ .op = INSN_CHECK, .yes = 2, .no = 3 },
		{ .op = INSN_FALSE }, { .op = INSN_TRUE },
	}, bad[4];
	uint32_t depth;
	size_t i;
	const struct {
		unsigned at;
		struct insn in;
	} cases[] = {
		{ 1, { .op = INSN_CHECK, .yes = 1, .no = 3 } },		/* itself */
		{ 1, { .op = INSN_CHECK, .yes = 0, .no = 3 } },		/* back */
		{ 1, { .op = INSN_CHECK, .yes = 2, .no = 4 } },		/* out */
		{ 1, { .op = INSN_CHECK, .arg = 1, .yes = 2, .no = 3 } },
		{ 0, { .op = INSN_CALL, .arg = 0, .yes = 2, .no = 3 } },
		{ 0, { .op = INSN_CALL, .arg = 4, .yes = 2, .no = 3 } },
		{ 0, { .op = INSN_CALL, .arg = 1, .yes = 2, .no = 3, .memo = 1 } },
		{ 3, { .op = INSN_CHECK, .yes = 4, .no = 4 } },		/* no end */
		{ 0, { .op = INSN_HIT, .arg = 1, .yes = 2, .no = 2 } },
		{ 0, { .op = 9 } },
	};

	ck_assert(verifies(good, 4, &depth));
	ck_assert_uint_eq(depth, 1);
	ck_assert(!verifies(good, 0, NULL));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memcpy(bad, good, sizeof(good));
		bad[cases[i].at] = cases[i].in;
		ck_assert_msg(!verifies(bad, 4, NULL), "case %zu", i);
	}
}
END_TEST

START_TEST(epochs_wrap)
{
	ck_assert_int_eq(add(STR("proc.name = a")), 0);
	ck_assert_int_eq(add(STR("proc.name = a and proc.pid = 1")), 1);
	ck_assert_uint_eq(matches("openat proc.name=a proc.pid=1", NULL), 3);
	fs->epoch = UINT32_MAX / 2 - 1;
	ck_assert_uint_eq(matches("openat proc.name=a proc.pid=1", NULL), 3);
	ck_assert_uint_eq(matches("openat proc.pid=1", NULL), 0);
	ck_assert_uint_eq(fs->epoch, 3);
	ck_assert_uint_eq(matches("openat proc.name=a", NULL), 1);
}
END_TEST

/* ---- hostile input ---- */

static struct str repeated(const char *head, const char *item, size_t n, const char *tail)
{
	struct buf b = BUF_INIT;
	struct str s;
	size_t i;

	buf_adds(&b, head);
	for (i = 0; i < n; i++)
		buf_addf(&b, "%s%s%zu", i ? ", " : "", item, i);
	buf_adds(&b, tail);
	s = arena_str(&arena, buf_str(&b));
	buf_release(&b);
	return s;
}

START_TEST(long_lists)
{
	ck_assert_int_eq(add(repeated("proc.name in (", "name", 100000, ")")), 0);
	ck_assert_int_eq(add(repeated("proc.pid in (", "", 100000, ")")), 1);
	ck_assert_int_eq(add(repeated("fd.name pmatch (", "/a/b/", 100000, ")")), 2);
	ck_assert_int_eq(add(repeated("proc.name startswith anyof (", "name", 100000, ")")), 3);
	ck_assert_int_eq(add(repeated("proc.name glob oneof (", "*x", 10000, ")")), 4);
	ck_assert_uint_eq(matches("openat proc.name=name99999 proc.pid=5 fd.name=/a/b/7/c",
				  NULL), 15);
	ck_assert_uint_eq(matches("openat proc.name=y proc.pid=100000 fd.name=/a/b", NULL), 0);
	ck_assert_uint_eq(matches("openat proc.name=zx77", NULL), 16);
}
END_TEST

START_TEST(many_networks)
{
	struct buf b = BUF_INIT;
	unsigned i;

	buf_adds(&b, "fd.sip in (1.0.0.1");
	for (i = 0; i < 50000; i++)
		buf_addf(&b, ",10.%u.%u.1", i >> 8, i & 255);
	buf_adds(&b, ") or fd.snet in (::/3");
	for (i = 0; i < 50000; i++)
		buf_addf(&b, ",11.%u.%u.0/24", i >> 8, i & 255);
	buf_adds(&b, ")");
	ck_assert_int_eq(add(buf_str(&b)), 0);
	ck_assert_uint_eq(matches("connect fd.sip=10.3.4.1", NULL), 1);
	ck_assert_uint_eq(matches("connect fd.sip=10.3.4.2 fd.snet=11.5.6.7", NULL), 1);
	ck_assert_uint_eq(matches("connect fd.sip=10.3.4.2 fd.snet=12.5.6.7", NULL), 0);
	buf_release(&b);
}
END_TEST

START_TEST(deep_conditions)
{
	struct buf b = BUF_INIT;
	unsigned i;

	for (i = 0; i < 999; i++)
		buf_adds(&b, i % 2 ? "not(" : "(proc.pid = 1 or ");
	buf_adds(&b, "proc.name = a");
	for (i = 0; i < 999; i++)
		buf_addc(&b, ')');
	ck_assert_int_eq(add(buf_str(&b)), 0);
	matches("openat proc.name=a", NULL);
	buf_release(&b);
}
END_TEST

static struct ast *previous(void *ctx, const struct ast *ident UNUSED)
{
	return ctx;
}

static struct ast *chain_of(const char *step, unsigned n)
{
	struct ast *t, *m;
	const struct ast *unknown;
	unsigned i;

	ck_assert_int_eq(filter_parse(&arena, STR("proc.name = a"), 100, &m, &err), 0);
	ck_assert_int_eq(filter_parse(&arena, str_of(step), 100, &t, &err), 0);
	for (i = 0; i < n; i++) {
		m = ast_resolve(&arena, t, previous, m, &unknown);
		ck_assert_ptr_nonnull(m);
	}
	return m;
}

START_TEST(macros_that_grow)
{
	struct ast *t = chain_of("(m and proc.pid = 1) or (m and proc.pid = 2)", 60);

	ck_assert_int_eq(filterset_add(fs, t, STR("syscall"), &err, NULL, &arena), 0);
	ck_assert_uint_lt(fs->nnodes, 300);
	ck_assert_uint_eq(matches("openat proc.name=a proc.pid=2", NULL), 1);
	ck_assert_uint_eq(matches("openat proc.name=a proc.pid=3", NULL), 0);
	t = chain_of("m and (proc.pid = 1 or not m)", 20000);
	ck_assert_int_eq(filterset_add(fs, t, STR("syscall"), &err, NULL, &arena), -E_FILTER);
	ck_assert_ptr_nonnull(strstr(err.msg.data, "too deep"));
}
END_TEST

START_TEST(regexes)
{
	struct buf b = BUF_INIT;
	unsigned i;

	ck_assert_int_eq(add(STR("proc.name regex \"(((a*)*)*)*b\"")), 0);
	ck_assert_int_eq(add(STR("proc.name regex \"(a|aa)+$\"")), 1);
	ck_assert_int_eq(add(STR("proc.name regex \"((((a{100}){100}){100}){100})\"")), -E_FILTER);
	buf_clear(&err.msg);
	buf_adds(&b, "openat proc.name=");
	for (i = 0; i < 50000; i++)
		buf_addc(&b, 'a');
	ck_assert_uint_eq(matches(b.data, NULL), 2);
	buf_release(&b);
}
END_TEST

START_TEST(warnings)
{
	static const struct {
		const char *text;
		unsigned n;
	} cases[] = {
		{ "proc.name = cat", 0 },
		{ "proc.name = proc.pname", 1 },
		{ "proc.name in (cat, fd.name, a.b)", 1 },
		{ "proc.name = \"toupper(proc.name)\"", 1 },
		{ "proc.name = \"val( proc.name )\"", 1 },
		{ "proc.name regex ^b.*", 1 },
		{ "proc.name regex \"[a-z]+\"", 0 },
		{ "proc.name regex \"a.b\"", 0 },
		{ "proc.name = ka.verb", 0 },
	};
	struct filter_warning *w;
	struct ast *t;
	size_t i;
	unsigned n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		w = NULL;
		ck_assert_int_eq(filter_parse(&arena, str_of(cases[i].text), 100, &t, &err), 0);
		ck_assert_int_ge(filterset_add(fs, t, STR("syscall"), &err, &w, &arena), 0);
		for (n = 0; w; w = w->next)
			n++;
		ck_assert_msg(n == cases[i].n, "%s: %u", cases[i].text, n);
	}
}
END_TEST

START_TEST(hints)
{
	ck_assert_int_lt(add(STR("proc.nmae = x")), 0);
	ck_assert_ptr_nonnull(strstr(err.hint.data, "proc.name"));
	ck_assert(err.unknown_name);
	ck_assert_int_lt(add(STR("evt.type = opennat")), 0);
	ck_assert_ptr_nonnull(strstr(err.hint.data, "openat"));
	ck_assert_int_lt(add(STR("evt.num = abc")), 0);
	ck_assert(!err.unknown_name);
}
END_TEST

/* One problem does not hide the others of the same condition. */
START_TEST(all_problems)
{
	static const struct {
		const char *text;
		unsigned n;
		uint32_t off[4];
	} cases[] = {
		{ "proc.nmae = a", 1, { 0 } },
		{ "proc.nmae = a or fd.nmae = b", 2, { 0, 17 } },
		{ "evt.type in (opn, close, opnat)", 2, { 13, 25 } },
		{ "evt.num in (1, x, 2, y)", 2, { 15, 21 } },
		{ "proc.nmae = val(fd.nmae)", 2, { 0, 12 } },
		{ "concat(proc.nmae, fd.nmae) = b", 2, { 7, 18 } },
		{ "proc.name regex '(' and not fd.num contains x", 2, { 16, 28 } },
	};
	const struct filter_error *e;
	unsigned i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ck_assert_int_lt(add(str_of(cases[i].text)), 0);
		for (e = &err, n = 0; e; e = e->next, n++)
			ck_assert_msg(n < cases[i].n && e->off == cases[i].off[n], "%s: %u: %s",
				      cases[i].text, e->off, e->msg.data);
		ck_assert_uint_eq(n, cases[i].n);
	}
}
END_TEST

/* The list of problems ends, however many there are. */
START_TEST(problems_are_bounded)
{
	struct buf b = BUF_INIT;
	const struct filter_error *e;
	unsigned i, n = 0;

	for (i = 0; i < 5000; i++)
		buf_adds(&b, i ? " or a.b = c" : "a.b = c");
	ck_assert_int_lt(add(buf_str(&b)), 0);
	for (e = &err; e; e = e->next)
		n++;
	ck_assert_uint_eq(n, FILTER_ERRORS_MAX);
	buf_release(&b);
}
END_TEST

UNIT_MAIN_WITH("filterset", setup, teardown,
	       equal_checks_are_one, plans_hold_what_can_match,
	       dropped_conditions_are_gone, unwanted_conditions_cost_nothing, events_of_conditions,
	       fields_in_order, listing, the_verifier_refuses, epochs_wrap,
	       long_lists, many_networks, deep_conditions, macros_that_grow,
	       regexes, warnings, hints, all_problems, problems_are_bounded)
