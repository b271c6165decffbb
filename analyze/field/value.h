/* SPDX-License-Identifier: Apache-2.0 */
/* A typed value of a field.  Absent is not a value: getters return false. */
#ifndef ANALYZE_FIELD_VALUE_H
#define ANALYZE_FIELD_VALUE_H

#include "lib/base/compat.h"
#include "lib/base/str.h"
#include "lib/event/evtab.h"

enum value_shape {
	VAL_SCALAR,
	VAL_LIST,	/* a list-valued field: "in" means all, "intersects" any */
	VAL_ANY,	/* several candidates: a comparison holds if it does for
			 * one of them (ancestors, either end of a socket); with
			 * none the field exists but no comparison holds */
};

struct ipaddr {
	uint8_t len;		/* 4 or 16 */
	uint8_t b[16];		/* network order */
};

struct value {
	uint8_t ptype;		/* enum ptype of the scalar or the elements */
	uint8_t pfmt;		/* enum pfmt */
	uint8_t shape;		/* enum value_shape */
	union {
		int64_t i;	/* signed integers, FD, PID, ERRNO */
		uint64_t u;	/* unsigned integers, flags, times, BOOL (0/1), PORT */
		double d;	/* DOUBLE */
		struct str s;	/* CHARBUF, FSPATH, FSRELPATH, BYTEBUF, and the raw
				 * bytes of types only evt.rawarg can give */
		struct ipaddr ip;	/* IPADDR; IPNET fields give the address */
		struct {
			const struct value *v;	/* scalars, all of this ptype */
			size_t n;
		} list;		/* VAL_LIST, VAL_ANY */
	};
};

#endif
