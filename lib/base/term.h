/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal: may we colour, how wide is it, and making bytes of a trace
 * harmless to look at.
 */
#ifndef LIB_BASE_TERM_H
#define LIB_BASE_TERM_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

bool term_is(int fd);			/* a terminal */
bool term_colour(int fd);		/* a terminal, NO_COLOR unset, TERM not dumb */
unsigned term_width(int fd);		/* columns; 80 when unknown */

/*
 * Append s with every byte that could drive a terminal made visible: C0, C1
 * and DEL as \xHH (newline as \n, tab as \t), bidi controls and invalid UTF-8
 * as \xHH bytes, backslash as \\.
 */
void term_escape(struct buf *out, struct str s);
/* The same for our own sentences: the backslash stays single. */
void term_safe(struct buf *out, struct str s);
/* The same for JSON, which stays what it was: \uXXXX in place of what could drive
 * a terminal, U+FFFD of what is no UTF-8.  C0 is for whoever makes JSON. */
void term_json(struct buf *out, struct str s);
/*
 * Columns s takes on a terminal, s being what term_escape or term_safe made
 * (wide characters count 2, combining marks 0).
 */
unsigned term_cols(struct str s);

#endif
