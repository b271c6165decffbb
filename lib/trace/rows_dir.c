/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/format.h"
#include "lib/trace/ints.h"
#include "lib/trace/rows_dir.h"

/* Raw bytes at most: seven lists of as many numbers as there may be. */
#define DIR_RAW_MAX	(7 * 8 * (VTR_FRAMES_MAX + 4))

void rows_dir_release(struct rows_dir *d)
{
	unsigned i;

	for (i = 0; i < DIR_KIND_LISTS; i++)
		free(d->kinds[i]);
	for (i = 0; i < DIR_FRAME_LISTS; i++)
		free(d->frames[i]);
	buf_release(&d->text);
	*d = (struct rows_dir)ROWS_DIR_INIT;
}

static void add(uint64_t **lists, unsigned nlists, size_t *n, size_t *cap, const uint64_t *v)
{
	unsigned i;

	if (*n == *cap) {
		*cap = *cap ? 2 * *cap : 64;
		for (i = 0; i < nlists; i++)
			lists[i] = xreallocarray(lists[i], *cap, sizeof(*v));
	}
	for (i = 0; i < nlists; i++)
		lists[i][*n] = v[i];
	(*n)++;
}

void rows_dir_kind(struct rows_dir *d, uint16_t id, uint32_t rows, unsigned columns,
		   unsigned frame)
{
	add(d->kinds, DIR_KIND_LISTS, &d->nkinds, &d->kinds_cap,
	    (const uint64_t[]){ id, rows, columns, frame });
}

void rows_dir_frame(struct rows_dir *d, uint8_t codec, size_t raw, size_t stored)
{
	add(d->frames, DIR_FRAME_LISTS, &d->nframes, &d->frames_cap,
	    (const uint64_t[]){ codec, raw, stored });
}

void rows_dir_put(struct rows_dir *d, struct buf *out, struct codec *codec, bool small)
{
	struct buf packed = BUF_INIT;
	uint8_t how = CODEC_NONE;
	unsigned i;

	buf_clear(&d->text);
	for (i = 0; i < DIR_KIND_LISTS; i++)
		ints_put_basic(&d->text, d->kinds[i], d->nkinds);
	for (i = 0; i < DIR_FRAME_LISTS; i++)
		ints_put_basic(&d->text, d->frames[i], d->nframes);
	if (!codec)
		buf_add(&packed, d->text.data, d->text.len);
	else if (small)
		how = codec_pack_small(codec, &packed, d->text.data, d->text.len);
	else
		how = codec_pack(codec, &packed, d->text.data, d->text.len);
	buf_le8(out, how);
	buf_varint(out, d->text.len);
	buf_varint(out, packed.len);
	buf_add(out, packed.data, packed.len);
	buf_release(&packed);
	d->nkinds = d->nframes = 0;
}

struct lists {
	uint64_t kinds[DIR_KIND_LISTS][VTR_BLOCK_KINDS_MAX];
	uint64_t frames[DIR_FRAME_LISTS][VTR_FRAMES_MAX];
};

static bool take_lists(struct lists *l, struct rcur *c, size_t nkinds, size_t nframes)
{
	struct ints_scratch *s = xmalloc(sizeof(*s));
	bool ok = true;
	unsigned i;

	s->bits_len = 0;
	for (i = 0; ok && i < DIR_KIND_LISTS; i++)
		ok = ints_get_basic(c, s, l->kinds[i], nkinds);
	for (i = 0; ok && i < DIR_FRAME_LISTS; i++)
		ok = ints_get_basic(c, s, l->frames[i], nframes);
	free(s);
	return ok && c->p == c->end;
}

static void tell(struct buf *out, const struct lists *l, size_t nkinds, size_t nframes)
{
	size_t i;
	unsigned j;

	for (i = 0; i < nkinds; i++)
		for (j = 0; j < DIR_KIND_LISTS; j++)
			buf_varint(out, l->kinds[j][i]);
	for (i = 0; i < nframes; i++) {
		buf_le8(out, l->frames[0][i] > UINT8_MAX ? UINT8_MAX :
							   (uint8_t)l->frames[0][i]);
		buf_varint(out, l->frames[1][i]);
		buf_varint(out, l->frames[2][i]);
	}
}

bool rows_dir_open(struct buf *out, struct rcur *c, struct codec *codec,
		   size_t nkinds, size_t nframes)
{
	uint8_t how = rcur_u8(c);
	uint64_t raw = rcur_varint(c), stored = rcur_varint(c);
	const uint8_t *p = stored <= VTR_BODY_MAX ? rcur_take(c, stored) : NULL;
	struct lists *l;
	struct rcur in;
	char *text;
	bool ok;

	if (c->bad || !p || raw > DIR_RAW_MAX || nkinds > VTR_BLOCK_KINDS_MAX ||
	    nframes > VTR_FRAMES_MAX)
		return false;
	text = xmalloc(raw + 1);
	l = xmalloc(sizeof(*l));
	in = rcur_of(text, raw);
	ok = codec_unpack(codec, how, text, raw, p, stored) &&
	     take_lists(l, &in, nkinds, nframes);
	if (ok)
		tell(out, l, nkinds, nframes);
	free(l);
	free(text);
	return ok;
}
