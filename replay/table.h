/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows for people and for programs from one description: an aligned table,
 * or one JSON object a line.  In a table every text is made harmless, wherever
 * it goes, so that it stays in its row; on a terminal the last column is cut to
 * the width.  JSON is written as it comes; a table waits for its widest cells,
 * so of very long ones it shows the beginning when they are many.
 */
#ifndef REPLAY_TABLE_H
#define REPLAY_TABLE_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/jsonw.h"
#include "lib/base/str.h"

struct table_col {
	const char *title;	/* "PID"; NULL: in JSON only */
	const char *key;	/* "pid"; NULL: in the table only */
	bool right;		/* numbers */
};

#define TABLE_TEXT_MAX	(256u << 20)	/* bytes of cells; then each is cut ... */
#define TABLE_CUT	256		/* ... to that many and an ellipsis */
#define TABLE_PAD_MAX	1024		/* columns a cell may push its neighbours to */

struct table {
	const struct table_col *cols;
	size_t ncols, at;	/* at: the next cell */
	bool json, tty, colour;
	unsigned width;		/* of the terminal */
	struct arena cells_text;
	struct str *cells;	/* rows of ncols */
	size_t ncells, cap, text_bytes;
	struct buf out;		/* not written yet */
	int err;		/* of writing: 0 or -E_xxx, and nothing more is */
	struct jsonw w;
};

/* Cells are given in the order of cols, a whole row at a time. */
void table_init(struct table *t, const struct table_col *cols, size_t ncols, bool json);
void table_release(struct table *t);
void table_str(struct table *t, struct str s);
void table_cstr(struct table *t, const char *s);	/* NULL: table_none */
void table_i64(struct table *t, int64_t v);
void table_u64(struct table *t, uint64_t v);
void table_bool(struct table *t, bool v);		/* table: "yes" or "-" */
void table_none(struct table *t);			/* "-"; JSON null */
/* A list of NUL-terminated strings: with blanks between; JSON array. */
void table_list(struct table *t, struct str strings);
void table_time(struct table *t, uint64_t ns);		/* ISO 8601; 0: none */
/* The longest beginning of s (as term_escape made it) of at most cols. */
struct str table_fit(struct str s, unsigned cols);
/* Writes the rest, or the table, to standard output; 0 or -E_xxx. */
int table_print(struct table *t);

#endif
