/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <poll.h>

#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/scap/feed.h"
#include "lib/scap/inflate.h"
#include "lib/scap/limits.h"

enum { GZ_ID1 = 0x1f, GZ_ID2 = 0x8b };

struct feed {
	int fd;			/* the caller's; -1: memory */
	bool eof;		/* no more input than `in` */
	int wake[2];		/* a byte here ends a wait for input */
	const uint8_t *in;	/* input not yet taken */
	size_t in_len;
	uint8_t *inbuf;		/* owned; NULL for memory */
	uint64_t taken;		/* offset of `in` in the file */
	struct inflater *z;	/* NULL: plain */
	bool told;		/* plain or gzip is known */
	bool between;		/* at the start of the file or after a member */
	bool more_out;		/* the inflater holds output back */
	bool done;
	struct feed_end end;
};

static struct feed *feed_new(void)
{
	struct feed *f = xcalloc(1, sizeof(*f));

	f->fd = f->wake[0] = f->wake[1] = -1;
	f->between = true;
	f->end.garbage = -1;
	return f;
}

struct feed *feed_mem(const void *p, size_t len)
{
	struct feed *f = feed_new();

	f->in = p;
	f->in_len = len;
	f->eof = true;
	return f;
}

struct feed *feed_fd(int fd, const void *head, size_t len)
{
	struct feed *f = feed_new();

	f->fd = fd;
	f->inbuf = xmalloc(SCAP_INPUT_BYTES + len);
	memcpy(f->inbuf, head ? head : "", len);
	f->in = f->inbuf;
	f->in_len = len;
	/* Without it a stop waits for the next input, no worse. */
	if (pipe2(f->wake, O_CLOEXEC))
		f->wake[0] = f->wake[1] = -1;
	return f;
}

static bool is_gzip(const struct feed *f)
{
	return f->in_len >= 2 && f->in[0] == GZ_ID1 && f->in[1] == GZ_ID2;
}

bool feed_whole(const struct feed *f, const uint8_t **p, size_t *len)
{
	if (f->inbuf || f->taken || is_gzip(f))
		return false;
	*p = f->in;
	*len = f->in_len;
	return true;
}

static void finish(struct feed *f, int err, const char *why)
{
	f->done = true;
	f->end.err = err;
	f->end.why = why;
	f->end.offset = (int64_t)f->taken;
}

static void took(struct feed *f, size_t n)
{
	f->in += n;
	f->in_len -= n;
	f->taken += n;
}

/* Is there input, or its end, at hand?  Waits when asked to; false: stop. */
static bool input_ready(const struct feed *f, bool wait)
{
	struct pollfd p[2] = {
		{ .fd = f->fd, .events = POLLIN },
		{ .fd = f->wake[0], .events = POLLIN },
	};
	int n;

	do {
		n = poll(p, 2, wait ? -1 : 0);
	} while (n < 0 && errno == EINTR);
	return n > 0 && !p[1].revents && p[0].revents;
}

/* Read up to n bytes; 0 at the end or on an error (which finishes f). */
static size_t read_some(struct feed *f, uint8_t *to, size_t n)
{
	ssize_t got;

	do {
		got = read(f->fd, to, n);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		f->end.sys = errno;
		finish(f, -E_READ, "cannot read");
		return 0;
	}
	f->eof = !got;
	return (size_t)got;
}

/*
 * More input after what is left of the old.  False when there is none: at
 * the end, when stopped, or when it would mean waiting and !wait.
 */
static bool more_input(struct feed *f, bool wait)
{
	size_t got;

	if (f->eof)
		return false;
	if (!input_ready(f, wait)) {
		if (wait)
			f->done = true;
		return false;
	}
	if (f->in_len)
		memmove(f->inbuf, f->in, f->in_len);
	f->in = f->inbuf;
	got = read_some(f, f->inbuf + f->in_len, SCAP_INPUT_BYTES - f->in_len);
	f->in_len += got;
	return got > 0;
}

/* Enough input to tell what comes next?  2 bytes tell gzip. */
static void look(struct feed *f)
{
	while (f->in_len < 2 && more_input(f, true))
		;
}

/* At the start, or behind a member: plain, another member, or garbage. */
static void next_member(struct feed *f)
{
	look(f);
	if (f->done)
		return;
	if (!f->told) {
		f->told = true;
		f->between = false;
		if (!is_gzip(f))
			return;
		f->end.gzip = true;
		f->z = inflater_new();
	} else if (is_gzip(f)) {
		f->between = false;
		inflater_reset(f->z);
	} else {
		if (f->in_len)
			f->end.garbage = (int64_t)f->taken;
		finish(f, 0, NULL);
	}
}

static size_t fill_plain(struct feed *f, uint8_t *out, size_t cap)
{
	size_t n = f->in_len < cap ? f->in_len : cap;

	if (n) {
		memcpy(out, f->in, n);
		took(f, n);
		return n;
	}
	while (n < cap && !f->eof && !f->done) {
		if (!input_ready(f, n == 0)) {
			if (!n)
				f->done = true;
			return n;
		}
		n += read_some(f, out + n, cap - n);
	}
	f->taken += n;
	if (!n && !f->done)
		finish(f, 0, NULL);
	return n;
}

/* One step of inflating; false when nothing more can come out now. */
static bool inflate_some(struct feed *f, uint8_t *out, size_t cap, size_t *n)
{
	enum inflate_step step;
	const uint8_t *in;
	size_t in_len, got;

	if (!f->in_len && !f->more_out && !more_input(f, *n == 0)) {
		if (f->eof && !f->done && !*n)
			finish(f, -E_CUT, "gzip data ends early");
		return false;
	}
	in = f->in;
	in_len = f->in_len;
	step = inflater_run(f->z, &in, &in_len, out + *n, cap - *n, &got);
	if (step == INFLATE_MORE_IN && in_len && in_len == f->in_len && !got)
		step = INFLATE_BAD;	/* it would not move again */
	took(f, f->in_len - in_len);
	*n += got;
	f->more_out = step == INFLATE_FULL;
	f->between = step == INFLATE_MEMBER_END;
	if (step == INFLATE_BAD)
		finish(f, -E_DAMAGED, inflater_why(f->z));
	return *n < cap;
}

static size_t fill_gzip(struct feed *f, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (!f->done) {
		if (!f->between) {
			if (!inflate_some(f, out, cap, &n))
				break;
		} else if (n && f->in_len < 2 && !f->eof) {
			break;	/* it may have to wait */
		} else {
			next_member(f);
		}
	}
	return n;
}

size_t feed_fill(struct feed *f, uint8_t *out, size_t cap)
{
	if (f->done)
		return 0;
	if (!f->told)
		next_member(f);
	if (f->done)
		return 0;
	return f->z ? fill_gzip(f, out, cap) : fill_plain(f, out, cap);
}

const struct feed_end *feed_end(const struct feed *f)
{
	return &f->end;
}

void feed_stop(struct feed *f)
{
	if (f->wake[1] >= 0 && write(f->wake[1], "", 1) < 0)
		return;		/* full: it was woken already */
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	if (f->wake[0] >= 0) {
		close(f->wake[0]);
		close(f->wake[1]);
	}
	inflater_free(f->z);
	free(f->inbuf);
	free(f);
}
