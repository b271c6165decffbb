/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIB_BASE_SORT_H
#define LIB_BASE_SORT_H

#include "lib/base/compat.h"

/* Stable merge sort; cmp(a, b, ctx) < 0 when a goes first. */
void sort_stable(void *base, size_t n, size_t size,
		 int (*cmp)(const void *, const void *, void *), void *ctx);

#endif
