/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/trace/input.h"

#define STEP ((size_t)1 << 20)	/* bytes read at a time */

void input_mem(struct input *in, const void *p, size_t len)
{
	*in = (struct input){ .fd = -1, .mem = p, .len = len, .eof = true, .buf = BUF_INIT };
}

void input_fd(struct input *in, int fd, const void *head, size_t head_len)
{
	*in = (struct input){ .fd = fd, .buf = BUF_INIT };
	buf_add(&in->buf, head, head_len);
	in->mem = (const uint8_t *)in->buf.data;
	in->len = in->buf.len;
}

void input_release(struct input *in)
{
	if (in->fd >= 0)
		close(in->fd);
	buf_release(&in->buf);
	in->fd = -1;
	in->len = in->at = 0;
	in->eof = true;
}

static void drop_used(struct input *in)
{
	size_t left = in->len - in->at;

	if (!in->at)
		return;
	memmove(in->buf.data, in->buf.data + in->at, left);
	buf_setlen(&in->buf, left);
	in->len = left;
	in->at = 0;
}

const char *input_gone(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (at < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return NULL;
	if (!st.st_nlink)
		return "was removed while it was followed";
	return st.st_size < at ? "was cut or written anew while it was followed" : NULL;
}

/* At the end of what is there: will there be more? */
static void wait_for_more(struct input *in)
{
	in->gone = input_gone(in->fd);
	in->left = !in->gone && !in->wait->more(in->wait->ctx);
	in->eof = in->gone || in->left;
}

size_t input_want(struct input *in, size_t n, const uint8_t **p)
{
	ssize_t got;

	while (in->len - in->at < n && !in->eof) {
		drop_used(in);
		/* what is there: a recording on a pipe comes block by block */
		do
			got = read(in->fd, buf_grow(&in->buf, STEP), STEP);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			in->err = -E_READ;
		if (got < 0 || (!got && !in->wait))
			in->eof = true;
		if (got > 0 && in->tap)
			in->tap(in->tap_ctx, in->buf.data + in->buf.len, (size_t)got);
		if (got > 0) {
			in->buf.len += (size_t)got;
			in->buf.data[in->buf.len] = '\0';
		}
		in->mem = (const uint8_t *)in->buf.data;
		in->len = in->buf.len;
		if (!got && !in->eof)
			wait_for_more(in);
	}
	*p = in->mem + in->at;
	return in->len - in->at < n ? in->len - in->at : n;
}

void input_skip(struct input *in, size_t n)
{
	in->at += n;
	in->offset += n;
}

bool input_seek(struct input *in, uint64_t offset)
{
	if (in->fd < 0) {
		if (offset > in->len)
			return false;
		in->at = (size_t)offset;
	} else {
		if (offset > INT64_MAX ||
		    lseek(in->fd, (off_t)offset, SEEK_SET) != (off_t)offset)
			return false;
		in->at = in->len = 0;
		buf_clear(&in->buf);
		in->eof = false;
	}
	in->offset = offset;
	return true;
}

bool input_peek(const struct input *in, uint64_t offset, void *to, size_t len)
{
	ssize_t got;

	if (in->fd >= 0) {
		if (offset > INT64_MAX)
			return false;
		do
			got = pread(in->fd, to, len, (off_t)offset);
		while (got < 0 && errno == EINTR);
		return got == (ssize_t)len;
	}
	if (offset > in->len || in->len - offset < len)
		return false;
	memcpy(to, in->mem + offset, len);
	return true;
}

uint64_t input_size(const struct input *in)
{
	struct stat st;

	if (in->fd < 0)
		return in->len;
	if (fstat(in->fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 0)
		return 0;
	return (uint64_t)st.st_size;
}
