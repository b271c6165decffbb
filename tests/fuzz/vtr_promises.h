/* SPDX-License-Identifier: Apache-2.0 */
/* What everything that reads a .vtr promises of any bytes. */
#ifndef TESTS_FUZZ_VTR_PROMISES_H
#define TESTS_FUZZ_VTR_PROMISES_H

#include "lib/base/compat.h"

/* Reads, verifies, summarises and repairs; aborts when one does not hold. */
void vtr_promises(const uint8_t *p, size_t len);

#endif
