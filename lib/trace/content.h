/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the blocks of a segment hold, read through: for those who must know
 * that a body is what its type says, to its last row (verify, repair).
 */
#ifndef LIB_TRACE_CONTENT_H
#define LIB_TRACE_CONTENT_H

#include "lib/base/compat.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/schema.h"
#include "lib/trace/walk.h"

struct content {
	struct schema *schema;		/* of the segment so far */
	struct rows_get rows;		/* of the body that was read last */
	struct buf text;		/* that was unpacked last */
};

void content_init(struct content *c);
void content_release(struct content *c);
/* A segment begins: its kinds are yet to be described. */
void content_begin(struct content *c);

/* A packed body (META, SCHEMA, INDEX) into c->text; false: damaged. */
bool content_unpack(struct content *c, const struct walk *w);
/* A SCHEMA, which is good from here on. */
bool content_schema(struct content *c, const struct walk *w);
/* An EVENTS or SNAPSHOT block, into c->rows; every column of every row is
 * decoded, and the times and numbers its head tells are those of its rows. */
bool content_rows(struct content *c, const struct walk *w);

#endif
