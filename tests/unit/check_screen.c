/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/screen.h"
#include "analyze/rule/item.h"
#include "tests/unit/unit.h"

#define NOTHING	" container_id=host container_name=host container_image_repository= " \
		"container_image_tag= k8s_pod_name=<NA> k8s_ns_name=<NA>"

static void alert(unsigned width, bool colour, const char *line, const char *want)
{
	const struct screen s = { colour, width };
	struct buf b = BUF_INIT;

	screen_alert(&s, str_of(line), PRI_WARNING, &b);
	ck_assert_str_eq(b.data, want);
	buf_release(&b);
}

START_TEST(sentence_and_fields)
{
	alert(80, false, "01:02:03.4: Warning A shell | a=1 b=2", "01:02:03.4 Warning A shell\n    a=1 b=2");
	alert(80, true, "01:02:03.4: Warning A shell | a=1",
	      "\033[2m01:02:03.4\033[0m \033[1;33mWarning\033[0m\033[1m A shell\033[0m\n    a=1");
	alert(80, false, "01:02:03.4: Warning alone", "01:02:03.4 Warning alone");
	alert(80, false, "01:02:03.4: Warning", "01:02:03.4 Warning");
}
END_TEST

START_TEST(wrapped_below_the_indent)
{
	alert(24, false, "1:2: Warning x | aaaaaaaa=1 bbbbbbbb=2 c=3",
	      "1:2 Warning x\n    aaaaaaaa=1\n    bbbbbbbb=2 c=3");
	/* A word wider than the terminal stands alone; nothing is cut. */
	alert(20, false, "1:2: Warning x | a=0123456789012345678901234567890 b",
	      "1:2 Warning x\n    a=0123456789012345678901234567890\n    b");
	/* Too narrow to wrap at all. */
	alert(3, false, "1:2: Warning x | a b c", "1:2 Warning x\n    a b c");
	/* Wide characters take two columns. */
	alert(20, false, "1: Warning x | \xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87 \xe4\xb8\xad\xe6\x96\x87"
	      "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad",
	      "1 Warning x\n    \xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\n    \xe4\xb8\xad\xe6\x96\x87"
	      "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad");
}
END_TEST

START_TEST(fields_that_hold_nothing)
{
	alert(80, false, "1: Warning x | user=root" NOTHING, "1 Warning x\n    user=root");
	alert(200, false, "1: Warning x | user=root container_id=0123 container_name=<NA>",
	      "1 Warning x\n    user=root container_id=0123");
	/* Only at the end: in the middle it is what the rule says. */
	alert(200, false, "1: Warning x | container_id=host user=root",
	      "1 Warning x\n    container_id=host user=root");
}
END_TEST

START_TEST(other_lines_stay)
{
	alert(80, true, "no time and priority", "no time and priority");
	alert(80, true, "", "");
	alert(80, false, "1: Notice of another", "1: Notice of another");
}
END_TEST

static const char rules[] =
	"- rule: few\n  desc: d\n  condition: evt.type=open\n  output: o\n  priority: NOTICE\n"
	"- rule: grave\n  desc: d\n  condition: evt.type=open\n  output: o\n  priority: CRITICAL\n"
	"- rule: many \\ \"\n  desc: d\n  condition: evt.type=open\n  output: o\n  priority: NOTICE\n"
	"- rule: never\n  desc: d\n  condition: evt.type=open\n  output: o\n  priority: ALERT\n";

START_TEST(summary_in_order)
{
	static const struct ruleset_opts opts;
	static const struct summary_loss none;
	struct ruleset *rs = ruleset_new(&opts);
	struct engine e = { .rs = rs, .events = 1000 };
	struct screen s = { false, 80 };
	struct buf b = BUF_INIT;

	ck_assert_int_eq(ruleset_load(rs, "t", str_of(rules)), 0);
	screen_summary(&s, &e, &(struct summary_loss){ .events = 3 }, &b);
	ck_assert_str_eq(b.data, "1000 events read, 3 lost\n0 alerts\n");
	buf_clear(&b);
	rs->rules[0].matches = 1;
	rs->rules[1].matches = 2;
	rs->rules[2].matches = 30;
	screen_summary(&s, &e, &none, &b);
	ck_assert_str_eq(b.data, "\n1000 events read, 0 lost\n33 alerts  2 Critical  31 Notice\n"
			 "  Critical             2  grave\n"
			 "  Notice              30  many \\ \"\n"
			 "  Notice               1  few\n");
	buf_clear(&b);
	s.colour = true;
	screen_summary(&s, &e, &none, &b);
	ck_assert_ptr_nonnull(strstr(b.data, "\033[1;31mCritical"));
	buf_release(&b);
	ruleset_free(rs);
}
END_TEST

UNIT_MAIN("screen", sentence_and_fields, wrapped_below_the_indent, fields_that_hold_nothing,
	  other_lines_stay, summary_in_order)
