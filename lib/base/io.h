/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIB_BASE_IO_H
#define LIB_BASE_IO_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/diag.h"

/* Read until len bytes or end; bytes read, or -E_READ with errno kept. */
ssize_t io_read_full(int fd, void *p, size_t len);
/* Write all; 0, -E_FULL (ENOSPC, EDQUOT, EFBIG) or -E_WRITE, errno kept. */
int io_write_full(int fd, const void *p, size_t len);
/* The same of text without colours: to a terminal every line by term_safe(). */
int io_write_text(int fd, const struct buf *text);
/* The same of JSON, whole values: to a terminal by term_json(). */
int io_write_json(int fd, const struct buf *json);
/*
 * Whole file into out ("-" is standard input); a file over `limit` bytes is
 * -E_LIMIT.  Errors are explained in d with the path.
 */
int io_read_file(const char *path, size_t limit, struct buf *out, struct diag *d);
/* The same of a file nobody named, found beside another one: what is no regular
 * file, a pipe that keeps its reader waiting, is -E_FOREIGN. */
int io_read_beside(const char *path, size_t limit, struct buf *out, struct diag *d);

/*
 * An output file that appears under its name only when complete: written to
 * a temporary sibling (0600, O_EXCL, never through a symlink), renamed on
 * commit, removed on abandon and when a signal ends the process (temp.h).  "-"
 * is standard output; a device or pipe ("/dev/null") is written in place.
 * Commit and abandon both leave the struct closed; abandon of a closed one is
 * fine.
 */
struct io_out {
	int fd;
	char *path, *tmp;	/* tmp NULL: standard output, device or pipe */
};
int io_out_open(struct io_out *o, const char *path, struct diag *d);
int io_out_write(struct io_out *o, const void *p, size_t len, struct diag *d);
int io_out_commit(struct io_out *o, struct diag *d);
/* Commit only where nothing has the name by now; else it is told, -E_WRITE. */
int io_out_commit_new(struct io_out *o, struct diag *d);
void io_out_abandon(struct io_out *o);
/*
 * Is the output none of the n inputs, under whatever name ("-": the standard
 * ones)?  Asked before it is opened: what is read is never written over.  Only
 * regular files count.  0, or -E_USAGE told in d.
 */
int io_out_apart(const char *path, const char *const *inputs, size_t n, struct diag *d);

/*
 * Buffered standard output that notices errors: append to b, flush now and
 * then.  After an error what is flushed is dropped.
 */
struct io_stdout {
	struct buf b;
	int err;		/* 0 or -E_xxx, sticky */
	bool closed;		/* the reader went away: end without a message */
	/* How: as it is, or as by io_write_text() or io_write_json(). */
	enum { IO_BYTES, IO_TEXT, IO_JSON } as;
};
#define IO_STDOUT(as) { BUF_INIT, 0, false, as }
#define IO_STDOUT_INIT IO_STDOUT(IO_BYTES)

/* Flush when at least 64 KiB are waiting, or always when force; err. */
int io_stdout_flush(struct io_stdout *o, bool force);

#endif
