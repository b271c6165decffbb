/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions that Falco accepts or rejects: every vector must give the same
 * verdict, at the same stage, and accepted ones the same normalised text.
 */
#include "lib/base/compat.h"

#include "analyze/filter/filter.h"
#include "tests/conformance/tsv.h"

static unsigned failures;

static struct ast *no_macros(void *ctx UNUSED, const struct ast *ident UNUSED)
{
	return NULL;
}

static void fail(struct str id, struct str text, const char *what, struct str detail)
{
	printf("FAIL %.*s %.*s: %s %.*s\n", STR_FMT(id), STR_FMT(text), what,
	       STR_FMT(detail));
	failures++;
}

/* 0 accepted, 1 rejected by the parser, 2 rejected later. */
static int verdict(struct arena *a, struct str text, struct ast **tree,
		   struct filter_error *e)
{
	const struct ast *unknown;
	struct filterset *fs;
	int r;

	if (filter_parse(a, text, 1000, tree, e))
		return 1;
	if (!ast_resolve(a, *tree, no_macros, NULL, &unknown)) {
		buf_adds(&e->msg, "undefined macro");
		return 2;
	}
	fs = filterset_new();
	r = filterset_add(fs, *tree, STR("syscall"), e, NULL, a);
	filterset_free(fs);
	return r < 0 ? 2 : 0;
}

static void valid(const struct tsv_row *row)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct buf printed = BUF_INIT;
	struct arena a = ARENA_INIT;
	struct ast *t = NULL;
	struct str text = tsv_json(&a, row->col[2]), want = tsv_json(&a, row->col[3]);

	if (verdict(&a, text, &t, &e)) {
		fail(row->col[0], text, "rejected:", buf_str(&e.msg));
	} else {
		ast_print(t, &printed);
		/* The vector's text went through UTF-8: bytes that are none
		 * stand there as replacement characters. */
		if (!str_eq(buf_str(&printed), want) && str_find(want, STR("\xef\xbf\xbd")) < 0)
			fail(row->col[0], text, "prints as", buf_str(&printed));
	}
	buf_release(&printed);
	filter_error_release(&e);
	arena_release(&a);
}

static void invalid(const struct tsv_row *row)
{
	struct filter_error e = FILTER_ERROR_INIT;
	struct arena a = ARENA_INIT;
	struct ast *t = NULL;
	struct str text = tsv_json(&a, row->col[2]), msg = tsv_json(&a, row->col[5]);
	int want = str_eq(row->col[3], STR("parse")) ? 1 : 2;
	int got = verdict(&a, text, &t, &e);

	if (!got)
		fail(row->col[0], text, "accepted; Falco says", msg);
	else if (got != want)
		fail(row->col[0], text, "rejected at the wrong stage:", buf_str(&e.msg));
	else if (!e.msg.len)
		fail(row->col[0], text, "no message for", msg);
	filter_error_release(&e);
	arena_release(&a);
}

int main(void)
{
	struct tsv good, bad;
	size_t i;

	tsv_load(&good, "falco/conformance/filter-valid.tsv");
	tsv_load(&bad, "falco/conformance/filter-invalid.tsv");
	for (i = 0; i < good.n; i++)
		valid(&good.rows[i]);
	for (i = 0; i < bad.n; i++)
		invalid(&bad.rows[i]);
	printf("%zu conditions to accept, %zu to reject, %u wrong\n", good.n, bad.n,
	       failures);
	tsv_release(&good);
	tsv_release(&bad);
	return failures != 0;
}
