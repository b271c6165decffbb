/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct fieldctx: the fieldsource over a machine.  Extractors are one
 * function a field (x_*.c); each field's text is exactly what Falco prints.
 */
#ifndef ANALYZE_FIELD_CONTEXT_H
#define ANALYZE_FIELD_CONTEXT_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "analyze/field/source.h"
#include "replay/machine.h"

struct fieldctx {
	struct fieldsource src;		/* first: the seam filters use */
	const struct machine *m;
	const struct machine_current *cur;	/* of m, or altered */
	struct machine_current altered;	/* see evt.abspath in x_arg.c */
	int32_t tz_offset_s;		/* for "local" time fields; 0 = UTC */
	struct arena scratch;		/* texts made for the current event */
	struct buf work;		/* where they are put together */
	uint64_t delta_ts[2][3];	/* evt.deltatime*: when each was last asked */
	uint64_t util_cnt;
	struct imap cpu_last;		/* thread.cpu*: times last seen, by thread */
};

void fieldctx_init(struct fieldctx *c, const struct machine *m);
void fieldctx_release(struct fieldctx *c);
/* Turn to the event the machine just applied. */
void fieldctx_begin(struct fieldctx *c);

/*
 * One parameter as evt.args prints it: raw text, then "(resolved)" text.
 * False: the event has no such parameter, or it resolves to nothing.
 */
bool argtext_raw(struct fieldctx *c, unsigned param, struct str *out);
bool argtext_resolved(struct fieldctx *c, unsigned param, struct str *out);

#endif
