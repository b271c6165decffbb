/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct fieldctx: the fieldsource over a machine.  Extractors are one
 * function a field (x_*.c); each field's text is exactly what Falco prints.
 */
#ifndef ANALYZE_FIELD_CONTEXT_H
#define ANALYZE_FIELD_CONTEXT_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "analyze/field/source.h"
#include "replay/machine.h"

struct fieldctx {
	struct fieldsource src;		/* first: the seam filters use */
	const struct machine *m;
	const struct machine_current *cur;	/* of m */
	int32_t tz_offset_s;		/* for "local" time fields; 0 = UTC */
	struct arena scratch;		/* texts made for the current event */
	uint64_t last_ts;		/* evt.deltatime */
	uint64_t util_cnt;
};

void fieldctx_init(struct fieldctx *c, const struct machine *m);
void fieldctx_release(struct fieldctx *c);
/* Turn to the event the machine just applied. */
void fieldctx_begin(struct fieldctx *c);

/* One parameter as evt.args prints it: raw text, then "(resolved)" text. */
bool argtext_raw(struct fieldctx *c, unsigned param, struct str *out);
bool argtext_resolved(struct fieldctx *c, unsigned param, struct str *out);

#endif
