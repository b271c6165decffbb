/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeds for tests/fuzz/fuzz_body: bodies DIR writes one file for each body of
 * the samples, its type in the first byte; what is packed unpacked, frames of
 * rows laid open, so that a fuzzer sees what it changes.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/trace/block.h"
#include "lib/trace/rows_dir.h"
#include "lib/trace/rows_get.h"
#include "tests/trace/sample.h"

static const char *dir;
static unsigned written;

static void keep(const struct buf *b)
{
	struct diag d = DIAG_INIT;
	struct io_out o;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s-%u", dir, block_name((uint8_t)b->data[0]),
		 written++);
	if (io_out_open(&o, path, &d) || io_out_write(&o, b->data, b->len, &d) ||
	    io_out_commit(&o, &d))
		exit(EXIT_FAILURE);
	diag_release(&d);
}

/* The same body with frames stored as they are. */
static void open_frames(struct buf *out, const uint8_t *body, size_t len)
{
	struct rows_get g;
	struct rows_dir lists = ROWS_DIR_INIT;
	struct codec *codec = codec_new(0);
	struct schema *none = schema_new();	/* this build's own kinds */
	unsigned i;

	rows_get_init(&g);
	if (!rows_get_open(&g, body, len, none))
		abort();
	if (g.head.modelled) {		/* nothing to lay open */
		buf_add(out, body, len);
		codec_free(codec);
		schema_free(none);
		rows_get_release(&g);
		return;
	}
	buf_add(out, body, VTR_E_HEAD);
	for (i = 0; i < g.head.nkinds; i++)
		rows_dir_kind(&lists, g.groups[i].id, g.groups[i].count, g.groups[i].ncols,
			      g.groups[i].frame);
	for (i = 0; i < g.head.nframes; i++)
		rows_dir_frame(&lists, CODEC_NONE, g.frames[i].raw, g.frames[i].raw);
	rows_dir_put(&lists, out, NULL, false);
	rows_dir_release(&lists);
	for (i = 0; i < g.head.nframes; i++) {
		char *to = buf_grow(out, g.frames[i].raw);

		if (!codec_unpack(codec, g.frames[i].how, to, g.frames[i].raw,
				  g.frames[i].p, g.frames[i].stored))
			abort();
		out->len += g.frames[i].raw;
	}
	codec_free(codec);
	schema_free(none);
	rows_get_release(&g);
}

static void lay_open(struct buf *out, const struct block_head *h, const uint8_t *body)
{
	struct codec *codec = codec_new(0);

	buf_clear(out);
	buf_le8(out, h->type);
	switch (h->type) {
	case VTR_META:
	case VTR_SCHEMA:
	case VTR_INDEX:
		if (!block_unpack(codec, out, body, h->length))
			abort();
		break;
	case VTR_SNAPSHOT:
	case VTR_EVENTS:
		open_frames(out, body, h->length);
		break;
	default:
		buf_add(out, body, h->length);
	}
	codec_free(codec);
}

static void bodies_of(const struct buf *file)
{
	struct buf b = BUF_INIT;
	struct block_head h;
	size_t at;

	for (at = 0; at < file->len; at += VTR_HEADER + h.length) {
		const uint8_t *p = (uint8_t *)file->data + at;

		if (!block_head_parse(&h, p))
			abort();
		lay_open(&b, &h, p + VTR_HEADER);
		if (b.len <= 1 << 15)
			keep(&b);
		if (h.length > 1 << 13)
			continue;
		buf_clear(&b);	/* and as it lies in the file */
		buf_le8(&b, h.type);
		buf_add(&b, p + VTR_HEADER, h.length);
		keep(&b);
	}
	buf_release(&b);
}

int main(int argc, char **argv)
{
	struct buf file = BUF_INIT;

	if (argc != 2)
		return EXIT_FAILURE;
	dir = argv[1];
	sample_make(&file, sample_key);
	bodies_of(&file);
	buf_clear(&file);
	sample_make(&file, NULL);
	bodies_of(&file);
	buf_clear(&file);
	sample_make_short(&file, true);
	bodies_of(&file);
	printf("%u bodies\n", written);
	buf_release(&file);
	return EXIT_SUCCESS;
}
