/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/report/screen.h"
#include "analyze/rule/item.h"
#include "lib/base/sort.h"
#include "lib/base/term.h"
#include "lib/base/xalloc.h"

#define INDENT	4
#define WIDTH_MIN	20	/* narrower ones wrap as they like */

#define DIM	"2"
#define BOLD	"1"

static const char *const colour_of[PRI_COUNT] = {
	[PRI_EMERGENCY] = "1;37;41", [PRI_ALERT] = "1;37;41", [PRI_CRITICAL] = "1;31",
	[PRI_ERROR] = "1;31", [PRI_WARNING] = "1;33", [PRI_NOTICE] = "1;36",
	[PRI_INFORMATIONAL] = "34", [PRI_DEBUG] = "2",
};

static void on(const struct screen *s, const char *code, struct buf *out)
{
	if (s->colour)
		buf_addf(out, "\033[%sm", code);
}

static void off(const struct screen *s, struct buf *out)
{
	if (s->colour)
		buf_adds(out, "\033[0m");
}

/* Words of text from column at; the next lines begin below INDENT. */
static void wrap(const struct screen *s, struct str text, unsigned at, struct buf *out)
{
	unsigned cols;
	struct str word;

	while (text.len) {
		word = str_cut(&text, ' ');
		cols = term_cols(word);
		if (at > INDENT && at + 1 + cols > s->width && s->width >= WIDTH_MIN) {
			buf_addc(out, '\n');
			buf_pad(out, ' ', INDENT);
			at = INDENT;
		} else if (at != INDENT) {
			buf_addc(out, ' ');
			at++;
		}
		buf_addstr(out, word);
		at += cols;
	}
}

/* Without the container fields at the end that say "none". */
static struct str without_nothing(struct str s)
{
	static const char *const nothing[] = {
		" container_id=host", " container_name=host", " container_image_repository=",
		" container_image_tag=", " k8s_pod_name=<NA>", " k8s_ns_name=<NA>",
		" container_image_repository=<NA>", " container_image_tag=<NA>",
		" container_name=<NA>", " container_id=<NA>", " container_id=", " container_name=",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nothing); i++)
		if (str_ends(s, str_of(nothing[i]))) {
			s.len -= strlen(nothing[i]);
			i = (size_t)-1;
		}
	return s;
}

void screen_alert(const struct screen *s, struct str line, unsigned priority, struct buf *out)
{
	struct str head, rest = without_nothing(line);
	size_t name = strlen(priority_names[priority]);
	ssize_t at = str_find(rest, STR(": ")), bar;

	if (at < 0 || !str_starts(str_sub(rest, (size_t)at + 2, rest.len),
				  str_of(priority_names[priority]))) {
		buf_addstr(out, line);
		return;
	}
	on(s, DIM, out);
	buf_addstr(out, str_sub(rest, 0, (size_t)at));
	off(s, out);
	buf_addc(out, ' ');
	on(s, colour_of[priority], out);
	buf_adds(out, priority_names[priority]);
	off(s, out);
	rest = str_sub(rest, (size_t)at + 2 + name, rest.len);
	if (str_starts(rest, STR(" ")))
		rest = str_sub(rest, 1, rest.len);
	bar = str_find(rest, STR(" | "));
	head = bar < 0 ? rest : str_sub(rest, 0, (size_t)bar);
	on(s, BOLD, out);
	wrap(s, head, (unsigned)((size_t)at + 1 + name), out);
	off(s, out);
	if (bar < 0)
		return;
	buf_addc(out, '\n');
	buf_pad(out, ' ', INDENT);
	wrap(s, str_sub(rest, (size_t)bar + 3, rest.len), INDENT, out);
}

/* --- the summary --- */

static int by_weight(const void *a, const void *b, void *ctx UNUSED)
{
	const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return (x->matches < y->matches) - (x->matches > y->matches);
}

static void totals(const struct screen *s, const struct ruleset *rs, uint64_t all, struct buf *out)
{
	uint64_t by[PRI_COUNT] = { 0 };
	unsigned p;
	size_t i;

	for (i = 0; i < rs->n; i++)
		by[rs->rules[i].priority] += rs->rules[i].matches;
	on(s, BOLD, out);
	buf_addf(out, "%" PRIu64 " alert%s", all, str_count(all, "", "s"));
	off(s, out);
	for (p = 0; p < PRI_COUNT; p++) {
		if (!by[p])
			continue;
		buf_addf(out, "%s %" PRIu64 " ", p ? " " : "", by[p]);
		on(s, colour_of[p], out);
		buf_adds(out, priority_names[p]);
		off(s, out);
	}
	buf_addc(out, '\n');
}

static void row(const struct screen *s, const struct rule *rule, struct buf *out)
{
	buf_adds(out, "  ");
	on(s, colour_of[rule->priority], out);
	buf_addf(out, "%-13s", priority_names[rule->priority]);
	off(s, out);
	buf_addf(out, " %8" PRIu64 "  ", rule->matches);
	term_safe(out, rule->name);
	buf_addc(out, '\n');
}

void screen_summary(const struct screen *s, const struct engine *e,
		    const struct summary_loss *lost, struct buf *out)
{
	const struct ruleset *rs = e->rs;
	const struct rule **v = xcalloc(rs->n + 1, sizeof(*v));
	uint64_t all = 0;
	size_t i, n = 0;

	for (i = 0; i < rs->n; i++) {
		all += rs->rules[i].matches;
		if (rs->rules[i].matches)
			v[n++] = &rs->rules[i];
	}
	sort_stable(v, n, sizeof(*v), by_weight, NULL);
	on(s, DIM, out);
	buf_addf(out, "%s%" PRIu64 " %s read, ", all ? "\n" : "", e->events,
		 str_count(e->events, "event", "events"));
	if (lost->events) {
		off(s, out);
		on(s, colour_of[PRI_ERROR], out);
	}
	buf_addf(out, "%" PRIu64 " lost", lost->events);
	off(s, out);
	buf_addc(out, '\n');
	summary_behind(lost, out);
	totals(s, rs, all, out);
	for (i = 0; i < n; i++)
		row(s, v[i], out);
	free(v);
}
