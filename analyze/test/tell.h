/* SPDX-License-Identifier: Apache-2.0 */
/* What came of all cases, for people and for machines. */
#ifndef ANALYZE_TEST_TELL_H
#define ANALYZE_TEST_TELL_H

#include "lib/base/compat.h"
#include "analyze/test/run.h"

struct totals {
	size_t cases, passed, failed, broken, updated;
};

struct totals totals_of(const struct cases *c, const struct casetext *v);

/* Failed and broken cases (verbose: all), then the totals. */
void tell_text(const struct cases *c, const struct casetext *v, bool verbose, struct buf *out);
void tell_tap(const struct cases *c, const struct casetext *v, struct buf *out);
/* JUnit's XML, as CI systems read it; without times, which differ. */
void tell_junit(const struct cases *c, const struct casetext *v, struct buf *out);

#endif
