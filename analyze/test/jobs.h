/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All cases, in this process or shared out among several.  What comes out
 * does not depend on how many there are; a case that kills its process is a
 * broken one.
 */
#ifndef ANALYZE_TEST_JOBS_H
#define ANALYZE_TEST_JOBS_H

#include "lib/base/compat.h"
#include "analyze/test/run.h"

struct jobs_opts {
	unsigned jobs;
	bool update;
	struct coverage *coverage;	/* NULL: not asked for */
};

/* One text a case, in their order; 0, or -E_ENV with a sentence in d. */
int jobs_run(const struct cases *c, const struct jobs_opts *o, struct casetext *out,
	     struct diag *d);

#endif
