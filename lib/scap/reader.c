/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/scap/private.h"

static struct scap_reader *reader_of(struct evsource *s)
{
	return (struct scap_reader *)s;		/* src comes first */
}

void scap_damage(struct scap_reader *r, int err, uint64_t off, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	diag_off(r->d, DIAG_ERROR, r->name, (int64_t)off, "%s", text.data);
	buf_release(&text);
	if (!r->status)
		r->status = err;
}

void scap_stop_cut(struct scap_reader *r, uint64_t off, const char *what, uint32_t size)
{
	r->ended = true;
	/* Whatever stopped the bytes comes first: a cut gzip, say. */
	if (!feed_end(r->in.feed)->err)
		scap_damage(r, -E_CUT, off, "the file ends within this %s: %" PRIu64
			    " of %" PRIu32 " bytes are there",
			    what, stream_offset(&r->in) - off, size);
}

void scap_stop_bad(struct scap_reader *r, uint64_t off, const char *what, uint32_t n)
{
	r->ended = true;
	scap_damage(r, -E_DAMAGED, off, "%s (%" PRIu32 ")", what, n);
}

/* The next entry of the open list; false when it is used up. */
static bool next_item(struct scap_reader *r)
{
	const char *why = NULL;
	int ret = scap_list_next(&r->list, &r->item, &why);

	if (ret > 0)
		return true;
	/* The block's own length was right: go on behind it. */
	if (ret < 0)
		scap_damage(r, ret, r->list_off,
			    "%s; the rest of this block is left out", why);
	r->in_list = false;
	return false;
}

static void classify(struct scap_block *b)
{
	static const struct {
		uint32_t number, old;
		uint8_t class, version;
	} blocks[] = {
#define X(name, number, old, class, version) { number, old, SCAP_##class, version },
		SCAP_BLOCKS(X)
#undef X
	};
	size_t i;

	b->class = SCAP_UNKNOWN;
	b->version = 0;
	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		if (b->type != blocks[i].number &&
		    (!blocks[i].old || b->type != blocks[i].old))
			continue;
		b->class = blocks[i].class;
		b->version = blocks[i].version;
		return;
	}
}

/* One block; true when out got something from it. */
static bool next_block(struct scap_reader *r, struct evsource_next *out)
{
	struct scap_block b;
	const uint8_t *head;

	b.off = stream_offset(&r->in);
	head = stream_take(&r->in, SCAP_BLOCK_HEAD);
	if (UNLIKELY(!head)) {
		r->ended = true;
		if (r->in.missing < SCAP_BLOCK_HEAD)
			scap_stop_cut(r, b.off, "block header", SCAP_BLOCK_HEAD);
		return false;
	}
	b.type = le32(head);
	b.total = le32(head + 4);
	if (LIKELY(b.type == SCAP_EV_V2)) {
		b.class = SCAP_EVENT;
		b.version = 0;
	} else if (b.type == SCAP_SHB) {
		r->ended = scap_section(r, &b) != 0;
		out->what = EVS_RESTART;
		return !r->ended;
	} else {
		classify(&b);
	}
	if (b.class == SCAP_EVENT) {
		out->what = EVS_EVENT;
		out->ev = &r->ev;
		return scap_event_block(r, &b);
	}
	r->in_list = scap_other_block(r, &b);
	return false;
}

static void reader_next(struct evsource *s, struct evsource_next *out)
{
	struct scap_reader *r = reader_of(s);

	while (!r->ended) {
		if (r->in_list) {
			out->what = EVS_SNAP;
			out->item = &r->item;
			if (next_item(r))
				return;
		} else if (next_block(r, out)) {
			return;
		}
	}
	scap_summary(r);
	out->what = EVS_END;
}

static int reader_status(const struct evsource *s)
{
	return ((const struct scap_reader *)s)->status;
}

static void reader_release(struct scap_reader *r)
{
	stream_release(&r->in);
	lift_free(r->lift);
	buf_release(&r->scratch);
	free(r->name);
	free(r);
}

static void reader_close(struct evsource *s)
{
	struct scap_reader *r = reader_of(s);
	int fd = r->fd;

	reader_release(r);
	if (fd >= 0)
		close(fd);
}

/* The first section header tells whether this is for us. */
static int open_first(struct scap_reader *r)
{
	struct scap_block b = { .off = 0 };
	const uint8_t *head = stream_take(&r->in, SCAP_BLOCK_HEAD);

	if (!head && r->in.missing == SCAP_BLOCK_HEAD && !feed_end(r->in.feed)->err) {
		scap_damage(r, -E_EMPTY, 0, "the file is empty");
	} else if (!head) {
		scap_stop_cut(r, 0, "section header", SCAP_SHB_LEN);
		scap_summary(r);
	} else {
		b.type = le32(head);
		b.total = le32(head + 4);
		if (b.type == SCAP_SHB)
			return scap_section(r, &b);
		scap_damage(r, -E_FOREIGN, 0,
			    "not a .scap capture: it begins with 0x%08" PRIx32, b.type);
	}
	return r->status;
}

static int open_feed(struct evsource **out, struct feed *f, int fd, const char *name,
		     struct diag *d)
{
	struct scap_reader *r = xcalloc(1, sizeof(*r));
	int ret;

	r->src = (struct evsource){
		.next = reader_next, .status = reader_status, .close = reader_close,
	};
	r->fd = fd;
	r->d = d;
	r->name = xstrdup(name);
	buf_init(&r->scratch);
	param_rules_init(&r->rules);
	stream_init(&r->in, f, fd >= 0);
	ret = lift_new(&r->lift);
	if (!ret)
		ret = open_first(r);
	if (ret) {
		reader_release(r);
		return ret;
	}
	*out = &r->src;
	return 0;
}

int scap_open_fd(struct evsource **out, int fd, const void *head, size_t head_len,
		 const char *name, struct diag *d)
{
	return open_feed(out, feed_fd(fd, head, head_len), fd, name, d);
}

int scap_open_mem(struct evsource **out, const void *p, size_t len,
		  const char *name, struct diag *d)
{
	return open_feed(out, feed_mem(p, len), -1, name, d);
}

const struct scap_stats *scap_stats(const struct evsource *s)
{
	struct scap_reader *r = reader_of((struct evsource *)(uintptr_t)s);

	r->stats.bytes = stream_offset(&r->in);
	r->stats.unpaired = lift_unpaired(r->lift);
	return &r->stats;
}

bool scap_probe(const void *head, size_t len)
{
	static const uint8_t gzip[] = { 0x1f, 0x8b, 0x08 };
	const uint8_t *p = head;

	if (len >= sizeof(gzip) && !memcmp(p, gzip, sizeof(gzip)))
		return true;
	if (len < 12 || le32(p) != SCAP_SHB)
		return false;
	return le32(p + 8) == SCAP_MAGIC || le32(p + 8) == SCAP_MAGIC_SWAPPED;
}
