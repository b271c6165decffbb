/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/trace/input.h"
#include "lib/trace/keyfile.h"
#include "replay/outfile.h"

#define LEVEL_MAX 19

int outfile_open(struct outfile *f, const char *path, struct outfile_from from,
		 const struct outfile_opts *o, struct diag *d)
{
	int err = io_out_apart(path, from.v, from.n, d);

	*f = (struct outfile){ .d = d, .opts = { .level = (int)o->level, .patient = true } };
	if (!err && o->sign)
		err = io_out_apart(path, &o->sign, 1, d);
	if (err)
		return err;
	if (o->level > LEVEL_MAX) {
		diag_add(d, DIAG_ERROR, "--level is 1 to %d", LEVEL_MAX);
		return -E_USAGE;
	}
	if (o->sign) {
		err = key_read_secret(o->sign, f->key, d);
		if (err)
			return err;
		f->opts.sign_key = f->key;
	}
	return io_out_open(&f->out, path, d);
}

bool outfile_for_scap(const struct outfile_opts *o, struct diag *d)
{
	if (!o->sign && !o->level)
		return true;
	diag_hint(diag_add(d, DIAG_ERROR, "--%s is of a .vtr trace: a .scap %s",
			   o->sign ? "sign" : "level",
			   o->sign ? "has no seal" : "is always packed alike"),
		  o->sign ? "`vestige sign` signs any file beside it" : "leave it out");
	return false;
}

int outfile_write(void *ctx, const void *p, size_t len)
{
	struct outfile *f = ctx;

	return io_out_write(&f->out, p, len, f->d);
}

int outfile_close(struct outfile *f, int err)
{
	seal_wipe(f->key);
	if (err) {
		io_out_abandon(&f->out);
		return err;
	}
	return io_out_commit(&f->out, f->d);
}

static int write_whole(const char *path, const struct buf *text, struct diag *d)
{
	struct io_out out;
	int err = io_out_open(&out, path, d);

	if (err)
		return err;
	err = io_out_write(&out, text->data, text->len, d);
	if (!err)
		return io_out_commit_new(&out, d);
	io_out_abandon(&out);
	return err;
}

int outfile_new(const char *name, const char *suffix, const struct buf *text,
		struct diag *d)
{
	struct buf path = BUF_INIT;
	struct stat st;
	int err;

	buf_addf(&path, "%s%s", name, suffix);
	if (!lstat(path.data, &st)) {
		diag_hint(diag_off(d, DIAG_ERROR, path.data, -1, "is there already"),
			  "choose another name, or move the old one away");
		err = -E_WRITE;
	} else {
		err = write_whole(path.data, text, d);
	}
	buf_release(&path);
	return err;
}

bool two_operands(const struct opt_args *args, const char *verb, struct diag *d)
{
	if (args->n == 2)
		return true;
	diag_hint(diag_add(d, DIAG_ERROR, "%s takes two files: IN and OUT", verb),
		  "see `vestige help %s`", verb);
	return false;
}

void input_tell(const char *path, int err, struct diag *d)
{
	struct diag_item *it;

	if (err == -E_FOREIGN) {
		it = diag_off(d, DIAG_ERROR, path, 0, "is not a .vtr trace");
		diag_hint(it, "a .scap capture is turned into one by `vestige convert`");
	} else if (err == -E_EMPTY) {
		diag_off(d, DIAG_ERROR, path, 0, "the file is empty");
	} else if (err == -E_VERSION) {
		diag_off(d, DIAG_ERROR, path, 0, "is of a newer format version than this program "
			 "reads (up to %u)", VTR_VERSION);
	} else {
		diag_off(d, DIAG_ERROR, path, -1, "%s", err_str(err));
	}
}

static bool is_folder(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISDIR(st.st_mode);
}

int input_open(struct input *in, const char *path, struct diag *d)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		diag_off(d, DIAG_ERROR, path, -1, "cannot open: %s", strerror(errno));
		return -E_OPEN;
	}
	if (is_folder(fd)) {
		close(fd);
		diag_off(d, DIAG_ERROR, path, -1, "cannot read: %s", strerror(EISDIR));
		return -E_READ;
	}
	input_fd(in, fd, NULL, 0);
	return 0;
}
