/* SPDX-License-Identifier: Apache-2.0 */
/* Which container an event belongs to, for container.* and k8s.*. */
#ifndef ANALYZE_FIELD_CONTAINER_OF_H
#define ANALYZE_FIELD_CONTAINER_OF_H

#include "lib/base/compat.h"
#include "analyze/field/getters.h"

struct ctr {
	struct str id;			/* empty: the host */
	const struct container *m;	/* NULL: no metadata, or the host */
};

/* False when the event belongs to no container, not even to the host. */
bool ctr_of(struct fieldctx *c, struct ctr *out);
/* The same, and something is known of it (the host always is). */
bool ctr_known(struct fieldctx *c, struct ctr *out);

/* Text of a label among n, or false. */
bool label_value(const struct container_label *l, size_t n, struct str key, struct str *out);
/* "key:value, key:value", without those that only runtimes care for. */
struct str labels_text(struct fieldctx *c, const struct container_label *l, size_t n);

#endif
