/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump FILE.vtr: what tests/compat/vtrread.py prints, by this build's own
 * reader of blocks, to be compared.  dump --sample FILE, --big FILE and
 * --short FILE (short, by the model) write the samples.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/trace/index.h"
#include "lib/trace/metaio.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/walk.h"
#include "tests/trace/sample.h"

struct dump {
	struct walk walk;
	struct rows_get rows;
	struct schema *schema;
	struct buf text;
};

static bool unpack(struct dump *d)
{
	buf_clear(&d->text);
	return block_unpack(d->rows.codec, &d->text, d->walk.body, d->walk.head.length);
}

static void put_values(const struct param *p, unsigned n)
{
	unsigned i;
	uint32_t k;

	for (i = 0; i < n; i++) {
		putchar(' ');
		if (!p[i].len)
			putchar('-');
		for (k = 0; k < p[i].len; k++)
			printf("%02x", p[i].p[k]);
	}
	putchar('\n');
}

static void put_row(struct rows_get *g, uint32_t at, bool events)
{
	struct group *k = &g->groups[g->kind[at]];
	struct param values[KIND_COLUMNS_MAX];
	unsigned n;

	if (!rows_get_group(g, k))
		abort();
	n = group_row(k, g->lanes[g->kind[at]].next++, values);
	if (events)
		printf("event %" PRIu64 " %" PRIu64 " %" PRId64 " %u %u %u", g->head.first + at,
		       g->ts[at], (int64_t)g->tid[at], g->cpu[at], g->flags[at],
		       rows_get_seq(g, at));
	else
		printf("snap");
	printf(" %s %u", k->in_file ? k->in_file->name : k->known->name, k->id);
	put_values(values, n);
}

static void put_rows(struct dump *d, bool events)
{
	uint32_t i;

	if (!rows_get_open(&d->rows, d->walk.body, d->walk.head.length, d->schema))
		abort();
	for (i = 0; i < d->rows.head.count; i++)
		put_row(&d->rows, i, events);
}

static void put_meta(struct dump *d)
{
	struct vtr_meta m = VTR_META_INIT;
	size_t i;

	schema_clear(d->schema);
	if (!unpack(d) || !meta_unpack(&m, d->text.data, d->text.len))
		abort();
	for (i = 0; i < m.n; i++)
		printf("meta %s %s\n", m.v[i].key, m.v[i].value);
	vtr_meta_release(&m);
}

static void put_block(struct dump *d)
{
	struct evloss l;

	switch (d->walk.head.type) {
	case VTR_META:
		put_meta(d);
		break;
	case VTR_SCHEMA:
		if (!unpack(d) || !schema_add(d->schema, d->text.data, d->text.len))
			abort();
		break;
	case VTR_SNAPSHOT:
	case VTR_EVENTS:
		put_rows(d, d->walk.head.type == VTR_EVENTS);
		break;
	case VTR_LOSS:
		if (!loss_unpack(&l, d->walk.body, d->walk.head.length))
			abort();
		printf("loss %" PRIu64 " %" PRIu64 " %" PRIu64 " %u %u", l.from_ts,
		       l.to_ts, l.count, (uint32_t)l.cpu, l.reason);
		printf(l.cls ? " %u\n" : "\n", l.cls);
		break;
	default:
		break;
	}
}

static int write_sample(const char *path, const char *which)
{
	struct diag diag = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct io_out o;

	if (!strcmp(which, "--big"))
		sample_make_big(&b);
	else if (!strcmp(which, "--short"))
		sample_make_short(&b, true);
	else
		sample_make(&b, sample_key);
	if (io_out_open(&o, path, &diag) || io_out_write(&o, b.data, b.len, &diag) ||
	    io_out_commit(&o, &diag))
		return EXIT_FAILURE;
	buf_release(&b);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct diag diag = DIAG_INIT;
	struct dump d = { .text = BUF_INIT };
	struct buf file = BUF_INIT;
	enum walk_what what;

	if (argc == 3 && (!strcmp(argv[1], "--sample") || !strcmp(argv[1], "--big") ||
			  !strcmp(argv[1], "--short")))
		return write_sample(argv[2], argv[1]);
	if (argc != 2 || io_read_file(argv[1], (size_t)1 << 31, &file, &diag))
		return EXIT_FAILURE;
	input_mem(&d.walk.in, file.data, file.len);
	d.schema = schema_new();
	rows_get_init(&d.rows);
	while ((what = walk_next(&d.walk)) == WALK_BLOCK)
		put_block(&d);
	rows_get_release(&d.rows);
	schema_free(d.schema);
	buf_release(&d.text);
	buf_release(&file);
	return what == WALK_END ? EXIT_SUCCESS : EXIT_FAILURE;
}
