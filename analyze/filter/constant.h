/* SPDX-License-Identifier: Apache-2.0 */
/* Constants of conditions: text -> a value of the field's type. */
#ifndef ANALYZE_FILTER_CONSTANT_H
#define ANALYZE_FILTER_CONSTANT_H

#include "lib/base/compat.h"
#include "analyze/field/value.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

struct ipnet {
	struct ipaddr addr;	/* host bits cleared */
	uint8_t bits;		/* 0 to 32 or 128 */
};

struct constant {
	union {
		uint64_t u;	/* numbers (sign-extended when the type is
				 * signed), BOOL */
		double d;	/* DOUBLE */
		struct str s;	/* text, bytes */
		struct ipaddr ip;
		struct ipnet net;
	};
};

/* The constant for a field of this type; false with a sentence in why.
 * hex: the operator takes its bytes in hex digits. */
bool constant_parse(unsigned ptype, bool hex, struct str text, struct arena *a,
		    struct constant *out, struct buf *why);

bool ipaddr_eq(const struct ipaddr *a, const struct ipaddr *b);
/* False for an address of the other family. */
bool ipnet_has(const struct ipnet *net, const struct ipaddr *ip);

/* Port of a service (schema/services.def); false when there is no such. */
bool service_port(struct str name, uint16_t *port);
const char *service_nearest(struct str name);

#endif
