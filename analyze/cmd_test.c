/* SPDX-License-Identifier: Apache-2.0 */
/* vestige test: cases of rules, run and judged. */
#include "lib/base/compat.h"

#include "analyze/cmds.h"
#include "analyze/ruleopts.h"
#include "analyze/test/jobs.h"
#include "analyze/test/limits.h"
#include "analyze/test/tell.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"

static struct {
	struct ruleopts rules;
	const char *filter, *junit;
	uint64_t jobs;
	bool update, tap, coverage, verbose, list;
} o;

const struct opt test_opts[] = {
	OPT_HEADING("Cases"),
	RULEOPTS_FILES(&o.rules),
	OPT_STR('f', "filter", "PATTERN", &o.filter, "only cases whose name matches ('*', or a part)"),
	OPT_FLAG('l', "list", &o.list, "name the cases, run none"),
	OPT_U64('j', "jobs", "N", &o.jobs, "processes that share the cases (1)"),
	OPT_FLAG('u', "update", &o.update, "rewrite golden files"),
	OPT_HEADING("Output"),
	OPT_FLAG('v', "verbose", &o.verbose, "tell of cases that passed, too"),
	OPT_FLAG(0, "coverage", &o.coverage,
		 "rules without cases, and parts of conditions that were never true"),
	OPT_FLAG(0, "tap", &o.tap, "TAP 13 in place of text"),
	OPT_STR(0, "junit", "FILE", &o.junit, "write JUnit XML, too"),
	OPT_END
};

static int write_out(struct buf *b)
{
	int err = io_write_full(STDOUT_FILENO, b->data, b->len);

	buf_release(b);
	return err_exit(err);
}

static int write_junit(const struct cases *c, const struct casetext *v, struct diag *d)
{
	struct buf b = BUF_INIT;
	struct io_out out;
	int err;

	tell_junit(c, v, &b);
	err = io_out_open(&out, o.junit, d);
	if (!err)
		err = io_out_write(&out, b.data, b.len, d);
	if (!err)
		err = io_out_commit(&out, d);
	buf_release(&b);
	return err_exit(err);
}

/* Is the JUnit file none of what the cases are made of? */
static int junit_apart(const struct cases *c, struct diag *d)
{
	int err = io_out_apart(o.junit, o.rules.files, o.rules.nfiles, d);
	size_t i;

	for (i = 0; i < c->n && !err; i++) {
		const struct testcase *t = &c->v[i];

		err = io_out_apart(o.junit, &t->file, 1, d);
		if (!err)
			err = io_out_apart(o.junit, t->traces, t->ntraces, d);
		if (!err)
			err = io_out_apart(o.junit, t->rules, t->nrules, d);
		if (!err && t->golden)
			err = io_out_apart(o.junit, &t->golden, 1, d);
	}
	return err;
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int tell(const struct cases *c, const struct casetext *v, struct coverage *cov,
		struct diag *d)
{
	struct totals t = totals_of(c, v);
	struct buf b = BUF_INIT;
	int status = t.broken ? EXIT_USAGE : t.failed ? EXIT_FINDINGS : EXIT_DONE;

	if (o.tap)
		tell_tap(c, v, &b);
	else
		tell_text(c, v, o.verbose, &b);
	if (cov)
		coverage_text(cov, o.tap ? "# " : "", &b);
	status = worse(status, write_out(&b));
	if (o.junit)
		status = worse(status, write_junit(c, v, d));
	return status;
}

static int run_cases(const struct cases *c, struct diag *d)
{
	struct jobs_opts opts = { .jobs = o.jobs ? (unsigned)o.jobs : 1, .update = o.update };
	struct casetext *v;
	size_t i;
	int status;

	if (o.junit && junit_apart(c, d))
		return EXIT_USAGE;
	v = xcalloc(c->n, sizeof(*v));
	if (o.coverage)
		opts.coverage = coverage_new();
	status = err_exit(jobs_run(c, &opts, v, d));
	if (!status)
		status = tell(c, v, opts.coverage, d);
	for (i = 0; i < c->n; i++)
		buf_release(&v[i].text);
	coverage_free(opts.coverage);
	free(v);
	return status;
}

static int list_cases(const struct cases *c)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < c->n; i++)
		buf_addf(&b, "%s\n", c->v[i].title);
	return write_out(&b);
}

static int find_all(struct cases *c, struct opt_args *args, struct diag *d)
{
	const struct find_opts f = { .rules = o.rules.files, .nrules = o.rules.nfiles,
				     .filter = o.filter };
	int i, err = 0;

	for (i = 0; i < args->n; i++)
		if (cases_find(c, args->v[i], &f, d))
			err = -E_USAGE;
	return err;
}

int cmd_test(struct opt_args *args, struct diag *d)
{
	struct cases c = { 0 };
	int status = EXIT_USAGE, found;

	if (!args->n || o.jobs > TEST_JOBS_MAX) {
		diag_hint(diag_add(d, DIAG_ERROR, args->n ? "more jobs than %d" :
				   "no folder of cases given", TEST_JOBS_MAX),
			  "vestige test [-r RULES] DIR...");
		goto out;
	}
	found = find_all(&c, args, d);
	if (!c.n && !found)
		diag_hint(diag_add(d, DIAG_ERROR, "there is no case%s",
				   o.filter ? " that --filter lets through" : ""),
			  "a case is a .yaml file; see vestige-test(1)");
	else if (c.n)
		status = worse(o.list ? list_cases(&c) : run_cases(&c, d), err_exit(found));
out:
	cases_release(&c);
	ruleopts_release(&o.rules);
	return status;
}
