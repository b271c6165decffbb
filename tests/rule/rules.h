/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers of rule tests: rule sets from text, findings as text. */
#ifndef TESTS_RULE_RULES_H
#define TESTS_RULE_RULES_H

#include "lib/base/compat.h"
#include "analyze/rule/ruleset.h"

#define RULE(name, cond) \
	"- rule: " name "\n  desc: d\n  condition: " cond "\n  output: o\n  priority: INFO\n"

static inline struct ruleset *rules_of(const char *text)
{
	static const struct ruleset_opts opts;
	struct ruleset *rs = ruleset_new(&opts);

	ruleset_load(rs, "t.yaml", str_of(text));
	return rs;
}

/* "CODE line:col message|…" of all findings, errors first, places in the file. */
static inline void findings_text(const struct ruleset *rs, struct buf *b)
{
	const struct load_result *l;
	const struct finding *f;
	int k;

	for (l = ruleset_results(rs)->first; l; l = l->next)
		for (k = 0; k < 2; k++)
			for (f = k ? l->warnings : l->errors; f; f = f->next)
				buf_addf(b, "%s%s%s %u:%u %s%s%s%s", b->len ? "|" : "",
					 f->further ? "+" : "", loadcode_name(f->code) + 5,
					 f->where ? f->where->src.line + 1 : 0,
					 f->where ? f->where->src.col + 1 : 0, f->msg,
					 f->hint ? " (" : "", f->hint ? f->hint : "",
					 f->hint ? ")" : "");
}

#endif
