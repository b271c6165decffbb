/* SPDX-License-Identifier: Apache-2.0 */
/* The one clock of the offline half: for measuring ourselves, never for output. */
#ifndef ANALYZE_CLOCK_H
#define ANALYZE_CLOCK_H

#include "lib/base/compat.h"

uint64_t clock_ns(void);	/* monotonic */

#endif
