/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON that may be hostile (container metadata, audit events).  The
 * one user of cJSON; depth and size are limited before it sees the text.
 */
#ifndef LIB_BASE_JSONP_H
#define LIB_BASE_JSONP_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

struct json;			/* a document or a node of one */

#define JSON_DEPTH_MAX	64
#define JSON_SIZE_MAX	(16u << 20)
#define JSON_NODES_MAX	(1u << 20)

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/*
 * NULL when text is no JSON or exceeds a limit.  Free with json_free.
 * Numbers are doubles: whole ones beyond 2^53 lose their last digits.  A
 * string ends at an escaped NUL.
 */
struct json *json_parse(struct str text);
void json_free(struct json *root);	/* root only; NULL is fine */

enum json_type json_type(const struct json *j);	/* JSON_NULL for NULL */
/* Member of an object by exact name, or NULL; of equal names the last.
 * j may be NULL. */
const struct json *json_get(const struct json *j, const char *key);
const struct json *json_first(const struct json *j);	/* of array or object */
const struct json *json_next(const struct json *j);
const char *json_key(const struct json *j);	/* of an object's member */
/* Values with a default when absent or of another type. */
struct str json_str(const struct json *j, const char *dflt);
int64_t json_i64(const struct json *j, int64_t dflt);
bool json_bool(const struct json *j, bool dflt);
/* The node as compact JSON text. */
void json_print(const struct json *j, struct buf *out);

#endif
