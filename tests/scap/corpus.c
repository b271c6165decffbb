/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus DIR: writes small captures there, one for each thing the format
 * knows, as seeds for the fuzzer.  Made anew each time, so what they hold is
 * told by this file and no binary lies in the tree.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/scap/deflate.h"
#include "lib/scap/writer.h"
#include "tests/scap/build.h"

static const char *dir;
static int made, failed;

static int to_buf(void *ctx, const void *p, size_t len)
{
	buf_add(ctx, p, len);
	return 0;
}

/* Write b as the next file and empty it. */
static void put(struct buf *b)
{
	struct diag d = DIAG_INIT;
	struct buf path = BUF_INIT;
	struct io_out o;

	buf_addf(&path, "%s/%03d.scap", dir, made++);
	if (io_out_open(&o, path.data, &d) || io_out_write(&o, b->data, b->len, &d) ||
	    io_out_commit(&o, &d))
		failed++;
	buf_release(&path);
	diag_release(&d);
	buf_clear(b);
}

static void put_gzip(struct buf *b, size_t members)
{
	struct buf gz = BUF_INIT;
	struct deflater *z;

	while (members--) {
		z = deflater_new(true, to_buf, &gz);
		if (!z || deflater_put(z, b->data, b->len) || deflater_end(z))
			failed++;
	}
	buf_clear(b);
	put(&gz);
	buf_release(&gz);
}

/* Every event type with every parameter count up to its own, whatever the
 * recorders wrote: the lifter's whole table. */
static void all_events(struct buf *b, uint32_t block)
{
	static const uint8_t some[16] = { 2, 1 };
	struct param p[EV_PARAMS_MAX];
	unsigned type, n, i;

	build_section(b);
	for (type = 0; type < 454; type++) {
		const struct evinfo *e = evinfo_of(type);

		for (i = 0; e && i < e->nwire; i++)
			p[i] = (struct param){ some, ptype_size[e->params[i].ptype] };
		for (n = e && e->nwire > 3 ? e->nwire - 3U : 0; e && n <= e->nwire; n++)
			build_event(b, (struct build_ev){
				.block = block, .ts = type, .tid = 5,
				.type = (uint16_t)type, .n = n, .param = p,
			});
	}
	put(b);
}

static const struct snap_item items[] = {
	{ .kind = SNAP_HOST, .host = { .hostname = { "h", 1 } } },
	{ .kind = SNAP_PROC, .proc = { .tid = 1, .pid = 1, .comm = { "c", 1 },
	  .args = { "a\0b", 4 }, .env = { "E=1", 4 }, .cgroups = { "x=/y", 5 } } },
	{ .kind = SNAP_FD, .fd = { .tid = 1, .type = FD_FILE_V2, .name = { "/f", 2 } } },
	{ .kind = SNAP_FD, .fd = { .tid = 1, .type = FD_IPV4_SOCK } },
	{ .kind = SNAP_FD, .fd = { .tid = 1, .type = FD_IPV6_SOCK } },
	{ .kind = SNAP_FD, .fd = { .tid = 1, .type = FD_IPV4_SERVSOCK } },
	{ .kind = SNAP_FD, .fd = { .tid = 1, .type = FD_IPV6_SERVSOCK } },
	{ .kind = SNAP_FD, .fd = { .tid = 1, .type = FD_UNIX_SOCK, .name = { "s", 1 } } },
	{ .kind = SNAP_USER, .user = { .name = { "u", 1 } } },
	{ .kind = SNAP_GROUP, .group = { .name = { "g", 1 } } },
	{ .kind = SNAP_IFACE, .iface = { .name = { "lo", 2 } } },
	{ .kind = SNAP_CONTAINER, .container = { { "{}", 2 } } },
};

static void written(struct buf *b, enum scap_compression how)
{
	struct scap_writer *w = scap_writer_new(how, to_buf, b);
	struct event ev = {
		.type = EV_SYSCALL_CLOSE_X, .info = &evtab[EV_SYSCALL_CLOSE_X],
		.nparams = 2, .param = { U64(0), U64(3) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(items); i++)
		failed += scap_writer_snap(w, &items[i]) != 0;
	failed += scap_writer_event(w, &ev) != 0;
	failed += scap_writer_restart(w) != 0;
	failed += scap_writer_close(w) != 0;
	put(b);
}

/* A list block of every number, with a body that fits many of them a bit. */
static void all_blocks(struct buf *b)
{
	static const uint32_t numbers[] = {
#define X(name, number, old, class, version) number, old ? old : number,
		SCAP_BLOCKS(X)
#undef X
	};
	static const uint8_t body[200] = { 30, 0, 0, 0, 1, 0, 2, 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		build_section(b);
		build_block(b, numbers[i], body, sizeof(body));
		build_close(b, i);
		put(b);
	}
}

int main(int argc, char **argv)
{
	struct buf b = BUF_INIT;

	if (argc != 2)
		return 1;
	dir = argv[1];
	all_events(&b, SCAP_EV_V2);
	all_events(&b, SCAP_EV);
	all_events(&b, SCAP_EVF_V2_LARGE);
	all_blocks(&b);
	written(&b, SCAP_PLAIN);
	written(&b, SCAP_GZIP);
	build_section(&b);
	build_close(&b, 1);
	put_gzip(&b, 2);
	build_section(&b);
	put(&b);
	put(&b);		/* nothing at all */
	buf_release(&b);
	printf("%d files\n", made);
	return failed != 0;
}
