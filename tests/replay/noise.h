/* SPDX-License-Identifier: Apache-2.0 */
/* Test helper: a source of noise, events that collide, from a seed. */
#ifndef TESTS_REPLAY_NOISE_H
#define TESTS_REPLAY_NOISE_H

#include "lib/base/compat.h"
#include "lib/event/source.h"

/*
 * 20 items of a snapshot, then events a microsecond apart from second 1 on, with now
 * and then a late one; lost_at: events are lost before the one after it, 0: none.
 * close() frees it.
 */
struct evsource *noise_new(uint32_t seed, uint64_t events, uint64_t lost_at);

#endif
