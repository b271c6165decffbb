/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of conditions and output formats.  Tokens are recognised by prefix
 * at the cursor, without looking for word boundaries.
 */
#ifndef ANALYZE_FILTER_LEX_H
#define ANALYZE_FILTER_LEX_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

struct lexer {
	const char *p;		/* the whole text */
	size_t len, at;
	size_t behind;		/* the quoted string last met, taken or not */
	struct str last;	/* the token last taken, for messages */
	struct arena *a;	/* where unquoted strings go */
	struct buf *msg;	/* sentence of an error inside a token; NULL: unwanted */
};

/* space, tab, backspace, CR, LF: what stands between tokens */
bool lex_is_blank(char c);
/* space, tab, CR, LF, form feed, vertical tab: what ends a bare string.  Thus a
 * form feed belongs to nothing, and a backspace in a bare string to that. */
bool lex_is_space(char c);
/* Skip blanks; were there any? */
bool lex_blanks(struct lexer *lx);

/* Each takes its token and sets last, or leaves the cursor alone. */
bool lex_text(struct lexer *lx, const char *text);
bool lex_identifier(struct lexer *lx);
bool lex_field_name(struct lexer *lx);
bool lex_number(struct lexer *lx);
bool lex_bare(struct lexer *lx);		/* a bare string */
bool lex_bare_arg(struct lexer *lx);		/* a bare field argument */
/* A quoted string, unquoted into last: 1 taken, 0 none here, -1 a bad escape
 * (msg filled, cursor at the backslash). */
int lex_quoted(struct lexer *lx);
/* "NAME(" where NAME is a transformer; last is the name.  enum xform or -1. */
int lex_transformer(struct lexer *lx);

#endif
