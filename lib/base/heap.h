/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The heap of a program that will need much of it at once.  Grown a page at a
 * time, some thousand page faults are a tenth of a short run.  Nothing but
 * speed depends on this.
 */
#ifndef LIB_BASE_HEAP_H
#define LIB_BASE_HEAP_H

#include "lib/base/compat.h"

/* Makes room for n bytes in one step, in huge pages where the kernel has them
 * (transparent ones, since Linux 2.6.38); what is never touched costs no
 * memory.  Call it once, before the heap is used much. */
void heap_prepare(size_t n);

#endif
