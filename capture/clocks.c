/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/clocks.h"

static uint64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t clock_boot_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

uint64_t clock_wall_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_wall_minus_boot(void)
{
	uint64_t best = UINT64_MAX, before, wall, after;
	int64_t offset = 0;
	int i;

	for (i = 0; i < 8; i++) {
		before = clock_boot_ns();
		wall = clock_wall_ns();
		after = clock_boot_ns();
		if (after - before >= best)
			continue;
		best = after - before;
		offset = (int64_t)(wall - (before + (after - before) / 2));
	}
	return offset;
}
