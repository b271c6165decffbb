/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/recode.h"
#include "replay/session.h"
#include "replay/trace_verbs.h"

static struct {
	struct outfile_opts out;
	const char *to;
	bool plain;
} o;

const struct opt convert_opts[] = {
	OPT_STR(0, "to", "FORMAT", &o.to, "vtr or scap (default: by the name of OUT)"),
	OPT_FLAG(0, "plain", &o.plain, "a .scap without gzip"),
	OUTFILE_OPTS(o.out),
	OPT_END
};

static int run(char **v, bool to_scap, struct diag *d)
{
	struct recode c = { .to_scap = to_scap, .plain_scap = o.plain };
	struct evsource *s;
	struct outfile f;
	int err = session_open_source(v[0], &s, d), status;

	if (err)
		return err;
	err = outfile_open(&f, v[1], &o.out, d);
	if (err) {
		s->close(s);
		return err;
	}
	err = outfile_close(&f, recode_run(&c, s, &f));
	status = s->status(s);
	s->close(s);
	return err ? err : status;
}

int cmd_convert(struct opt_args *args, struct diag *d)
{
	bool to_scap;

	if (!two_operands(args, "convert", d))
		return EXIT_USAGE;
	to_scap = o.to ? !strcmp(o.to, "scap") : is_scap_name(args->v[1]);
	if (o.to && !to_scap && strcmp(o.to, "vtr")) {
		diag_add(d, DIAG_ERROR, "--to is vtr or scap, not '%s'", o.to);
		return EXIT_USAGE;
	}
	return err_exit(run(args->v, to_scap, d));
}
