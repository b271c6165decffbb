/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that libyaml will not read, and how they get through.
 *
 * libyaml refuses invalid UTF-8 and control bytes, and takes NEL, LS and PS
 * for line ends; yaml-cpp does neither.  Each such byte is mapped to a
 * private code point (U+10F700 + byte) before libyaml sees it and back
 * afterwards, so one byte of the file stays one character to libyaml.  So is a
 * colon that begins an entry of a flow collection, which libyaml would take for
 * an indicator: "[::1]".  In any other place that changes nothing.
 */
#ifndef ANALYZE_RULE_YAMLCHAR_H
#define ANALYZE_RULE_YAMLCHAR_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

/* Bytes of a byte order mark the text begins with; libyaml would count them. */
static inline size_t yamlchar_bom(struct str text)
{
	return str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;
}
/* Is all of it ASCII that libyaml reads as it is? */
bool yamlchar_ascii(struct str text);
/* Text fit for libyaml: text itself when nothing needs mapping, else in *b. */
struct str yamlchar_map(struct str text, struct buf *b);
/* The original bytes of a value libyaml gave, in a. */
struct str yamlchar_unmap(struct arena *a, struct str s);
/* Bytes of the file that are one character to libyaml; n > 0. */
size_t yamlchar_wide_len(const char *p, size_t n);
static inline size_t yamlchar_len(const char *p, size_t n)
{
	return (unsigned char)*p < 0x80 ? 1 : yamlchar_wide_len(p, n);
}
/* Bytes of the line end at p ("\n", "\r\n", "\r"), 0 when there is none. */
static inline size_t yamlchar_eol(const char *p, size_t n)
{
	if (!n || (*p != '\n' && *p != '\r'))
		return 0;
	return *p == '\r' && n > 1 && p[1] == '\n' ? 2 : 1;
}

#endif
