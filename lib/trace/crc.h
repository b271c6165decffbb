/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 as in zlib and PNG: the cheap check of every block. */
#ifndef LIB_TRACE_CRC_H
#define LIB_TRACE_CRC_H

#include "lib/base/compat.h"

/* Start with 0; feed the result back in to go on. */
uint32_t crc32_of(uint32_t crc, const void *p, size_t len);

#endif
