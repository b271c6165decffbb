/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a trace from memory, a file or a pipe: fuzzers use the reader that
 * tools use. */
#ifndef LIB_TRACE_INPUT_H
#define LIB_TRACE_INPUT_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

/* Somebody is still writing: asked at the end of what is there.  False: no
 * more will come, or nobody wants to wait any longer. */
struct input_wait {
	bool (*more)(void *ctx);
	void *ctx;
};

struct input {
	int fd;			/* -1: memory */
	int err;		/* 0 or -E_READ */
	const uint8_t *mem;	/* all of it, or what buf holds */
	size_t len, at;		/* bytes in mem, position there */
	uint64_t offset;	/* of the position, from the start */
	struct buf buf;
	bool eof;
	const struct input_wait *wait;	/* NULL: the end is the end */
	bool left;		/* the end of what was waited for is not known */
	const char *gone;	/* input_gone(), which ended the wait; or NULL */
	/* NULL, or told every byte that is read from fd, in the order read. */
	void (*tap)(void *ctx, const void *p, size_t len);
	void *tap_ctx;
};

/* Why waiting for more of a file is in vain: "was removed …"; NULL: it is not. */
const char *input_gone(int fd);
void input_mem(struct input *in, const void *p, size_t len);
/* Takes fd; head bytes were read from it already. */
void input_fd(struct input *in, int fd, const void *head, size_t head_len);
void input_release(struct input *in);	/* closes fd */
/*
 * Up to n bytes from the position on: how many are there (fewer only at the
 * end or after an error); *p is good until the next call.  Memory grows with
 * what really arrives.
 */
size_t input_want(struct input *in, size_t n, const uint8_t **p);
void input_skip(struct input *in, size_t n);	/* n <= what want gave */
/* Position somewhere else; false when that is impossible (a pipe). */
bool input_seek(struct input *in, uint64_t offset);
/* len bytes from somewhere, the position and what is read ahead stay as they
 * are; false: there are not so many, or it is a pipe. */
bool input_peek(const struct input *in, uint64_t offset, void *to, size_t len);
/* Total size when it can be known, else 0. */
uint64_t input_size(const struct input *in);

#endif
