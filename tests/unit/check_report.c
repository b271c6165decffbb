/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile texts of a trace, in every format a report can have. */
#include "lib/base/compat.h"

#include "analyze/report/escape.h"
#include "analyze/report/report.h"
#include "analyze/rule/item.h"
#include "lib/base/buf.h"
#include "lib/base/jsonp.h"
#include "lib/base/utf8.h"
#include "lib/base/xalloc.h"
#include "tests/unit/unit.h"

#define NASTY	"<script>alert(1)</script>\"'`onload=x &amp; \x1b]0;pwn\x07\r\n\t" \
		"\xe2\x80\xae" "fdp.exe\xff\xfe\xc0\xaf|`$(id)`](javascript:x)[a](http://evil)" \
		"\xe2\x80\xa8\xf3\xa0\x81\x81\\N \xc2\x9b"

typedef void render_fn(const struct report *r, struct buf *out);

static const struct {
	const char *name;
	render_fn *render;
	bool json, lines;		/* one document, one a line */
} formats[] = {
	{ "html", report_html, false, false },
	{ "md", report_md, false, false },
	{ "json", report_json, true, false },
	{ "timesketch-csv", report_timesketch_csv, false, false },
	{ "timesketch-jsonl", report_timesketch_jsonl, false, true },
	{ "navigator", report_navigator, true, false },
	{ "dot", report_dot, false, false },
	{ "alerts-csv", report_alerts_csv, false, false },
};

static struct str tags[] = {
	{ "mitre_execution", 15 }, { "T1059", 5 }, { "T1059.004", 9 }, { NASTY, sizeof(NASTY) - 1 },
};

#define ONE(type, v) xmemdup(&(struct type)v, sizeof(struct type))
#define BRACED(...) { __VA_ARGS__ }

/* Every text of the report is s. */
static void fill(struct report *r, struct str s)
{
	*r = (struct report){ .title = NASTY, .command = s, .matching = "all", .rules_on = 1,
			      .rules_loaded = 1, .alerts_all = 1, .events = 5, .first_ts = 1,
			      .last_ts = 1000000000 };
	r->by_priority[PRI_WARNING] = 1;
	r->traces = ONE(report_trace, BRACED(.path = s, .host = s, .arch = s, .kernel = s, .why = s,
		.verdict = VERDICT_FAILED, .events = 5, .first_ts = 1, .last_ts = 1000000000));
	r->rulefiles = ONE(report_rulefile, BRACED(.name = s));
	r->rules = ONE(report_rule, BRACED(.name = s, .desc = s, .condition = s, .output = s, .file = s,
		.priority = PRI_WARNING, .tags = tags, .ntags = 4, .matches = 1, .nfirst = 1));
	r->alerts = ONE(report_alert, BRACED(.ts = 5, .num = 1, .text = s, .object = s));
	r->procs = ONE(report_proc, BRACED(.pid = 7, .parent = REPORT_NONE, .first_child = REPORT_NONE,
		.last_child = REPORT_NONE, .next_sibling = REPORT_NONE, .comm = s, .exe = s,
		.cmdline = s, .user = s, .login = s, .cwd = s, .nexecs = 1, .nfiles = 1, .npeers = 1,
		.nalerts = 1, .worst = PRI_WARNING, .start_ts = 1));
	r->execs = ONE(report_exec, BRACED(.ts = 2, .next = REPORT_NONE, .exe = s, .cmdline = s));
	r->paths = ONE(report_path, BRACED(.name = s, .made_ts = 1));
	r->files = ONE(report_file, BRACED(.next = REPORT_NONE, .path2 = 0, .ops = 0x1ff,
		.count = { 1, 1, 1 }, .first_ts = 3));
	r->peers = ONE(report_peer, BRACED(.next = REPORT_NONE, .proto = "tcp", .local = s, .remote = s,
		.first_ts = 4));
	r->listens = ONE(report_listen, BRACED(.proto = "tcp", .addr = s));
	r->newexecs = ONE(report_newexec, BRACED(.ts = 3, .runs = 1));
	r->pairs = ONE(report_pair, BRACED(.parent = s, .child = s, .count = 1));
	r->containers = ONE(report_container, BRACED(.id = s, .name = s, .image = s, .pod = s, .ns = s));
	r->ntraces = r->nrulefiles = r->nrules = r->nalerts = r->nprocs = r->nexecs = 1;
	r->npaths = r->nfiles = r->npeers = r->nlistens = r->nnewexecs = r->npairs = 1;
	r->ncontainers = 1;
	report_finish(r);
}

static bool is_hidden(uint32_t cp)
{
	if (cp < 0x20)
		return cp != '\n' && cp != '\t' && cp != '\r';
	return (cp >= 0x7f && cp <= 0x9f) || cp == 0x202e || cp == 0x2028 ||
	       (cp >= 0xe0000 && cp <= 0xe007f);
}

static void no_deception(const char *format, const struct buf *b)
{
	uint32_t cp;
	size_t i;
	unsigned n;

	for (i = 0; i < b->len; i += n) {
		n = utf8_next(b->data + i, b->len - i, &cp);
		if (!n)
			ck_abort_msg("%s: invalid UTF-8 at %zu", format, i);
		if (is_hidden(cp))
			ck_abort_msg("%s: U+%04x at %zu", format, cp, i);
	}
}

static void json_ok(const char *format, struct str s)
{
	struct json *j = json_parse(s);

	ck_assert_msg(j != NULL, "%s: no JSON: %.*s", format, 300, s.p);
	json_free(j);
}

START_TEST(every_format)
{
	struct buf b = BUF_INIT;
	struct report r;
	struct str rest, line;

	fill(&r, STR(NASTY));
	formats[_i].render(&r, &b);
	ck_assert(b.len > 0);
	no_deception(formats[_i].name, &b);
	if (formats[_i].json)
		json_ok(formats[_i].name, buf_str(&b));
	rest = buf_str(&b);
	while (formats[_i].lines && rest.len) {
		line = str_cut(&rest, '\n');
		json_ok(formats[_i].name, line);
	}
	buf_release(&b);
	report_release(&r);
}
END_TEST

START_TEST(long_text_in_every_format)
{
	struct buf b = BUF_INIT, text = BUF_INIT;
	struct report r;

	while (text.len < 65536)
		buf_add(&text, NASTY, sizeof(NASTY) - 1);
	fill(&r, buf_str(&text));
	formats[_i].render(&r, &b);
	no_deception(formats[_i].name, &b);
	buf_release(&b);
	buf_release(&text);
	report_release(&r);
}
END_TEST

static size_t count(const struct buf *b, const char *what)
{
	struct str s = buf_str(b);
	size_t n = 0;
	ssize_t at;

	while ((at = str_find(s, str_of(what))) >= 0) {
		s = str_sub(s, (size_t)at + 1, s.len);
		n++;
	}
	return n;
}

START_TEST(html_is_only_ours)
{
	struct buf b = BUF_INIT;
	struct report r;

	fill(&r, STR(NASTY));
	report_html(&r, &b);
	ck_assert_uint_eq(count(&b, "<script"), 1);	/* the page's own */
	ck_assert_uint_eq(count(&b, "</script"), 1);
	ck_assert_uint_eq(count(&b, "\"'`onload"), 0);
	ck_assert(count(&b, "Verification failed.") > 0);
	ck_assert(count(&b, "default-src 'none'") == 1);
	buf_release(&b);
	report_release(&r);
}
END_TEST

static void csv_is(const char *in, const char *want)
{
	struct buf b = BUF_INIT;

	esc_csv(&b, str_of(in));
	ck_assert_str_eq(b.data, want);
	buf_release(&b);
}

START_TEST(spreadsheets)
{
	csv_is("plain", "\"plain\"");
	csv_is("", "\"\"");
	csv_is("a\"b,c", "\"a\"\"b,c\"");
	csv_is("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"");
	csv_is("+1", "\"'+1\"");
	csv_is("-1", "\"'-1\"");
	csv_is("@SUM(A1)", "\"'@SUM(A1)\"");
	csv_is("\t=1", "\"\\t=1\"");
	csv_is("\r\n=1", "\"\\x0d\\n=1\"");
}
END_TEST

static void md_is(const char *in, const char *want)
{
	struct buf b = BUF_INIT;

	esc_md(&b, str_of(in));
	ck_assert_str_eq(b.data, want);
	buf_release(&b);
}

START_TEST(markdown)
{
	md_is("a b-c/d.e", "a b-c/d.e");
	md_is("|*_`[x](y)", "\\|\\*\\_\\`\\[x\\](y)");
	md_is("<img src=x>&lt;", "&lt;img src=x&gt;&amp;lt;");
	md_is("https://evil www.evil a@b", "https&#58;//evil www&#46;evil a&#64;b");
	md_is("a\nb", "a\\\\nb");
}
END_TEST

START_TEST(graphviz)
{
	struct buf b = BUF_INIT;

	esc_dot(&b, STR("a\"]; x -> y [label=\"\\N\n"));
	ck_assert_str_eq(b.data, "a\\\"]; x -> y [label=\\\"\\\\\\\\N\\\\n");
	buf_release(&b);
}
END_TEST

START_TEST(json_tamed)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "{\"a\":\"\xe2\x80\xae\xf3\xa0\x81\x81 \xc3\xa4 \x7f\"}");
	esc_json_tame(&b);
	ck_assert_str_eq(b.data, "{\"a\":\"\\u202e\\udb40\\udc41 \xc3\xa4 \\u007f\"}");
	buf_release(&b);
}
END_TEST

START_TEST(cutting)
{
	bool cut;

	ck_assert_uint_eq(esc_cut(STR("abc"), 3, &cut).len, 3);
	ck_assert(!cut);
	ck_assert_uint_eq(esc_cut(STR("ab\xc3\xa4"), 3, &cut).len, 2);
	ck_assert(cut);
	ck_assert_uint_eq(esc_cut(STR("\xbf\xbf\xbf"), 2, &cut).len, 0);
}
END_TEST

START_TEST(attack_tags)
{
	ck_assert_str_eq(tactics[tactic_of_tag(STR("mitre_initial_access"))].id, "TA0001");
	ck_assert_str_eq(tactics[tactic_of_tag(STR("initial-access"))].id, "TA0001");
	ck_assert_str_eq(tactics[tactic_of_tag(STR("TA0040"))].slug, "impact");
	ck_assert_int_eq(tactic_of_tag(STR("mitre_")), -1);
	ck_assert_int_eq(tactic_of_tag(STR("")), -1);
	ck_assert_int_eq(tactic_of_tag(STR("impactful")), -1);
	ck_assert(tag_is_technique(STR("T1059")) && tag_is_technique(STR("T1059.004")));
	ck_assert(!tag_is_technique(STR("T105")) && !tag_is_technique(STR("T1059.")) &&
		  !tag_is_technique(STR("T1059x004")) && !tag_is_technique(STR("TA0002")));
}
END_TEST

static void says(void (*f)(struct buf *, uint64_t), uint64_t n, const char *want)
{
	struct buf b = BUF_INIT;

	f(&b, n);
	ck_assert_str_eq(b.data, want);
	buf_release(&b);
}

START_TEST(words)
{
	says(report_bytes, 1023, "1023 B");
	says(report_bytes, 1024, "1.0 KiB");
	says(report_bytes, UINT64_MAX, "15.9 EiB");
	says(report_span, 999999999, "999 ms");
	says(report_span, 61500000000, "61.5 s");
	says(report_span, 7200000000000, "2 h 0 min");
	says(report_num, 1234567, "1\xc2\xa0" "234\xc2\xa0" "567");
	says(report_num, 1000, "1\xc2\xa0" "000");
}
END_TEST

/* What is not there is told wherever somebody may read of the trace. */
START_TEST(what_is_missing)
{
	static const struct { render_fn *render; const char *gap, *limit; } rows[] = {
		{ report_html, "not the file before it", "threads beyond the limit" },
		{ report_md, "not the file before it", "17 threads" },
		{ report_json, "\"segment_missing_before\":true", "\"threads_dropped\":17" },
	};
	struct buf b = BUF_INIT;
	struct report r;
	unsigned i, told;

	for (i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
		told = i % 2;
		fill(&r, STR("x"));
		r.traces[0].gap_before = told;
		r.traces[0].dropped_threads = told ? 17 : 0;
		buf_clear(&b);
		rows[i / 2].render(&r, &b);
		ck_assert_int_eq(str_find(buf_str(&b), str_of(rows[i / 2].gap)) >= 0, told);
		ck_assert_int_eq(str_find(buf_str(&b), str_of(rows[i / 2].limit)) >= 0, told);
		report_release(&r);
	}
	buf_release(&b);
}
END_TEST

START_TEST(empty_report)
{
	struct report r = { .matching = "all" };
	struct buf b = BUF_INIT;

	report_finish(&r);
	formats[_i].render(&r, &b);
	no_deception(formats[_i].name, &b);
	buf_release(&b);
	report_release(&r);
}
END_TEST

int main(void)
{
	const int n = (int)ARRAY_SIZE(formats);
	Suite *s = suite_create("report");
	TCase *t = tcase_create("core");

	tcase_add_loop_test(t, every_format, 0, n);
	tcase_add_loop_test(t, long_text_in_every_format, 0, n);
	tcase_add_loop_test(t, empty_report, 0, n);
	tcase_add_test(t, html_is_only_ours);
	tcase_add_test(t, spreadsheets);
	tcase_add_test(t, markdown);
	tcase_add_test(t, graphviz);
	tcase_add_test(t, json_tamed);
	tcase_add_test(t, cutting);
	tcase_add_test(t, attack_tags);
	tcase_add_test(t, words);
	tcase_add_test(t, what_is_missing);
	tcase_set_timeout(t, UNIT_TIMEOUT);
	suite_add_tcase(s, t);
	return unit_finish(s, false);
}
