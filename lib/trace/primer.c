/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>

#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/primer.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/schema.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct cells *learnt;

/* The file: varint length and bytes of a SCHEMA; a body of rows. */
static void learn(void)
{
	struct rcur c = rcur_of(primer_1, primer_1_size);
	struct schema *schema = schema_new();
	struct rows_get g;
	uint64_t len = rcur_varint(&c);
	const uint8_t *kinds = rcur_take(&c, len);

	rows_get_init(&g);
	g.unprimed = true;
	/* it is our own, and the tests read it too */
	if (!kinds || !schema_add(schema, kinds, len) ||
	    !rows_get_open(&g, c.p, rcur_left(&c), schema))
		abort();
	learnt = g.cells;
	g.cells = NULL;
	rows_get_release(&g);
	schema_free(schema);
}

const struct cells *primer(void)
{
	pthread_once(&once, learn);
	return learnt;
}
