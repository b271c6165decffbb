/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/field/field.h"
#include "lib/event/kind.h"

/* Is it the name of a parameter that holds read or written data? */
static bool names_payload(struct str name)
{
	const struct kind *k;
	unsigned type, i;

	for (type = 0; type < EV_COUNT; type++) {
		if (!(evtab[type].flags & (EF_READS_FROM_FD | EF_WRITES_TO_FD)))
			continue;	/* no column of it is flagged so (kind.c) */
		k = kind_of((uint16_t)(KIND_CANONICAL + type));
		for (i = 0; k && i < k->ncols; i++)
			if (k->cols[i].flags & COLF_PAYLOAD &&
			    str_eq(name, str_of(k->cols[i].name)))
				return true;
	}
	return false;
}

unsigned fieldref_asks(const struct fieldref *f)
{
	switch (f->f->id) {
	case FIELD_EVT_ARG:
	case FIELD_EVT_RAWARG:
		return f->argkind != REF_KEY || names_payload(f->key) ? ASKS_PAYLOAD : 0;
	case FIELD_EVT_ARGS:
	case FIELD_EVT_INFO:
	case FIELD_EVT_BUFFER:
		return ASKS_PAYLOAD;
	case FIELD_PROC_VMSIZE:
	case FIELD_PROC_VMRSS:
	case FIELD_PROC_VMSWAP:
	case FIELD_THREAD_VMSIZE:
	case FIELD_THREAD_VMRSS:
	case FIELD_THREAD_VMSIZE_B:
	case FIELD_THREAD_VMRSS_B:
		return ASKS_MEMORY;
	case FIELD_FD_CONNECTED:
		return ASKS_CONNECTED;
	default:
		return 0;
	}
}
