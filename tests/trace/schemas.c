/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schemas TODAY.vtr OTHER.vtr: the same openat calls twice, as this build
 * describes them, and as another one did: parameters removed from the end (an
 * older recorder did not know them), one added (a newer recorder knows it),
 * and between them events of a kind this build does not have.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/le.h"
#include "lib/event/evtab.h"
#include "tests/trace/convert.h"

enum { CALLS = 5 };

static const struct column other_cols[] = {
	{ "fd", COL_U64, COLF_SIGNED }, { "dirfd", COL_U64, COLF_SIGNED },
	{ "name", COL_BYTES, COLF_TEXT }, { "mood", COL_U64, 0 },
	{ "flags", COL_U32, 0 }, { "mode", COL_U32, 0 },
};
static const struct kind other = {
	.id = EV_SYSCALL_OPENAT_2_X, .ncols = ARRAY_SIZE(other_cols), .name = "openat",
	.cols = other_cols,
};
static const struct kind strange = {
	.id = 0x3fff, .ncols = 1, .name = "strange", .cols = other_cols,
};

struct values {
	uint8_t n[8][8];
	unsigned used;
};

static struct param number(struct values *v, uint64_t n, uint32_t len)
{
	uint8_t *to = v->n[v->used++];

	put_le64(to, n);
	return (struct param){ to, len };
}

static void put_call(struct vtr_writer *w, const struct kind *k, unsigned i)
{
	static const char name[] = "/etc/shadow";
	struct values v = { .used = 0 };
	struct row r = { .ts = 1700000000000000000u + i, .tid = 7, .kind = k };
	unsigned n = 0;

	r.col[n++] = number(&v, 3 + i, 8);
	r.col[n++] = number(&v, (uint64_t)-100, 8);
	r.col[n++] = (struct param){ (const uint8_t *)name, sizeof(name) };
	if (k == &other)
		r.col[n++] = number(&v, 99, 8);
	r.col[n++] = number(&v, 1, 4);		/* read only */
	r.col[n++] = number(&v, 0644, 4);
	if (k != &other) {
		r.col[n++] = number(&v, 5, 4);
		r.col[n++] = number(&v, 1000 + i, 8);
	}
	r.ncols = (uint8_t)n;
	if (vtr_writer_row(w, &r))
		abort();
}

static void write_trace(const char *path, const struct kind *k)
{
	struct row odd = { .ts = 1700000000000000100u, .tid = 7, .kind = &strange, .ncols = 1 };
	struct vtr_meta meta = VTR_META_INIT;
	struct values v = { .used = 0 };
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct vtr_writer *w = vtr_writer_new(&meta, NULL, buf_sink, &b);
	struct io_out o;
	unsigned i;

	for (i = 0; i < CALLS; i++)
		put_call(w, k, i);
	odd.col[0] = number(&v, 12, 8);
	if (k == &other && vtr_writer_row(w, &odd))
		abort();
	if (vtr_writer_close(w) || io_out_open(&o, path, &d) ||
	    io_out_write(&o, b.data, b.len, &d) || io_out_commit(&o, &d))
		exit(EXIT_FAILURE);
	buf_release(&b);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return EXIT_FAILURE;
	write_trace(argv[1], kind_of(EV_SYSCALL_OPENAT_2_X));
	write_trace(argv[2], &other);
	return EXIT_SUCCESS;
}
