/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a trace, harmless in each kind of output.  In all of them control
 * bytes, bidi controls, invisible characters and invalid UTF-8 are made
 * visible first (\xHH, a backslash doubled); JSON alone keeps the text and
 * writes such characters as \uHHHH.
 */
#ifndef ANALYZE_REPORT_ESCAPE_H
#define ANALYZE_REPORT_ESCAPE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

void esc_html(struct buf *out, struct str s);		/* text and attribute values */
void esc_md(struct buf *out, struct str s);		/* running text, table cells */
void esc_dot(struct buf *out, struct str s);		/* between double quotes */
/* A whole field with its quotes; a beginning that spreadsheets would take
 * for a formula gets an apostrophe before it. */
void esc_csv(struct buf *out, struct str s);
/* At most max bytes of s (cut between characters), with "…" when cut. */
struct str esc_cut(struct str s, size_t max, bool *cut);
/* Finished JSON text: deceptive characters as \uHHHH, also above 0xffff. */
void esc_json_tame(struct buf *json);

#endif
