/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>
#include <zstd.h>

#include "lib/base/xalloc.h"
#include "lib/trace/codec.h"
#include "lib/trace/dictionary.h"
#include "lib/trace/format.h"

#define SMALL_LEVEL 19		/* with the dictionary */
#define MAGIC 4			/* bytes a frame of CODEC_ZSTD_DICT goes without */

struct codec {
	ZSTD_CCtx *pack, *pack_small, *probe;
	ZSTD_DCtx *unpack;
	struct buf scratch;
	int level, now;			/* now: what pack is set to, 0: not yet */
};

/*
 * What zstd makes of the dictionary: some 12 ms of work, so once for all of a
 * process, and only when it is used.  Constant from then on, hence shared by
 * all threads, and never given back.
 */
static ZSTD_CDict *pack_dict;
static ZSTD_DDict *unpack_dict;
static pthread_once_t pack_dict_once = PTHREAD_ONCE_INIT;
static pthread_once_t unpack_dict_once = PTHREAD_ONCE_INIT;

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
	ZSTD_freeCCtx(c->pack_small);
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

static void make_pack_dict(void)
{
	pack_dict = need(ZSTD_createCDict(dictionary_1, dictionary_1_size, SMALL_LEVEL));
}

static void make_unpack_dict(void)
{
	unpack_dict = need(ZSTD_createDDict(dictionary_1, dictionary_1_size));
}

static void small_init(struct codec *c)
{
	c->pack_small = need(ZSTD_createCCtx());
	pthread_once(&pack_dict_once, make_pack_dict);
	/* What the block says already. */
	ZSTD_CCtx_setParameter(c->pack_small, ZSTD_c_contentSizeFlag, 0);
	ZSTD_CCtx_setParameter(c->pack_small, ZSTD_c_dictIDFlag, 0);
	ZSTD_CCtx_refCDict(c->pack_small, pack_dict);
}

uint8_t codec_pack_small(struct codec *c, struct buf *out, const void *p, size_t len)
{
	size_t bound = ZSTD_compressBound(len), got;
	char *to;

	if (!c->pack_small)
		small_init(c);
	buf_clear(&c->scratch);
	to = buf_grow(&c->scratch, bound);
	got = ZSTD_compress2(c->pack_small, to, bound, p, len);
	if (ZSTD_isError(got) || got - MAGIC >= len) {
		buf_add(out, p, len);
		return CODEC_NONE;
	}
	buf_add(out, to + MAGIC, got - MAGIC);
	return CODEC_ZSTD_DICT;
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

/* The frame as zstd knows it: its magic number first. */
static const void *whole_frame(struct codec *c, const void *p, size_t len)
{
	static const uint8_t magic[MAGIC] = { 0x28, 0xb5, 0x2f, 0xfd };

	buf_clear(&c->scratch);
	buf_add(&c->scratch, magic, MAGIC);
	buf_add(&c->scratch, p, len);
	return c->scratch.data;
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
	if (!c->unpack)
		c->unpack = need(ZSTD_createDCtx());
	if (how == CODEC_ZSTD)
		return ZSTD_decompressDCtx(c->unpack, raw, raw_len, p, len) == raw_len;
	if (how != CODEC_ZSTD_DICT)
		return false;
	pthread_once(&unpack_dict_once, make_unpack_dict);
	return ZSTD_decompress_usingDDict(c->unpack, raw, raw_len, whole_frame(c, p, len),
					  len + MAGIC, unpack_dict) == raw_len;
}
