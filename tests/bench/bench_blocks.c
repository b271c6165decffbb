/* SPDX-License-Identifier: Apache-2.0 */
#define VESTIGE_LIVE		/* a bench looks at the clock */
#include "lib/base/compat.h"

#include "lib/trace/block.h"
#include "lib/trace/rows_get.h"
#include "tests/bench/bench_blocks.h"

static double seconds(clock_t from)
{
	return (double)(clock() - from) / CLOCKS_PER_SEC;
}

/* Will somebody ask for parameters of these rows? */
static bool is_asked(const struct blocks_asked *a, const struct group *k)
{
	return k->known && (k->id >= EV_COUNT || a->watched[k->id >> 3] >> (k->id & 7) & 1 || a->columns[k->id]);
}

/* Of every rows block what analysis decodes; of that the frames again, alone.
 * Kinds are those of this build: the file was written by it. */
void bench_blocks(const struct buf *file, const struct blocks_asked *a,
		  double *decode, double *inflate)
{
	struct schema *schema = schema_new();
	struct codec *codec = codec_new(0);
	uint8_t *room = malloc(VTR_RAW_MAX);
	struct block_head h;
	struct rows_get g;
	clock_t from;
	size_t at;
	unsigned i;

	*decode = *inflate = 0;
	rows_get_init(&g);
	g.columns = a->columns;
	g.no_payload = a->no_payload;
	for (at = 0; room && at + VTR_HEADER <= file->len; at += VTR_HEADER + h.length) {
		const uint8_t *p = (const uint8_t *)file->data + at;

		if (!block_head_parse(&h, p))
			break;
		if (h.type != VTR_EVENTS)
			continue;
		from = clock();
		if (!rows_get_open(&g, p + VTR_HEADER, h.length, schema))
			break;
		for (i = 0; i < g.head.nkinds; i++)
			if (is_asked(a, &g.groups[i]))
				rows_get_group(&g, &g.groups[i]);
		*decode += seconds(from);
		from = clock();
		for (i = 0; i < g.head.nframes; i++)
			if (g.frames[i].tried)
				codec_unpack(codec, g.frames[i].how, room, g.frames[i].raw,
					     g.frames[i].p, g.frames[i].stored);
		*inflate += seconds(from);
	}
	rows_get_release(&g);
	codec_free(codec);
	schema_free(schema);
	free(room);
}
