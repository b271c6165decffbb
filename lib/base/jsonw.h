/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streaming JSON: compact, no allocation but the buffer.  Strings are made
 * valid: control bytes escaped, bytes that are no UTF-8 become U+FFFD, the
 * rest stays as it is.  Keys come in the order they are written.
 */
#ifndef LIB_BASE_JSONW_H
#define LIB_BASE_JSONW_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

struct jsonw {
	struct buf *out;
	bool comma;		/* the next item needs one */
};
#define JSONW_INIT(b) { (b), false }

void jsonw_open(struct jsonw *w);		/* { */
void jsonw_close(struct jsonw *w);		/* } */
void jsonw_array(struct jsonw *w);		/* [ */
void jsonw_end(struct jsonw *w);		/* ] */
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_keystr(struct jsonw *w, struct str key);
void jsonw_str(struct jsonw *w, struct str s);
void jsonw_cstr(struct jsonw *w, const char *s);
void jsonw_u64(struct jsonw *w, uint64_t v);
void jsonw_i64(struct jsonw *w, int64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
/* text is one JSON value already. */
void jsonw_raw(struct jsonw *w, struct str text);
/* The quoted text of s without separators, for other writers. */
void json_quote(struct buf *out, struct str s);

#endif
