/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/kind.h"
#include "lib/event/loss.h"
#include "tests/trace/convert.h"
#include "tests/trace/sample.h"

/* Of the seed 00 01 02 ... 1f: the public key is the second half. */
const uint8_t sample_key[64] = {
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,
	0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
	0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
	0x03, 0xa1, 0x07, 0xbf, 0xf3, 0xce, 0x10, 0xbe, 0x1d, 0x70, 0xdd, 0x18,
	0xe7, 0x4b, 0xc0, 0x99, 0x67, 0xe4, 0xd6, 0x30, 0x9b, 0xa5, 0x0d, 0x5f,
	0x1d, 0xdc, 0x86, 0x64, 0x12, 0x55, 0x31, 0xb8,
};

static uint64_t later;		/* than sample_ts() are the events */

uint64_t sample_ts(unsigned i)
{
	return 1700000000000000000u + i * 1000003u;
}

static struct event event_of(unsigned type, unsigned i)
{
	return (struct event){
		.ts = sample_ts(i) + later, .tid = 100 + i % 3, .cpu = (uint16_t)(i % 2),
		.type = (uint16_t)type, .info = evinfo_of(type),
		.nparams = evinfo_of(type)->nparams,
	};
}

static struct param value(uint8_t *to, uint64_t v, uint32_t len)
{
	put_le64(to, v);
	return (struct param){ to, len };
}

static void put_open(struct vtr_writer *w, unsigned i)
{
	struct event ev = event_of(EV_SYSCALL_OPENAT_2_X, i);
	uint8_t n[6][8];
	char path[32];

	snprintf(path, sizeof(path), "/etc/file-%u", i % 5);
	ev.param[0] = value(n[0], i % 4 ? 3 + i : (uint64_t)-2, 8);
	ev.param[1] = value(n[1], (uint64_t)-100, 8);
	ev.param[2] = (struct param){ (uint8_t *)path, (uint32_t)strlen(path) + 1 };
	ev.param[3] = value(n[2], 1, 4);
	if (i % 3)	/* sometimes missing */
		ev.param[4] = value(n[3], 0644, 4);
	ev.param[5] = value(n[4], 0x801, 4);
	ev.param[6] = value(n[5], 1u << 20 | i, 8);
	vtr_writer_event(w, &ev);
}

static void put_read(struct vtr_writer *w, unsigned i)
{
	struct event ev = event_of(EV_SYSCALL_READ_X, i);
	uint8_t n[3][8], data[16];

	memset(data, (int)i, sizeof(data));
	ev.param[0] = value(n[0], sizeof(data), 8);
	ev.param[1] = (struct param){ data, sizeof(data) };
	ev.param[2] = value(n[1], 3, 8);
	ev.param[3] = value(n[2], 4096, 4);
	vtr_writer_event(w, &ev);
}

/* As a recorder writes it. */
static void put_close(struct vtr_writer *w, unsigned i)
{
	enum { CLOSE = 6 };	/* of schema/syscalls.def */
	const struct kind *k = kind_of(KIND_RAW_SYSCALL + CLOSE);
	struct row r = { .kind = k, .ncols = (uint8_t)k->ncols,
			 .ts = sample_ts(i) + later,
			 .tid = 100 + i % 3, .cpu = (uint16_t)(i % 2) };
	uint8_t n[KIND_COLUMNS_MAX][8];
	unsigned c;

	for (c = 0; c < k->ncols; c++)
		r.col[c] = value(n[c], i, coltype_size(k->cols[c].type));
	vtr_writer_row(w, &r);
}

static void put_snaps(struct vtr_writer *w)
{
	struct snap_item host = { .kind = SNAP_HOST, .host = {
		.ncpus = 2, .memory = 1u << 30, .hostname = STR("sample"),
		.arch = STR("x86_64") } };
	struct snap_item proc = { .kind = SNAP_PROC, .proc = {
		.tid = 100, .pid = 100, .ptid = 1, .sid = 100, .vpgid = -1, .pgid = -1,
		.comm = STR("sh"), .exe = STR("/bin/sh"), .cwd = STR("/"),
		.env = STR("A=1\0B=2\0"), .loginuid = UINT32_MAX } };
	struct snap_item fd = { .kind = SNAP_FD, .fd = {
		.tid = 100, .fd = 3, .type = FD_IPV4_SOCK, .l4proto = L4_TCP,
		.sport = 40000, .dport = 443, .sip = { 127, 0, 0, 1 },
		.dip = { 127, 0, 0, 2 } } };

	vtr_writer_snap(w, &host);
	vtr_writer_snap(w, &proc);
	vtr_writer_snap(w, &fd);
}

void sample_make(struct buf *out, const uint8_t *key)
{
	struct vtr_writer_opts opts = { .block_events = SAMPLE_BLOCK_EVENTS, .sign_key = key };
	struct vtr_meta meta = VTR_META_INIT;
	struct vtr_writer *w;
	unsigned i;

	vtr_meta_set(&meta, "recorder.driver", STR("sample"));
	vtr_meta_set(&meta, "case.id", STR("case 7"));
	if (later)
		vtr_meta_set(&meta, "host.name", STR("other"));
	w = vtr_writer_new(&meta, &opts, buf_sink, out);
	vtr_meta_release(&meta);
	put_snaps(w);
	for (i = 0; i < SAMPLE_EVENTS; i++) {
		if (i == 2 * SAMPLE_BLOCK_EVENTS)
			vtr_writer_loss(w, &(struct evloss){
				.from_ts = sample_ts(i - 1), .to_ts = sample_ts(i),
				.count = 5, .cpu = 1, .reason = LOSS_RING,
				.cls = 1 + RC_IO });
		if (i == SAMPLE_BLOCK_EVENTS)
			vtr_writer_loss(w, &(struct evloss){
				.from_ts = sample_ts(1), .to_ts = sample_ts(i),
				.count = 3, .cpu = 0, .reason = LOSS_PAYLOAD,
				.cls = 1 + RC_NET });
		if (i % 8 == 6)
			put_close(w, i);
		else if (i % 2)
			put_read(w, i);
		else
			put_open(w, i);
	}
	if (vtr_writer_close(w))
		abort();
}

void sample_make_other(struct buf *out)
{
	later = SAMPLE_LATER;
	sample_make(out, NULL);
	later = 0;
}

/* --- the big one --- */

enum { BIG_ROWS = 6000, BIG_BLOCK = 2500 };

static uint64_t big_seed;

static uint32_t big_next(uint32_t below)
{
	big_seed = big_seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(big_seed >> 33) % below;
}

/* Numbers of several habits, by column and row. */
static uint64_t habit(unsigned col, unsigned row)
{
	switch (col % 6) {
	case 0:
		return big_next(8) ? big_next(200) : (uint64_t)-(int64_t)big_next(40);
	case 1:
		return 0x7f0000000000u + row * 4096ull + big_next(3) * 64;
	case 2:
		return 0xdeadbeef00ull * (1 + big_next(9));
	case 3:
		return row / 300;
	case 4:
		return big_next(200) ? big_next(250) : 1ull << (20 + big_next(40));
	default:
		return 42;
	}
}

static uint32_t big_text(uint8_t *to, unsigned row)
{
	uint32_t len = 1 + big_next(60), i;

	if (big_next(3))	/* one of few */
		return (uint32_t)snprintf((char *)to, 64, "/usr/lib/part-%u/file", big_next(30)) + 1;
	for (i = 0; i < len; i++)
		to[i] = (uint8_t)('a' + (row + i * i) % 26);
	to[len] = 0;
	return len + 1;
}

static void put_big(struct vtr_writer *w, const struct kind *k, unsigned row)
{
	static uint8_t bytes[KIND_COLUMNS_MAX][64];
	struct row r = { .kind = k, .ncols = (uint8_t)k->ncols };
	unsigned i;

	r.ts = sample_ts(row) + big_next(900) - (row % 1000 == 7 ? 2000000 : 0);
	r.tid = 1000 + (row / 17) % 5 * 7;
	r.cpu = (uint16_t)(row / 9 % 4);
	r.seq = row % 1500 ? row / 4 : 0;
	for (i = 0; i < k->ncols; i++) {
		r.col[i].p = bytes[i];
		r.col[i].len = coltype_size(k->cols[i].type);
		if (r.col[i].len)
			put_le64(bytes[i], habit(i + k->id, row));
		else
			r.col[i].len = big_text(bytes[i], row);
		if (!big_next(40))
			r.col[i] = (struct param){ NULL, 0 };
	}
	if (row % 50 == 3 && r.ncols)
		r.ncols--;
	if (vtr_writer_row(w, &r))
		abort();
}

/* So many of them, and snapshot items before and in the middle. */
static void make_rows(struct buf *out, const struct vtr_writer_opts *opts, unsigned rows)
{
	static const uint16_t ids[] = {
		EV_SYSCALL_OPENAT_2_X, EV_SYSCALL_READ_X, EV_SYSCALL_CLOSE_X,
		EV_SYSCALL_MMAP_X, EV_GENERIC_X, EV_SYSCALL_CLONE_20_X,
	};
	struct vtr_meta meta = VTR_META_INIT;
	struct vtr_writer *w;
	const struct kind *k;
	unsigned i;

	big_seed = 7;
	vtr_meta_set(&meta, "recorder.driver", STR("sample"));
	w = vtr_writer_new(&meta, opts, buf_sink, out);
	vtr_meta_release(&meta);
	put_snaps(w);
	for (i = 0; i < rows; i++) {
		if (i == BIG_ROWS / 2)
			put_snaps(w);
		k = kind_of(ids[big_next(i % 100 ? 5 : 6)]);
		if (i % 11 == 5 && kind_of(KIND_RAW_SYSCALL + 6))
			k = kind_of(KIND_RAW_SYSCALL + 6);
		put_big(w, k, i);
	}
	if (vtr_writer_close(w))
		abort();
}

void sample_make_big(struct buf *out)
{
	make_rows(out, &(struct vtr_writer_opts){ .block_events = BIG_BLOCK }, BIG_ROWS);
}

void sample_make_short(struct buf *out, bool patient)
{
	make_rows(out, &(struct vtr_writer_opts){ .patient = patient }, SAMPLE_SHORT);
}
