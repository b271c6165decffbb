/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions: RE2 with its POSIX syntax behind four C functions.
 * Time is linear in the text whatever the pattern, memory is bounded.
 */
#ifndef ANALYZE_FILTER_REGEX_H
#define ANALYZE_FILTER_REGEX_H

#include "lib/base/compat.h"

#ifdef __cplusplus
extern "C" {
#endif

struct regex;

/* NULL with RE2's sentence (cut to whylen bytes) in why when the pattern
 * does not compile. */
struct regex *regex_new(const char *pattern, size_t len, char *why, size_t whylen);
void regex_free(struct regex *re);
/* The whole text must match. */
bool regex_has(const struct regex *re, const char *text, size_t len);

#ifdef __cplusplus
}
#endif

#endif
