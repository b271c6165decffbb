/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>

#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/codec.h"
#include "lib/trace/format.h"
#include "lib/trace/learnt.h"
#include "lib/trace/primer.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/schema.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct cells *learnt;

/* The file: varint length and bytes of a SCHEMA; a body of rows. */
struct cells *primer_read(void)
{
	struct rcur c = rcur_of(primer_1, primer_1_size);
	struct schema *schema = schema_new();
	struct cells *cells;
	struct rows_get g;
	uint64_t len = rcur_varint(&c);
	const uint8_t *kinds = rcur_take(&c, len);

	rows_get_init(&g);
	g.unprimed = true;
	/* it is our own, and the tests read it too */
	if (!kinds || !schema_add(schema, kinds, len) ||
	    !rows_get_open(&g, c.p, rcur_left(&c), schema))
		abort();
	cells = g.cells;
	g.cells = NULL;
	rows_get_release(&g);
	schema_free(schema);
	return cells;
}

/* The same from what the build has made of it: varint length, one frame. */
static struct cells *recall(void)
{
	struct rcur in = rcur_of(learnt_1, learnt_1_size);
	struct codec *codec = codec_new(0);
	struct cells *cells = xmalloc(sizeof(*cells));
	size_t len = rcur_varint(&in);
	uint8_t *packed = xmalloc(len);

	cells_init(cells);
	if (!codec_unpack(codec, CODEC_ZSTD, packed, len, in.p, rcur_left(&in)) ||
	    !cells_unpack(cells, packed, len))
		abort();
	free(packed);
	codec_free(codec);
	return cells;
}

static void learn(void)
{
	learnt = learnt_1_size ? recall() : primer_read();
}

const struct cells *primer(void)
{
	pthread_once(&once, learn);
	return learnt;
}
