/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every field on every event of a small capture, as the typed JSON value it
 * has in an alert's output_fields, against what Falco gave.
 */
#include "lib/base/compat.h"

#include "analyze/field/context.h"
#include "analyze/filter/format.h"
#include "lib/base/io.h"
#include "lib/base/jsonp.h"
#include "replay/session.h"
#include "tests/conformance/tsv.h"

#define FILE_MAX	(16u << 20)

static unsigned values, failures;

/* As output_fields has it; several candidates of a condition are no value. */
static void field_json(struct fieldctx *c, const struct fieldref *ref, struct jsonw *w)
{
	struct value v;

	if (field_is_time(ref->f))
		jsonw_u64(w, c->cur->ev->ts);
	else if (!c->src.get(&c->src, ref, FIELD_IN_OUTPUT, &v) || v.shape == VAL_ANY)
		jsonw_null(w);
	else
		value_json(&v, w);
}

/* Through the same parser as the expected one, so that numbers compare. */
static void normalise(struct buf *b)
{
	struct json *j = json_parse(buf_str(b));

	buf_clear(b);
	json_print(j, b);
	json_free(j);
}

static void compare_field(struct fieldctx *c, struct arena *a, const struct json *want)
{
	struct buf why = BUF_INIT, got = BUF_INIT, expected = BUF_INIT;
	struct jsonw w = JSONW_INIT(&got);
	const char *key = json_key(want);
	struct fieldref ref;

	/* The answers come from a rule an event, each of which asked once. */
	if (c->cur->ev->num > 1 && !strncmp(key, "evt.deltatime", 13))
		return;
	values++;
	fieldctx_begin(c);	/* each field by itself: see evt.abspath */
	if (!fieldref_parse(str_of(key), FIELD_IN_FILTER, a, &ref, &why)) {
		printf("FAIL %s: %s\n", key, why.data);
		failures++;
	} else {
		field_json(c, &ref, &w);
		normalise(&got);
		json_print(want, &expected);
		if (!str_eq(buf_str(&got), buf_str(&expected))) {
			printf("FAIL event %" PRIu64 " %s: want %s, got %s\n",
			       c->cur->ev->num, key, expected.data, got.data);
			failures++;
		}
	}
	buf_release(&why);
	buf_release(&got);
	buf_release(&expected);
}

static void compare_event(struct fieldctx *c, struct str line)
{
	struct json *root = json_parse(line);
	const struct json *j;
	struct arena a = ARENA_INIT;

	for (j = json_first(root); j; j = json_next(j))
		compare_field(c, &a, j);
	if (!root) {
		printf("FAIL event %" PRIu64 ": the answer is no JSON\n", c->cur->ev->num);
		failures++;
	}
	json_free(root);
	arena_release(&a);
}

int main(void)
{
	struct arena a = ARENA_INIT;
	char *answers = shared_path(&a, "falco/conformance/eval-fields.jsonl");
	char *files[] = { shared_path(&a, "falco/conformance/eval.scap"), NULL };
	struct session_opts opts = { 0 };
	struct diag d = DIAG_INIT;
	struct buf text = BUF_INIT;
	struct fieldctx c;
	struct session *s;
	struct str rest;
	unsigned events = 0;

	if (!answers || !files[0]) {
		printf("SKIP: no conformance vectors (set VESTIGE_SHARED)\n");
		return 77;
	}
	if (io_read_file(answers, FILE_MAX, &text, &d))
		return 99;
	rest = buf_str(&text);
	s = session_new(files, 1, &opts, &d);
	fieldctx_init(&c, session_machine(s));
	while (rest.len && session_next(s)) {
		fieldctx_begin(&c);
		compare_event(&c, str_cut(&rest, '\n'));
		events++;
	}
	if (rest.len) {
		printf("FAIL: the capture ends after %u events\n", events);
		failures++;
	}
	printf("eval fields: %u events, %u values, %u wrong\n", events, values, failures);
	fieldctx_release(&c);
	session_free(s);
	buf_release(&text);
	diag_release(&d);
	arena_release(&a);
	return failures ? 1 : 0;
}
