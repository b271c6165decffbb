/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lifting: events of older recorders become today's (schema/lift.def).
 * Enter events are kept until the exit of the same thread, whose lacking
 * parameters they have.
 */
#ifndef LIB_SCAP_LIFT_H
#define LIB_SCAP_LIFT_H

#include "lib/base/compat.h"
#include "lib/event/event.h"

struct lift;

enum lift_result {
	LIFT_DELIVER,		/* ev is current (changed, perhaps) */
	LIFT_STORED,		/* kept for its exit event */
	LIFT_DROPPED,		/* history nobody needs: unused types, enter events */
	LIFT_FAILED,		/* no way leads to a current event */
};

/* -E_BUG when schema/lift.def makes no sense. */
int lift_new(struct lift **out);
void lift_free(struct lift *l);			/* NULL is fine */
/* A new capture begins: forget what was kept. */
void lift_clear(struct lift *l);

/*
 * Is an event of this type with so many parameters current already?  The
 * one question asked for every event; lift_event() is for the others.
 */
bool lift_current(const struct lift *l, unsigned type, unsigned nparams);

/* ev's parameters then lie in the input, in l or in static memory: good
 * until the next call. */
enum lift_result lift_event(struct lift *l, struct event *ev);

/* Exits whose enter event was another one than theirs: they got nothing
 * from it. */
uint64_t lift_unpaired(const struct lift *l);
/* Enter events forgotten because there were too many. */
uint64_t lift_forgotten(const struct lift *l);

#endif
