/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/escape.h"
#include "analyze/test/tell.h"

struct totals totals_of(const struct cases *c, const struct casetext *v)
{
	struct totals t = { .cases = c->n };
	size_t i;

	for (i = 0; i < c->n; i++) {
		t.passed += v[i].verdict == VERDICT_PASSED;
		t.failed += v[i].verdict == VERDICT_FAILED;
		t.broken += v[i].verdict == VERDICT_BROKEN;
		t.updated += v[i].updated;
	}
	return t;
}

void tell_text(const struct cases *c, const struct casetext *v, bool verbose, struct buf *out)
{
	static const char *const words[] = {
		[VERDICT_PASSED] = "passed", [VERDICT_FAILED] = "FAILED",
		[VERDICT_BROKEN] = "BROKEN",
	};
	struct totals t = totals_of(c, v);
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (v[i].updated)
			buf_addf(out, "updated %s\n", c->v[i].golden);
		if (v[i].verdict == VERDICT_PASSED && !verbose)
			continue;
		buf_addf(out, "%s %s", words[v[i].verdict], c->v[i].title);
		if (v[i].verdict == VERDICT_PASSED)
			buf_addf(out, " (%" PRIu64 " %s, %" PRIu64 " %s)", v[i].events,
				 str_count(v[i].events, "event", "events"), v[i].alerts,
				 str_count(v[i].alerts, "alert", "alerts"));
		buf_addc(out, '\n');
		buf_addstr(out, buf_str(&v[i].text));
	}
	buf_addf(out, "%zu case%s, %zu passed, %zu failed, %zu broken\n", t.cases,
		 str_count(t.cases, "", "s"), t.passed, t.failed, t.broken);
}

/* --- TAP 13 --- */

/* '#' begins a directive there, and a line is a line. */
static void tap_title(const char *s, struct buf *out)
{
	for (; *s; s++) {
		if (*s == '#' || *s == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *s == '\n' ? ' ' : *s);
	}
}

void tell_tap(const struct cases *c, const struct casetext *v, struct buf *out)
{
	struct str rest, line;
	size_t i;

	buf_addf(out, "TAP version 13\n1..%zu\n", c->n);
	for (i = 0; i < c->n; i++) {
		buf_addf(out, "%s %zu - ", v[i].verdict == VERDICT_PASSED ? "ok" : "not ok",
			 i + 1);
		tap_title(c->v[i].title, out);
		buf_addc(out, '\n');
		if (v[i].verdict == VERDICT_BROKEN)
			buf_adds(out, "# broken\n");
		for (rest = buf_str(&v[i].text); rest.len;) {
			line = str_cut(&rest, '\n');
			buf_addf(out, "# %.*s\n", STR_FMT(line));
		}
	}
}

/* --- JUnit --- */

/* HTML's escapes are XML's; a line stays a line. */
static void xml_text(struct str s, struct buf *out)
{
	while (s.p) {
		esc_html(out, str_cut(&s, '\n'));
		if (s.p)
			buf_addc(out, '\n');
	}
}

static struct str first_line(const struct buf *b)
{
	struct str rest = buf_str(b);

	return str_trim(str_cut(&rest, '\n'), " ");
}

static void junit_case(const struct testcase *t, const struct casetext *v, struct buf *out)
{
	static const char *const elements[] = {
		[VERDICT_FAILED] = "failure", [VERDICT_BROKEN] = "error",
	};

	buf_adds(out, "  <testcase classname=\"");
	xml_text(str_of(t->file), out);
	buf_adds(out, "\" name=\"");
	xml_text(str_of(*t->name ? t->name : t->title), out);
	buf_adds(out, v->verdict == VERDICT_PASSED ? "\"/>\n" : "\">\n");
	if (v->verdict == VERDICT_PASSED)
		return;
	buf_addf(out, "    <%s message=\"", elements[v->verdict]);
	xml_text(first_line(&v->text), out);
	buf_adds(out, "\">");
	xml_text(buf_str(&v->text), out);
	buf_addf(out, "</%s>\n  </testcase>\n", elements[v->verdict]);
}

void tell_junit(const struct cases *c, const struct casetext *v, struct buf *out)
{
	struct totals t = totals_of(c, v);
	size_t i;

	buf_addf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		 "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n"
		 " <testsuite name=\"vestige test\" tests=\"%zu\" failures=\"%zu\" "
		 "errors=\"%zu\">\n", t.cases, t.failed, t.broken, t.cases, t.failed, t.broken);
	for (i = 0; i < c->n; i++)
		junit_case(&c->v[i], &v[i], out);
	buf_adds(out, " </testsuite>\n</testsuites>\n");
}
