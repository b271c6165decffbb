/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite FILE.scap...: each one, read and written again, gives the same
 * events and snapshot items.  Of a capture by a current writer the very same
 * bytes come out, but for descriptor blocks that hold none: those are
 * counted as "byte for byte".
 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/scap/feed.h"
#include "lib/scap/writer.h"
#include "tests/scap/build.h"

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

static int write_again(struct evsource *s, struct buf *out)
{
	struct scap_writer *w = scap_writer_new(SCAP_PLAIN, to_buf, out);
	struct evsource_next next;

	for (s->next(s, &next); next.what != EVS_END; s->next(s, &next)) {
		if (next.what == EVS_EVENT)
			scap_writer_event(w, next.ev);
		else if (next.what == EVS_SNAP)
			scap_writer_snap(w, next.item);
		else if (next.what == EVS_RESTART)
			scap_writer_restart(w);
	}
	s->close(s);
	return scap_writer_close(w);
}

static void inflate_all(const struct buf *in, struct buf *out)
{
	struct feed *f = feed_mem(in->data, in->len);
	uint8_t part[65536];
	size_t n;

	while ((n = feed_fill(f, part, sizeof(part))))
		buf_add(out, part, n);
	feed_free(f);
}

/* b without the descriptor blocks that only name their thread. */
static void strip(struct buf *b)
{
	size_t at, to = 0, total;

	for (at = 0; at + SCAP_BLOCK_MIN <= b->len; at += total) {
		total = le32(b->data + at + 4);
		if (total < SCAP_BLOCK_MIN || total > b->len - at)
			break;
		if (le32(b->data + at) == SCAP_FDL_V2 && total == SCAP_BLOCK_MIN + 8)
			continue;
		memmove(b->data + to, b->data + at, total);
		to += total;
	}
	buf_setlen(b, to);
}

static const char *check(const struct buf *in, struct buf *out, bool *identical)
{
	struct diag d = DIAG_INIT;
	struct buf plain = BUF_INIT;
	struct drained a, b;
	struct evsource *s;
	int ret = -1;

	a = drain_mem(in->data, in->len, &d);
	if (!scap_open_mem(&s, in->data, in->len, "in", &d))
		ret = write_again(s, out);
	b = drain_mem(out->data, out->len, &d);
	inflate_all(in, &plain);
	strip(&plain);
	strip(out);
	*identical = str_eq(buf_str(&plain), buf_str(out));
	buf_release(&plain);
	diag_release(&d);
	if (ret)
		return "cannot be written";
	if (b.open || (b.status && b.status != a.status))
		return "what was written cannot be read";
	if (a.events != b.events || a.snaps != b.snaps || a.restarts != b.restarts)
		return "other numbers of events or snapshot items";
	return a.hash == b.hash ? NULL : "events or snapshot items differ";
}

int main(int argc, char **argv)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	int i, bad = 0, same = 0, n = 0;
	struct diag d = DIAG_INIT;
	const char *wrong;
	bool identical;

	for (i = 1; i < argc; i++, n++) {
		buf_clear(&in);
		buf_clear(&out);
		wrong = io_read_file(argv[i], (size_t)1 << 31, &in, &d) ?
			"cannot be read" : check(&in, &out, &identical);
		if (wrong)
			fprintf(stderr, "%s: %s\n", argv[i], wrong);
		else if (identical)
			same++;
		bad += wrong != NULL;
	}
	printf("%d captures written again, %d byte for byte\n", n, same);
	buf_release(&in);
	buf_release(&out);
	diag_release(&d);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
