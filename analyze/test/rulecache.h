/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule sets kept between cases: most cases of a suite run the same rules.
 * What is kept is found by the contents of the files and the options, not by
 * their names, so a set is never stale.
 */
#ifndef ANALYZE_TEST_RULECACHE_H
#define ANALYZE_TEST_RULECACHE_H

#include "lib/base/compat.h"
#include "analyze/test/case.h"

struct rulecache;

struct rulecache *rulecache_new(void);
void rulecache_free(struct rulecache *c);

/*
 * The case's rules, loaded and selected; they are the cache's, good until it
 * is freed.  NULL when they are wrong: told in d.
 */
struct ruleset *rulecache_get(struct rulecache *c, const struct testcase *t, struct diag *d);

/* Every set loaded, in order of loading. */
size_t rulecache_all(const struct rulecache *c, struct ruleset *const **out);

#endif
