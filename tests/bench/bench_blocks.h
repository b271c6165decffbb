/* SPDX-License-Identifier: Apache-2.0 */
/* What decoding the blocks of a .vtr costs, in a file of its own because a
 * group is a group of columns here and of users in the machine. */
#ifndef TESTS_BENCH_BENCH_BLOCKS_H
#define TESTS_BENCH_BENCH_BLOCKS_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

struct blocks_asked {
	const uint8_t *watched;		/* bitmap by event number */
	const uint64_t *columns;	/* by event number */
	bool no_payload;
};

/* Processor time, in seconds, of decoding what is asked for of every EVENTS
 * block, and of inflating alone what was inflated for that.  The file must be
 * whole and of this build's kinds. */
void bench_blocks(const struct buf *file, const struct blocks_asked *a,
		  double *decode, double *inflate);

#endif
