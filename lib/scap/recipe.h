/* SPDX-License-Identifier: Apache-2.0 */
/* schema/lift.def as a table: how to lift (event type, parameter count). */
#ifndef LIB_SCAP_RECIPE_H
#define LIB_SCAP_RECIPE_H

#include "lib/base/compat.h"
#include "lib/event/evtab.h"
#include "lib/scap/format.h"

enum recipe_action { STORE, STORE_AND_PASS, PASS, ADD_PARAMS, CHANGE_TYPE };

enum recipe_from { FROM_OLD, FROM_ENTER, FROM_DEFAULT, FROM_EMPTY, FROM_CALLBACK };

struct recipe_item {
	uint8_t from;		/* enum recipe_from */
	uint8_t index;		/* parameter of the old or the enter event */
	bool or_empty;		/* what is lacking stays empty, not default */
};

struct recipe {
	uint16_t type;		/* what it applies to */
	uint8_t nparams;
	uint8_t action;		/* enum recipe_action */
	uint16_t new_type;
	uint8_t n;
	struct recipe_item item[EV_PARAMS_MAX];
};

struct recipes {
	struct recipe *v;	/* sorted by type: those of one lie together */
	uint16_t first[SCAP_EVENT_TYPES], n[SCAP_EVENT_TYPES];
};

/* False when schema/lift.def makes no sense. */
bool recipes_init(struct recipes *r);
void recipes_release(struct recipes *r);
const struct recipe *recipe_for(const struct recipes *r, unsigned type, unsigned nparams);

#endif
