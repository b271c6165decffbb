/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/buf.h"
#include "lib/base/xalloc.h"

/* Shared by all empty buffers; never written. */
char buf_slop[1];

void buf_init(struct buf *b)
{
	*b = (struct buf)BUF_INIT;
}

void buf_release(struct buf *b)
{
	if (!b)
		return;
	if (b->cap)
		free(b->data);
	buf_init(b);
}

static void enlarge(struct buf *b, size_t need)
{
	size_t cap = b->cap + b->cap / 2 + 32;
	bool first = !b->cap;

	if (cap < need)
		cap = need;
	b->data = xrealloc(first ? NULL : b->data, cap);
	b->cap = cap;
	if (first)
		b->data[0] = '\0';
}

char *buf_grow(struct buf *b, size_t n)
{
	size_t need;

	/* A sum that wraps is more than there is: let xmalloc say so. */
	if (__builtin_add_overflow(b->len + 1, n, &need))
		need = SIZE_MAX;
	if (UNLIKELY(need > b->cap))
		enlarge(b, need);
	return b->data + b->len;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	char *to;

	if (!n)
		return;
	to = buf_grow(b, n);
	memcpy(to, p, n);
	to[n] = '\0';
	b->len += n;
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addstr(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.len);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room = b->cap ? b->cap - b->len : 0;
	int n;

	va_copy(again, ap);
	n = vsnprintf(room ? b->data + b->len : NULL, room, fmt, again);
	va_end(again);
	if (n < 0) {		/* a bad format is our own fault */
		if (room)
			b->data[b->len] = '\0';
		return;
	}
	if ((size_t)n >= room) {
		buf_grow(b, (size_t)n);
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	}
	b->len += (size_t)n;
}

static const char digit_pairs[201] =
	"00010203040506070809" "10111213141516171819"
	"20212223242526272829" "30313233343536373839"
	"40414243444546474849" "50515253545556575859"
	"60616263646566676869" "70717273747576777879"
	"80818283848586878889" "90919293949596979899";

/* Eight digits before `end`; two short chains of divisions, not one long. */
static char *put_eight(char *end, uint32_t v)
{
	uint32_t high = v / 10000, low = v % 10000;

	memcpy(end - 8, digit_pairs + 2 * (high / 100), 2);
	memcpy(end - 6, digit_pairs + 2 * (high % 100), 2);
	memcpy(end - 4, digit_pairs + 2 * (low / 100), 2);
	memcpy(end - 2, digit_pairs + 2 * (low % 100), 2);
	return end - 8;
}

void buf_addu(struct buf *b, uint64_t v)
{
	char text[24], *at = text + sizeof(text);
	uint32_t rest;

	for (; v >= 100000000; v /= 100000000)
		at = put_eight(at, (uint32_t)(v % 100000000));
	for (rest = (uint32_t)v; rest >= 100; rest /= 100) {
		at -= 2;
		memcpy(at, digit_pairs + 2 * (rest % 100), 2);
	}
	if (rest >= 10) {
		at -= 2;
		memcpy(at, digit_pairs + 2 * rest, 2);
	} else {
		*--at = (char)('0' + rest);
	}
	buf_add(b, at, (size_t)(text + sizeof(text) - at));
}

void buf_addi(struct buf *b, int64_t v)
{
	if (v < 0) {
		buf_addc(b, '-');
		buf_addu(b, -(uint64_t)v);
	} else {
		buf_addu(b, (uint64_t)v);
	}
}

void buf_pad(struct buf *b, char c, size_t n)
{
	char *to;

	if (!n)
		return;
	to = buf_grow(b, n);
	memset(to, c, n);
	to[n] = '\0';
	b->len += n;
}

void buf_setlen(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

char *buf_take(struct buf *b)
{
	char *p = b->cap ? b->data : xstrdup("");

	buf_init(b);
	return p;
}
