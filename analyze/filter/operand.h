/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser's state and its entry for a single field or transformer, which
 * output formats share.
 */
#ifndef ANALYZE_FILTER_OPERAND_H
#define ANALYZE_FILTER_OPERAND_H

#include "lib/base/compat.h"
#include "analyze/filter/filter.h"
#include "analyze/filter/lex.h"

struct parser {
	struct lexer lx;
	struct arena *a;
	struct filter_error *e;
	unsigned depth, limit;
	bool failed;		/* e holds the first error */
	unsigned nrecovered;	/* unknown operators got over; e holds those */
};

/* text must outlive the tree. */
void parser_init(struct parser *ps, struct arena *a, struct str text,
		 unsigned depth_limit, struct filter_error *e);
/* Keeps the first error, at the cursor.  Always -E_FILTER. */
int parser_fail(struct parser *ps, const char *fmt, ...) PRINTF(2, 3);
/* One level deeper; false (with the error) when that is too deep. */
bool parser_deeper(struct parser *ps);

/* The field or transformer at the cursor; NULL when there is none or, with
 * failed set, when it is broken. */
struct ast_operand *parse_field_or_transformer(struct parser *ps);

/* Right sides: a number; a string; a list; each also val() or a transformer.
 * NULL with the error. */
struct ast_operand *parse_number_rhs(struct parser *ps);
struct ast_operand *parse_string_rhs(struct parser *ps);
struct ast_operand *parse_list_rhs(struct parser *ps);

/* Text of one operand as it is printed in conditions. */
void operand_print(const struct ast_operand *o, struct buf *out);

#endif
