/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

struct run_pair {
	const char *a, *mid, *end;
};

/* Merge two neighbouring runs into `to`; on a tie the left one goes first. */
static void merge(char *to, struct run_pair r, size_t size,
		  int (*cmp)(const void *, const void *, void *), void *ctx)
{
	const char *left = r.a, *right = r.mid;

	if (right < r.end && cmp(right - size, right, ctx) <= 0)
		left = r.mid;		/* in order already: copied below */
	if (left != r.a) {
		memcpy(to, r.a, (size_t)(r.end - r.a));
		return;
	}
	while (left < r.mid && right < r.end) {
		if (cmp(left, right, ctx) <= 0) {
			memcpy(to, left, size);
			left += size;
		} else {
			memcpy(to, right, size);
			right += size;
		}
		to += size;
	}
	memcpy(to, left, (size_t)(r.mid - left));
	to += r.mid - left;
	memcpy(to, right, (size_t)(r.end - right));
}

void sort_stable(void *base, size_t n, size_t size,
		 int (*cmp)(const void *, const void *, void *), void *ctx)
{
	char *from = base, *to, *spare, *tmp;
	size_t width, i;

	if (n < 2 || !size)
		return;
	spare = to = xreallocarray(NULL, n, size);
	for (width = 1; width < n; width *= 2) {
		for (i = 0; i < n; i += 2 * width) {
			size_t mid = i + width < n ? i + width : n;
			size_t end = i + 2 * width < n ? i + 2 * width : n;
			struct run_pair r = {
				from + i * size, from + mid * size, from + end * size
			};

			merge(to + i * size, r, size, cmp, ctx);
		}
		tmp = from;
		from = to;
		to = tmp;
	}
	if (from != base)
		memcpy(base, from, n * size);
	free(spare);
}
