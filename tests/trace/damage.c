/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cut a small trace at every byte, flip every bit of it (under a slow sanitizer:
 * one of each byte): the reader gives every event of every whole block and says
 * what is wrong; verify never says intact; both name the block that was hit; and
 * repair counts what it held.
 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/trace/format.h"
#include "lib/trace/repair.h"
#include "tests/trace/convert.h"
#include "tests/trace/torn.h"

#ifdef __SANITIZE_ADDRESS__
#define BITS_STEP	8
#else
#define BITS_STEP	1
#endif

/* Everything of the blocks that end before `end`, but block `hit`. */
static bool expected(unsigned i, uint64_t end, unsigned hit)
{
	unsigned b;

	for (b = 0; b < nplaces; b++)
		if (i >= places[b].first && i < places[b].first + places[b].count)
			return b != hit && places[b].offset + places[b].length <= end;
	return false;
}

static void check_events(const bool got[SAMPLE_EVENTS], uint64_t end, unsigned hit,
			 uint64_t at)
{
	unsigned i;

	for (i = 0; i < SAMPLE_EVENTS; i++)
		if (got[i] != expected(i, end, hit))
			complain(got[i] ? "an event too many" : "an event too few", at, i);
}

static void cut_everywhere(const struct buf *b)
{
	bool got[SAMPLE_EVENTS];
	struct verify_report r;
	unsigned losses;
	size_t len;
	int err;

	for (len = 0; len < b->len; len++) {
		err = read_events(b->data, len, got, &losses);
		if (err != (len ? -E_CUT : -E_EMPTY))
			complain("a cut is not told by the reader", len, err);
		check_events(got, len, UINT_MAX, len);
		err = verify(b->data, len, &r);
		if (err != (len ? -E_VERIFY : -E_EMPTY))
			complain("a cut is not told by verify", len, err);
		if (len && (!r.cut || r.cut_at > len || r.breaches != 1))
			complain("verify names another place than the cut", len, (int64_t)r.cut_at);
		verify_report_release(&r);
	}
}

static unsigned place_of(uint64_t at)
{
	unsigned b = 0;

	while (at >= places[b].offset + places[b].length)
		b++;
	return b;
}

static void read_flipped(const struct buf *b, uint64_t at, unsigned hit)
{
	bool got[SAMPLE_EVENTS];
	unsigned losses;
	int err = read_events(b->data, b->len, got, &losses);

	if (err != -E_DAMAGED)
		complain("a flipped bit is not told by the reader", at, err);
	check_events(got, UINT64_MAX, hit, at);
	if (losses != SAMPLE_LOSSES + (places[hit].type != VTR_LOSS))
		complain("damage is not told as a loss", at, losses);
	if (told.block != hit || told.offset != (int64_t)places[hit].offset)
		complain("the reader names another block", at, told.block);
}

static void flip_one(struct buf *b, uint64_t at, unsigned bit)
{
	struct verify_report r;
	unsigned hit = place_of(at);
	int err;

	b->data[at] ^= (char)(1 << bit);
	/* Of a body every other bit: the reader takes longer. */
	if (bit % 2 == at % 2 || at < places[hit].offset + VTR_HEADER)
		read_flipped(b, at, hit);
	err = verify(b->data, b->len, &r);
	if (err != -E_VERIFY || !r.n)
		complain("a flipped bit is not told by verify", at, err);
	else if (r.v[0].block != hit || r.v[0].offset != places[hit].offset)
		complain("verify names another block", at, (int64_t)r.v[0].block);
	else if (places[hit].type == VTR_EVENTS &&
		 (r.v[0].from_num != places[hit].first + 1 ||
		  r.v[0].to_num != places[hit].first + places[hit].count))
		complain("verify names other events", at, (int64_t)r.v[0].from_num);
	verify_report_release(&r);
	b->data[at] ^= (char)(1 << bit);
}

/* A repaired trace is intact, and gives what the damaged one gave. */
static void repair_one(struct buf *b, uint64_t at)
{
	bool got[SAMPLE_EVENTS], again[SAMPLE_EVENTS];
	struct repair_report rep;
	struct verify_report r;
	struct buf out = BUF_INIT;
	struct input in;
	unsigned losses, losses2;

	b->data[at] ^= 1;
	read_events(b->data, b->len, got, &losses);
	input_mem(&in, b->data, b->len);
	if (vtr_repair(&in, NULL, buf_sink, &out, &rep) || !rep.damaged)
		complain("cannot be repaired", at, 0);
	if (rep.lost != places[place_of(at)].count)
		complain("repair counts other events than are missing", at, (int64_t)rep.lost);
	if (verify(out.data, out.len, &r))
		complain("what was repaired is not intact", at, (int64_t)r.breaches);
	if (read_events(out.data, out.len, again, &losses2))
		complain("what was repaired cannot be read", at, 0);
	if (memcmp(got, again, sizeof(got)) || losses != losses2)
		complain("what was repaired reads otherwise", at, losses2);
	verify_report_release(&r);
	input_release(&in);
	buf_release(&out);
	b->data[at] ^= 1;
}

int main(void)
{
	struct buf b = BUF_INIT;
	bool got[SAMPLE_EVENTS];
	struct verify_report r;
	unsigned losses, bit;
	uint64_t at;

	sample_make(&b, sample_key);
	find_places(&b);
	if (verify(b.data, b.len, &r) || r.is_signed != 1)
		complain("the sample is not intact", 0, (int64_t)r.breaches);
	verify_report_release(&r);
	if (read_events(b.data, b.len, got, &losses) || losses != SAMPLE_LOSSES)
		complain("the sample cannot be read", 0, losses);
	check_events(got, UINT64_MAX, UINT_MAX, 0);
	cut_everywhere(&b);
	for (at = 0; at < b.len; at++)
		for (bit = at % BITS_STEP; bit < 8; bit += BITS_STEP)
			flip_one(&b, at, bit);
	for (at = 0; at < b.len; at += 7)
		repair_one(&b, at);
	printf("%zu bytes, %u blocks, %u failures\n", b.len, nplaces, failures);
	buf_release(&b);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
