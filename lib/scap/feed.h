/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The uncompressed bytes of a capture, from a descriptor or from memory,
 * plain or gzip (one member or several).  A feed knows nothing of threads
 * and prints nothing: how it ended is left in struct feed_end.
 */
#ifndef LIB_SCAP_FEED_H
#define LIB_SCAP_FEED_H

#include "lib/base/compat.h"

struct feed;

struct feed_end {
	int err;		/* 0, -E_CUT, -E_DAMAGED, -E_READ */
	int sys;		/* errno of -E_READ */
	int64_t offset;		/* of the file, where err was met */
	const char *why;	/* static text */
	int64_t garbage;	/* offset of bytes after the last gzip member, -1 */
	bool gzip;
};

/* fd stays the caller's; head is copied. */
struct feed *feed_fd(int fd, const void *head, size_t len);
/* p must outlive the feed. */
struct feed *feed_mem(const void *p, size_t len);
/* The whole of a plain feed from memory, without copying; false otherwise. */
bool feed_whole(const struct feed *f, const uint8_t **p, size_t *len);
/*
 * The next bytes, at most cap of them; 0 at the end, after which feed_end()
 * tells why.  Returns early rather than wait when there is something to give
 * and no input at hand, so a slow pipe is seen as it comes.
 */
size_t feed_fill(struct feed *f, uint8_t *out, size_t cap);
const struct feed_end *feed_end(const struct feed *f);
/* From another thread: make a waiting feed_fill() return 0. */
void feed_stop(struct feed *f);
void feed_free(struct feed *f);			/* NULL is fine */

#endif
