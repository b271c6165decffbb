/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "capture/output.h"
#include "lib/base/err.h"
#include "lib/base/io.h"

static int cannot(const char *path, const char *hint, struct diag *d)
{
	struct diag_item *it = diag_add(d, DIAG_ERROR, "cannot record to %s: %s",
					path, strerror(errno));

	diag_hint(it, "%s", hint);
	return -E_WRITE;
}

static int open_stdout(struct output *o, struct diag *d)
{
	o->fd = STDOUT_FILENO;
	if (!isatty(o->fd))
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "a recording is not written to a terminal"),
		  "redirect it, or name a file with -w");
	return -E_USAGE;
}

static int refused(struct output *o, const char *path, const char *why, const char *hint,
		   struct diag *d)
{
	diag_hint(diag_add(d, DIAG_ERROR, "cannot record to %s: %s", path, why), "%s", hint);
	close(o->fd);
	o->fd = -1;
	return -E_WRITE;
}

/* A regular file becomes ours alone, private and empty. */
static int take(struct output *o, const char *path, bool over, struct diag *d)
{
	struct stat st;

	/* that a file system has no locks is no reason not to record */
	if (flock(o->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return refused(o, path, "another recorder writes it",
			       "give each recorder a file of its own", d);
	if (fstat(o->fd, &st))
		return cannot(path, "choose another file", d);
	if (st.st_size && !over)
		return refused(o, path, "there is such a file already",
			       "name another, or have it written over with --overwrite", d);
	if (fchmod(o->fd, 0600) || ftruncate(o->fd, 0))
		return cannot(path, "choose a file of your own", d);
	return 0;
}

int output_open(struct output *o, const char *path, bool over, struct diag *d)
{
	struct stat st;

	*o = (struct output){ .fd = -1 };
	if (!strcmp(path, "-"))
		return open_stdout(o, d);
	o->fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	if (o->fd < 0)
		return cannot(path, errno == ELOOP
			      ? "it is a symbolic link; name the file itself"
			      : "choose a folder that exists and can be written", d);
	if (fstat(o->fd, &st))
		return cannot(path, "choose another file", d);
	o->file = S_ISREG(st.st_mode);
	return o->file ? take(o, path, over, d) : 0;
}

int output_openat(struct output *o, int dirfd, const char *name, struct diag *d)
{
	*o = (struct output){ .file = true };
	o->fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return o->fd < 0 ? cannot(name, "choose a folder that can be written", d) : 0;
}

int output_release(struct output *o)
{
	int fd = o->fd;

	o->fd = -1;
	if (fd < 0)
		return o->err;
	/* begin, so that the end has less to wait for */
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (close(fd) && !o->err) {
		o->err = -E_WRITE;
		o->saved_errno = errno;
	}
	return o->err;
}

int output_write(void *ctx, const void *p, size_t len)
{
	struct output *o = ctx;

	if (o->err)
		return o->err;
	o->err = io_write_full(o->fd, p, len);
	o->saved_errno = errno;
	if (!o->err) {
		o->good += len;
		return 0;
	}
	if (o->file && ftruncate(o->fd, (off_t)o->good))
		o->saved_errno = errno;		/* readers cope with the torn end */
	return o->err;
}

static const char *what_next(const struct output *o)
{
	if (o->saved_errno == EFBIG)
		return "a limit on the size of files was reached (ulimit -f): raise it, or record "
		       "segments, -w DIR/; what was recorded until then can be read";
	if (o->err == -E_FULL)
		return "free some space or record elsewhere; what was recorded until "
		       "then is in the file and can be read";
	return "what was recorded until then can be read";
}

void output_explain(const struct output *o, const char *path, struct diag *d)
{
	if (!o->err)
		return;
	if (o->saved_errno == EPIPE) {
		diag_add(d, DIAG_ERROR, "the recording ended early: whoever reads it has gone");
		return;
	}
	diag_hint(diag_add(d, DIAG_ERROR, "the recording to %s ended early: %s",
			   path, strerror(o->saved_errno)), "%s", what_next(o));
}

int output_close(struct output *o, const char *path, struct diag *d)
{
	if (!o->err && o->file && fsync(o->fd)) {
		o->err = errno == ENOSPC || errno == EDQUOT ? -E_FULL : -E_WRITE;
		o->saved_errno = errno;
	}
	if (o->fd > STDERR_FILENO && close(o->fd) && !o->err) {
		o->err = -E_WRITE;
		o->saved_errno = errno;
	}
	o->fd = -1;
	output_explain(o, path, d);
	return o->err;
}
