/* SPDX-License-Identifier: Apache-2.0 */
/* The one user of zstd: contexts that are reused. */
#ifndef LIB_TRACE_CODEC_H
#define LIB_TRACE_CODEC_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

struct codec;

/* level 0: this format's default. */
struct codec *codec_new(int level);
void codec_free(struct codec *c);
/* At this level from now on; 0: the one it was made with. */
void codec_set_level(struct codec *c, int level);
/* Append the compressed bytes to out; returns CODEC_ZSTD, or CODEC_NONE when
 * they were appended as they are because compression does not help. */
uint8_t codec_pack(struct codec *c, struct buf *out, const void *p, size_t len);
/* The same for few bytes, with the dictionary and well, not fast (some ms for
 * 100 kB): CODEC_ZSTD_DICT or CODEC_NONE. */
uint8_t codec_pack_small(struct codec *c, struct buf *out, const void *p, size_t len);
/* How many bytes p takes, roughly and quickly. */
size_t codec_measure(struct codec *c, const void *p, size_t len);
/* Inflate into exactly raw_len bytes; false when the bytes are no such frame.
 * The caller has checked raw_len against the limits. */
bool codec_unpack(struct codec *c, uint8_t how, void *raw, size_t raw_len,
		  const void *p, size_t len);

#endif
