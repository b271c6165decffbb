/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <cJSON.h>

#include "lib/base/jsonp.h"
#include "lib/base/jsonw.h"

/* A struct json is a cJSON seen from outside. */
static const cJSON *node(const struct json *j)
{
	return (const cJSON *)j;
}

static const struct json *outside(const cJSON *c)
{
	return (const struct json *)c;
}

/* Past the closing quote of the string whose body starts at i. */
static size_t skip_string(struct str s, size_t i)
{
	for (; i < s.len && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i + 1;
}

/*
 * Is the text modest?  cJSON spends some 64 bytes on a node, so two bytes of
 * text ("0,") are worth counting; its parser and printer recurse.
 */
static bool is_modest(struct str s)
{
	size_t i = 0, depth = 0, nodes = 1;

	if (s.len > JSON_SIZE_MAX)
		return false;
	while (i < s.len) {
		char c = s.p[i++];

		if (c == '"') {
			i = skip_string(s, i);
		} else if (c == '[' || c == '{') {
			nodes++;
			if (++depth > JSON_DEPTH_MAX)
				return false;
		} else if (c == ']' || c == '}') {
			depth -= depth > 0;
		} else if (c == ',') {
			nodes++;
		}
		if (nodes > JSON_NODES_MAX)
			return false;
	}
	return true;
}

struct json *json_parse(struct str text)
{
	const char *end = NULL;
	cJSON *root;

	if (!text.len || !is_modest(text))
		return NULL;
	root = cJSON_ParseWithLengthOpts(text.p, text.len, &end, 0);
	if (!root)
		return NULL;
	if (str_trim(str_sub(text, (size_t)(end - text.p), text.len), " \t\r\n").len) {
		cJSON_Delete(root);
		return NULL;
	}
	return (struct json *)root;
}

void json_free(struct json *root)
{
	cJSON_Delete((cJSON *)root);
}

enum json_type json_type(const struct json *j)
{
	switch (j ? node(j)->type & 0xff : cJSON_NULL) {
	case cJSON_True:
	case cJSON_False:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

const struct json *json_get(const struct json *j, const char *key)
{
	const cJSON *c, *hit = NULL;

	if (json_type(j) != JSON_OBJECT)
		return NULL;
	for (c = node(j)->child; c; c = c->next) {
		if (c->string && !strcmp(c->string, key))
			hit = c;
	}
	return outside(hit);
}

const struct json *json_first(const struct json *j)
{
	return j ? outside(node(j)->child) : NULL;
}

const struct json *json_next(const struct json *j)
{
	return j ? outside(node(j)->next) : NULL;
}

const char *json_key(const struct json *j)
{
	return j ? node(j)->string : NULL;
}

struct str json_str(const struct json *j, const char *dflt)
{
	return str_of(json_type(j) == JSON_STRING ? node(j)->valuestring : dflt);
}

/* Is v a whole number an int64_t can hold?  (2^63 itself is a double.) */
static bool is_whole(double v)
{
	return v >= -9223372036854775808.0 && v < 9223372036854775808.0 &&
	       (double)(int64_t)v == v;
}

int64_t json_i64(const struct json *j, int64_t dflt)
{
	if (json_type(j) != JSON_NUMBER || !is_whole(node(j)->valuedouble))
		return dflt;
	return (int64_t)node(j)->valuedouble;
}

bool json_bool(const struct json *j, bool dflt)
{
	return json_type(j) == JSON_BOOL ? (node(j)->type & 0xff) == cJSON_True : dflt;
}

static void print_number(const cJSON *c, struct buf *out)
{
	char text[64];

	if (is_whole(c->valuedouble)) {
		buf_addi(out, (int64_t)c->valuedouble);
		return;
	}
	if (!cJSON_PrintPreallocated((cJSON *)c, text, sizeof(text), 0))
		snprintf(text, sizeof(text), "null");
	buf_adds(out, text);
}

/* Depth is bounded by json_parse. */
void json_print(const struct json *j, struct buf *out)
{
	enum json_type type = json_type(j);
	const struct json *kid;

	switch (type) {
	case JSON_NULL:
		buf_adds(out, "null");
		return;
	case JSON_BOOL:
		buf_adds(out, json_bool(j, false) ? "true" : "false");
		return;
	case JSON_NUMBER:
		print_number(node(j), out);
		return;
	case JSON_STRING:
		json_quote(out, json_str(j, ""));
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	buf_addc(out, type == JSON_ARRAY ? '[' : '{');
	for (kid = json_first(j); kid; kid = json_next(kid)) {
		if (kid != json_first(j))
			buf_addc(out, ',');
		if (type == JSON_OBJECT) {
			json_quote(out, str_of(json_key(kid)));
			buf_addc(out, ':');
		}
		json_print(kid, out);
	}
	buf_addc(out, type == JSON_ARRAY ? ']' : '}');
}
