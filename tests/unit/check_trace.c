/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/event/valid.h"
#include "lib/trace/block.h"
#include "lib/trace/index.h"
#include "lib/trace/keyfile.h"
#include "lib/trace/limits.h"
#include "lib/trace/reader.h"
#include "lib/trace/rows_get.h"
#include "lib/trace/rows_put.h"
#include "lib/trace/schema.h"
#include "lib/trace/summary.h"
#include "lib/trace/verify.h"
#include "tests/trace/convert.h"
#include "tests/trace/sample.h"

START_TEST(same_bytes_twice)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	sample_make(&a, sample_key);
	sample_make(&b, sample_key);
	ck_assert_uint_eq(a.len, b.len);
	ck_assert(!memcmp(a.data, b.data, a.len));
	buf_release(&a);
	buf_release(&b);
}
END_TEST

/* Reading and writing again gives the same events, not just some. */
START_TEST(copy_is_the_same)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct diag d = DIAG_INIT;
	struct evsource *s, *t;
	char why[200] = "";
	uint64_t n;

	sample_make(&a, NULL);
	ck_assert_int_eq(vtr_open_mem(&s, a.data, a.len, "a", &d), 0);
	ck_assert_text(str_of(vtr_meta_get(vtr_meta_of(s), "case.id")), "case 7");
	ck_assert_int_eq(convert(s, &b, NULL, NULL), 0);
	s->close(s);
	ck_assert_int_eq(vtr_open_mem(&s, a.data, a.len, "a", &d), 0);
	ck_assert_int_eq(vtr_open_mem(&t, b.data, b.len, "b", &d), 0);
	ck_assert_msg(same(s, t, why, sizeof(why), &n), "event %" PRIu64 ": %s", n, why);
	ck_assert_uint_eq(n, SAMPLE_EVENTS);
	s->close(s);
	t->close(t);
	buf_release(&a);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(projection)
{
	uint8_t types[(EV_COUNT + 7) / 8] = { 0 };
	struct vtr_projection p = { types, false };
	struct diag d = DIAG_INIT;
	struct buf a = BUF_INIT;
	struct evsource_next n;
	struct evsource *s;
	unsigned reads = 0;

	types[EV_SYSCALL_READ_X / 8] |= 1 << EV_SYSCALL_READ_X % 8;
	sample_make(&a, NULL);
	ck_assert_int_eq(vtr_open_mem(&s, a.data, a.len, "a", &d), 0);
	vtr_project(s, &p);
	for (s->next(s, &n); n.what != EVS_END; s->next(s, &n)) {
		if (n.what != EVS_EVENT)
			continue;
		ck_assert_uint_eq(n.ev->type, EV_SYSCALL_READ_X);
		ck_assert_uint_eq(n.ev->num, 2 * reads + 2);
		event_params(n.ev);
		ck_assert_int_eq(event_i64(n.ev, P_SYSCALL_READ_X_res, 0), 16);
		ck_assert_uint_eq(n.ev->param[P_SYSCALL_READ_X_data].len, 0);
		reads++;
	}
	ck_assert_uint_eq(reads, SAMPLE_EVENTS / 2);
	ck_assert_int_eq(s->status(s), 0);
	s->close(s);
	buf_release(&a);
	diag_release(&d);
}
END_TEST

/* Reading may begin in the middle; numbers are those of the whole trace. */
START_TEST(seek)
{
	unsigned from, seen;
	struct vtr_projection p = { .payload = true };
	struct diag d = DIAG_INIT;
	struct buf a = BUF_INIT;
	struct evsource_next n;
	struct evsource *s;
	uint64_t num;

	sample_make(&a, NULL);
	for (from = 1; from <= SAMPLE_EVENTS + 1; from++) {
		p.from_num = from % 2 ? from : 0;
		p.from_ts = from % 2 ? 0 : sample_ts(from - 1);
		ck_assert_int_eq(vtr_open_mem(&s, a.data, a.len, "a", &d), 0);
		vtr_project(s, &p);
		num = seen = 0;
		for (n.skipped = 0, s->next(s, &n); n.what != EVS_END;
		     n.skipped = 0, s->next(s, &n)) {
			num += n.skipped;
			if (n.what != EVS_EVENT)
				continue;
			ck_assert_uint_eq(n.ev->num, ++num);
			ck_assert_uint_eq(n.ev->ts, sample_ts((unsigned)num - 1));
			event_params(n.ev);
			ck_assert_uint_eq(n.ev->nparams, n.ev->info->nparams);
			seen++;
		}
		ck_assert_int_eq(s->status(s), 0);
		if (from <= SAMPLE_EVENTS)	/* whole blocks are left out */
			ck_assert_uint_eq(seen, SAMPLE_EVENTS - (from - 1) /
					  SAMPLE_BLOCK_EVENTS * SAMPLE_BLOCK_EVENTS);
		s->close(s);
	}
	buf_release(&a);
	diag_release(&d);
}
END_TEST

static struct row row_of(const struct kind *k, uint64_t ts)
{
	return (struct row){ .ts = ts, .tid = 1, .kind = k, .ncols = (uint8_t)k->ncols };
}

/* A fixed-size column with a value of another size, and one without any. */
START_TEST(odd_sizes_survive)
{
	static const struct column cols[] = { { "n", COL_U32, 0 }, { "s", COL_BYTES, 0 } };
	static const struct kind k = { .id = KIND_CANONICAL + EV_SYSCALL_READ_X,
				       .ncols = 2, .name = "odd", .cols = cols };
	static const struct param in[] = {
		{ (const uint8_t *)"abcd", 4 }, { NULL, 0 }, { (const uint8_t *)"abc", 3 },
		{ (const uint8_t *)"efgh", 4 },
	};
	struct rows_put *put = rows_put_new(0);
	struct schema *schema = schema_new();
	struct buf body = BUF_INIT;
	struct param out[2];
	struct rows_get g;
	struct row r;
	unsigned i;

	/* by the file's own description; this build has no such columns */
	schema_pack_kind(&body, &k);
	buf_clear(&body);
	buf_varint(&body, 1);
	schema_pack_kind(&body, &k);
	ck_assert(schema_add(schema, body.data, body.len));
	schema_find(schema, k.id)->known = &k;
	schema_find(schema, k.id)->cols[0].dest = 0;
	schema_find(schema, k.id)->cols[1].dest = 1;
	buf_clear(&body);
	for (i = 0; i < ARRAY_SIZE(in); i++) {
		r = row_of(&k, 5);
		r.col[0] = in[i];
		r.col[1] = in[ARRAY_SIZE(in) - 1 - i];
		r.ncols = i == 3 ? 1 : 2;
		ck_assert(rows_put_add(put, &r));
	}
	rows_put_body(put, &body, 1, 0, false);
	rows_get_init(&g);
	ck_assert(rows_get_open(&g, body.data, body.len, schema));
	rows_get_group(&g, &g.groups[0]);
	ck_assert_int_eq(g.groups[0].state, GROUP_READY);
	for (i = 0; i < ARRAY_SIZE(in); i++) {
		ck_assert_uint_eq(group_row(&g.groups[0], i, out), i == 3 ? 1 : 2);
		/* the reader of canonical kinds lets no odd size through */
		ck_assert_uint_eq(out[1].len, i == 3 ? 0 : in[3 - i].len);
	}
	rows_get_release(&g);
	rows_put_free(put);
	schema_free(schema);
	buf_release(&body);
}
END_TEST

/* A trace written with a schema that is not ours: a column more, one less,
 * another order; and a kind this build does not know. */
START_TEST(another_schema)
{
	static const struct column cols[] = {
		{ "size", COL_U32, 0 }, { "colour", COL_U64, 0 }, { "res", COL_U64, COLF_SIGNED },
	};
	static const struct kind k = { .id = EV_SYSCALL_READ_X, .ncols = 3,
				       .name = "read", .cols = cols };
	static const struct kind strange = { .id = 0x3fff, .ncols = 3, .name = "strange",
					     .cols = cols };
	struct vtr_meta meta = VTR_META_INIT;
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct evsource_next n;
	struct evsource *s;
	struct vtr_writer *w;
	uint8_t v[3][8];
	struct row r;

	w = vtr_writer_new(&meta, NULL, buf_sink, &b);
	put_le64(v[0], 4096);
	put_le64(v[1], 77);
	put_le64(v[2], 12);
	r = row_of(&k, 1000);
	r.col[0] = (struct param){ v[0], 4 };
	r.col[1] = (struct param){ v[1], 8 };
	r.col[2] = (struct param){ v[2], 8 };
	ck_assert_int_eq(vtr_writer_row(w, &r), 0);
	r.kind = &strange;
	ck_assert_int_eq(vtr_writer_row(w, &r), 0);
	ck_assert_int_eq(vtr_writer_close(w), 0);
	ck_assert_int_eq(vtr_open_mem(&s, b.data, b.len, "b", &d), 0);
	s->next(s, &n);
	ck_assert_int_eq(n.what, EVS_EVENT);
	event_params(n.ev);
	ck_assert_int_eq(event_i64(n.ev, P_SYSCALL_READ_X_res, 0), 12);
	ck_assert_int_eq(event_i64(n.ev, P_SYSCALL_READ_X_size, 0), 4096);
	ck_assert_uint_eq(n.ev->param[P_SYSCALL_READ_X_data].len, 0);
	ck_assert_uint_eq(n.ev->param[P_SYSCALL_READ_X_fd].len, 0);
	s->next(s, &n);
	ck_assert_int_eq(n.what, EVS_END);
	ck_assert_int_eq(s->status(s), 0);
	ck_assert_uint_eq(d.warnings, 1);
	s->close(s);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(late_and_sequence)
{
	const struct kind *k = kind_of(EV_SYSCALL_READ_X);
	struct rows_put *put = rows_put_new(0);
	struct schema *schema = schema_new();
	struct buf body = BUF_INIT;
	struct rows_get g;
	struct row r = row_of(k, 0);
	unsigned i;

	for (i = 0; i < 100; i++) {
		r.ts = 1000 - (i % 7) * 3;	/* backwards now and then */
		r.cpu = i % 3;
		r.seq = 4000000000u + i * 50000000u;	/* wraps */
		r.ncols = 0;
		ck_assert(rows_put_add(put, &r));
	}
	ck_assert_uint_eq(rows_put_min_ts(put), 1000 - 18);
	ck_assert_uint_eq(rows_put_max_ts(put), 1000);
	rows_put_body(put, &body, 1, 0, false);
	rows_get_init(&g);
	ck_assert(rows_get_open(&g, body.data, body.len, schema));
	for (i = 0; i < 100; i++) {
		ck_assert_uint_eq(g.ts[i], 1000 - (i % 7) * 3);
		ck_assert_uint_eq(g.cpu[i], i % 3);
		ck_assert_uint_eq(rows_get_seq(&g, i), 4000000000u + i * 50000000u);
	}
	rows_get_release(&g);
	rows_put_free(put);
	schema_free(schema);
	buf_release(&body);
}
END_TEST

static void check_losses(const struct loss_totals *l)
{
	ck_assert_uint_eq(l->n, 2);
	ck_assert_uint_eq(l->v[0].reason, LOSS_RING);
	ck_assert_uint_eq(l->v[0].cls, 1 + RC_IO);
	ck_assert_uint_eq(l->v[0].count, 5);
	ck_assert_uint_eq(l->v[1].reason, LOSS_PAYLOAD);
	ck_assert_uint_eq(l->v[1].cls, 1 + RC_NET);
	ck_assert_uint_eq(l->v[1].count, 3);
	ck_assert_uint_eq(l->v[1].from_ts, sample_ts(1));
}

/* With an INDEX, without one, from a pipe: the same totals. */
START_TEST(summary_with_and_without_index)
{
	struct summary with, without;
	struct buf b = BUF_INIT;
	struct input in;
	size_t i;

	sample_make(&b, sample_key);
	input_mem(&in, b.data, b.len);
	ck_assert_int_eq(vtr_summarise(&in, &with), 0);
	input_mem(&in, b.data, b.len - 1);
	ck_assert_int_eq(vtr_summarise(&in, &without), 0);
	ck_assert(with.from_index && !without.from_index);
	ck_assert_int_eq(with.status, 0);
	ck_assert_int_eq(without.status, -E_CUT);
	ck_assert_uint_eq(with.events, SAMPLE_EVENTS);
	ck_assert_uint_eq(without.events, SAMPLE_EVENTS);
	ck_assert_uint_eq(with.first_ts, sample_ts(0));
	ck_assert_uint_eq(with.last_ts, sample_ts(SAMPLE_EVENTS - 1));
	ck_assert_uint_eq(with.index.lost, 5);
	ck_assert_uint_eq(without.index.lost, 5);
	ck_assert_uint_eq(with.index.losses, 1);
	ck_assert(index_has_losses(&with.index));
	check_losses(&with.losses);
	check_losses(&without.losses);
	ck_assert_uint_eq(with.index.ntotals, without.index.ntotals);
	for (i = 0; i < with.index.ntotals; i++) {
		ck_assert_uint_eq(with.index.totals[i].kind, without.index.totals[i].kind);
		ck_assert_uint_eq(with.index.totals[i].rows, without.index.totals[i].rows);
	}
	ck_assert_uint_eq(with.is_signed, 1);
	summary_release(&with);
	summary_release(&without);
	buf_release(&b);
}
END_TEST

/* Give a block new bytes and checksums that agree: only the chain can tell. */
static void forge(struct buf *b, unsigned number, size_t at, uint8_t value)
{
	uint8_t *p = (uint8_t *)b->data;
	struct block_head h;
	struct chain c;

	for (;; p += VTR_HEADER + h.length) {
		ck_assert(block_head_parse(&h, p));
		if (h.number == number)
			break;
	}
	p[VTR_HEADER + at] = value;
	c = (struct chain){ .next = number };
	block_head_make(p, &c, h.type, p + VTR_HEADER, h.length);
}

static int verify(const struct buf *b, const uint8_t *key, struct verify_report *r)
{
	struct input in;

	input_mem(&in, b->data, b->len);
	return vtr_verify(&in, key, r);
}

START_TEST(forgery)
{
	struct verify_report r;
	struct buf b = BUF_INIT;
	uint8_t other[SEAL_PUBLIC] = { 1 };

	sample_make(&b, sample_key);
	ck_assert_int_eq(verify(&b, sample_key + 32, &r), 0);
	verify_report_release(&r);
	ck_assert_int_eq(verify(&b, other, &r), -E_VERIFY);
	ck_assert_int_eq(r.v[0].kind, BREACH_KEY);
	verify_report_release(&r);
	/* the LOSS block says 4 instead of 5 */
	forge(&b, 6, 16, 4);
	ck_assert_int_eq(verify(&b, NULL, &r), -E_VERIFY);
	ck_assert_uint_eq(r.v[0].block, 6);
	ck_assert_int_eq(r.v[0].kind, BREACH_CHAIN);
	verify_report_release(&r);
	buf_release(&b);
	/* an unsigned seal where a signature is asked for */
	sample_make(&b, NULL);
	ck_assert_int_eq(verify(&b, NULL, &r), 0);
	ck_assert_uint_eq(r.is_signed, 0);
	verify_report_release(&r);
	ck_assert_int_eq(verify(&b, sample_key + 32, &r), -E_VERIFY);
	verify_report_release(&r);
	buf_release(&b);
}
END_TEST

/* A frame that says it inflates to more than a block may. */
START_TEST(bomb)
{
	struct schema *schema = schema_new();
	struct buf body = BUF_INIT;
	struct rows_get g;
	unsigned i;

	buf_le32(&body, 1);
	buf_le32(&body, 0);
	buf_le64(&body, 1);
	buf_le64(&body, 1);
	buf_le64(&body, 1);
	buf_le16(&body, 1);
	buf_le16(&body, 4);
	buf_varint(&body, EV_SYSCALL_READ_X);
	buf_varint(&body, 1);
	buf_varint(&body, kind_of(EV_SYSCALL_READ_X)->ncols);
	buf_varint(&body, 3);
	for (i = 0; i < 4; i++) {
		buf_le8(&body, 1);
		buf_varint(&body, i == 2 ? VTR_RAW_MAX : 100);
		buf_varint(&body, 0);
	}
	rows_get_init(&g);
	ck_assert(!rows_get_open(&g, body.data, body.len, schema));
	ck_assert_uint_eq(g.slab.n, 0);		/* nothing was asked for */
	rows_get_release(&g);
	schema_free(schema);
	buf_release(&body);
}
END_TEST

START_TEST(limits_of_the_writer)
{
	struct vtr_meta meta = VTR_META_INIT;
	struct buf b = BUF_INIT;
	struct vtr_writer *w = vtr_writer_new(&meta, NULL, buf_sink, &b);
	struct row r = row_of(kind_of(EV_SYSCALL_READ_X), 1);
	static const uint8_t big[1];

	r.col[1] = (struct param){ big, VTR_VALUE_MAX + 1u };
	ck_assert_int_eq(vtr_writer_row(w, &r), -E_LIMIT);
	r.col[1] = (struct param){ NULL, 0 };
	ck_assert_int_eq(vtr_writer_row(w, &r), 0);
	ck_assert_int_eq(vtr_writer_close(w), 0);
	buf_release(&b);
}
END_TEST

static int full(void *ctx, const void *p UNUSED, size_t len)
{
	size_t *left = ctx;

	if (*left < len)
		return -E_FULL;
	*left -= len;
	return 0;
}

START_TEST(a_full_disk_is_told)
{
	struct vtr_meta meta = VTR_META_INIT;
	size_t left = 100;
	struct vtr_writer *w = vtr_writer_new(&meta, NULL, full, &left);
	struct row r = row_of(kind_of(EV_SYSCALL_READ_X), 1);

	vtr_writer_row(w, &r);
	ck_assert_int_eq(vtr_writer_flush(w), -E_FULL);
	ck_assert_int_eq(vtr_writer_close(w), -E_FULL);
}
END_TEST

START_TEST(foreign_and_empty)
{
	struct diag d = DIAG_INIT;
	struct evsource *s;
	char zeros[100] = { 0 };

	ck_assert_int_eq(vtr_open_mem(&s, "", 0, "x", &d), -E_EMPTY);
	ck_assert_int_eq(vtr_open_mem(&s, zeros, sizeof(zeros), "x", &d), -E_FOREIGN);
	ck_assert_int_eq(vtr_open_mem(&s, "VTRC", 4, "x", &d), -E_FOREIGN);
	ck_assert(!s);
	ck_assert_uint_eq(d.errors, 3);
	diag_release(&d);
}
END_TEST

START_TEST(two_segments)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct evsource_next n;
	struct evsource *s;
	struct verify_report r;
	unsigned restarts = 0, events = 0;

	sample_make(&b, NULL);
	sample_make(&b, sample_key);
	ck_assert_int_eq(vtr_open_mem(&s, b.data, b.len, "b", &d), 0);
	for (s->next(s, &n); n.what != EVS_END; s->next(s, &n)) {
		restarts += n.what == EVS_RESTART;
		events += n.what == EVS_EVENT;
	}
	ck_assert_uint_eq(restarts, 1);
	ck_assert_uint_eq(events, 2 * SAMPLE_EVENTS);
	ck_assert_int_eq(s->status(s), 0);
	s->close(s);
	/* whole, but the same recording twice */
	ck_assert_int_eq(verify(&b, NULL, &r), -E_VERIFY);
	ck_assert_uint_eq(r.segments, 2);
	ck_assert_uint_eq(r.breaches, 1);
	ck_assert_int_eq(r.v[0].kind, BREACH_ORDER);
	verify_report_release(&r);
	/* rubbish after the end is no part of it */
	buf_adds(&b, "rubbish, and enough of it to fill a header and then some more of it");
	ck_assert_int_eq(verify(&b, NULL, &r), -E_VERIFY);
	verify_report_release(&r);
	buf_release(&b);
	diag_release(&d);
}
END_TEST

START_TEST(validity)
{
	static const struct { unsigned type; const char *p; uint32_t len; bool ok; } t[] = {
		{ PT_CHARBUF, "ab", 3, true }, { PT_CHARBUF, "ab", 2, false },
		{ PT_CHARBUF, NULL, 0, true }, { PT_INT64, "12345678", 8, true },
		{ PT_INT64, "1234", 4, false }, { PT_BYTEBUF, "x", 1, true },
		{ PT_SOCKADDR, "\2abcdpp", 7, true }, { PT_SOCKADDR, "\2abcd", 5, false },
		{ PT_SOCKADDR, "\1", 1, false }, { PT_SOCKADDR, "\1", 2, true },
		{ PT_SOCKTUPLE, "\1aaaaaaaabbbbbbbb", 18, true },
		{ PT_SOCKTUPLE, "\1aaaaaaaabbbbbbbb", 17, false },
		{ PT_FDLIST, "\1\0aaaaaaaabb", 12, true }, { PT_FDLIST, "\2\0aaaaaaaabb", 12, false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		ck_assert_msg(param_valid(t[i].type, (struct param){
			(const uint8_t *)t[i].p, t[i].len }) == t[i].ok, "row %zu", i);
}
END_TEST

START_TEST(index_body)
{
	struct index x = INDEX_INIT, y = INDEX_INIT;
	struct buf b = BUF_INIT;

	index_add(&x, &(struct index_entry){ 100, VTR_EVENTS, 7, 1, 10, UINT64_MAX });
	index_count(&x, 307, 5);
	index_count(&x, 7, 1);
	index_count(&x, 307, 2);
	index_pack(&x, &b);
	ck_assert(index_unpack(&y, b.data, b.len, VTR_VERSION));
	ck_assert_uint_eq(y.n, 1);
	ck_assert_uint_eq(y.v[0].max_ts, UINT64_MAX);
	ck_assert_uint_eq(y.ntotals, 2);
	ck_assert_uint_eq(y.totals[1].rows, 7);
	index_release(&y);
	ck_assert(!index_unpack(&y, b.data, b.len - 1, VTR_VERSION));
	index_release(&y);
	buf_clear(&b);
	buf_varint(&b, VTR_INDEX_MAX + 1ull);
	ck_assert(!index_unpack(&y, b.data, b.len, VTR_VERSION));
	index_release(&x);
	buf_release(&b);
}
END_TEST

START_TEST(snapshot_rows)
{
	struct snap_item in = { .kind = SNAP_FD, .fd = {
		.tid = 7, .fd = -1, .ino = UINT64_MAX, .type = FD_IPV6_SOCK, .sport = 65535,
		.sip = { 1, 2, 3 }, .name = STR("x") } }, out;
	struct rowbuf scratch;
	struct row r;

	row_of_snap(&r, &in, &scratch);
	ck_assert(snap_of_row(&out, &r));
	ck_assert_int_eq(out.fd.fd, -1);
	ck_assert_uint_eq(out.fd.ino, UINT64_MAX);
	ck_assert_uint_eq(out.fd.sport, 65535);
	ck_assert(!memcmp(out.fd.sip, in.fd.sip, 16));
	ck_assert_text(out.fd.name, "x");
	r.ncols = 3;	/* an older recorder knew only three */
	ck_assert(snap_of_row(&out, &r));
	ck_assert_uint_eq(out.fd.sport, 0);
	r.kind = kind_of(EV_SYSCALL_READ_X);
	ck_assert(!snap_of_row(&out, &r));
}
END_TEST

START_TEST(kinds)
{
	const struct kind *k, *last = NULL;
	unsigned n = 0;

	for (k = kind_next(NULL); k; k = kind_next(k), n++) {
		ck_assert(!last || k->id > last->id);
		ck_assert(kind_of(k->id) == k);
		ck_assert_uint_le(k->ncols, KIND_COLUMNS_MAX);
		last = k;
	}
	ck_assert_uint_gt(n, 800);
	ck_assert_text(str_of(kind_of(EV_SYSCALL_OPENAT_2_X)->cols[2].name), "name");
	ck_assert(kind_of(EV_SYSCALL_READ_X)->cols[1].flags & COLF_PAYLOAD);
	ck_assert(!kind_of(KIND_SNAP + SNAP_KIND_COUNT));
}
END_TEST

UNIT_MAIN("trace", same_bytes_twice, copy_is_the_same, projection, seek, odd_sizes_survive,
	  another_schema, late_and_sequence, summary_with_and_without_index, forgery, bomb,
	  limits_of_the_writer, a_full_disk_is_told, foreign_and_empty, two_segments,
	  validity, index_body, snapshot_rows, kinds)
