/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sys/random.h>

#include "lib/base/hash.h"

uint64_t hash_seed[2];

/*
 * Early in the boot of a machine, or where the call is forbidden, there are no
 * random bytes; where the kernel put us in memory is then better than nothing.
 */
__attribute__((constructor)) static void choose_seed(void)
{
	if (getrandom(hash_seed, sizeof(hash_seed), GRND_NONBLOCK) != sizeof(hash_seed)) {
		hash_seed[0] = (uint64_t)(uintptr_t)&hash_seed * 0x9e3779b97f4a7c15u;
		hash_seed[1] = (uint64_t)(uintptr_t)__builtin_frame_address(0) *
			0xc2b2ae3d27d4eb4fu;
	}
	hash_seed[1] |= 1;
}
