/* SPDX-License-Identifier: Apache-2.0 */
/* vestige rules check|list|explain|syscalls; diff and why have files of their own. */
#include "lib/base/compat.h"

#include "analyze/cmd_rules.h"
#include "analyze/cmds.h"
#include "analyze/report/explain.h"
#include "analyze/rule/calls.h"
#include "analyze/ruleopts.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"
#include "lib/event/raw.h"

static struct {
	struct ruleopts rules;
	struct rules_options with;
} o = { .with.rules = &o.rules };

const struct opt rules_opts[] = {
	OPT_HEADING("check FILE...: what is wrong, in all files at once\n"
		    "list: name, priority and tags; explain RULE...: what a rule came to be\n"
		    "diff OLD NEW FILE...: what a change of rules changes over traces\n"
		    "why RULE EVENT FILE: the parts of a condition at one event\n"
		    "syscalls: the system calls rules listen to, a line each"),
	RULEOPTS_FILES(&o.rules),
	OPT_FLAG(0, "json", &o.with.json, "check: Falco's validation result; else an object a line"),
	RULEOPTS_SELECT(&o.rules),
	OPT_HEADING("Output of rules"),
	RULEOPTS_OUTPUT(&o.rules),
	OPT_HEADING("diff"),
	OPT_STR(0, "matching", "first|all", &o.with.matching, "as for analyze (all)"),
	OPT_U64(0, "samples", "N", &o.with.samples, "events shown of each rule and kind (3)"),
	OPT_FLAG(0, "fail-on-change", &o.with.fail_on_change,
		 "exit status 1 when an alert is new, lost or changed"),
	OPT_END
};

static int print(struct buf *b)
{
	int err = io_write_text(STDOUT_FILENO, b);

	buf_release(b);
	return err_exit(err);
}

static const char *verdict(const struct load_result *l)
{
	return l->nerrors ? "Invalid" : l->nwarnings ? "Ok, with warnings" : "Ok";
}

static void check_text(const struct ruleset *rs, bool ok, struct buf *b, struct diag *d)
{
	struct filterset_stats st = filterset_stats(rs->fs);
	const struct load_result *l;

	for (l = ruleset_results(rs)->first; l; l = l->next)
		buf_addf(b, "%s: %s\n", l->name, verdict(l));
	if (ok)
		buf_addf(b, "%zu rule%s; %zu check%s written, %zu distinct, over %zu field%s\n",
			 rs->n, str_count(rs->n, "", "s"), st.checks_written,
			 str_count(st.checks_written, "", "s"), st.checks_distinct, st.fields,
			 str_count(st.fields, "", "s"));
	load_results_diag(ruleset_results(rs), d);
}

static int check(struct opt_args *args, struct diag *d)
{
	struct buf b = BUF_INIT;
	struct jsonw w = JSONW_INIT(&b);
	struct ruleset *rs;
	int i, status;
	bool ok;

	for (i = 1; i < args->n; i++)
		ruleopts_file(&o.rules, NULL, args->v[i], d);
	if (!o.rules.nfiles) {
		diag_hint(diag_add(d, DIAG_ERROR, "no rule files given"),
			  "vestige rules check FILE...");
		return EXIT_USAGE;
	}
	rs = ruleopts_load_all(&o.rules, &ok);
	if (o.with.json) {
		load_results_json(ruleset_results(rs), &w);
		buf_addc(&b, '\n');
	} else {
		check_text(rs, ok, &b, d);
	}
	ruleset_free(rs);
	status = print(&b);
	return status ? status : ok ? EXIT_DONE : EXIT_USAGE;
}

static int list(struct opt_args *args, struct diag *d)
{
	struct buf b = BUF_INIT;
	struct ruleset *rs;
	size_t k;
	int i;

	for (i = 1; i < args->n; i++)
		ruleopts_file(&o.rules, NULL, args->v[i], d);
	rs = ruleopts_load(&o.rules, false, d);
	if (!rs)
		return EXIT_USAGE;
	for (k = 0; k < rs->n; k++)
		if (o.with.json)
			explain_json(rs, &rs->rules[k], &b);
		else
			explain_line(&rs->rules[k], &b);
	ruleset_free(rs);
	return print(&b);
}

void rules_unknown(const struct ruleset *rs, const char *name, struct diag *d)
{
	const char **names = calloc(rs->n + 1, sizeof(*names)), *near = NULL;
	struct arena a = ARENA_INIT;
	struct diag_item *it = diag_add(d, DIAG_ERROR, "there is no rule '%s'", name);
	size_t i;

	for (i = 0; names && i < rs->n; i++)
		names[i] = arena_strdup(&a, rs->rules[i].name);
	if (names)
		near = str_nearest(str_of(name), names, rs->n);
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "'vestige rules list' names them");
	free(names);
	arena_release(&a);
}

static int explain(struct opt_args *args, struct diag *d)
{
	struct buf b = BUF_INIT;
	struct ruleset *rs;
	struct rule *r;
	int i, status = EXIT_DONE, printed;

	if (args->n < 2) {
		diag_hint(diag_add(d, DIAG_ERROR, "no rule named"),
			  "vestige rules explain -r FILE 'NAME OF RULE'");
		return EXIT_USAGE;
	}
	rs = ruleopts_load(&o.rules, false, d);
	if (!rs)
		return EXIT_USAGE;
	for (i = 1; i < args->n; i++) {
		r = ruleset_find(rs, str_of(args->v[i]));
		if (r)
			explain_text(rs, r, &b);
		else
			status = (rules_unknown(rs, args->v[i], d), EXIT_USAGE);
	}
	ruleset_free(rs);
	printed = print(&b);
	return printed ? printed : status;
}

/* For the recorder: what it must select for these rules to see all. */
static int syscalls(struct opt_args *args, struct diag *d)
{
	uint8_t recorded[(EV_COUNT + 7) / 8] = { 0 };
	struct buf b = BUF_INIT;
	struct ruleset *rs;
	bool *wanted;
	unsigned sc;
	int i;

	for (i = 1; i < args->n; i++)
		ruleopts_file(&o.rules, NULL, args->v[i], d);
	rs = ruleopts_load(&o.rules, false, d);
	if (!rs)
		return EXIT_USAGE;
	ruleopts_tell_none(rs, d);
	raw_events(recorded);
	rules_tell_deaf(rs, recorded, d);
	wanted = xcalloc(sctab_n, sizeof(*wanted));
	rules_calls(rs, wanted);
	for (sc = 1; sc < sctab_n; sc++)
		if (wanted[sc] && raw_has_call(sc))
			buf_addf(&b, "%s\n", sctab[sc].name);
	free(wanted);
	ruleset_free(rs);
	return print(&b);
}

static int diff(struct opt_args *args, struct diag *d)
{
	return rules_diff(args, &o.with, d);
}

static int why(struct opt_args *args, struct diag *d)
{
	return rules_why(args, &o.with, d);
}

/* verb NULL: none was given. */
static int no_verb(const char *verb, const char *const *names, size_t n, struct diag *d)
{
	const char *near = verb ? str_nearest(str_of(verb), names, n) : NULL;
	struct buf all = BUF_INIT;
	struct diag_item *it;
	size_t i;

	if (verb)
		it = diag_add(d, DIAG_ERROR, "'%s' is nothing that can be done with rules", verb);
	else
		it = diag_add(d, DIAG_ERROR, "nothing is said that is to be done with rules");
	for (i = 0; i < n; i++)
		buf_addf(&all, "%s%s", i ? ", " : "one of ", names[i]);
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "%s", all.data);
	buf_release(&all);
	return EXIT_USAGE;
}

int cmd_rules(struct opt_args *args, struct diag *d)
{
	static const struct {
		const char *name;
		int (*run)(struct opt_args *args, struct diag *d);
	} verbs[] = { { "check", check }, { "list", list }, { "explain", explain },
		    { "diff", diff }, { "why", why }, { "syscalls", syscalls } };
	const char *names[ARRAY_SIZE(verbs)], *verb = args->n ? args->v[0] : NULL;
	int status = -1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		names[i] = verbs[i].name;
		if (verb && !strcmp(verb, verbs[i].name))
			status = verbs[i].run(args, d);
	}
	if (status < 0)
		status = no_verb(verb, names, ARRAY_SIZE(verbs), d);
	ruleopts_release(&o.rules);
	return status;
}
