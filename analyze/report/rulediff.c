/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/format.h"
#include "analyze/report/rulediff.h"
#include "analyze/report/sink.h"
#include "analyze/report/why.h"
#include "lib/base/jsonw.h"
#include "lib/base/xalloc.h"

#define PEOPLE_MAX	160	/* bytes of a line for people */

static struct format *line(struct rulediff *d, const char *text)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct format *f = NULL;

	format_compile(&d->a, str_of(text), STR("syscall"), &f, &e);
	filter_error_release(&e);
	return f;
}

static struct diff_rule *rule_of(struct rulediff *d, const struct rule *r)
{
	size_t i = (size_t)(uintptr_t)smap_get(&d->by_name, r->name);
	struct diff_rule *out;

	if (i)
		return &d->v[i - 1];
	XGROW(d->v, d->cap, d->n + 1);
	out = &d->v[d->n++];
	*out = (struct diff_rule){ .name = r->name };
	smap_put(&d->by_name, out->name, (void *)(uintptr_t)d->n);
	return out;
}

static void take_set(struct rulediff *d, int side, struct ruleset *rs)
{
	struct diff_rule *r;
	size_t i;

	for (i = 0; i < rs->n; i++) {
		r = rule_of(d, &rs->rules[i]);
		r->in[side] |= rs->rules[i].on;
		r->rule[side] = &rs->rules[i];
	}
}

void rulediff_init(struct rulediff *d, struct ruleset *old, struct ruleset *new,
		   enum matching matching, uint64_t samples)
{
	size_t i;

	*d = (struct rulediff){ .samples_max = samples, .work = { BUF_INIT, BUF_INIT } };
	take_set(d, 0, old);
	take_set(d, 1, new);
	for (i = 0; i < d->n; i++)
		d->v[i].tail = &d->v[i].samples;
	engine_init(&d->engine[0], old, matching, STR("syscall"));
	engine_init(&d->engine[1], new, matching, STR("syscall"));
	d->event = line(d, EVENT_LINE);
	d->process = line(d, PROCESS_LINE);
}

void rulediff_release(struct rulediff *d)
{
	engine_release(&d->engine[0]);
	engine_release(&d->engine[1]);
	smap_release(&d->by_name);
	buf_release(&d->work[0]);
	buf_release(&d->work[1]);
	free(d->v);
	arena_release(&d->a);
}

/* --- events --- */

/* The alert of one side, as text or JSON; empty when it has none. */
static struct str render(struct rulediff *d, const struct alert *a, bool json)
{
	struct buf *b = &d->work[0];

	buf_clear(b);
	if (json)
		sink_json(a, b);
	else
		alert_line(a, true, b);
	return arena_str(&d->a, buf_str(b));
}

static struct str people(struct rulediff *d, const struct format *f, struct fieldsource *src)
{
	buf_clear(&d->work[0]);
	format_render(f, src, FORMAT_TERMINAL, &d->work[0]);
	if (d->work[0].len > PEOPLE_MAX) {
		buf_setlen(&d->work[0], PEOPLE_MAX);
		buf_adds(&d->work[0], "...");
	}
	return arena_str(&d->a, buf_str(&d->work[0]));
}

static bool same(struct rulediff *d, const struct alert a[2])
{
	int i;

	for (i = 0; i < 2; i++) {
		buf_clear(&d->work[i]);
		sink_json(&a[i], &d->work[i]);
	}
	return str_eq(buf_str(&d->work[0]), buf_str(&d->work[1]));
}

static void sample(struct rulediff *d, struct diff_rule *r, enum diff_kind kind,
		   const struct alert a[2], uint64_t num, const char *file)
{
	bool has[2] = { kind != DIFF_NEW, kind != DIFF_LOST };
	struct diff_sample *s;
	int i;

	if (r->n[kind]++ >= d->samples_max)
		return;
	s = ARENA_NEW(&d->a, struct diff_sample);
	*s = (struct diff_sample){ .kind = kind, .file = file, .num = num };
	for (i = 0; i < 2; i++) {
		if (!has[i])
			continue;
		s->text[i] = render(d, &a[i], false);
		s->json[i] = render(d, &a[i], true);
	}
	s->event = people(d, d->event, a[0].src);
	s->process = people(d, d->process, a[0].src);
	*r->tail = s;
	r->tail = &s->next;
}

static void compare(struct rulediff *d, struct diff_rule *r, const struct alert a[2],
		    uint64_t num, const char *file)
{
	bool fired[2] = { r->seen[0] == d->events, r->seen[1] == d->events };

	if (fired[0] && fired[1]) {
		if (!same(d, a))
			sample(d, r, DIFF_CHANGED, a, num, file);
	} else {
		sample(d, r, fired[0] ? DIFF_LOST : DIFF_NEW, a, num, file);
	}
}

void rulediff_event(struct rulediff *d, struct fieldsource *const src[2], uint64_t ts,
		    uint64_t num, struct str hostname, const char *file)
{
	struct alert a[2];
	size_t i, n[2];
	int k;

	d->events++;
	for (k = 0; k < 2; k++) {
		n[k] = engine_event(&d->engine[k], src[k]);
		a[k] = (struct alert){ .src = src[k], .ts = ts, .hostname = hostname };
		for (i = 0; i < n[k]; i++) {
			struct diff_rule *r = rule_of(d, d->engine[k].match[i]);

			r->seen[k] = d->events;
			r->alerts[k]++;
		}
	}
	for (k = 0; k < 2; k++) {
		for (i = 0; i < n[k]; i++) {
			struct diff_rule *r = rule_of(d, d->engine[k].match[i]);

			if (k && r->seen[0] == d->events)
				continue;	/* looked at from the old side */
			a[0].rule = r->rule[0];
			a[1].rule = r->rule[1];
			compare(d, r, a, num, file);
		}
	}
}

/* --- telling --- */

uint64_t rulediff_total(const struct rulediff *d, enum diff_kind kind)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < d->n; i++)
		n += d->v[i].n[kind];
	return n;
}

static bool differs(const struct diff_rule *r)
{
	return r->n[DIFF_NEW] || r->n[DIFF_LOST] || r->n[DIFF_CHANGED] || r->in[0] != r->in[1];
}

static void sample_text(const struct diff_sample *s, struct buf *out)
{
	static const char marks[] = { [DIFF_NEW] = '+', [DIFF_LOST] = '-', [DIFF_CHANGED] = '!' };

	buf_addf(out, "  %c %s event %" PRIu64 "\n", marks[s->kind], s->file, s->num);
	if (s->text[0].p)
		buf_addf(out, "      %s%.*s\n", s->text[1].p ? "old     " : "alert   ",
			 STR_FMT(s->text[0]));
	if (s->text[1].p)
		buf_addf(out, "      %s%.*s\n", s->text[0].p ? "new     " : "alert   ",
			 STR_FMT(s->text[1]));
	buf_addf(out, "      event   %.*s\n      process %.*s\n", STR_FMT(s->event),
		 STR_FMT(s->process));
}

static void rule_text(const struct diff_rule *r, struct buf *out)
{
	const struct diff_sample *s;

	buf_addf(out, "%.*s: %" PRIu64 " new, %" PRIu64 " lost, %" PRIu64 " changed (%" PRIu64
		 " %s before, %" PRIu64 " now)", STR_FMT(r->name), r->n[DIFF_NEW],
		 r->n[DIFF_LOST], r->n[DIFF_CHANGED], r->alerts[0],
		 str_count(r->alerts[0], "alert", "alerts"), r->alerts[1]);
	if (!r->rule[0] || !r->rule[1])
		buf_addf(out, ", %s", r->rule[0] ? "no longer there" : "a new rule");
	else if (r->in[0] != r->in[1])
		buf_addf(out, ", switched %s", r->in[0] ? "off" : "on");
	buf_addc(out, '\n');
	for (s = r->samples; s; s = s->next)
		sample_text(s, out);
}

void rulediff_text(const struct rulediff *d, struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < d->n; i++) {
		if (!differs(&d->v[i]))
			continue;
		rule_text(&d->v[i], out);
		n++;
	}
	buf_addf(out, "%zu of %zu %s: %" PRIu64 " %s new, %" PRIu64 " lost, %" PRIu64
		 " changed, over %" PRIu64 " %s\n", n, d->n,
		 n == 1 ? str_count(d->n, "rule differs", "rules differs") : "rules differ",
		 rulediff_total(d, DIFF_NEW),
		 str_count(rulediff_total(d, DIFF_NEW), "alert", "alerts"),
		 rulediff_total(d, DIFF_LOST), rulediff_total(d, DIFF_CHANGED), d->events,
		 str_count(d->events, "event", "events"));
}

static void sample_json(const struct diff_sample *s, struct jsonw *w)
{
	static const char *const kinds[] = { [DIFF_NEW] = "new", [DIFF_LOST] = "lost",
					     [DIFF_CHANGED] = "changed" };
	static const char *const sides[] = { "old", "new" };
	int i;

	jsonw_open(w);
	jsonw_key(w, "kind");
	jsonw_cstr(w, kinds[s->kind]);
	jsonw_key(w, "file");
	jsonw_cstr(w, s->file);
	jsonw_key(w, "event");
	jsonw_u64(w, s->num);
	for (i = 0; i < 2; i++) {
		if (!s->json[i].p)
			continue;
		jsonw_key(w, sides[i]);
		jsonw_raw(w, s->json[i]);
	}
	jsonw_close(w);
}

static void counter(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_u64(w, v);
}

void rulediff_json(const struct rulediff *d, struct buf *out)
{
	const struct diff_sample *s;
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct diff_rule *r = &d->v[i];
		struct jsonw w = JSONW_INIT(out);

		if (!differs(r))
			continue;
		jsonw_open(&w);
		jsonw_key(&w, "rule");
		jsonw_str(&w, r->name);
		jsonw_key(&w, "on_before");
		jsonw_bool(&w, r->in[0]);
		jsonw_key(&w, "on_now");
		jsonw_bool(&w, r->in[1]);
		counter(&w, "alerts_before", r->alerts[0]);
		counter(&w, "alerts_now", r->alerts[1]);
		counter(&w, "new", r->n[DIFF_NEW]);
		counter(&w, "lost", r->n[DIFF_LOST]);
		counter(&w, "changed", r->n[DIFF_CHANGED]);
		jsonw_key(&w, "samples");
		jsonw_array(&w);
		for (s = r->samples; s; s = s->next)
			sample_json(s, &w);
		jsonw_end(&w);
		jsonw_close(&w);
		buf_addc(out, '\n');
	}
}
