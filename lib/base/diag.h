/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where and why something failed, for people.  Libraries add entries and
 * return -E_xxx; only programs print them.  The list is bounded: what does
 * not fit is counted.
 */
#ifndef LIB_BASE_DIAG_H
#define LIB_BASE_DIAG_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag_item {
	enum diag_level level;
	char *file;		/* or NULL */
	unsigned line, col;	/* 1-based; 0: unknown */
	int64_t offset;		/* byte offset in file; -1: unknown */
	char *text;		/* a sentence, without a final dot */
	char *hint;		/* what to do next, or NULL */
	char *excerpt;		/* source line the column points into, or NULL */
};

struct diag {
	struct diag_item *items;
	size_t n, cap;
	size_t errors, warnings;	/* all, also those not kept */
	size_t limit;			/* items kept; 0 means 1000 */
};
#define DIAG_INIT { 0 }

void diag_release(struct diag *d);
void diag_clear(struct diag *d);
/* All return the new item, or NULL when d is NULL or full (still counted). */
struct diag_item *diag_add(struct diag *d, enum diag_level level,
			   const char *fmt, ...) PRINTF(3, 4);
struct diag_item *diag_at(struct diag *d, enum diag_level level,
			  const char *file, unsigned line, unsigned col,
			  const char *fmt, ...) PRINTF(6, 7);
struct diag_item *diag_off(struct diag *d, enum diag_level level,
			   const char *file, int64_t offset,
			   const char *fmt, ...) PRINTF(5, 6);
/* Both accept item NULL. */
void diag_hint(struct diag_item *item, const char *fmt, ...) PRINTF(2, 3);
void diag_excerpt(struct diag_item *item, struct str line);

/*
 * Render for a terminal or log: "file:line:col: error: text", the excerpt
 * with a caret under the column, and the hint.  Control bytes in every part
 * are escaped.
 */
void diag_render(const struct diag *d, struct buf *out);

#endif
