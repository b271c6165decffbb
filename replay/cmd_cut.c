/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/trace/input.h"
#include "lib/trace/summary.h"
#include "replay/effect_set.h"
#include "replay/recode.h"
#include "replay/trace_verbs.h"

static struct {
	struct outfile_opts out;
	const char *from, *to;
	bool no_state;
} o;

const struct opt cut_opts[] = {
	OPT_STR(0, "from", "WHEN", &o.from,
		"first event: a time, +10s after the start, -10s before the end, or #NUMBER"),
	OPT_STR(0, "to", "WHEN", &o.to, "last event, likewise"),
	OPT_FLAG(0, "no-state", &o.no_state,
		 "leave out what came before, even where it explains what follows"),
	OUTFILE_OPTS(o.out),
	OPT_END
};

struct bound {
	uint64_t ts, num;	/* 0: open */
};

struct range {
	struct bound from, to;
};

/* Start and end of a trace, for times that are relative to them. */
static int trace_times(const char *path, uint64_t *first, uint64_t *last, struct diag *d)
{
	struct summary s;
	struct input in;
	int err = input_open(&in, path, d);

	if (err)
		return err;
	err = vtr_summarise(&in, &s);
	*first = s.first_ts;
	*last = s.last_ts;
	if (err == -E_FOREIGN)
		diag_hint(diag_off(d, DIAG_ERROR, path, -1, "relative times need a .vtr trace"),
			  "`vestige convert` makes one of it");
	else if (err)
		diag_off(d, DIAG_ERROR, path, -1, "%s", err_str(err));
	summary_release(&s);
	input_release(&in);
	return err;
}

static int bad_when(const char *option, const char *text, struct diag *d)
{
	diag_hint(diag_add(d, DIAG_ERROR, "%s: '%s' is no time", option, text),
		  "say 2026-11-22T01:02:03Z, @1795311432.5, +10s, -10s or #1000");
	return -E_USAGE;
}

static int parse(struct bound *b, const char *option, const char *text,
		 const char *path, struct diag *d)
{
	uint64_t first, last, ns;
	int err;

	if (!text)
		return 0;
	if (*text == '#')
		return num_u64(str_of(text + 1), &b->num) ? 0 : bad_when(option, text, d);
	if (*text != '+' && *text != '-')
		return num_time(str_of(text), &b->ts) ? 0 : bad_when(option, text, d);
	if (!num_duration(str_of(text + 1), &ns))
		return bad_when(option, text, d);
	err = trace_times(path, &first, &last, d);
	if (!err)
		b->ts = *text == '+' ? first + ns : last > ns ? last - ns : 1;
	return err;
}

static enum recode_keep pick(void *ctx, const struct event *ev, uint64_t num)
{
	const struct range *r = ctx;

	if ((r->to.num && num > r->to.num) || (r->to.ts && ev->ts > r->to.ts))
		return KEEP_END;
	if (num >= r->from.num && ev->ts >= r->from.ts)
		return KEEP;
	return !o.no_state && effect_of_type(ev->type) ? KEEP_STATE : KEEP_NOT;
}

int cmd_cut(struct opt_args *args, struct diag *d)
{
	struct range r = { 0 };
	struct recode c = { .pick = pick, .ctx = &r };
	int err;

	if (!two_operands(args, "cut", d))
		return EXIT_USAGE;
	err = parse(&r.from, "--from", o.from, args->v[0], d);
	if (!err)
		err = parse(&r.to, "--to", o.to, args->v[0], d);
	c.to_scap = is_scap_name(args->v[1]);
	return err_exit(err ? err : recode_file(&c, args->v[0], args->v[1], &o.out, d));
}
