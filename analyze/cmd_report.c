/* SPDX-License-Identifier: Apache-2.0 */
/* vestige report: traces and rules to one page that can be handed on. */
#include "lib/base/compat.h"

#include "analyze/cmds.h"
#include "analyze/collect.h"
#include "analyze/report/report.h"
#include "analyze/ruleopts.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "replay/segfiles.h"

static struct {
	struct ruleopts rules;
	bool verbose;
	const char *matching, *format, *output, *title;
} o;

static const struct format {
	const char *name;
	void (*render)(const struct report *r, struct buf *out);
} formats[] = {
	{ "html", report_html },
	{ "md", report_md },
	{ "json", report_json },
	{ "timesketch-csv", report_timesketch_csv },
	{ "timesketch-jsonl", report_timesketch_jsonl },
	{ "navigator", report_navigator },
	{ "dot", report_dot },
	{ "alerts-csv", report_alerts_csv },
};

static void list_formats(struct buf *out)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		buf_addf(out, "%s\n", formats[i].name);
}

const struct opt report_opts[] = {
	OPT_HEADING("Rules"),
	RULEOPTS_FILES(&o.rules),
	OPT_STR(0, "matching", "first|all", &o.matching,
		"alerts of an event: the first matching rule's, or all (all)"),
	RULEOPTS_SELECT(&o.rules),
	OPT_HEADING("Output"),
	OPT_STR('o', "output", "FILE", &o.output, "write to FILE (standard output)"),
	OPT_ONE_OF(0, "format", "FORMAT", list_formats, &o.format,
		   "html (default), md, json, timesketch-csv, timesketch-jsonl, navigator, dot, "
		   "alerts-csv"),
	OPT_STR(0, "title", "TEXT", &o.title, "the page's title (Incident report)"),
	OPT_CALL(0, "append-output", "TEXT", &o.rules, ruleopts_append,
		 "append TEXT to every rule's output; repeatable"),
	OPT_FLAG('v', "verbose", &o.verbose, "show the warnings of rule files"),
	OPT_END
};

static const struct format *find_format(struct diag *d)
{
	const char *names[ARRAY_SIZE(formats)], *near;
	struct diag_item *it;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		names[i] = formats[i].name;
		if (!strcmp(names[i], o.format ? o.format : "html"))
			return &formats[i];
	}
	it = diag_add(d, DIAG_ERROR, "'%s' is not a format of reports", o.format);
	near = str_nearest(str_of(o.format), names, ARRAY_SIZE(names));
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "one of html, md, json, timesketch-csv, timesketch-jsonl, navigator, "
			  "dot, alerts-csv");
	return NULL;
}

static bool parse_matching(enum matching *out, struct diag *d)
{
	*out = MATCH_ALL;
	if (!o.matching || !strcmp(o.matching, "all"))
		return true;
	*out = MATCH_FIRST;
	if (!strcmp(o.matching, "first"))
		return true;
	diag_hint(diag_add(d, DIAG_ERROR, "'%s' is not a way of matching", o.matching),
		  "--matching first, or --matching all");
	return false;
}

/* A word as a shell reads it. */
static void word(struct buf *out, const char *s)
{
	buf_addc(out, ' ');
	if (*s && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    "%+,-./:=@_") == strlen(s)) {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '\'');
	for (; *s; s++)
		if (*s == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *s);
	buf_addc(out, '\'');
}

/* What decides the contents, so that the report can be made again. */
static void command_line(const struct opt_args *args, struct buf *out)
{
	size_t i;
	int k;

	buf_adds(out, "vestige report");
	for (i = 0; i < o.rules.nfiles; i++) {
		buf_adds(out, " -r");
		word(out, o.rules.files[i]);
	}
	for (i = 0; i < o.rules.nsteps; i++) {
		const struct select_step *s = &o.rules.steps[i];

		buf_addf(out, " --%s", s->tag ? (s->enable ? "tag" : "no-tag")
					      : (s->enable ? "enable" : "disable"));
		word(out, s->text);
	}
	for (i = 0; i < o.rules.nappend; i++) {
		buf_adds(out, " --append-output");
		word(out, o.rules.append[i]);
	}
	if (o.rules.priority) {
		buf_adds(out, " --priority");
		word(out, o.rules.priority);
	}
	if (o.matching) {
		buf_adds(out, " --matching");
		word(out, o.matching);
	}
	for (k = 0; k < args->n; k++)
		word(out, args->v[k]);
}

static int write_out(const struct report *r, const struct format *f, struct io_out *out,
		     struct diag *d)
{
	struct buf b = BUF_INIT;
	int err;

	f->render(r, &b);
	err = io_out_write(out, b.data, b.len, d);
	if (err)
		io_out_abandon(out);
	else
		err = io_out_commit(out, d);
	buf_release(&b);
	return err_exit(err);
}

/* The output is opened first: a wrong name is told before the work. */
static int make(struct ruleset *rs, const struct format *f, enum matching matching,
		struct opt_args *args, struct diag *d)
{
	struct report r = { .title = o.title };
	struct buf command = BUF_INIT;
	struct io_out out;
	int status, err;

	err = io_out_open(&out, o.output ? o.output : "-", d);
	if (err)
		return err_exit(err);
	command_line(args, &command);
	r.command = buf_str(&command);
	status = err_exit(collect(&r, rs, matching, args->v, (size_t)args->n, d));
	if (!r.events && status == EXIT_UNREADABLE) {
		io_out_abandon(&out);
	} else {
		err = write_out(&r, f, &out, d);
		status = err > status ? err : status;
	}
	report_release(&r);
	buf_release(&command);
	return status;
}

int cmd_report(struct opt_args *args, struct diag *d)
{
	const struct format *f = find_format(d);
	enum matching matching;
	struct ruleset *rs;
	int status = EXIT_USAGE;

	if (!f || !parse_matching(&matching, d))
		goto out;
	if (!args->n) {
		diag_hint(diag_add(d, DIAG_ERROR, "no trace given"),
			  "name .vtr or .scap files, or '-' for standard input");
		goto out;
	}
	o.rules.no_suggested = true;	/* containers stand with their processes */
	rs = ruleopts_load(&o.rules, o.verbose, d);
	if (!rs)
		goto out;
	ruleopts_tell_none(rs, d);
	status = err_exit(ruleopts_apart(&o.rules, rs, args, o.output, d));
	segfiles_tell_gaps(args->v, (size_t)args->n, d);
	if (!status)
		status = make(rs, f, matching, args, d);
	ruleset_free(rs);
out:
	ruleopts_release(&o.rules);
	return status;
}
