/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output formats over the same capture: accepted or rejected as in Falco, and
 * rendered to the same text.
 */
#include "lib/base/compat.h"

#include "analyze/field/context.h"
#include "analyze/filter/format.h"
#include "replay/session.h"
#include "tests/conformance/tsv.h"

struct vector {
	uint64_t num;
	struct str text, want;
	struct format *f;
	bool done;
};

static unsigned failures, rejected;

static void compile(struct arena *a, struct vector *v, bool accept)
{
	struct filter_error e = FILTER_ERROR_INIT;
	bool star = v->text.len && v->text.p[0] == '*';
	char *text = arena_printf(a, "%s%.*s", star ? "" : "*", STR_FMT(v->text));
	int err = format_compile(a, str_of(text), STR("syscall"), &v->f, &e);

	if (err)
		v->f = NULL;
	if ((err == 0) != accept || (err && !e.msg.len)) {
		printf("FAIL %.*s: %s\n", STR_FMT(v->text), err ? e.msg.data : "accepted");
		failures++;
	}
	rejected += err != 0;
	filter_error_release(&e);
}

static void render(struct fieldctx *ctx, struct vector *v)
{
	struct buf out = BUF_INIT;

	v->done = true;
	format_render(v->f, &ctx->src, FORMAT_RAW, &out);
	if (!str_eq(buf_str(&out), v->want)) {
		printf("FAIL %" PRIu64 " %.*s\n\twant %.*s\n\tgot  %s\n", v->num,
		       STR_FMT(v->text), STR_FMT(v->want), out.data);
		failures++;
	}
	buf_release(&out);
}

int main(void)
{
	struct diag d = DIAG_INIT;
	struct session_opts opts = { 0 };
	struct fieldctx ctx;
	struct session *s;
	struct vector *v;
	struct event *ev;
	struct tsv t;
	char *path;
	size_t i;

	tsv_load(&t, "falco/conformance/output-format.tsv");
	v = arena_zalloc(&t.a, t.n * sizeof(*v));
	for (i = 0; i < t.n; i++) {
		v[i].num = strtoul(t.rows[i].col[0].p, NULL, 10);
		v[i].text = tsv_json(&t.a, t.rows[i].col[1]);
		v[i].want = tsv_json(&t.a, t.rows[i].col[4]);
		compile(&t.a, &v[i], str_eq(t.rows[i].col[2], STR("accept")));
	}
	path = shared_path(&t.a, "falco/conformance/eval.scap");
	s = session_new(&path, 1, &opts, &d);
	fieldctx_init(&ctx, session_machine(s));
	while ((ev = session_next(s))) {
		fieldctx_begin(&ctx);
		for (i = 0; i < t.n; i++)
			if (v[i].f && v[i].num == ev->num)
				render(&ctx, &v[i]);
	}
	for (i = 0; i < t.n; i++) {
		if (v[i].done || !v[i].f)
			continue;
		printf("FAIL %.*s: there is no event %" PRIu64 "\n", STR_FMT(v[i].text), v[i].num);
		failures++;
	}
	printf("%zu formats, %u of them rejected, %u wrong\n", t.n, rejected, failures);
	fieldctx_release(&ctx);
	session_free(s);
	tsv_release(&t);
	diag_release(&d);
	return failures != 0;
}
