/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/base/lebuf.h"
#include "lib/trace/block.h"
#include "lib/trace/crc.h"
#include "replay/checkpoint.h"
#include "replay/sidecar.h"
#include "replay/sidecar_in.h"

bool sidecar_digest(int fd, uint64_t offset, uint8_t digest[VTR_DIGEST])
{
	uint8_t head[VTR_HEADER];
	struct block_head h;

	if (offset > INT64_MAX ||
	    pread(fd, head, sizeof(head), (off_t)offset) != (ssize_t)sizeof(head) ||
	    !block_head_parse(&h, head))
		return false;
	memcpy(digest, h.digest, VTR_DIGEST);
	return true;
}

static void put(struct sidecar_writer *w, const struct buf *b)
{
	if (!w->err)
		w->err = io_out_write(&w->out, b->data, b->len, w->d);
	if (!w->err && w->vouch)
		vouch_add(w->vouch, b->data, b->len);
	w->bytes += b->len;
}

static void put_begin(struct sidecar_writer *w)
{
	buf_add(&w->head, SIDECAR_MAGIC, 4);
	buf_le8(&w->head, SIDECAR_VERSION);
	buf_le8(&w->head, 0);
	buf_le16(&w->head, CHECKPOINT_STATE);
	put(w, &w->head);
}

/* Nobody named this file: what is there under its name may be replaced only if
 * it can be a sidecar. */
static int check_place(const char *path, struct diag *d)
{
	struct stat st;

	if (stat(path, &st) || S_ISREG(st.st_mode))
		return 0;
	diag_hint(diag_off(d, DIAG_ERROR, path, -1, "is not a regular file"), "move it away");
	return -E_WRITE;
}

int sidecar_begin(struct sidecar_writer *w, const char *path, int trace, struct diag *d)
{
	uint8_t key[VOUCH_KEY];

	*w = (struct sidecar_writer){ .d = d, .trace = trace, .codec = codec_new(0),
		.out = { .fd = -1 }, .head = BUF_INIT, .state = BUF_INIT, .packed = BUF_INIT };
	w->err = check_place(path, d);
	if (!w->err)
		w->err = vouch_make_key(key, d);
	if (!w->err)
		w->vouch = vouch_new(key);
	if (!w->err)
		w->err = io_out_open(&w->out, path, d);
	if (!w->err)
		put_begin(w);
	return w->err;
}

static void pack_head(struct buf *out, const struct checkpoint *cp)
{
	size_t i;

	buf_varint(out, cp->pos.offset);
	buf_add(out, cp->digest, sizeof(cp->digest));
	buf_varint(out, cp->num);
	buf_varint(out, cp->max_ts);
	buf_varint(out, (cp->preamble ? SIDECAR_F_PREAMBLE : 0u) |
			(cp->lost ? SIDECAR_F_LOST : 0u) |
			(cp->known ? SIDECAR_F_KNOWN : 0u) |
			(cp->pos.ended ? SIDECAR_F_ENDED : 0u));
	buf_add(out, cp->pos.end, sizeof(cp->pos.end));
	buf_varint(out, cp->pos.next_block);
	buf_varint(out, cp->pos.next_event);
	buf_varint(out, cp->pos.last_ts);
	buf_varint(out, cp->pos.unknown_rows);
	buf_varint(out, cp->pos.meta);
	buf_varint(out, cp->pos.nschemas);
	for (i = 0; i < cp->pos.nschemas; i++)
		buf_varint(out, cp->pos.schema[i]);
}

/* The fixed part of a record, then its head, then its body. */
static void put_record(struct sidecar_writer *w, uint8_t type, uint8_t codec, size_t raw)
{
	struct buf fixed = BUF_INIT;

	buf_le8(&fixed, type);
	buf_le8(&fixed, codec);
	buf_le16(&fixed, 0);
	buf_le32(&fixed, (uint32_t)w->head.len);
	buf_le32(&fixed, (uint32_t)w->packed.len);
	buf_le32(&fixed, (uint32_t)raw);
	buf_le32(&fixed, crc32_of(0, w->packed.data, w->packed.len));
	buf_le32(&fixed, crc32_of(crc32_of(0, fixed.data, fixed.len), w->head.data,
				  w->head.len));
	put(w, &fixed);
	put(w, &w->head);
	put(w, &w->packed);
	buf_release(&fixed);
}

int sidecar_add(struct sidecar_writer *w, struct checkpoint *cp, struct machine *m)
{
	uint8_t codec;

	buf_clear(&w->state);
	if (w->err || w->records >= SIDECAR_RECORDS_MAX ||
	    !sidecar_digest(w->trace, cp->pos.offset, cp->digest) ||
	    !machine_save(m, &w->state))
		return w->err;
	buf_clear(&w->packed);
	codec = codec_pack(w->codec, &w->packed, w->state.data, w->state.len);
	buf_clear(&w->head);
	pack_head(&w->head, cp);
	put_record(w, SIDECAR_CHECKPOINT, codec, w->state.len);
	w->records++;
	w->raw_bytes += w->state.len;
	return w->err;
}

/* For all there is so far, and what the last record says. */
static void put_mark(struct sidecar_writer *w)
{
	uint8_t mark[VOUCH_MARK];

	vouch_add(w->vouch, w->head.data, w->head.len);
	vouch_end(w->vouch, mark);
	w->vouch = NULL;
	buf_add(&w->head, mark, sizeof(mark));
}

/* The last record: how many there are, and of which trace. */
static void put_end(struct sidecar_writer *w, const struct vtr_position *last)
{
	uint8_t digest[VTR_DIGEST] = { 0 };
	struct stat st = { 0 };

	if (fstat(w->trace, &st) || !sidecar_digest(w->trace, last->block, digest)) {
		diag_add(w->d, DIAG_ERROR, "the trace changed while it was read");
		w->err = -E_READ;
		return;
	}
	buf_clear(&w->head);
	buf_clear(&w->packed);
	buf_varint(&w->head, w->records);
	buf_varint(&w->head, (uint64_t)st.st_size);
	buf_varint(&w->head, last->block);
	buf_add(&w->head, digest, sizeof(digest));
	put_mark(w);
	put_record(w, SIDECAR_END, 0, 0);
}

int sidecar_end(struct sidecar_writer *w, const struct vtr_position *last, int err)
{
	if (!w->err)
		w->err = err;
	if (!w->err)
		put_end(w, last);
	if (!w->err)
		w->err = io_out_commit(&w->out, w->d);
	else
		io_out_abandon(&w->out);
	if (w->vouch)
		vouch_end(w->vouch, (uint8_t[VOUCH_MARK]){ 0 });
	codec_free(w->codec);
	buf_release(&w->head);
	buf_release(&w->state);
	buf_release(&w->packed);
	return w->err;
}
