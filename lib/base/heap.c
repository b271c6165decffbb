/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <malloc.h>
#include <sys/mman.h>

#include "lib/base/heap.h"

#define HUGE_PAGE	((uintptr_t)2 << 20)	/* of x86-64, and of arm64 with 4 KiB pages */
#define LARGE		(4 << 20)	/* blocks from here on are no part of the heap */

#if defined(M_TOP_PAD) && defined(MADV_HUGEPAGE)
void heap_prepare(size_t n)
{
	uintptr_t from = (uintptr_t)sbrk(0), to;
	void *volatile seen;	/* or the compiler knows better than to grow it */

	if (n > INT_MAX || !mallopt(M_TOP_PAD, (int)n))
		return;
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, (int)n);	/* what was grown is kept */
	seen = malloc(LARGE / 4);
	free(seen);
	mallopt(M_TOP_PAD, LARGE / 4);
	from = (from + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	to = (uintptr_t)sbrk(0) & ~(HUGE_PAGE - 1);
	if (from < to)
		madvise((void *)from, to - from, MADV_HUGEPAGE);
}
#else
void heap_prepare(size_t n)
{
}
#endif
