/* SPDX-License-Identifier: Apache-2.0 */
/* vestige asm: events as text into a trace. */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/err.h"
#include "replay/asm/asm.h"
#include "replay/recode.h"
#include "replay/trace_verbs.h"

static struct {
	struct outfile_opts out;
	const char *to;
} o;

const struct opt asm_opts[] = {
	OPT_STR('o', "output", "OUT", &o.to, "the trace to write; .scap by its name, else .vtr"),
	OUTFILE_OPTS(o.out),
	OPT_END
};

static int open_text(const char *path, struct evsource **out, struct diag *d)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC), err;
	const char *name = is_stdin ? "standard input" : path;

	if (fd < 0) {
		diag_off(d, DIAG_ERROR, name, -1, "cannot open: %s", strerror(errno));
		return -E_OPEN;
	}
	err = asm_open_fd(out, fd, "", 0, name, d);
	if (err)
		close(fd);
	return err;
}

/* A text with a mistake in it becomes no trace at all. */
static int run(const char *from, struct diag *d)
{
	struct recode c = { .to_scap = is_scap_name(o.to), .all_or_nothing = true,
			    .format = "asm" };
	struct evsource *s;
	int err = open_text(from, &s, d);

	return err ? err : recode_source(&c, s, from, o.to, &o.out, d);
}

int cmd_asm(struct opt_args *args, struct diag *d)
{
	if (args->n != 1 || !o.to) {
		diag_hint(diag_add(d, DIAG_ERROR, "asm takes one text and -o OUT"),
			  "vestige asm IN.ev -o OUT.vtr");
		return EXIT_USAGE;
	}
	return err_exit(run(args->v[0], d));
}
