/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules are tested by what, and which parts of their conditions were
 * never true.  Costs nothing unless asked for.
 */
#ifndef ANALYZE_TEST_COVERAGE_H
#define ANALYZE_TEST_COVERAGE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/jsonw.h"
#include "analyze/field/source.h"
#include "analyze/test/case.h"

struct coverage;

struct coverage *coverage_new(void);
void coverage_free(struct coverage *c);

/* Note a set's rules and the case's expectations of them. */
void coverage_case(struct coverage *c, struct ruleset *rs, const struct testcase *t);
/* Count every part of every condition at the current event. */
void coverage_event(struct coverage *c, struct ruleset *rs, struct fieldsource *src);
/* A rule fired in a case that compares all alerts. */
void coverage_golden(struct coverage *c, struct str rule);

/* As lines that coverage_merge() reads, for another process. */
void coverage_pack(const struct coverage *c, struct buf *out);
void coverage_merge(struct coverage *c, struct str lines);

/* Every line begins with `before`. */
void coverage_text(const struct coverage *c, const char *before, struct buf *out);

#endif
