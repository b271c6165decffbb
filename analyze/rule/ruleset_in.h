/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of struct ruleset. */
#ifndef ANALYZE_RULE_RULESET_IN_H
#define ANALYZE_RULE_RULESET_IN_H

#include "analyze/rule/ruleset.h"

/* Compile the book; findings go to its current result (compile.c). */
int ruleset_compile(struct ruleset *rs);
/* Nothing of it stays for the next time. */
void ruleset_forget(struct ruleset *rs);

#endif
