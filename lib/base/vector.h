/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a library leaves in the vector registers.  isa-l's routines end with the
 * upper halves in use (2.30, x86-64): until these are noughts every SSE instruction
 * carries them on, and all that follows takes a tenth longer.
 */
#ifndef LIB_BASE_VECTOR_H
#define LIB_BASE_VECTOR_H

#include "lib/base/compat.h"

/* To be called after such a routine. */
void vector_clean(void);

#endif
