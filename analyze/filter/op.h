/* SPDX-License-Identifier: Apache-2.0 */
/* Operators and transformers by name, and what types they are legal for. */
#ifndef ANALYZE_FILTER_OP_H
#define ANALYZE_FILTER_OP_H

#include "lib/base/compat.h"
#include "lib/base/str.h"

/* Classes of field types (filter-language section 4), a bit each. */
enum {
	OC_NUM = 1 << 0,
	OC_BOOL = 1 << 1,
	OC_STR = 1 << 2,
	OC_BUF = 1 << 3,
	OC_IP = 1 << 4,
	OC_NET = 1 << 5,
	OC_LIST = 1 << 6,	/* list-valued, whatever its elements */
	OC_NONE = 1 << 7,	/* types no operator but exists knows */
	OC_ANY = OC_NUM | OC_BOOL | OC_STR | OC_BUF | OC_IP | OC_NET | OC_LIST,
};

enum op_syntax { OPS_UNARY, OPS_NUM, OPS_STR, OPS_WORD, OPS_LIST };

enum filter_op {
#define OP(id, text, syntax, classes, probability) FOP_##id,
#include "schema/ops.def"
#undef OP
	FOP_COUNT
};

struct opinfo {
	const char *text;
	uint8_t syntax;		/* enum op_syntax */
	uint8_t classes;	/* OC_xxx */
	uint8_t probability;	/* percent */
};

extern const struct opinfo optab[FOP_COUNT];

enum xform {
#define TRANSFORMER(id, name, classes, min, max) XF_##id,
#include "schema/transformers.def"
#undef TRANSFORMER
	XF_COUNT
};

struct xforminfo {
	const char *name;
	uint8_t classes;	/* OC_xxx of a single argument */
	uint8_t min, max;	/* arguments; max 0: any number */
};

extern const struct xforminfo xformtab[XF_COUNT];

/* What stands at the right of an operator of a syntax, for people. */
const char *op_takes(unsigned syntax);
/* By exact name: enum xform, or -1. */
int xform_by_name(struct str name);

/* "anyof"; "" for MOD_NONE. */
const char *modifier_text(unsigned mod);

/* The class of a scalar type, or of a list of that type. */
unsigned type_class(unsigned ptype, bool list);

/* "numeric filters", "string filters", … for messages. */
const char *class_text(unsigned cls);

#endif
