/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds of rule tests. */
#ifndef ANALYZE_TEST_LIMITS_H
#define ANALYZE_TEST_LIMITS_H

#define TEST_FILE_MAX		(16u << 20)	/* bytes of a case file */
#define TEST_GOLDEN_MAX		(256u << 20)	/* bytes of a golden file */
#define TEST_CASES_MAX		100000
#define TEST_DEPTH_MAX		32		/* folders in folders */
#define TEST_JOBS_MAX		64
#define TEST_SHOWN_MAX		5		/* differences shown of one kind */
#define TEST_ALERTS_MAX		1000000		/* of one case */
#define TEST_RULESETS_MAX	32		/* loaded rule sets kept */

#endif
