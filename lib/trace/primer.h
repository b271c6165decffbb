/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the model knows before it codes the first row: it has read the rows of
 * the primer.  Part of the format: the file lib/trace/primer-1 is never changed
 * (doc/TRACE-FORMAT.md has its digest).  tools/mkprimer.c made it.
 */
#ifndef LIB_TRACE_PRIMER_H
#define LIB_TRACE_PRIMER_H

#include "lib/trace/cells.h"

extern const uint8_t primer_1[];
extern const size_t primer_1_size;

/* Lasts as long as the program; made when first asked for: of what the build
 * has learnt (lib/trace/learnt.h), where there is that. */
const struct cells *primer(void);
/* The same by reading the rows (some 45 ms); the caller owns it. */
struct cells *primer_read(void);

#endif
