/* SPDX-License-Identifier: Apache-2.0 */
/* Rows by the model: the same rows as columns tell, nonsense refused. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "lib/base/lebuf.h"
#include "lib/trace/block.h"
#include "lib/trace/dict.h"
#include "lib/trace/learnt.h"
#include "lib/trace/limits.h"
#include "lib/trace/model.h"
#include "lib/trace/primer.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/rows_put.h"
#include "tests/trace/sample.h"

#include <sodium.h>

/* --- bits --- */

static unsigned noise(unsigned i)
{
	return (i * 2654435761u) >> 13 & 1;
}

static unsigned code_bits(struct model *m, unsigned n, bool check)
{
	unsigned i, bit, bad = 0;

	for (i = 0; i < n; i++) {
		bit = model_bit(m, i % 3, (uint64_t[]){ i % 7, model_mix(1, i % 2) }, 2, noise(i));
		bad += check && bit != noise(i);
		bit = model_tree(m, 5, (uint64_t[]){ 9 }, 1, i % 77, 7);
		bad += check && bit != i % 77;
		bit = model_bit(m, 6, (uint64_t[]){ 4 }, 1, 1);
		bad += check && bit != 1;
	}
	return bad;
}

START_TEST(bits_come_back)
{
	struct model *m = model_new(), *other = model_new();
	struct buf b = BUF_INIT;

	model_write(m, &b);
	code_bits(m, 3000, false);
	model_end(m);
	ck_assert_uint_eq(model_bits(m), 3000 * 9);
	/* one bit of noise, and what can be learnt of the others */
	ck_assert_uint_lt(b.len, 3000 / 8 + 3000);
	model_read(other, b.data, b.len);
	ck_assert_uint_eq(code_bits(other, 3000, true), 0);
	ck_assert(!model_overrun(other));
	model_free(m);
	model_free(other);
	buf_release(&b);
}
END_TEST

START_TEST(behind_the_end)
{
	struct model *m = model_new();
	unsigned i;

	model_read(m, "\x80\x01\x02\x03", 4);
	for (i = 0; i < 2000 && !model_overrun(m); i++)
		model_bit(m, 0, (uint64_t[]){ noise(i) }, 1, 0);
	ck_assert_uint_lt(i, 2000);
	/* many bits in few bytes, however likely they are */
	model_read(m, "", 0);
	for (i = 0; i <= MODEL_BITS_FREE; i++)
		model_bit(m, 0, (uint64_t[]){ 1 }, 1, 0);
	ck_assert(model_overrun(m));
	ck_assert(model_may(MODEL_BITS_FREE, 0));
	ck_assert(!model_may(MODEL_BITS_FREE + 1, 0));
	model_free(m);
}
END_TEST

/* --- rows --- */

/* The body of the first block of a type. */
static struct str body_of(const struct buf *file, uint8_t type)
{
	struct block_head h;
	size_t at;

	for (at = 0; at < file->len; at += VTR_HEADER + h.length) {
		ck_assert(block_head_parse(&h, (uint8_t *)file->data + at));
		if (h.type == type)
			return (struct str){ file->data + at + VTR_HEADER, h.length };
	}
	ck_abort_msg("no such block");
	return STR("");
}

/* Row `at`, of two bodies, is the same. */
static void same_row(struct rows_get *a, struct rows_get *b, uint32_t at)
{
	struct group *ka = &a->groups[a->kind[at]], *kb = &b->groups[b->kind[at]];
	struct param va[KIND_COLUMNS_MAX], vb[KIND_COLUMNS_MAX];
	unsigned n, i;

	ck_assert_uint_eq(ka->id, kb->id);
	ck_assert_uint_eq(a->ts[at], b->ts[at]);
	ck_assert_uint_eq(a->tid[at], b->tid[at]);
	ck_assert_uint_eq(a->cpu[at], b->cpu[at]);
	ck_assert_uint_eq(a->flags[at], b->flags[at]);
	ck_assert_uint_eq(rows_get_seq(a, at), rows_get_seq(b, at));
	ck_assert(rows_get_group(a, ka) && rows_get_group(b, kb));
	n = group_row(ka, a->lanes[a->kind[at]].next++, va);
	ck_assert_uint_eq(group_row(kb, b->lanes[b->kind[at]].next++, vb), n);
	for (i = 0; i < n; i++) {
		ck_assert_uint_eq(va[i].len, vb[i].len);
		ck_assert(!va[i].len || !memcmp(va[i].p, vb[i].p, va[i].len));
	}
}

static void same_rows(uint8_t type)
{
	struct buf columns = BUF_INIT, model = BUF_INIT;
	struct schema *none = schema_new();
	struct rows_get a, b;
	struct str body;
	uint32_t i;

	sample_make_short(&columns, false);
	sample_make_short(&model, true);
	rows_get_init(&a);
	rows_get_init(&b);
	body = body_of(&columns, type);
	ck_assert(rows_get_open(&a, body.p, body.len, none) && !a.head.modelled);
	body = body_of(&model, type);
	ck_assert(rows_get_open(&b, body.p, body.len, none) && b.head.modelled);
	ck_assert_uint_eq(a.head.count, b.head.count);
	for (i = 0; i < a.head.count; i++)
		same_row(&a, &b, i);
	ck_assert(!a.bad && !b.bad);
	rows_get_release(&a);
	rows_get_release(&b);
	schema_free(none);
	buf_release(&columns);
	buf_release(&model);
}

START_TEST(rows_are_the_same)
{
	same_rows(VTR_EVENTS);
	same_rows(VTR_SNAPSHOT);
}
END_TEST

/* A row that has fewer values than those behind it, some of which are missing. */
START_TEST(values_that_come_late)
{
	const struct kind *k = kind_of(KIND_RAW_SYSCALL + 6);
	struct rows_put *put = rows_put_new(0);
	struct schema *none = schema_new();
	struct buf body = BUF_INIT;
	struct param v[KIND_COLUMNS_MAX];
	struct rows_get g;
	struct row r = { .kind = k, .ts = 5, .seq = 1 };
	uint32_t i;

	for (i = 0; i < 20; i++) {
		r.ncols = i ? 1 : 0;
		r.col[0] = i % 3 ? (struct param){ NULL, 0 } :
				   (struct param){ (const uint8_t *)"01234567", coltype_size(k->cols[0].type) };
		ck_assert(rows_put_add(put, &r));
	}
	rows_put_body(put, &body, 1, 0, true);
	rows_get_init(&g);
	ck_assert(rows_get_open(&g, body.data, body.len, none) && g.head.modelled);
	ck_assert(rows_get_group(&g, &g.groups[0]));
	for (i = 0; i < 20; i++) {
		ck_assert_uint_eq(group_row(&g.groups[0], i, v), i ? 1 : 0);
		ck_assert_uint_eq(v[0].len, !i || i % 3 ? 0 : coltype_size(k->cols[0].type));
	}
	rows_get_release(&g);
	rows_put_free(put);
	schema_free(none);
	buf_release(&body);
}
END_TEST

/* What nobody asks for is left out as from columns. */
START_TEST(only_what_is_asked_for)
{
	struct buf model = BUF_INIT;
	struct schema *none = schema_new();
	struct param v[KIND_COLUMNS_MAX];
	struct rows_get g;
	struct str body;
	unsigned i, data = 0;

	sample_make_short(&model, true);
	body = body_of(&model, VTR_EVENTS);
	rows_get_init(&g);
	g.no_payload = true;
	ck_assert(rows_get_open(&g, body.p, body.len, none));
	for (i = 0; i < g.head.nkinds; i++) {
		if (g.groups[i].id != EV_SYSCALL_READ_X)
			continue;
		ck_assert(rows_get_group(&g, &g.groups[i]));
		group_row(&g.groups[i], 0, v);
		ck_assert_uint_eq(v[P_SYSCALL_READ_X_data].len, 0);
		data++;
	}
	ck_assert_uint_eq(data, 1);
	rows_get_release(&g);
	schema_free(none);
	buf_release(&model);
}
END_TEST

/* --- nonsense --- */

/* Whatever a body says: rows, or false; and nothing else is touched. */
START_TEST(damaged_bodies)
{
	struct buf model = BUF_INIT, bad = BUF_INIT;
	struct schema *none = schema_new();
	struct rows_get g;
	struct str body;
	unsigned i, j, opened = 0;

	sample_make_short(&model, true);
	body = body_of(&model, VTR_SNAPSHOT);
	rows_get_init(&g);
	for (i = 0; i < body.len * 2; i++) {
		buf_clear(&bad);
		buf_addstr(&bad, body);
		if (i < body.len)
			bad.data[i] ^= (char)(1 << i % 8);
		else
			buf_setlen(&bad, i - body.len);
		if (!rows_get_open(&g, bad.data, bad.len, none))
			continue;
		opened++;
		for (j = 0; j < g.head.nkinds; j++)
			rows_get_group(&g, &g.groups[j]);
	}
	/* a bit near the end may stand for another last value; most do not fit */
	ck_assert_uint_lt(opened, body.len / 2);
	rows_get_release(&g);
	schema_free(none);
	buf_release(&model);
	buf_release(&bad);
}
END_TEST

/* More rows than there may be are told as columns. */
START_TEST(many_rows)
{
	const struct kind *k = kind_of(EV_SYSCALL_READ_X);
	struct rows_put *put = rows_put_new(0);
	struct buf body = BUF_INIT;
	struct rows_head h;
	unsigned i;

	for (i = 0; i <= MODEL_ROWS_MAX; i++)
		rows_put_add(put, &(struct row){ .kind = k, .ts = i });
	rows_put_body(put, &body, 1, 0, true);
	ck_assert(rows_head_parse(&h, body.data, body.len) && !h.modelled);
	/* and so are those that are too much alike to be real */
	buf_clear(&body);
	for (i = 0; i < 4000; i++)
		rows_put_add(put, &(struct row){ .kind = k, .ts = 1 });
	rows_put_body(put, &body, 1, 0, true);
	ck_assert(rows_head_parse(&h, body.data, body.len) && !h.modelled);
	rows_put_free(put);
	buf_release(&body);
}
END_TEST

/* The page names it; so does every body there is. */
START_TEST(the_primer_is_what_it_was)
{
	static const char want[] = "d8ba0e068cde9e676ff9a6ac7b6a2cd741a8bc9202feff812abd46a0e94d1e92";
	uint8_t hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(hash) + 1];

	crypto_hash_sha256(hash, primer_1, primer_1_size);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	ck_assert_str_eq(hex, want);
	ck_assert(primer() == primer());
	ck_assert_uint_gt(primer()->nstrings, 100);
}
END_TEST

/* What the build has learnt is what reading it teaches. */
START_TEST(the_primer_is_learnt)
{
	struct buf built = BUF_INIT, read = BUF_INIT;
	struct cells *c = primer_read(), other;

	ck_assert_uint_gt(learnt_1_size, 0);
	cells_pack(primer(), &built);
	cells_pack(c, &read);
	ck_assert(str_eq(buf_str(&built), buf_str(&read)));
	cells_init(&other);
	ck_assert(!cells_unpack(&other, read.data, read.len - 1));
	cells_release(&other);
	cells_release(c);
	free(c);
	buf_release(&built);
	buf_release(&read);
}
END_TEST

UNIT_MAIN("trace_model", bits_come_back, behind_the_end, rows_are_the_same, values_that_come_late,
	  only_what_is_asked_for, damaged_bodies, many_rows, the_primer_is_what_it_was,
	  the_primer_is_learnt)
