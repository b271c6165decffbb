/* SPDX-License-Identifier: Apache-2.0 */
/* vestige rules diff: what a change of rules changes, over traces. */
#include "lib/base/compat.h"

#include "analyze/cmd_rules.h"
#include "analyze/field/context.h"
#include "analyze/report/rulediff.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"
#include "replay/session.h"

#define SAMPLES		3

/* The rules of -r, then one more path. */
static struct ruleset *load(const struct rules_options *o, const char *path, struct diag *d)
{
	struct ruleopts with = *o->rules;
	struct ruleset *rs;

	with.files = xcalloc(with.nfiles + 1, sizeof(*with.files));
	if (o->rules->nfiles)
		memcpy(with.files, o->rules->files, with.nfiles * sizeof(*with.files));
	with.files[with.nfiles++] = path;
	rs = ruleopts_load(&with, false, d);
	free(with.files);
	return rs;
}

static int run(struct rulediff *diff, struct opt_args *args, struct diag *d)
{
	struct session *s = session_new(args->v + 3, (size_t)args->n - 3, NULL, d);
	struct fieldctx c[2];
	struct fieldsource *const src[2] = { &c[0].src, &c[1].src };
	struct event *ev;
	int i, status;

	/* Each its own: some fields remember when they were asked last. */
	for (i = 0; i < 2; i++)
		fieldctx_init(&c[i], session_machine(s));
	while ((ev = session_next(s)) != NULL) {
		fieldctx_begin(&c[0]);
		fieldctx_begin(&c[1]);
		rulediff_event(diff, src, ev->ts, ev->num,
			       machine_host(session_machine(s))->hostname, session_file(s));
	}
	status = err_exit(session_status(s));
	for (i = 0; i < 2; i++)
		fieldctx_release(&c[i]);
	session_free(s);
	return status;
}

static int tell(const struct rulediff *diff, const struct rules_options *o, int status)
{
	bool change = rulediff_total(diff, DIFF_NEW) || rulediff_total(diff, DIFF_LOST) ||
		      rulediff_total(diff, DIFF_CHANGED);
	struct buf out = BUF_INIT;
	int written;

	if (o->json)
		rulediff_json(diff, &out);
	else
		rulediff_text(diff, &out);
	written = err_exit(io_write_text(STDOUT_FILENO, &out));
	buf_release(&out);
	if (o->fail_on_change && change && status < EXIT_FINDINGS)
		status = EXIT_FINDINGS;
	return written > status ? written : status;
}

static int diff_sets(struct ruleset *old, struct ruleset *new, struct opt_args *args,
		     enum matching matching, const struct rules_options *o, struct diag *d)
{
	struct rulediff diff;
	int status;

	rulediff_init(&diff, old, new, matching, o->samples ? o->samples : SAMPLES);
	status = tell(&diff, o, run(&diff, args, d));
	rulediff_release(&diff);
	return status;
}

int rules_diff(struct opt_args *args, const struct rules_options *o, struct diag *d)
{
	bool first = o->matching && !strcmp(o->matching, "first");
	struct ruleset *old, *new;
	int status = EXIT_USAGE;

	if (args->n < 4 || (o->matching && !first && strcmp(o->matching, "all"))) {
		diag_hint(diag_add(d, DIAG_ERROR, args->n < 4 ? "diff takes two rule sets and "
				   "traces" : "matching is first or all"),
			  "vestige rules diff OLD.yaml NEW.yaml trace.vtr");
		return EXIT_USAGE;
	}
	old = load(o, args->v[1], d);
	new = old ? load(o, args->v[2], d) : NULL;
	if (new)
		status = diff_sets(old, new, args, first ? MATCH_FIRST : MATCH_ALL, o, d);
	ruleset_free(old);
	ruleset_free(new);
	return status;
}
