/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/arena.h"
#include "lib/base/xalloc.h"

#define ALIGN		((size_t)16)
#define CHUNK_MIN	((size_t)4096)
#define CHUNK_MAX	((size_t)256 << 10)	/* of the doubling; one object may be larger */
#define KEEP_MAX	((size_t)1 << 20)	/* largest chunk kept by a clear */

/*
 * Under AddressSanitizer what was not handed out, or was forgotten by a
 * clear, must not be touched: otherwise reuse would hide stale pointers.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define HIDE(p, n)	__asan_poison_memory_region((p), (n))
#define SHOW(p, n)	__asan_unpoison_memory_region((p), (n))
#else
#define HIDE(p, n)	((void)0)
#define SHOW(p, n)	((void)0)
#endif

struct arena_chunk {
	struct arena_chunk *next;	/* older */
	size_t size;			/* usable bytes */
	_Alignas(16) char bytes[];
};

static void use(struct arena *a, struct arena_chunk *c)
{
	a->at = c ? c->bytes : NULL;
	a->end = c ? c->bytes + c->size : NULL;
}

void arena_release(struct arena *a)
{
	struct arena_chunk *c, *next;

	if (!a)
		return;
	for (c = a->head; c; c = next) {
		next = c->next;
		free(c);
	}
	*a = (struct arena)ARENA_INIT;
}

void arena_clear(struct arena *a)
{
	struct arena_chunk *c, *next, *keep = NULL;

	for (c = a->head; c; c = next) {
		next = c->next;
		if (c->size > KEEP_MAX || (keep && c->size <= keep->size)) {
			free(c);
			continue;
		}
		free(keep);
		keep = c;
	}
	if (keep) {
		keep->next = NULL;
		HIDE(keep->bytes, keep->size);
	}
	a->head = keep;
	a->total = 0;
	use(a, keep);
}

static size_t chunk_size(const struct arena *a, size_t n)
{
	size_t size = a->head ? a->head->size * 2 : CHUNK_MIN;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	return n > size ? n : size;
}

/* A new chunk with room for n bytes; gives its first byte. */
static char *slow(struct arena *a, size_t n)
{
	size_t size = chunk_size(a, n);
	struct arena_chunk *c;

	if (size > SIZE_MAX - sizeof(*c))
		size = SIZE_MAX - sizeof(*c);	/* xmalloc will refuse */
	c = xmalloc(sizeof(*c) + size);
	c->size = size;
	c->next = a->head;
	HIDE(c->bytes, c->size);
	a->head = c;
	use(a, c);
	return c->bytes;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t rounded = n ? (n + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
	char *p = a->at;

	if (UNLIKELY(rounded < n))
		rounded = SIZE_MAX;
	a->total += n;
	if (UNLIKELY((size_t)(a->end - p) < rounded))
		p = slow(a, rounded);
	a->at = p + rounded;
	SHOW(p, n);
	return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

void *arena_dup(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (n)
		memcpy(copy, p, n);
	return copy;
}

char *arena_strdup(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1);

	if (s.len)
		memcpy(copy, s.p, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
	return str_mem(arena_strdup(a, s), s.len);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	p = arena_alloc(a, (size_t)n + 1);
	p[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
