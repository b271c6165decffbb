/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between filters and state: a table of functions that gives field
 * values for the current event.  The filter engine is tested with a fake one.
 */
#ifndef ANALYZE_FIELD_SOURCE_H
#define ANALYZE_FIELD_SOURCE_H

#include "lib/base/compat.h"
#include "analyze/field/field.h"
#include "analyze/field/value.h"

struct fieldsource {
	/*
	 * The value of a field for the current event; false when it has none.
	 * place tells whether a condition or an output asks: a few fields
	 * (ancestors without index) mean different things.  Pointers in *out
	 * are good until the next event.
	 */
	bool (*get)(struct fieldsource *s, const struct fieldref *ref,
		    enum field_place place, struct value *out);
	/* evtab number of the current event. */
	uint16_t evtype;
};

#endif
