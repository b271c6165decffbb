/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashing for tables in memory.  Who ran on a recorded host, or wrote a rule
 * file, chooses what is put into our tables and could choose it to collide;
 * so every process hashes with a seed of its own, which nobody can know.
 * Nothing that is written or shown may depend on a hash, nor on the order of
 * hashes: it is another one each time.
 */
#ifndef LIB_BASE_HASH_H
#define LIB_BASE_HASH_H

#include "lib/base/compat.h"

/* Set before main(); the second number is odd. */
extern uint64_t hash_seed[2];

/*
 * The 128-bit product with its halves folded together, and with what would be
 * lost were one factor zero.
 */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64) ^ a ^ b;
}

/*
 * A number's hash; use its low bits.  Numbers that follow one another (tids,
 * descriptors) mostly get different ones: the low half of a product with an
 * odd number is a permutation.
 */
static inline uint64_t hash_u64(uint64_t v)
{
	unsigned __int128 m = (unsigned __int128)(v ^ hash_seed[0]) * hash_seed[1];

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

#endif
