/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as lines of text and of JSON, byte for byte. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "tests/rule/rules.h"

#include "analyze/report/sink.h"

#define TS	1795311467886001044u	/* 2026-11-22T01:37:47.886001044Z */

static bool fake_get(struct fieldsource *s UNUSED, const struct fieldref *ref,
		     enum field_place place UNUSED, struct value *out)
{
	*out = (struct value){ .ptype = PT_CHARBUF, .shape = VAL_SCALAR };
	switch (ref->f->id) {
	case FIELD_EVT_TIME:
		out->s = STR("01:37:47.886001044");
		return true;
	case FIELD_PROC_NAME:
		out->s = STR("a\"b\n\xff");
		return true;
	case FIELD_PROC_PID:
		*out = (struct value){ .ptype = PT_PID, .pfmt = PF_ID, .i = 42 };
		return true;
	default:
		return false;
	}
}

static const char text[] =
	"- rule: r \"1\"\n  desc: d\n  condition: evt.type=open\n  priority: info\n"
	"  output: x %proc.pid %proc.name %fd.name\n  tags: [z, a]\n";

static struct fieldsource src = { .get = fake_get, .evtype = EV_SYSCALL_OPEN_X };

static void json(struct alert a, const char *want)
{
	struct ruleset *rs = rules_of(text);
	struct buf b = BUF_INIT;

	ck_assert_uint_eq(rs->n, 1);
	a.rule = &rs->rules[0];
	sink_json(&a, &b);
	ck_assert_buf(b, want);
	buf_release(&b);
	ruleset_free(rs);
}

#define BODY \
	"\"output\":\"01:37:47.886001044: Informational x 42 a\\\"b\\n\xef\xbf\xbd <NA>\"," \
	"\"output_fields\":{\"evt.time\":1795311467886001044,\"fd.name\":null," \
	"\"proc.name\":\"a\\\"b\\n\xef\xbf\xbd\",\"proc.pid\":42},\"priority\":\"Informational\"," \
	"\"rule\":\"r \\\"1\\\"\",\"source\":\"syscall\",\"tags\":[\"a\",\"z\"]," \
	"\"time\":\"2026-11-22T01:37:47.886001044Z\""

START_TEST(json_object)
{
	json((struct alert){ .src = &src, .ts = TS }, "{\"hostname\":\"\"," BODY "}");
	json((struct alert){ .src = &src, .ts = TS, .hostname = STR("h") },
	     "{\"hostname\":\"h\"," BODY "}");
}
END_TEST

START_TEST(loss_is_told)
{
	json((struct alert){ .src = &src, .ts = TS, .lost = 7 },
	     "{\"hostname\":\"\"," BODY ",\"vestige\":{\"lost_before\":7}}");
	json((struct alert){ .src = &src, .ts = TS, .lost = 7, .lost_unknown = true },
	     "{\"hostname\":\"\"," BODY ",\"vestige\":{\"lost_before\":null}}");
	json((struct alert){ .src = &src, .ts = TS, .behind = { .whose = BEHIND_FD, .pid = 9,
			     .from_ts = TS, .events = 2, .unknown = true } },
	     "{\"hostname\":\"\"," BODY ",\"vestige\":{\"after_loss\":{\"whose\":\"descriptor\","
	     "\"pid\":9,\"from\":\"2026-11-22T01:37:47.886001044Z\",\"to\":null,\"events\":2,"
	     "\"unknown\":true}}}");
	json((struct alert){ .src = &src, .ts = TS, .lost = 7,
			     .behind = { .whose = BEHIND_ANCESTOR, .pid = 1 } },
	     "{\"hostname\":\"\"," BODY ",\"vestige\":{\"lost_before\":7,\"after_loss\":{"
	     "\"whose\":\"ancestor\",\"pid\":1,\"from\":null,\"to\":null,\"events\":null,"
	     "\"unknown\":false}}}");
}
END_TEST

START_TEST(text_line)
{
	struct ruleset *rs = rules_of(text);
	struct alert a = { .rule = &rs->rules[0], .src = &src, .ts = TS };
	struct buf b = BUF_INIT;

	sink_text(&a, false, &b);
	ck_assert_buf(b, "01:37:47.886001044: Informational x 42 a\"b\n\xff <NA>");
	buf_clear(&b);
	sink_text(&a, true, &b);
	ck_assert_buf(b, "01:37:47.886001044: Informational x 42 a\"b\\n\\xff <NA>");
	buf_release(&b);
	ruleset_free(rs);
}
END_TEST

START_TEST(additions_to_the_output)
{
	static const char *const more[] = { "pid2=%proc.pid", "end" };
	struct ruleset_opts opts = { .append_output = more, .nappend = 2 };
	struct ruleset *rs = ruleset_new(&opts);
	struct alert a = { .src = &src, .ts = TS };
	struct buf b = BUF_INIT;

	ck_assert_int_eq(ruleset_load(rs, "t", str_of(text)), 0);
	a.rule = &rs->rules[0];
	sink_text(&a, false, &b);
	ck_assert(str_ends(buf_str(&b), STR(" <NA> pid2=42 end")));
	ruleset_free(rs);
	opts = (struct ruleset_opts){ .suggested_output = true };
	rs = ruleset_new(&opts);
	ck_assert_int_eq(ruleset_load(rs, "t", str_of(text)), 0);
	a.rule = &rs->rules[0];
	buf_clear(&b);
	sink_text(&a, false, &b);
	ck_assert(str_ends(buf_str(&b),
			   STR(" container_id=<NA> container_name=<NA> "
			       "container_image_repository=<NA> container_image_tag=<NA> "
			       "k8s_pod_name=<NA> k8s_ns_name=<NA>")));
	buf_release(&b);
	ruleset_free(rs);
}
END_TEST

/* What is not the whole does not stand under the name of the whole. */
START_TEST(only_whole_files)
{
	char dir[] = "/tmp/vestige-sink-XXXXXX", path[64];
	struct diag d = DIAG_INIT;
	struct sink s;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/out", dir);
	ck_assert_int_eq(sink_open(&s, SINK_JSON, path, &d), 0);
	sink_lines(&s, "x\n", 2);
	ck_assert_int_eq(sink_close(&s, false), 0);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(sink_open(&s, SINK_JSON, path, &d), 0);
	ck_assert_int_eq(sink_close(&s, true), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	diag_release(&d);
}
END_TEST

UNIT_MAIN("sink", json_object, loss_is_told, text_line, additions_to_the_output,
	  only_whole_files)
