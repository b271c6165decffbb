/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct buf: a growable byte string.  data is never NULL and always has a
 * NUL at data[len], which is not counted.  Zero-initialise with BUF_INIT.
 */
#ifndef LIB_BASE_BUF_H
#define LIB_BASE_BUF_H

#include "lib/base/compat.h"
#include "lib/base/str.h"

struct buf {
	char *data;
	size_t len, cap;
};

extern char buf_slop[1];
#define BUF_INIT { buf_slop, 0, 0 }

void buf_init(struct buf *b);
void buf_release(struct buf *b);	/* frees, leaves it initialised */
static inline void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->cap)
		b->data[0] = '\0';
}
/* Room for n more bytes (and the NUL); returns where they go.  Who writes
 * there also sets len and the NUL. */
char *buf_grow(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *p, size_t n);
static inline void buf_addc(struct buf *b, char c)
{
	char *to = b->len + 1 < b->cap ? b->data + b->len : buf_grow(b, 1);

	to[0] = c;
	to[1] = '\0';
	b->len++;
}
void buf_adds(struct buf *b, const char *s);
void buf_addstr(struct buf *b, struct str s);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list ap);
void buf_addu(struct buf *b, uint64_t v);	/* decimal, fast */
void buf_addi(struct buf *b, int64_t v);
void buf_pad(struct buf *b, char c, size_t n);	/* n times c */
void buf_setlen(struct buf *b, size_t len);	/* shorten only */
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){ b->data, b->len };
}
/* The bytes, to be freed by the caller; b is empty afterwards. */
char *buf_take(struct buf *b);

#endif
