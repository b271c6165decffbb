/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates. */
#ifndef LIB_BASE_UTF8_H
#define LIB_BASE_UTF8_H

#include "lib/base/compat.h"

/*
 * Length (1 to 4) of the well-formed sequence at p, its code point in *cp;
 * 0 when the bytes there are not well-formed.  n > 0 bytes may be read.
 */
unsigned utf8_next(const char *p, size_t n, uint32_t *cp);

#endif
