/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading ahead: a thread that reads, checks and opens the next EVENTS blocks
 * and decodes of them what was decoded of those before, while the caller works
 * on one.  Any other block, damage and the end make it wait until the caller
 * has taken them, for the kinds may be others then.  The blocks, their order
 * and every error are those of walk_next().
 */
#ifndef LIB_TRACE_PREFETCH_H
#define LIB_TRACE_PREFETCH_H

#include "lib/base/compat.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/walk.h"

struct prefetch;

/*
 * Goes on where w is; its input is the prefetch's from here on, and w becomes
 * a copy of what was told last.  The schema is borrowed; the caller may change
 * it only between taking a block that is not EVENTS and the next call.  like:
 * what is asked of rows.  NULL: no thread to be had, w is as it was.
 */
struct prefetch *prefetch_new(struct walk *w, const struct schema *schema,
			      const struct rows_get *like);
/*
 * The next block, as walk_next(w); *opened: rows hold its body already (what
 * they held before is gone).  Good until the next call.
 */
enum walk_what prefetch_next(struct prefetch *p, struct walk *w, struct rows_get *rows,
			     bool *opened);
/* What it reads, to look into elsewhere than where it stands (input_peek()). */
const struct input *prefetch_input(const struct prefetch *p);
void prefetch_free(struct prefetch *p);		/* NULL is fine */

#endif
