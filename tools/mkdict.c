/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mkdict OUT TRACE.vtr...: make a dictionary of the trace format, which is
 * done once a version of it: the file lib/trace/dictionary-1 is part of the
 * format and is never made again (doc/TRACE-FORMAT.md, section 10).  It holds
 * what small blocks have in common, in this order:
 *
 *	the description of every kind this build knows, as a SCHEMA has it;
 *	what zstd finds to be common to the frames of the traces that are given;
 *
 * and tables of symbols for such frames.  The same traces, zstd and schema
 * give the same bytes.  The traces were those of samples/, turned to .scap and
 * back by a writer that did not have the dictionary yet.
 */
#include "lib/base/compat.h"

#include <zdict.h>

#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/walk.h"

#define DICT_ID		1
#define COMMON		(64 << 10)	/* bytes of what frames have in common */
#define SAMPLE_MAX	(24 << 10)	/* larger frames need no dictionary */

struct samples {
	struct buf bytes;
	size_t *sizes;
	size_t n, cap;
};

static void add(struct samples *s, const void *p, size_t len)
{
	if (len < 16 || len > SAMPLE_MAX)
		return;
	XGROW(s->sizes, s->cap, s->n + 1);
	s->sizes[s->n++] = len;
	buf_add(&s->bytes, p, len);
}

static void add_rows(struct samples *s, struct rows_get *g, const struct walk *w,
		     const struct schema *schema)
{
	unsigned i;
	void *raw;

	if (!rows_get_open(g, w->body, w->head.length, schema))
		abort();
	for (i = 0; i < g->head.nframes; i++) {
		raw = xmalloc(g->frames[i].raw + 1);
		if (!codec_unpack(g->codec, g->frames[i].how, raw, g->frames[i].raw,
				  g->frames[i].p, g->frames[i].stored))
			abort();
		add(s, raw, g->frames[i].raw);
		free(raw);
	}
}

static void add_trace(struct samples *s, const struct buf *file)
{
	struct schema *schema = schema_new();
	struct buf text = BUF_INIT;
	struct rows_get g;
	struct walk w = { 0 };

	rows_get_init(&g);
	input_mem(&w.in, file->data, file->len);
	while (walk_next(&w) == WALK_BLOCK) {
		buf_clear(&text);
		if (w.head.type == VTR_EVENTS || w.head.type == VTR_SNAPSHOT) {
			add_rows(s, &g, &w, schema);
		} else if ((w.head.type == VTR_META || w.head.type == VTR_SCHEMA) &&
			   block_unpack(g.codec, &text, w.body, w.head.length)) {
			if (w.head.type == VTR_SCHEMA)
				schema_add(schema, text.data, text.len);
			else
				add(s, text.data, text.len);
		}
	}
	rows_get_release(&g);
	schema_free(schema);
	buf_release(&text);
}

static void add_schema(struct buf *out)
{
	const struct kind *k = NULL;

	while ((k = kind_next(k)))
		schema_pack_kind(out, k);
}

static void make(struct buf *out, struct samples *s)
{
	ZDICT_params_t params = { .compressionLevel = 15, .dictID = DICT_ID };
	struct buf content = BUF_INIT, common = BUF_INIT;
	size_t room, len, head;

	len = ZDICT_trainFromBuffer(buf_grow(&common, COMMON), COMMON, s->bytes.data,
				    s->sizes, (unsigned)s->n);
	if (ZDICT_isError(len))
		abort();
	add_schema(&content);
	/* Without the tables it has now: those for all of it are made below. */
	head = ZDICT_getDictHeaderSize(common.data, len);
	buf_add(&content, common.data + head, len - head);
	room = content.len + (16 << 10);
	len = ZDICT_finalizeDictionary(buf_grow(out, room), room, content.data, content.len,
				       s->bytes.data, s->sizes, (unsigned)s->n, params);
	if (ZDICT_isError(len))
		abort();
	out->len = len;
}

int main(int argc, char **argv)
{
	struct samples s = { .bytes = BUF_INIT };
	struct diag diag = DIAG_INIT;
	struct buf out = BUF_INIT, file = BUF_INIT;
	struct io_out o;
	int i;

	if (argc < 3)
		return EXIT_FAILURE;
	for (i = 2; i < argc; i++) {
		buf_clear(&file);
		if (io_read_file(argv[i], (size_t)1 << 30, &file, &diag))
			return EXIT_FAILURE;
		add_trace(&s, &file);
	}
	make(&out, &s);
	if (io_out_open(&o, argv[1], &diag) || io_out_write(&o, out.data, out.len, &diag) ||
	    io_out_commit(&o, &diag))
		return EXIT_FAILURE;
	fprintf(stderr, "%zu frames, %zu bytes; dictionary of %zu\n", s.n, s.bytes.len, out.len);
	return EXIT_SUCCESS;
}
