/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of struct ruleset. */
#ifndef ANALYZE_RULE_RULESET_IN_H
#define ANALYZE_RULE_RULESET_IN_H

#include "analyze/rule/ruleset.h"

/* A file that was parsed: into the book, and compiled (rulebook_take()). */
int ruleset_take(struct ruleset *rs, const struct yfile *f, int parsed, const struct yerror *e);
/* Compile the book; findings go to its current result (compile.c). */
int ruleset_compile(struct ruleset *rs);
/* Nothing of it stays for the next time. */
void ruleset_forget(struct ruleset *rs);

#endif
