/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/crc.h"
#include "replay/checkpoint.h"
#include "replay/sidecar.h"
#include "replay/sidecar_in.h"

struct record {
	uint8_t type, codec;
	uint32_t head_len, body_len, raw_len, body_sum;
	const uint8_t *head, *body;
};

static bool next_record(struct rcur *c, struct record *r)
{
	const uint8_t *fixed = rcur_take(c, SIDECAR_FIXED);

	if (!fixed)
		return false;
	*r = (struct record){
		.type = fixed[0], .codec = fixed[1],
		.head_len = le32(fixed + 4), .body_len = le32(fixed + 8),
		.raw_len = le32(fixed + 12), .body_sum = le32(fixed + 16),
	};
	if (r->head_len > SIDECAR_HEAD_MAX || r->raw_len > CHECKPOINT_BYTES_MAX)
		return false;
	r->head = rcur_take(c, r->head_len);
	r->body = rcur_take(c, r->body_len);
	return !c->bad && le32(fixed + 20) == crc32_of(crc32_of(0, fixed, 20), r->head,
						       r->head_len);
}

static bool unpack_head(struct checkpoint *cp, const struct record *r)
{
	struct rcur c = rcur_of(r->head, r->head_len);
	const uint8_t *digest;
	uint64_t flags;
	size_t i;

	memset(cp, 0, sizeof(*cp));
	cp->pos.offset = rcur_varint(&c);
	digest = rcur_take(&c, VTR_DIGEST);
	if (digest)
		memcpy(cp->digest, digest, VTR_DIGEST);
	cp->num = rcur_varint(&c);
	cp->max_ts = rcur_varint(&c);
	flags = rcur_varint(&c);
	cp->preamble = flags & SIDECAR_F_PREAMBLE;
	cp->lost = flags & SIDECAR_F_LOST;
	cp->known = flags & SIDECAR_F_KNOWN;
	cp->pos.ended = flags & SIDECAR_F_ENDED;
	digest = rcur_take(&c, VTR_DIGEST);
	if (digest)
		memcpy(cp->pos.end, digest, VTR_DIGEST);
	cp->pos.next_block = rcur_varint(&c);
	cp->pos.next_event = rcur_varint(&c);
	cp->pos.last_ts = rcur_varint(&c);
	cp->pos.unknown_rows = rcur_varint(&c);
	cp->pos.meta = rcur_varint(&c);
	cp->pos.nschemas = rcur_varint(&c);
	if (cp->pos.nschemas > VTR_SCHEMAS_MAX)
		return false;
	for (i = 0; i < cp->pos.nschemas; i++)
		cp->pos.schema[i] = rcur_varint(&c);
	return !c.bad && c.p == c.end;
}

/* Is every event before it one that is neither shown nor past the end? */
static bool fits(const struct checkpoint *cp, const struct sidecar_bound *b)
{
	if ((b->to_num && cp->num > b->to_num) || (b->to_ts && cp->max_ts > b->to_ts))
		return false;
	return !cp->num || cp->num < b->from_num || cp->max_ts < b->from_ts;
}

/* Is the mark that of all before it, with this user's key?  before: bytes in
 * front of the last record. */
static bool is_ours(const uint8_t *begin, size_t before, const struct record *end,
		    const uint8_t *mark)
{
	uint8_t key[VOUCH_KEY], real[VOUCH_MARK];
	struct diag quiet = DIAG_INIT;
	struct vouch *v;
	int err = vouch_key(key, &quiet);

	diag_release(&quiet);
	if (err)
		return false;
	v = vouch_new(key);
	vouch_add(v, begin, before);
	vouch_add(v, end->head, end->head_len - VOUCH_MARK);
	vouch_end(v, real);
	return vouch_same(real, mark);
}

struct ending {
	struct record r;
	const uint8_t *begin;		/* of the sidecar */
	size_t before;			/* bytes in front of the record */
	uint64_t records;
};

/* fd: of the trace, -1: all is believed. */
static int check_end(const struct ending *e, int fd, const char **why)
{
	struct rcur c = rcur_of(e->r.head, e->r.head_len);
	uint64_t n = rcur_varint(&c), size = rcur_varint(&c), block = rcur_varint(&c);
	const uint8_t *digest = rcur_take(&c, VTR_DIGEST);
	const uint8_t *mark = rcur_take(&c, VOUCH_MARK);
	uint8_t real[VTR_DIGEST];
	struct stat st;

	*why = "it is damaged";
	if (!mark || c.p != c.end || n != e->records)
		return -E_DAMAGED;
	if (fd < 0)
		return 0;
	*why = "it is not of this user's making, and anybody can make one";
	if (!is_ours(e->begin, e->before, &e->r, mark))
		return -E_FOREIGN;
	*why = "it was made of another trace, or the trace has changed since";
	if (fstat(fd, &st) || (uint64_t)st.st_size != size ||
	    !sidecar_digest(fd, block, real) || memcmp(real, digest, sizeof(real)))
		return -E_FOREIGN;
	return 0;
}

static int restore(const struct record *r, struct machine *m, const char **why)
{
	struct codec *codec = codec_new(0);
	uint8_t *raw = xmalloc(r->raw_len + 1);
	bool good = crc32_of(0, r->body, r->body_len) == r->body_sum &&
		    codec_unpack(codec, r->codec, raw, r->raw_len, r->body, r->body_len) &&
		    machine_restore(m, raw, r->raw_len);

	codec_free(codec);
	free(raw);
	*why = "it is damaged";
	return good ? 0 : -E_DAMAGED;
}

/* Who is shown each checkpoint of a sidecar. */
typedef void (*on_checkpoint)(void *ctx, const struct checkpoint *cp, const struct record *r);

/* All of a sidecar but the machines; fd: of the trace it must belong to, or -1. */
static int scan(const void *p, size_t len, int fd, on_checkpoint fn, void *ctx,
		const char **why)
{
	struct rcur c = rcur_of(p, len);
	const uint8_t *begin = rcur_take(&c, SIDECAR_BEGIN);
	struct ending e = { .begin = p };
	struct checkpoint at;

	*why = "it is damaged";
	if (!begin || memcmp(begin, SIDECAR_MAGIC, 4))
		return -E_DAMAGED;
	*why = "it was written by another version";
	if (begin[4] != SIDECAR_VERSION || le16(begin + 6) != CHECKPOINT_STATE)
		return -E_VERSION;
	*why = "it is damaged";
	for (;;) {
		e.before = (size_t)(c.p - begin);
		if (!next_record(&c, &e.r))
			return -E_DAMAGED;
		if (e.r.type == SIDECAR_END)
			break;
		if (e.r.type != SIDECAR_CHECKPOINT || ++e.records > SIDECAR_RECORDS_MAX ||
		    !unpack_head(&at, &e.r))
			return -E_DAMAGED;
		fn(ctx, &at, &e.r);
	}
	if (c.p != c.end)
		return -E_DAMAGED;
	return check_end(&e, fd, why);
}

struct search {
	const struct sidecar_bound *b;
	struct checkpoint *cp;
	struct record best;
};

static void take_if_fits(void *ctx, const struct checkpoint *cp, const struct record *r)
{
	struct search *s = ctx;

	if (!fits(cp, s->b))
		return;
	*s->cp = *cp;
	s->best = *r;
}

int sidecar_search(const void *p, size_t len, int fd, const struct sidecar_bound *b,
		   struct checkpoint *cp, struct machine *m, const char **why)
{
	struct search s = { .b = b, .cp = cp };
	uint8_t real[VTR_DIGEST];
	int err = scan(p, len, fd, take_if_fits, &s, why);

	if (err)
		return err;
	if (!s.best.type)
		return 1;
	if (fd >= 0 && (!sidecar_digest(fd, cp->pos.offset, real) ||
			memcmp(real, cp->digest, sizeof(real))))
		return -E_FOREIGN;
	return restore(&s.best, m, why);
}

/* The bytes of the sidecar, or nothing; what is there but cannot be read is
 * no worse than what is not there. */
static bool read_file(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= SIDECAR_BYTES_MAX)
		n = io_read_full(fd, buf_grow(out, (size_t)st.st_size), (size_t)st.st_size);
	close(fd);
	if (n <= 0)
		return false;
	out->len = (size_t)n;
	out->data[n] = '\0';
	return true;
}

/* Sidecar and descriptor of a trace; -1: one of them is missing. */
static int open_both(const char *trace, const char *path, struct buf *bytes)
{
	return read_file(path, bytes) ? open(trace, O_RDONLY | O_CLOEXEC) : -1;
}

bool sidecar_find(const char *trace, const struct sidecar_bound *b, struct checkpoint *cp,
		  struct machine *m, struct diag *d)
{
	struct buf path = BUF_INIT, bytes = BUF_INIT;
	const char *why;
	int fd, r = 1;

	buf_addf(&path, "%s" SIDECAR_SUFFIX, trace);
	fd = open_both(trace, path.data, &bytes);
	if (fd >= 0) {
		r = sidecar_search(bytes.data, bytes.len, fd, b, cp, m, &why);
		close(fd);
	}
	if (r < 0)
		diag_hint(diag_off(d, DIAG_WARNING, path.data, -1,
				   "is not used: %s; reading from the beginning", why),
			  "'vestige index %s' makes a new one", trace);
	buf_release(&bytes);
	buf_release(&path);
	return !r;
}

struct points {
	uint64_t *v;
	size_t n, cap;
};

static void add_point(void *ctx, const struct checkpoint *cp, const struct record *r UNUSED)
{
	struct points *p = ctx;

	XGROW(p->v, p->cap, p->n + 1);
	p->v[p->n++] = cp->num;
}

size_t sidecar_points(const char *trace, uint64_t **out)
{
	struct buf path = BUF_INIT, bytes = BUF_INIT;
	struct points p = { 0 };
	const char *why;
	int fd;

	buf_addf(&path, "%s" SIDECAR_SUFFIX, trace);
	fd = open_both(trace, path.data, &bytes);
	if (fd >= 0) {
		if (scan(bytes.data, bytes.len, fd, add_point, &p, &why))
			p.n = 0;
		close(fd);
	}
	buf_release(&bytes);
	buf_release(&path);
	*out = p.v;
	return p.n;
}
