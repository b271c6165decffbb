/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The distinct byte strings of one column of one block, in order of first
 * use.  A row's code: 0 missing, 1 the next string not used before, else 2 +
 * the number of one used before; so a column that never repeats is all ones.  A
 * string may be new more than once (see MAX_PROBES).
 */
#ifndef LIB_TRACE_DICT_H
#define LIB_TRACE_DICT_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

struct dict_entry {
	uint32_t off, len, hash;
};

struct dict {
	uint32_t *slots;		/* entry + 1 by hash */
	uint32_t mask;			/* slots - 1; 0: none yet */
	struct dict_entry *v;
	size_t n, cap;
	struct buf bytes;
};
#define DICT_INIT { .bytes = BUF_INIT }

void dict_release(struct dict *d);
void dict_clear(struct dict *d);
/* The code of these bytes (len > 0). */
uint32_t dict_code(struct dict *d, const void *p, uint32_t len);

#endif
