/* SPDX-License-Identifier: Apache-2.0 */
/* Decoded columns of many rows, and one value of them. */
#ifndef LIB_EVENT_COLUMNS_H
#define LIB_EVENT_COLUMNS_H

#include "lib/base/compat.h"
#include "lib/event/event.h"

struct fixed_col {
	uint8_t dest, len;
	uint8_t stride;			/* 0: constant */
	const uint8_t *base;
	const uint8_t *bitmap;		/* rows that have a value; NULL: all */
};

struct bytes_col {
	uint8_t dest;
	const uint32_t *ids;
	uint32_t nvalues;
	struct param *values;		/* by id; 0 is missing, nvalues more */
};

/* Where a column is: nowhere, fixed[n], bytes[n]. */
enum { AT_NONE, AT_FIXED = 1, AT_BYTES = 1 + 64 };

static inline struct param fixed_value(const struct fixed_col *f, uint32_t row)
{
	bool is = LIKELY(!f->bitmap) || (f->bitmap[row >> 3] >> (row & 7) & 1);

	return (struct param){ f->base + (size_t)row * f->stride, is ? f->len : 0 };
}

/* One row of columns; borrowed. */
struct columns {
	const uint8_t *where;		/* by column: AT_xxx + n; NULL: plain */
	const struct fixed_col *fixed;
	const struct bytes_col *bytes;
	const struct param *plain;	/* by column, where one row is all there is */
	uint32_t row;
};

static inline struct param column_value(const struct columns *c, unsigned i)
{
	const struct bytes_col *s;
	unsigned at;

	if (!c->where)
		return c->plain[i];
	at = c->where[i];
	if (at >= AT_BYTES) {
		s = &c->bytes[at - AT_BYTES];
		return s->values[s->ids[c->row]];
	}
	return LIKELY(at) ? fixed_value(&c->fixed[at - AT_FIXED], c->row) :
			    (struct param){ NULL, 0 };
}

#endif
