/* SPDX-License-Identifier: Apache-2.0 */
/* Which system calls a rule set listens to: what a recorder must select. */
#ifndef ANALYZE_RULE_CALLS_H
#define ANALYZE_RULE_CALLS_H

#include "analyze/rule/ruleset.h"

/*
 * Mark in wanted[] (sctab_n entries, by number of schema/syscalls.def) the
 * calls whose events rules that are on and read system calls may match.  A
 * rule that names no event wants those of all calls.
 */
void rules_calls(const struct ruleset *rs, bool *wanted);

/* Tells of each such rule that matches no event of a bitmap by event number. */
void rules_tell_deaf(const struct ruleset *rs, const uint8_t *events, struct diag *d);

#endif
