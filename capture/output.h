/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a recording goes: a file made 0600 and never through a symbolic
 * link, or standard output.  After a failed write the file is cut back to
 * the last whole block, so that a full disk leaves a readable trace.
 */
#ifndef CAPTURE_OUTPUT_H
#define CAPTURE_OUTPUT_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"

struct output {
	int fd;
	bool file;		/* a regular file: can be cut back */
	uint64_t good;		/* bytes of whole blocks */
	int err;		/* 0 or -E_xxx, sticky */
	int saved_errno;
};

/* path "-": standard output, refused when it is a terminal.  A file that holds
 * anything is refused (-E_WRITE) unless it may be written over, one that another
 * recorder writes always (flock(2)). */
int output_open(struct output *o, const char *path, bool over, struct diag *d);
/* A new file of this name in a folder; it must not exist yet. */
int output_openat(struct output *o, int dirfd, const char *name, struct diag *d);
/* One whole block; for vtr_writer_new(). */
int output_write(void *ctx, const void *p, size_t len);
/* Why it ended early, if it did. */
void output_explain(const struct output *o, const char *path, struct diag *d);
/* Close without waiting for the disk (a segment after which another comes). */
int output_release(struct output *o);
/* Flush to the disk and close; 0 or the first error, explained in d. */
int output_close(struct output *o, const char *path, struct diag *d);

#endif
