/* SPDX-License-Identifier: Apache-2.0 */
/* Where the reference data lies, for tests that compare with it. */
#ifndef TESTS_REFERENCE_SHARED_H
#define TESTS_REFERENCE_SHARED_H

/* VESTIGE_SHARED, else ../shared beside the source tree; NULL when absent. */
const char *shared_dir(void);

#endif
