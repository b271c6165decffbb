/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks a recording is told by. */
#ifndef CAPTURE_CLOCKS_H
#define CAPTURE_CLOCKS_H

#include "lib/base/compat.h"

uint64_t clock_boot_ns(void);
uint64_t clock_wall_ns(void);
/* What to add to time since boot to get the epoch's; the closest of a few
 * readings. */
int64_t clock_wall_minus_boot(void);

#endif
