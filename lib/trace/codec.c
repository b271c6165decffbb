/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <zstd.h>

#include "lib/base/xalloc.h"
#include "lib/trace/codec.h"
#include "lib/trace/format.h"

struct codec {
	ZSTD_CCtx *pack, *probe;
	ZSTD_DCtx *unpack;
	struct buf scratch;
	int level, now;			/* now: what pack is set to, 0: not yet */
};

/* The library gives NULL only when memory is gone. */
static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

struct codec *codec_new(int level)
{
	struct codec *c = xcalloc(1, sizeof(*c));

	buf_init(&c->scratch);
	c->level = level ? level : 3;
	return c;
}

void codec_set_level(struct codec *c, int level)
{
	level = level ? level : c->level;
	if (c->now == level)
		return;
	if (!c->pack)
		c->pack = need(ZSTD_createCCtx());
	ZSTD_CCtx_setParameter(c->pack, ZSTD_c_compressionLevel, level);
	c->now = level;
}

void codec_free(struct codec *c)
{
	if (!c)
		return;
	ZSTD_freeCCtx(c->pack);
	ZSTD_freeCCtx(c->probe);
	ZSTD_freeDCtx(c->unpack);
	buf_release(&c->scratch);
	free(c);
}

uint8_t codec_pack(struct codec *c, struct buf *out, const void *p, size_t len)
{
	size_t bound = ZSTD_compressBound(len), got;
	char *to = buf_grow(out, bound);

	if (!c->now)
		codec_set_level(c, 0);
	got = ZSTD_compress2(c->pack, to, bound, p, len);
	if (ZSTD_isError(got) || got >= len) {
		buf_add(out, p, len);
		return CODEC_NONE;
	}
	out->len += got;
	out->data[out->len] = '\0';
	return CODEC_ZSTD;
}

size_t codec_measure(struct codec *c, const void *p, size_t len)
{
	size_t bound = ZSTD_compressBound(len), got;

	if (!c->probe) {
		c->probe = need(ZSTD_createCCtx());
		ZSTD_CCtx_setParameter(c->probe, ZSTD_c_compressionLevel, 1);
	}
	buf_clear(&c->scratch);
	got = ZSTD_compress2(c->probe, buf_grow(&c->scratch, bound), bound, p, len);
	return ZSTD_isError(got) || got > len ? len : got;
}

bool codec_unpack(struct codec *c, uint8_t how, void *raw, size_t raw_len,
		  const void *p, size_t len)
{
	if (how == CODEC_NONE) {
		if (raw_len != len)
			return false;
		memcpy(raw, p, len);
		return true;
	}
	if (how != CODEC_ZSTD)
		return false;
	if (!c->unpack)
		c->unpack = need(ZSTD_createDCtx());
	return ZSTD_decompressDCtx(c->unpack, raw, raw_len, p, len) == raw_len;
}
