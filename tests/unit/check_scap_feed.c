/* SPDX-License-Identifier: Apache-2.0 */
/* Where the bytes come from: plain and gzip, memory and pipes, cut and bad. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <pthread.h>

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"
#include "lib/scap/ahead.h"
#include "lib/scap/deflate.h"
#include "lib/scap/feed.h"
#include "lib/scap/limits.h"
#include "lib/scap/stream.h"
#include "tests/unit/unit.h"

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

/* A gzip member. */
static void gzip(struct buf *out, const void *p, size_t len)
{
	struct deflater *z = deflater_new(true, to_buf, out);

	ck_assert_int_eq(deflater_put(z, p, len), 0);
	ck_assert_int_eq(deflater_end(z), 0);
}

/* Text that compresses, but not to nothing. */
static void fill(struct buf *b, size_t len)
{
	uint32_t x = 12345;

	while (b->len < len) {
		x = x * 1103515245 + 12345;
		buf_addf(b, "%u %s ", (unsigned)(x >> 16) & 1023, "and so on");
	}
	buf_setlen(b, len);
}

/* All of a feed in steps of at most `step`. */
static struct feed_end drain(struct feed *f, struct buf *out, size_t step)
{
	uint8_t *p = xmalloc(step);
	struct feed_end end;
	size_t n;

	while ((n = feed_fill(f, p, step)))
		buf_add(out, p, n);
	ck_assert_uint_eq(feed_fill(f, p, step), 0);
	end = *feed_end(f);
	free(p);
	feed_free(f);
	return end;
}

START_TEST(plain_and_gzip)
{
	static const size_t steps[] = { 1, 7, 1000, 65536, 1 << 20 };
	struct buf data = BUF_INIT, gz = BUF_INIT, got = BUF_INIT;
	struct feed_end end;
	size_t i;

	fill(&data, 300000);
	gzip(&gz, data.data, data.len);
	ck_assert_uint_lt(gz.len, data.len);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		buf_clear(&got);
		end = drain(feed_mem(data.data, data.len), &got, steps[i]);
		ck_assert_int_eq(end.err, 0);
		ck_assert(!end.gzip);
		ck_assert(str_eq(buf_str(&got), buf_str(&data)));
		buf_clear(&got);
		end = drain(feed_mem(gz.data, gz.len), &got, steps[i]);
		ck_assert_int_eq(end.err, 0);
		ck_assert(end.gzip);
		ck_assert_int_eq(end.garbage, -1);
		ck_assert(str_eq(buf_str(&got), buf_str(&data)));
	}
	buf_release(&data);
	buf_release(&gz);
	buf_release(&got);
}
END_TEST

START_TEST(members_and_garbage)
{
	struct buf gz = BUF_INIT, got = BUF_INIT;
	struct feed_end end;
	size_t members;

	gzip(&gz, "one ", 4);
	gzip(&gz, "", 0);
	gzip(&gz, "two", 3);
	end = drain(feed_mem(gz.data, gz.len), &got, 100);
	ck_assert_int_eq(end.err, 0);
	ck_assert_int_eq(end.garbage, -1);
	ck_assert_buf(got, "one two");
	members = gz.len;
	buf_adds(&gz, "garbage");
	buf_clear(&got);
	end = drain(feed_mem(gz.data, gz.len), &got, 100);
	ck_assert_int_eq(end.err, 0);
	ck_assert_int_eq(end.garbage, (int64_t)members);
	ck_assert_buf(got, "one two");
	/* A single byte cannot be a member either. */
	buf_clear(&got);
	end = drain(feed_mem(gz.data, members + 1), &got, 100);
	ck_assert_int_eq(end.garbage, (int64_t)members);
	buf_release(&gz);
	buf_release(&got);
}
END_TEST

/* Extra field, name and comment in the header, as gzip(1) and others write. */
START_TEST(gzip_header_fields)
{
	static const char head[] = "\x1f\x8b\x08\x1c\0\0\0\0\0\3"
				   "\4\0extr" "name.scap\0" "comment";
	struct buf gz = BUF_INIT, long_head = BUF_INIT, got = BUF_INIT;
	struct feed_end end;

	gzip(&gz, "hello", 5);
	ck_assert_int_eq(gz.data[3], 0);	/* ours has a header of 10 bytes */
	buf_add(&long_head, head, sizeof(head));
	buf_add(&long_head, gz.data + 10, gz.len - 10);
	end = drain(feed_mem(long_head.data, long_head.len), &got, 100);
	ck_assert_int_eq(end.err, 0);
	ck_assert_buf(got, "hello");
	buf_release(&gz);
	buf_release(&long_head);
	buf_release(&got);
}
END_TEST

/* Cut at every byte: a prefix of the data, and the cut is told. */
START_TEST(cut_gzip)
{
	struct buf data = BUF_INIT, gz = BUF_INIT, got = BUF_INIT;
	struct feed_end end;
	size_t n, longest = 0;

	fill(&data, 5000);
	gzip(&gz, data.data, data.len);
	for (n = 3; n < gz.len; n++) {
		buf_clear(&got);
		end = drain(feed_mem(gz.data, n), &got, 512);
		ck_assert_int_eq(end.err, -E_CUT);
		ck_assert_int_eq(end.offset, (int64_t)n);
		ck_assert_uint_le(got.len, data.len);
		ck_assert_mem_eq(got.data, data.data, got.len);
		if (got.len > longest)
			longest = got.len;
	}
	ck_assert_uint_eq(longest, data.len);	/* only the checksum lacked */
	buf_release(&data);
	buf_release(&gz);
	buf_release(&got);
}
END_TEST

/* Any flipped bit: the data is whole and right, or an error is told. */
START_TEST(damaged_gzip)
{
	struct buf data = BUF_INIT, gz = BUF_INIT, got = BUF_INIT;
	struct feed_end end;
	size_t bit, told = 0;

	fill(&data, 3000);
	gzip(&gz, data.data, data.len);
	for (bit = 0; bit < 8 * gz.len; bit++) {
		gz.data[bit / 8] ^= (char)(1 << bit % 8);
		buf_clear(&got);
		end = drain(feed_mem(gz.data, gz.len), &got, 4096);
		if (end.gzip && !end.err)
			ck_assert(str_eq(buf_str(&got), buf_str(&data)));
		told += end.err != 0;
		if (end.err)
			ck_assert_ptr_nonnull(end.why);
		gz.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	ck_assert_uint_gt(told, 7 * gz.len);
	buf_release(&data);
	buf_release(&gz);
	buf_release(&got);
}
END_TEST

struct dribble {
	int fd;
	const struct buf *data;
	size_t step;
};

static void *dribble(void *arg)
{
	const struct dribble *d = arg;
	size_t at, n;

	for (at = 0; at < d->data->len; at += n) {
		n = d->data->len - at < d->step ? d->data->len - at : d->step;
		if (io_write_full(d->fd, d->data->data + at, n))
			break;
	}
	close(d->fd);
	return NULL;
}

/* Through a pipe that is slow, in a thread, with some bytes taken already. */
START_TEST(slow_pipe)
{
	static const size_t steps[] = { 1, 100, 4096, 100000 };
	struct buf data = BUF_INIT, gz = BUF_INIT, rest = BUF_INIT, got = BUF_INIT;
	size_t i, len, head;

	fill(&data, 200000);
	gzip(&gz, data.data, data.len);
	for (i = 0; i < 2 * ARRAY_SIZE(steps); i++) {
		const struct buf *src = i & 1 ? &data : &gz;
		struct dribble d = { .data = &rest, .step = steps[i / 2] };
		const uint8_t *p;
		struct ahead *a;
		struct feed *f;
		pthread_t t;
		int fds[2];

		head = i % 3 ? 64 : 1;
		buf_clear(&rest);
		buf_add(&rest, src->data + head, src->len - head);
		ck_assert_int_eq(pipe(fds), 0);
		d.fd = fds[1];
		ck_assert_int_eq(pthread_create(&t, NULL, dribble, &d), 0);
		f = feed_fd(fds[0], src->data, head);
		a = ahead_new(f, i & 2);
		buf_clear(&got);
		while (ahead_next(a, &p, &len))
			buf_add(&got, p, len);
		ck_assert_int_eq(feed_end(f)->err, 0);
		ck_assert(str_eq(buf_str(&got), buf_str(&data)));
		ahead_free(a);
		feed_free(f);
		pthread_join(t, NULL);
		close(fds[0]);
	}
	buf_release(&data);
	buf_release(&gz);
	buf_release(&rest);
	buf_release(&got);
}
END_TEST

/* What is there comes out at once, though the pipe stays open; and closing
 * does not wait for the rest. */
START_TEST(open_pipe)
{
	struct buf gz = BUF_INIT;
	const uint8_t *p;
	struct ahead *a;
	struct feed *f;
	int fds[2], i;
	size_t len;

	gzip(&gz, "hello", 5);
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(pipe(fds), 0);
		f = feed_fd(fds[0], NULL, 0);
		a = ahead_new(f, true);
		ck_assert_int_eq(io_write_full(fds[1], i ? "hello" : gz.data,
					       i ? 5 : gz.len), 0);
		ck_assert(ahead_next(a, &p, &len));
		ck_assert_text(str_mem(p, len), "hello");
		ahead_free(a);
		feed_free(f);
		close(fds[0]);
		close(fds[1]);
	}
	buf_release(&gz);
}
END_TEST

START_TEST(read_error)
{
	struct buf got = BUF_INIT;
	struct feed_end end;
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	ck_assert_int_ge(fd, 0);
	end = drain(feed_fd(fd, NULL, 0), &got, 100);
	ck_assert_int_eq(end.err, -E_READ);
	ck_assert_int_eq(end.sys, EISDIR);
	close(fd);
	buf_release(&got);
}
END_TEST

/* More than the ring holds, abandoned half-way. */
START_TEST(abandoned)
{
	size_t size = 3 * SCAP_SLOTS * (size_t)SCAP_SLOT_BYTES, len;
	struct buf data = BUF_INIT, gz = BUF_INIT;
	const uint8_t *p;
	struct ahead *a;
	struct feed *f;
	int fds[2];

	buf_pad(&data, 'x', size);
	gzip(&gz, data.data, data.len);
	ck_assert_uint_lt(gz.len, 65536);	/* fits a pipe */
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(io_write_full(fds[1], gz.data, gz.len), 0);
	close(fds[1]);
	f = feed_fd(fds[0], NULL, 0);
	a = ahead_new(f, true);
	ck_assert(ahead_next(a, &p, &len));
	ck_assert_uint_eq(len, SCAP_SLOT_BYTES);
	ahead_free(a);
	feed_free(f);
	close(fds[0]);
	buf_release(&data);
	buf_release(&gz);
}
END_TEST

/* Pieces of any size, over the ends of buffers. */
START_TEST(stream_pieces)
{
	static const size_t sizes[] = { 1, 3, 1000, SCAP_SLOT_BYTES - 1, SCAP_SLOT_BYTES,
					SCAP_SLOT_BYTES + 1, 2 * SCAP_SLOT_BYTES + 5 };
	struct buf data = BUF_INIT, gz = BUF_INIT;
	size_t i, at = 0, n;
	const uint8_t *p;
	struct stream s;

	fill(&data, 4 * SCAP_SLOT_BYTES);
	gzip(&gz, data.data, data.len);
	stream_init(&s, feed_mem(gz.data, gz.len), false);
	for (i = 0; ; i = (i + 1) % ARRAY_SIZE(sizes)) {
		n = sizes[i];
		ck_assert_uint_eq(stream_offset(&s), at);
		if (n & 1) {
			p = stream_take(&s, n);
			if (p)
				ck_assert_mem_eq(p, data.data + at, n);
		} else {
			p = (const uint8_t *)(stream_skip(&s, n) ? "" : NULL);
		}
		if (!p)
			break;
		at += n;
	}
	ck_assert_uint_eq(s.missing, n - (data.len - at));
	ck_assert_uint_eq(stream_offset(&s), data.len);
	ck_assert(stream_at_end(&s));
	stream_release(&s);
	buf_release(&data);
	buf_release(&gz);
}
END_TEST

UNIT_MAIN("scap_feed", plain_and_gzip, members_and_garbage, gzip_header_fields,
	  cut_gzip, damaged_gzip,
	  slow_pipe, open_pipe, read_error, abandoned, stream_pieces)
