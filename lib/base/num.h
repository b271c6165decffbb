/* SPDX-License-Identifier: Apache-2.0 */
/* Strict parsing and printing of numbers, sizes, durations and times. */
#ifndef LIB_BASE_NUM_H
#define LIB_BASE_NUM_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

/* Whole string must be a number in range; false leaves *out alone. */
bool num_u64(struct str s, uint64_t *out);	/* decimal */
bool num_i64(struct str s, int64_t *out);	/* decimal, sign */
/* "64M", "1.5G", "4096"; binary units K M G T (k m g t, KiB MiB GiB TiB);
 * up to nine decimals. */
bool num_size(struct str s, uint64_t *bytes);
/* "250ms", "10s", "5m", "2h", "1d", "90" (seconds); nanoseconds. */
bool num_duration(struct str s, uint64_t *ns);
/*
 * "2026-11-22T01:02:03.5Z", "2026-11-22 01:02:03+02:00", "2026-11-22",
 * "@1795311432.787280954", plain epoch nanoseconds (>= 16 digits);
 * ns since the epoch, UTC.
 */
bool num_time(struct str s, uint64_t *ns);

/* "UTC", "Z", "+02:00", "-0530"; seconds east of UTC. */
bool num_utc_offset(struct str s, int32_t *seconds);

struct civil {			/* proleptic Gregorian calendar, UTC */
	int64_t year;
	unsigned month, day, hour, min, sec;	/* month and day from 1 */
	uint32_t ns;
};
/* Split epoch ns plus an offset in seconds (time zone); no libc, no TZ. */
struct civil num_civil(uint64_t epoch_ns, int32_t utc_offset_s);
/* "YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ" */
void num_iso8601(struct buf *out, uint64_t epoch_ns);

/* Sums of numbers a trace tells end at the highest there is. */
static inline uint64_t num_add(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

#endif
