/* SPDX-License-Identifier: Apache-2.0 */
/* Test helper: is entering a trace in the middle the same as reading it all? */
#ifndef TESTS_REPLAY_POINTS_H
#define TESTS_REPLAY_POINTS_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/source.h"

/* Writes s as a .vtr with small blocks, and its sidecar with a checkpoint
 * after each; how many there are, or -1. */
int64_t points_prepare(struct evsource *s, const char *path, uint32_t block_events);
/*
 * At `n` points of the trace, chosen by `seed`: the machine after that event
 * or time, and the events from there on with the machine at each, once read
 * from the beginning and once from a checkpoint.  The number of points that
 * differ, told on stderr.
 */
unsigned points_compare(const char *path, uint32_t seed, unsigned n);

#endif
