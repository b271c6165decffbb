/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/effect_set.h"
#include "replay/recode.h"
#include "replay/trace_verbs.h"
#include "replay/when.h"

static struct {
	struct outfile_opts out;
	struct when_opts when;
	bool no_state;
} o;

const struct opt cut_opts[] = {
	WHEN_OPTIONS(o.when),
	OPT_FLAG(0, "no-state", &o.no_state,
		 "leave out what came before, even where it explains what follows"),
	OUTFILE_OPTS(o.out),
	OPT_END
};

struct window {
	struct when_range r;
	uint64_t shown;		/* events inside of it */
};

static enum recode_keep pick(void *ctx, const struct event *ev, uint64_t num)
{
	struct window *w = ctx;
	const struct when_range *r = &w->r;

	if (r->to.num && num > r->to.num)
		return KEEP_END;
	if (r->to.ts && ev->ts > r->to.ts)
		return KEEP_PAST;	/* what is out of order may follow */
	if (num >= r->from.num && ev->ts >= r->from.ts) {
		w->shown++;
		return KEEP;
	}
	return !o.no_state && effect_of_type(ev->type) ? KEEP_STATE : KEEP_NOT;
}

int cmd_cut(struct opt_args *args, struct diag *d)
{
	struct window w = { .shown = 0 };
	struct recode c = { .pick = pick, .ctx = &w };
	int err;

	if (!two_operands(args, "cut", d))
		return EXIT_USAGE;
	err = when_parse_range(&w.r, &o.when, args->v, 1, d);
	c.to_ts = w.r.to.ts;
	c.to_scap = is_scap_name(args->v[1]);
	if (c.to_scap && !outfile_for_scap(&o.out, d))
		return EXIT_USAGE;
	err = err ? err : recode_file(&c, args->v[0], args->v[1], &o.out, d);
	if (!err && !w.shown)
		when_tell_none(&o.when, d);
	return err_exit(err);
}
