/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to snapshot entries and events: well-formed ones with values chosen
 * to collide (few tids, few descriptors), and now and then raw bytes.  The
 * property test feeds it noise, the fuzzer what it finds worth trying.
 */
#ifndef TESTS_UNIT_EVGEN_H
#define TESTS_UNIT_EVGEN_H

#include "lib/base/compat.h"
#include "lib/event/snapshot.h"
#include "tests/unit/evbuild.h"

struct evgen {
	const uint8_t *p, *end;
	struct evb b;
};

void evgen_init(struct evgen *g, const void *p, size_t len);
/* The next event, or NULL when the bytes are used up. */
struct event *evgen_event(struct evgen *g);
/* A process, descriptor, interface, … of the beginning. */
void evgen_snap(struct evgen *g, struct snap_item *item);
/* Take one byte (0 at the end) for the caller's own choices. */
uint8_t evgen_byte(struct evgen *g);

#endif
