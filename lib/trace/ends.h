/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ends of segments met in a file.  The digest of a TRAILER stands for all
 * blocks before it, so one that is met again ends the same segment again: each
 * is whole, and all that it tells would count twice.
 */
#ifndef LIB_TRACE_ENDS_H
#define LIB_TRACE_ENDS_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/trace/format.h"

/* Zeroed before the first. */
struct ends {
	struct smap seen;
	struct arena a;		/* its keys */
};

/* A TRAILER with this digest: was it met before? */
bool ends_again(struct ends *e, const uint8_t digest[VTR_DIGEST]);
void ends_release(struct ends *e);

#endif
