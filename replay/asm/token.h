/* SPDX-License-Identifier: Apache-2.0 */
/* A line of the text form as words with their places. */
#ifndef REPLAY_ASM_TOKEN_H
#define REPLAY_ASM_TOKEN_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/diag.h"
#include "lib/base/str.h"
#include "replay/asm/limits.h"

/* Where complaints go: the text's name, and every line's number. */
struct asm_text {
	const char *name;
	struct str text, rest;		/* all of it; what is not read yet */
	unsigned line;			/* of the line being read, from 1 */
	const char *line_at;		/* where it begins */
	struct diag *d;
	bool bad;			/* something was complained about */
	unsigned errors;
};

enum word_kind {
	WORD_PLAIN,			/* foo, "foo" */
	WORD_LIST,			/* [a b]: v is NUL-terminated texts */
	WORD_BYTES,			/* b"foo" */
};

struct word {
	struct str key;			/* of key=value; p NULL: a value alone */
	struct str v;			/* escapes undone; in the line's arena */
	struct str raw;			/* as written, value only */
	uint8_t kind;			/* enum word_kind */
	bool quoted;
	unsigned n;			/* texts of a list */
};

struct words {
	struct word *v;			/* ASM_WORDS_MAX */
	unsigned n;
};

/*
 * The words of the next line that has any; false at the end of the text.
 * A line with a mistake in it is told of and passed over.
 */
bool asm_words(struct asm_text *t, struct words *w, struct arena *a);

/* Complain about the text at `at` (which lies in t); never NULL for hints. */
struct diag_item *asm_error(struct asm_text *t, const char *at, const char *fmt, ...)
	PRINTF(3, 4);

#endif
