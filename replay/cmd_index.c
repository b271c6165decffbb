/* SPDX-License-Identifier: Apache-2.0 */
/* vestige index: checkpoints of a trace, into a file beside it. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/sidecar.h"
#include "replay/trace_verbs.h"

static struct {
	uint64_t every;
	bool verbose;
} o;

const struct opt index_opts[] = {
	OPT_U64(0, "every", "EVENTS", &o.every, "events between two checkpoints (default: a tenth of all, at most 500000)"),
	OPT_FLAG('v', "verbose", &o.verbose, "tell how many there are and what they take"),
	OPT_END
};

int cmd_index(struct opt_args *args, struct diag *d)
{
	struct io_stdout out = IO_STDOUT(IO_TEXT);
	struct sidecar_made made;
	int i, status = 0, err;

	if (!args->n) {
		diag_add(d, DIAG_ERROR, "index takes at least one FILE");
		return EXIT_USAGE;
	}
	for (i = 0; i < args->n; i++) {
		err = sidecar_make(args->v[i], o.every, &made, d);
		if ((!err || err == -E_CUT) && o.verbose)
			buf_addf(&out.b, "%s" SIDECAR_SUFFIX ": %" PRIu64 " %s, %"
				 PRIu64 " bytes (%" PRIu64 " of state)\n", args->v[i],
				 made.records, str_count(made.records, "checkpoint", "checkpoints"),
				 made.bytes, made.raw_bytes);
		err = err_exit(err);
		status = err > status ? err : status;
	}
	err = err_exit(io_stdout_flush(&out, true));
	buf_release(&out.b);
	return err ? err : status;
}
