/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of the sample trace when it was damaged: for the tests of that. */
#ifndef TESTS_TRACE_TORN_H
#define TESTS_TRACE_TORN_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/trace/verify.h"
#include "tests/trace/sample.h"

#define PLACES	64

/* Where the blocks of the sample lie. */
struct place {
	uint64_t offset, length;
	uint8_t type;
	unsigned first, count;		/* events, from 0 */
};
extern struct place places[PLACES];
extern unsigned nplaces;

/* Where the reader says the trace is damaged first. */
struct named {
	int64_t offset;
	unsigned block;
};
extern struct named told;		/* by the last read_events() */

extern unsigned failures;
void complain(const char *what, uint64_t at, int64_t detail);

/* From the headers themselves. */
void find_places(const struct buf *b);
/* Which events came, by their times; anything else is a failure.  The reader's
 * status. */
int read_events(const void *p, size_t len, bool got[SAMPLE_EVENTS], unsigned *losses);
int verify(const void *p, size_t len, struct verify_report *r);

#endif
