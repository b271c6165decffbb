/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs that write traces share: a sink and the options of a .vtr. */
#ifndef REPLAY_OUTFILE_H
#define REPLAY_OUTFILE_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/io.h"
#include "lib/base/opt.h"
#include "lib/trace/seal.h"
#include "lib/trace/writer.h"

struct outfile {
	struct io_out out;
	struct diag *d;
	uint8_t key[SEAL_SECRET];
	struct vtr_writer_opts opts;
};

/* Command-line part: --sign and --level. */
struct outfile_opts {
	const char *sign;
	uint64_t level;
};
#define OUTFILE_OPTS(o)							\
	OPT_STR(0, "sign", "KEY", &(o).sign, "seal the trace with this secret key"), \
	OPT_U64(0, "level", "N", &(o).level, "compression level of zstd (default 3)")

/* What a trace is made of: files that must not be written over. */
struct outfile_from {
	const char *const *v;
	size_t n;
};
/* Opens path, which is none of `from`, and reads the key; 0 or an error told in d. */
int outfile_open(struct outfile *f, const char *path, struct outfile_from from,
		 const struct outfile_opts *o, struct diag *d);
/* The sink of a writer; ctx is the struct outfile. */
int outfile_write(void *ctx, const void *p, size_t len);
/* Keep the file when err is 0, else abandon it; wipes the key. */
int outfile_close(struct outfile *f, int err);
/* A .scap has neither seal nor levels: false, told in d, when one is asked for. */
bool outfile_for_scap(const struct outfile_opts *o, struct diag *d);
/* A small file NAME SUFFIX with this text.  What is there already, a key or a
 * signature, is never written over: -E_WRITE. */
int outfile_new(const char *name, const char *suffix, const struct buf *text,
		struct diag *d);

/* IN and OUT of a verb; false: told in d. */
bool two_operands(const struct opt_args *args, const char *verb, struct diag *d);
/* An input file for lib/trace ("-": standard input); 0 or an error in d. */
struct input;
int input_open(struct input *in, const char *path, struct diag *d);
/* Why lib/trace cannot read a file at all (-E_xxx), with what to do next. */
void input_tell(const char *path, int err, struct diag *d);

#endif
