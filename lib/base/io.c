/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/term.h"
#include "lib/base/temp.h"
#include "lib/base/xalloc.h"

#define FLUSH_AT	((size_t)64 << 10)
#define READ_CHUNK	((size_t)64 << 10)

ssize_t io_read_full(int fd, void *p, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, (char *)p + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -E_READ;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static int write_error(void)
{
	return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? -E_FULL : -E_WRITE;
}

int io_write_full(int fd, const void *p, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, (const char *)p + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return write_error();
		done += (size_t)n;
	}
	return 0;
}

int io_write_text(int fd, const struct buf *text)
{
	struct str rest = buf_str(text), line;
	struct buf safe = BUF_INIT;
	int err;

	if (!term_is(fd))
		return io_write_full(fd, text->data, text->len);
	while (rest.len) {
		line = str_cut(&rest, '\n');
		term_safe(&safe, line);
		if (line.p + line.len < text->data + text->len)
			buf_addc(&safe, '\n');
	}
	err = io_write_full(fd, safe.data, safe.len);
	buf_release(&safe);
	return err;
}

int io_write_json(int fd, const struct buf *json)
{
	struct buf safe = BUF_INIT;
	int err;

	if (!term_is(fd))
		return io_write_full(fd, json->data, json->len);
	term_json(&safe, buf_str(json));
	err = io_write_full(fd, safe.data, safe.len);
	buf_release(&safe);
	return err;
}

static int read_all(int fd, const char *path, size_t limit, struct buf *out,
		    struct diag *d)
{
	size_t start = out->len;

	for (;;) {
		size_t left = limit - (out->len - start);
		size_t want = left < READ_CHUNK ? left + 1 : READ_CHUNK;
		ssize_t n = io_read_full(fd, buf_grow(out, want), want);

		if (n < 0) {
			out->data[out->len] = '\0';
			diag_off(d, DIAG_ERROR, path, -1, "cannot read: %s",
				 strerror(errno));
			return -E_READ;
		}
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - start > limit) {
			buf_setlen(out, start);
			diag_off(d, DIAG_ERROR, path, -1,
				 "larger than the %zu bytes allowed here", limit);
			return -E_LIMIT;
		}
		if ((size_t)n < want)
			return 0;
	}
}

int io_read_file(const char *path, size_t limit, struct buf *out, struct diag *d)
{
	int fd, r;

	if (!strcmp(path, "-"))
		return read_all(STDIN_FILENO, "(standard input)", limit, out, d);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		diag_off(d, DIAG_ERROR, path, -1, "cannot open: %s", strerror(errno));
		return -E_OPEN;
	}
	r = read_all(fd, path, limit, out, d);
	close(fd);
	return r;
}

int io_read_beside(const char *path, size_t limit, struct buf *out, struct diag *d)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), r;
	struct stat st;

	if (fd < 0) {
		diag_off(d, DIAG_ERROR, path, -1, "cannot open: %s", strerror(errno));
		return -E_OPEN;
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		diag_off(d, DIAG_ERROR, path, -1, "is not a regular file");
		r = -E_FOREIGN;
	} else {
		r = read_all(fd, path, limit, out, d);
	}
	close(fd);
	return r;
}

static int out_error(const struct io_out *o, const char *what, int err, struct diag *d)
{
	diag_off(d, DIAG_ERROR, o->path, -1, "cannot %s: %s", what, strerror(errno));
	return err;
}

/* A device or pipe cannot be replaced by a rename; it is written in place. */
static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int open_in_place(struct io_out *o, struct diag *d)
{
	o->fd = open(o->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (o->fd < 0)
		return out_error(o, "open for writing", -E_WRITE, d);
	return 0;
}

static int open_sibling(struct io_out *o, struct diag *d)
{
	struct buf tmp = BUF_INIT;
	struct stat st;

	if (!stat(o->path, &st) && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return out_error(o, "write", -E_WRITE, d);
	}
	buf_addf(&tmp, "%s.XXXXXX", o->path);
	o->tmp = buf_take(&tmp);
	o->fd = temp_create(o->tmp);	/* O_EXCL, 0600 */
	if (o->fd >= 0)
		return 0;
	free(o->tmp);
	o->tmp = NULL;
	return out_error(o, "create", write_error(), d);
}

static bool is_regular(const char *path, int standard, struct stat *st)
{
	int r = strcmp(path, "-") ? stat(path, st) : fstat(standard, st);

	return !r && S_ISREG(st->st_mode);
}

int io_out_apart(const char *path, const char *const *inputs, size_t n, struct diag *d)
{
	struct stat out, in;
	size_t i;

	if (!is_regular(path, STDOUT_FILENO, &out))
		return 0;
	for (i = 0; i < n; i++) {
		if (!is_regular(inputs[i], STDIN_FILENO, &in) ||
		    in.st_dev != out.st_dev || in.st_ino != out.st_ino)
			continue;
		diag_hint(diag_off(d, DIAG_ERROR, path, -1, "the output is the same file as the "
				   "input '%s'", inputs[i]), "name another file for the output");
		return -E_USAGE;
	}
	return 0;
}

int io_out_open(struct io_out *o, const char *path, struct diag *d)
{
	int r;

	*o = (struct io_out){ .fd = STDOUT_FILENO };
	if (!strcmp(path, "-")) {
		o->path = xstrdup("(standard output)");
		return 0;
	}
	o->path = xstrdup(path);
	r = is_special(path) ? open_in_place(o, d) : open_sibling(o, d);
	if (r)
		io_out_abandon(o);
	return r;
}

int io_out_write(struct io_out *o, const void *p, size_t len, struct diag *d)
{
	int r = io_write_full(o->fd, p, len);

	return r ? out_error(o, "write", r, d) : 0;
}

static void out_close(struct io_out *o)
{
	if (o->fd > STDERR_FILENO)
		close(o->fd);
	free(o->path);
	if (o->tmp)
		temp_forget(o->tmp);
	free(o->tmp);
	*o = (struct io_out){ .fd = -1 };
}

/* As rename(), but never over what is there. */
static int rename_new(const char *from, const char *to)
{
	if (!syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* a file system that cannot: most of those can link */
	if (link(from, to))
		return -1;
	unlink(from);
	return 0;
}

/* Data first, then the name: a crash leaves the old file or the whole new one. */
static int commit(struct io_out *o, int (*give_name)(const char *, const char *), struct diag *d)
{
	int r = 0;

	if (o->tmp && (fsync(o->fd) || give_name(o->tmp, o->path))) {
		r = out_error(o, "finish", write_error(), d);
		io_out_abandon(o);
		return r;
	}
	out_close(o);
	return r;
}

int io_out_commit(struct io_out *o, struct diag *d)
{
	return commit(o, rename, d);
}

int io_out_commit_new(struct io_out *o, struct diag *d)
{
	return commit(o, rename_new, d);
}

void io_out_abandon(struct io_out *o)
{
	if (!o)
		return;
	if (o->tmp)
		unlink(o->tmp);
	out_close(o);
}

int io_stdout_flush(struct io_stdout *o, bool force)
{
	if (!force && o->b.len < FLUSH_AT)
		return o->err;
	if (!o->err && o->b.len) {
		o->err = o->as == IO_TEXT ? io_write_text(STDOUT_FILENO, &o->b) :
			 o->as == IO_JSON ? io_write_json(STDOUT_FILENO, &o->b) :
			 io_write_full(STDOUT_FILENO, o->b.data, o->b.len);
		o->closed = o->err && errno == EPIPE;
	}
	buf_clear(&o->b);
	return o->err;
}
