/* SPDX-License-Identifier: Apache-2.0 */
/* What transformers do to values. */
#ifndef ANALYZE_FILTER_TRANSFORM_H
#define ANALYZE_FILTER_TRANSFORM_H

#include "lib/base/compat.h"
#include "analyze/field/value.h"
#include "analyze/filter/op.h"
#include "lib/base/arena.h"

/*
 * Apply a transformer to its arguments (types were checked before); option is
 * getopt's selector, 0: none.  False when the result is absent.  The result
 * lives in a or borrows from the arguments.
 */
bool transform(enum xform xf, char option, const struct value *args, size_t n,
	       struct arena *a, struct value *out);

/* Flatten the elements of a list argument to a list of texts. */
bool transform_list(const struct value *args, size_t n, struct arena *a, struct value *out);

#endif
