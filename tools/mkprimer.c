/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mkprimer OUT [ROWS TRACE.vtr]...: make a primer of the trace format, which is
 * done once a version of it: the file lib/trace/primer-1 is part of the format
 * and is never made again (doc/TRACE-FORMAT.md, section 11).  It holds the first
 * so many rows of each trace, snapshots and events.  The same traces give the same
 * bytes.  It was made of 2200 rows of samples/webshell, turned to .scap and back.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/rows_put.h"
#include "lib/trace/walk.h"

static void add_rows(struct rows_put *put, struct rows_get *g, uint32_t *left)
{
	struct row r;
	struct group *k;

	for (g->at = 0; g->at < g->head.count && *left; g->at++, --*left) {
		k = &g->groups[g->kind[g->at]];
		if (!rows_get_group(g, k))
			abort();
		r = (struct row){ .ts = g->ts[g->at], .tid = (int64_t)g->tid[g->at],
				  .cpu = g->cpu[g->at], .flags = g->flags[g->at],
				  .seq = g->seq ? g->seq[g->at] : 0, .kind = k->known };
		r.ncols = (uint8_t)group_row(k, g->lanes[g->kind[g->at]].next++, r.col);
		if (!rows_put_add(put, &r))
			abort();
	}
}

static void add_trace(struct rows_put *put, const struct buf *file, uint32_t left)
{
	struct schema *schema = schema_new();
	struct buf text = BUF_INIT;
	struct rows_get g;
	struct walk w = { 0 };

	rows_get_init(&g);
	input_mem(&w.in, file->data, file->len);
	while (walk_next(&w) == WALK_BLOCK) {
		buf_clear(&text);
		if (w.head.type == VTR_SCHEMA && block_unpack(g.codec, &text, w.body, w.head.length))
			schema_add(schema, text.data, text.len);
		if (w.head.type != VTR_EVENTS && w.head.type != VTR_SNAPSHOT)
			continue;
		if (!rows_get_open(&g, w.body, w.head.length, schema))
			abort();
		add_rows(put, &g, &left);
	}
	rows_get_release(&g);
	schema_free(schema);
	buf_release(&text);
}

/* The SCHEMA of the kinds there are, with its length. */
static void put_schema(struct rows_put *put, struct buf *out)
{
	struct buf kinds = BUF_INIT, all = BUF_INIT;
	const struct kind *k;
	uint32_t rows;
	size_t n = 0;

	while ((k = rows_put_kind(put, n, &rows))) {
		schema_pack_kind(&kinds, k);
		n++;
	}
	buf_varint(&all, n);
	buf_addstr(&all, buf_str(&kinds));
	buf_varint(out, all.len);
	buf_addstr(out, buf_str(&all));
	buf_release(&kinds);
	buf_release(&all);
}

int main(int argc, char **argv)
{
	struct buf out = BUF_INIT, file = BUF_INIT;
	struct rows_put *put = rows_put_new(0);
	struct diag diag = DIAG_INIT;
	struct io_out o;
	size_t rows;
	int i;

	if (argc < 4)
		return EXIT_FAILURE;
	for (i = 2; i + 1 < argc; i += 2) {
		buf_clear(&file);
		if (io_read_file(argv[i + 1], (size_t)1 << 30, &file, &diag))
			return EXIT_FAILURE;
		add_trace(put, &file, (uint32_t)strtoul(argv[i], NULL, 10));
	}
	rows = rows_put_count(put);
	put_schema(put, &out);
	rows_put_unprimed(put);
	rows_put_body(put, &out, 1, 0, true);
	if (io_out_open(&o, argv[1], &diag) || io_out_write(&o, out.data, out.len, &diag) ||
	    io_out_commit(&o, &diag))
		return EXIT_FAILURE;
	fprintf(stderr, "%zu rows; primer of %zu\n", rows, out.len);
	rows_put_free(put);
	buf_release(&out);
	buf_release(&file);
	return EXIT_SUCCESS;
}
