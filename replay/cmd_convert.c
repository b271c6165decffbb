/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/recode.h"
#include "replay/trace_verbs.h"

static struct {
	struct outfile_opts out;
	const char *to;
	bool plain;
} o;

const struct opt convert_opts[] = {
	OPT_STR(0, "to", "vtr|scap", &o.to, "which format (default: by the name of OUT)"),
	OPT_FLAG(0, "plain", &o.plain, "a .scap without gzip"),
	OUTFILE_OPTS(o.out),
	OPT_END
};

int cmd_convert(struct opt_args *args, struct diag *d)
{
	struct recode c = { .plain_scap = o.plain };

	if (!two_operands(args, "convert", d))
		return EXIT_USAGE;
	c.to_scap = o.to ? !strcmp(o.to, "scap") : is_scap_name(args->v[1]);
	if (o.to && !c.to_scap && strcmp(o.to, "vtr")) {
		diag_add(d, DIAG_ERROR, "--to is vtr or scap, not '%s'", o.to);
		return EXIT_USAGE;
	}
	if (c.to_scap && !outfile_for_scap(&o.out, d))
		return EXIT_USAGE;
	return err_exit(recode_file(&c, args->v[0], args->v[1], &o.out, d));
}
