/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/format.h"
#include "lib/trace/ints.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/rows_put.h"

static struct codec *codec;
static struct ints_writer *writer;
static struct ints_scratch *scratch;
static struct buf bits;
static uint64_t v[VTR_ROWS_MAX], back[VTR_ROWS_MAX + 1];
static uint64_t seed;

static uint64_t next(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed >> 13;
}

static void setup(void)
{
	seed = 1;
	codec = codec_new(0);
	writer = ints_writer_new(codec);
	buf_init(&bits);
	ints_writer_bits(writer, &bits);
	scratch = xmalloc(sizeof(*scratch));
	scratch->bits_len = 0;
}

static void teardown(void)
{
	ints_writer_free(writer);
	codec_free(codec);
	buf_release(&bits);
	free(scratch);
}

static uint64_t load(const void *p, unsigned width, size_t i)
{
	const uint8_t *at = (const uint8_t *)p + i * width;

	return width == 1 ? *at : width == 2 ? le16(at) : width == 4 ? le32(at) : le64(at);
}

/* What was written so far is what is read from now on. */
static void use_bits(void)
{
	memset(buf_grow(&bits, INTS_SLACK), 0, INTS_SLACK);
	scratch->bits = (uint8_t *)bits.data;
	scratch->bits_len = bits.len;
}

/* Round trip in every width; the encoding that was chosen. */
static uint8_t round_trip(size_t n)
{
	struct buf b = BUF_INIT;
	struct rcur c;
	unsigned width;
	uint8_t enc;
	size_t i;

	ints_put(writer, &b, v, n, NULL);
	enc = (uint8_t)b.data[0];
	use_bits();
	for (width = 1; width <= 8; width *= 2) {
		c = rcur_of(b.data, b.len);
		memset(back, 0xaa, (n + 1) * 8);
		ck_assert(ints_get_all(&c, scratch, back, width, n));
		ck_assert(c.p == c.end);
		for (i = 0; i < n; i++)
			ck_assert_uint_eq(load(back, width, i),
					  width == 8 ? v[i] : v[i] & ((1ull << 8 * width) - 1));
		ck_assert_uint_eq(load(back, 1, n * width), 0xaa);
	}
	buf_release(&b);
	return enc;
}

/* Lists for which each encoding is the best one. */
START_TEST(every_encoding)
{
	unsigned seen = 0;
	size_t i;

	setup();
	for (i = 0; i < 1000; i++)
		v[i] = 7;
	seen |= 1u << round_trip(1000);
	for (i = 0; i < 1000; i++)
		v[i] = next() & 0xff;
	seen |= 1u << round_trip(1000);
	for (i = 0; i < 5000; i++)
		v[i] = (i ? v[i - 1] : 1ull << 50) + (next() & 63);
	seen |= 1u << round_trip(5000);
	for (i = 0; i < 5000; i++)
		v[i] = 0x123456789abcu * (1 + next() % 20);
	seen |= 1u << round_trip(5000);
	for (i = 0; i < 5000; i++)
		v[i] = i / 700 * 0xabcdef0123u;
	seen |= 1u << round_trip(5000);
	for (i = 0; i < 5000; i++)
		v[i] = i % 500 == 3 ? next() << 13 : next() & 0xff;
	seen |= 1u << round_trip(5000);
	for (i = 0; i < 5000; i++)
		v[i] = next() >> (10 + next() % 30);
	seen |= 1u << round_trip(5000);
	ck_assert_uint_eq(seen, ((1u << ENC_COUNT) - 1) ^ 1u << ENC_LIKE);
	teardown();
}
END_TEST

START_TEST(edges)
{
	static const uint64_t odd[] = {
		0, UINT64_MAX, 1, INT64_MAX, (uint64_t)INT64_MIN, 0xff, 0x100, 0xffff,
		0x10000, UINT32_MAX, 1ull << 32, 1ull << 63,
	};
	size_t n, i, k;

	setup();
	round_trip(0);
	for (n = 1; n < 40; n++) {
		for (k = 0; k < 20; k++) {
			for (i = 0; i < n; i++)
				v[i] = odd[next() % ARRAY_SIZE(odd)];
			round_trip(n);
		}
	}
	for (i = 0; i < VTR_ROWS_MAX; i++)
		v[i] = next() & (next() % 100 ? 0xfff : UINT64_MAX);
	round_trip(VTR_ROWS_MAX);
	teardown();
}
END_TEST

/* Times: steps of every size; numbers whose low bits are idle. */
START_TEST(bit_lists)
{
	size_t i, n;

	setup();
	for (n = 2; n < 70; n++) {
		for (i = 0; i < n; i++)
			v[i] = next() >> (next() % 64) << n % 64;
		round_trip(n);
	}
	for (i = 0; i < 3000; i++)
		v[i] = (i ? v[i - 1] : UINT64_MAX - 5) + ((next() & 0xffff) >> (next() % 16) << 12);
	bits.len = 0;
	ck_assert_uint_eq(round_trip(3000), ENC_BITS);
	ck_assert_uint_lt(bits.len, 3000 * 2);
	teardown();
}
END_TEST

/* A column that mostly says what another one does; the widths of the two differ. */
START_TEST(like_another)
{
	static uint64_t peer[1000];
	struct ints_peers peers = { .n = 1, .v = { { peer, UINT32_MAX, 4 } } };
	struct buf b = BUF_INIT;
	struct ints_like like;
	struct rcur c;
	size_t i, k;

	setup();
	for (i = 0; i < 1000; i++) {
		peer[i] = next() | ~(uint64_t)UINT32_MAX;
		v[i] = i % 10 == 3 ? next() : peer[i] & UINT32_MAX;
	}
	ck_assert(!ints_put_column(writer, &b, v, 1000, NULL, &peers, UINT64_MAX));
	ck_assert_uint_eq((uint8_t)b.data[0], ENC_LIKE);
	use_bits();
	c = rcur_of(b.data, b.len);
	ck_assert(ints_skip(&c, 1000) && c.p == c.end);
	c = rcur_of(b.data, b.len);
	ck_assert(!ints_get_all(&c, scratch, back, 8, 1000));
	c = rcur_of(b.data, b.len);
	ck_assert(ints_get_like(&c, scratch, &like, 1000) && c.p == c.end);
	ck_assert_uint_eq(like.column, 4);
	for (i = k = 0; i < 1000; i++)
		ck_assert_uint_eq(like.code[i] ? like.values[k++] : peer[i] & UINT32_MAX, v[i]);
	/* no peer left: something else is found */
	peers.n = 0;
	buf_clear(&b);
	ck_assert(ints_put_column(writer, &b, v, 1000, NULL, &peers, UINT64_MAX));
	buf_release(&b);
	teardown();
}
END_TEST

static bool takes_like(const void *p, size_t len, size_t n)
{
	struct rcur c = rcur_of(p, len);
	struct ints_like like;

	return ints_get_like(&c, scratch, &like, n);
}

static bool takes(const void *p, size_t len, size_t n)
{
	struct rcur c = rcur_of(p, len);

	return ints_get_all(&c, scratch, back, 8, n);
}

#define TAKES(n, ...) takes((const uint8_t[]){ __VA_ARGS__ },		\
			    sizeof((const uint8_t[]){ __VA_ARGS__ }), n)

#define TAKES_LIKE(n, ...) takes_like((const uint8_t[]){ __VA_ARGS__ },	\
				      sizeof((const uint8_t[]){ __VA_ARGS__ }), n)

START_TEST(hostile_bits)
{
	setup();
	buf_le16(&bits, 0xabcd);
	use_bits();
	/* two numbers of 9 bits, 8 of them written */
	ck_assert(TAKES(2, ENC_BITS, 0, 0, ENC_CONST, 18, 0));
	ck_assert_uint_eq(back[0], 0x1cd);
	ck_assert_uint_eq(back[1], 0x1ab);
	ck_assert(!TAKES(2, ENC_BITS, 0, 0, ENC_CONST, 18, 1));
	ck_assert(!TAKES(2, ENC_BITS, 0, 0, ENC_CONST, 18, 3));
	ck_assert(!TAKES(2, ENC_BITS, 0, 0, ENC_CONST, 20, 0));
	/* widths of nothing at all, at the end, behind it, and too wide */
	ck_assert(TAKES(2, ENC_BITS, 0, 0, ENC_CONST, 0, 2));
	ck_assert(!TAKES(2, ENC_BITS, 0, 0, ENC_CONST, 0, 3));
	ck_assert(!TAKES(2, ENC_BITS, 0, 0, ENC_PLANES, 1, 0, 0, 65, 0));
	ck_assert(!TAKES(2, ENC_BITS, 1, 0, ENC_CONST, 0x82, 1, 0));
	/* a shift by 64, one number only, lists where they may not be */
	ck_assert(!TAKES(2, ENC_BITS, 0x80, 0, ENC_CONST, 0, 0));
	ck_assert(!TAKES(1, ENC_BITS, 0, 0, ENC_CONST, 0, 0));
	ck_assert(!TAKES(2, ENC_BITS, 0, 0, ENC_BITS, 0, 0, ENC_CONST, 0, 0, 0));
	/* likeness: codes above 1, too many and too few exceptions */
	ck_assert(TAKES_LIKE(2, ENC_LIKE, 0, ENC_CONST, 0, 0));
	ck_assert(TAKES_LIKE(2, ENC_LIKE, 0, ENC_PLANES, 1, 0, 0, 1, 1, ENC_CONST, 2));
	ck_assert(!TAKES_LIKE(2, ENC_LIKE, 0, ENC_PLANES, 1, 0, 0, 2, 1, ENC_CONST, 2));
	ck_assert(!TAKES_LIKE(2, ENC_LIKE, 0, ENC_CONST, 2, 1, ENC_CONST, 2));
	ck_assert(!TAKES_LIKE(2, ENC_LIKE, 0, ENC_CONST, 0, 1, ENC_CONST, 2));
	ck_assert(!TAKES_LIKE(2, ENC_LIKE, 0, ENC_CONST, 0));
	ck_assert(!TAKES(2, ENC_LIKE, 0, ENC_CONST, 0, 0));
	teardown();
}
END_TEST

START_TEST(hostile)
{
	setup();
	ck_assert(TAKES(3, ENC_CONST, 2));
	ck_assert(!TAKES(3));
	ck_assert(!TAKES(3, ENC_COUNT, 0));
	ck_assert(!TAKES(VTR_ROWS_MAX + 1ul, ENC_CONST, 0));
	ck_assert(!TAKES(0, ENC_PLANES, 1, 0));
	ck_assert(TAKES(2, ENC_PLANES, 1, 0, 1, 2));
	ck_assert(!TAKES(2, ENC_PLANES, 1, 0, 1));
	ck_assert(!TAKES(2, ENC_PLANES, 0, 0));
	ck_assert(!TAKES(2, ENC_PLANES, 9, 0, 1, 2));
	ck_assert(!TAKES(2, ENC_DELTA, 1, 0));
	/* a dictionary of one value, a code beyond it */
	ck_assert(TAKES(2, ENC_DICT, 1, ENC_CONST, 8, ENC_PLANES, 1, 0, 0, 0));
	ck_assert(!TAKES(2, ENC_DICT, 1, ENC_CONST, 8, ENC_PLANES, 1, 0, 0, 1));
	ck_assert(!TAKES(2, ENC_DICT, 0, ENC_CONST, 8, ENC_CONST, 0));
	/* dictionaries do not stand inside dictionaries */
	ck_assert(!TAKES(2, ENC_DICT, 1, ENC_DICT, 1, ENC_CONST, 8, ENC_CONST, 0, ENC_CONST, 0));
	/* runs that are too long, too short, endless */
	ck_assert(TAKES(4, ENC_RUNS, 2, ENC_CONST, 8, ENC_CONST, 4));
	ck_assert(!TAKES(5, ENC_RUNS, 2, ENC_CONST, 8, ENC_CONST, 4));
	ck_assert(!TAKES(3, ENC_RUNS, 2, ENC_CONST, 8, ENC_CONST, 4));
	ck_assert(!TAKES(3, ENC_RUNS, 0, ENC_CONST, 8, ENC_CONST, 4));
	ck_assert(!TAKES(3, ENC_RUNS, 1, ENC_RUNS, 1, ENC_CONST, 2, ENC_CONST, 2, ENC_CONST, 6));
	/* an exception outside */
	ck_assert(TAKES(2, ENC_PATCH, 1, 0, 5, 6, 1, ENC_CONST, 2, ENC_CONST, 2));
	ck_assert(!TAKES(2, ENC_PATCH, 1, 0, 5, 6, 1, ENC_CONST, 4, ENC_CONST, 2));
	ck_assert(!TAKES(2, ENC_PATCH, 1, 0, 5, 6, 3, ENC_CONST, 2, ENC_CONST, 2));
	teardown();
}
END_TEST

/* Numbers that are told by their highest bit alone: there are no bits below. */
START_TEST(bits_without_bits)
{
	const struct kind *k = kind_of(EV_SYSCALL_READ_X);
	struct rows_put *put = rows_put_new(0);
	struct schema *schema = schema_new();
	struct param out[KIND_COLUMNS_MAX];
	struct buf body = BUF_INIT;
	struct rows_get g;
	uint8_t le[8];
	struct row r;
	unsigned i;

	for (i = 0; i < 200; i++) {
		r = (struct row){ .ts = 5, .kind = k, .ncols = (uint8_t)k->ncols };
		put_le64(le, (uint64_t)(i * 2654435761u >> 13 & 1) << 40);
		r.col[P_SYSCALL_READ_X_res] = (struct param){ le, 8 };
		ck_assert(rows_put_add(put, &r));
	}
	rows_put_body(put, &body, 1, 0, false);
	rows_get_init(&g);
	ck_assert(rows_get_open(&g, body.data, body.len, schema));
	ck_assert_uint_eq(g.frames[FRAME_BITS].raw, 0);
	ck_assert(rows_get_group(&g, &g.groups[0]));
	for (i = 0; i < 200; i++) {
		group_row(&g.groups[0], i, out);
		ck_assert_uint_eq(le64(out[P_SYSCALL_READ_X_res].p),
				  (uint64_t)(i * 2654435761u >> 13 & 1) << 40);
	}
	rows_get_release(&g);
	rows_put_free(put);
	schema_free(schema);
	buf_release(&body);
}
END_TEST

UNIT_MAIN("trace_ints", every_encoding, edges, bit_lists, bits_without_bits, like_another,
	  hostile_bits, hostile)
