/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SCHEMA: the kinds a file uses, as the recorder knew them, and how they map
 * to the kinds this build knows.  A block may add to what earlier ones said.
 */
#ifndef LIB_TRACE_SCHEMA_H
#define LIB_TRACE_SCHEMA_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/kind.h"

struct schema_kind {
	uint16_t id;
	uint16_t ncols;			/* in the file */
	char *name;
	struct schema_col {
		char *name;
		uint8_t type, flags;
		int16_t dest;		/* column of known, -1: not known here */
	} *cols;
	const struct kind *known;	/* NULL: this build has no such kind */
	bool used;			/* a warning was given */
};

struct schema {
	struct schema_kind **pages[256];	/* of 256 kinds each, or NULL */
};

struct schema *schema_new(void);
void schema_free(struct schema *s);
/* Forget all kinds (a new segment). */
void schema_clear(struct schema *s);
/* Add one SCHEMA body; false: damaged or over a limit. */
bool schema_add(struct schema *s, const void *p, size_t len);
/* The kind as the file describes it; NULL: not described, or as this build
 * knows it. */
struct schema_kind *schema_find(const struct schema *s, uint16_t id);

/* Writing: append one kind; a body is a number of them, a varint first. */
void schema_pack_kind(struct buf *out, const struct kind *k);
/* A body with every kind this build knows; with the dictionary it takes no more
 * bytes than a few kinds do.  Lasts as long as the program. */
struct str schema_own(void);

#endif
