/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"
#include "lib/trace/format.h"
#include "lib/trace/ints.h"

static struct codec *codec;
static struct ints_writer *writer;
static struct ints_scratch *scratch;
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
	scratch = xmalloc(sizeof(*scratch));
}

static void teardown(void)
{
	ints_writer_free(writer);
	codec_free(codec);
	free(scratch);
}

static uint64_t load(const void *p, unsigned width, size_t i)
{
	const uint8_t *at = (const uint8_t *)p + i * width;

	return width == 1 ? *at : width == 2 ? le16(at) : width == 4 ? le32(at) : le64(at);
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
	ck_assert_uint_eq(seen, (1u << ENC_COUNT) - 1);
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

static bool takes(const void *p, size_t len, size_t n)
{
	struct rcur c = rcur_of(p, len);

	return ints_get_all(&c, scratch, back, 8, n);
}

#define TAKES(n, ...) takes((const uint8_t[]){ __VA_ARGS__ },		\
			    sizeof((const uint8_t[]){ __VA_ARGS__ }), n)

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

UNIT_MAIN("trace_ints", every_encoding, edges, hostile)
