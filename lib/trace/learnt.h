/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the model learns of the primer, so that no program need read it: made by
 * tools/mklearnt.c whenever vestige is built, and no part of the format.
 */
#ifndef LIB_TRACE_LEARNT_H
#define LIB_TRACE_LEARNT_H

#include "lib/base/compat.h"

/* varint length of what cells_pack() gives, and that as a zstd frame. */
extern const uint8_t learnt_1[];
extern const size_t learnt_1_size;	/* 0: in mklearnt alone */

#endif
