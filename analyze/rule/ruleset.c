/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/rulefiles.h"
#include "analyze/rule/ruleset.h"
#include "analyze/rule/ruleset_in.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

struct ruleset *ruleset_new(const struct ruleset_opts *opts)
{
	struct ruleset *rs = xcalloc(1, sizeof(*rs));

	rs->opts = *opts;
	rulebook_init(&rs->book);
	rs->fs = filterset_new();
	return rs;
}

void ruleset_free(struct ruleset *rs)
{
	size_t i;

	if (!rs)
		return;
	ruleset_forget(rs);
	free(rs->rules);
	free(rs->by_cond);
	rulebook_release(&rs->book);
	arena_release(&rs->a);
	for (i = 0; i < rs->nread; i++)
		rulefiles_free(rs->read[i]);
	free(rs->read);
	arena_release(&rs->files);
	free(rs);
}

int ruleset_take(struct ruleset *rs, const struct yfile *f, int parsed, const struct yerror *e)
{
	int err = rulebook_take(&rs->book, f, parsed, e);
	int cerr = ruleset_compile(rs);

	return err ? err : cerr;
}

int ruleset_load(struct ruleset *rs, const char *name, struct str text)
{
	struct yfile *f = ARENA_NEW(&rs->files, struct yfile);
	struct yerror e = YERROR_INIT;
	int parsed = yfile_parse(f, arena_strdup(&rs->files, str_of(name)),
				 arena_str(&rs->files, text), &rs->files, &e);
	int err = ruleset_take(rs, f, parsed, &e);

	buf_release(&e.msg);
	return err;
}

int ruleset_finish(struct ruleset *rs)
{
	return rs->book.results.cur ? rulebook_check_plugins(&rs->book) : 0;
}

const struct load_results *ruleset_results(const struct ruleset *rs)
{
	return &rs->book.results;
}

struct rule *ruleset_find(const struct ruleset *rs, struct str name)
{
	size_t i;

	for (i = 0; i < rs->n; i++)
		if (str_eq(rs->rules[i].name, name))
			return &rs->rules[i];
	return NULL;
}
