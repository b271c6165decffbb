/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates. */
#ifndef LIB_BASE_UTF8_H
#define LIB_BASE_UTF8_H

#include "lib/base/buf.h"
#include "lib/base/str.h"

/*
 * Length (1 to 4) of the well-formed sequence at p, its code point in *cp;
 * 0 when the bytes there are not well-formed.  n > 0 bytes may be read.
 */
unsigned utf8_next(const char *p, size_t n, uint32_t *cp);

/* True when all bytes are printable ASCII, which most text is. */
bool utf8_plain(struct str s);

/*
 * Appends s with U+FFFD for every control character and for every part of a
 * sequence that is broken: one for as many bytes as could have begun one that
 * is well-formed (Unicode 15, section 3.9).  So Falco 0.44.1 prints texts.
 */
void utf8_printable(struct buf *out, struct str s);

#endif
