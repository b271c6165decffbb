/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roundtrip FILE.scap...: each one, turned into a .vtr, gives the same
 * events, parameters and snapshot items, byte for byte.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/scap/reader.h"
#include "lib/trace/reader.h"
#include "tests/trace/convert.h"

static bool check(const char *path, const struct buf *scap, struct diag *d)
{
	struct buf vtr = BUF_INIT;
	struct evsource *a, *b;
	char why[256] = "";
	uint64_t events = 0;
	bool ok = true;

	if (scap_open_mem(&a, scap->data, scap->len, path, d))
		return true;	/* no capture: the .scap tests are about those */
	if (convert(a, &vtr, NULL, NULL)) {
		fprintf(stderr, "%s: cannot be written\n", path);
		ok = false;
	}
	a->close(a);
	if (scap_open_mem(&a, scap->data, scap->len, path, d) ||
	    vtr_open_mem(&b, vtr.data, vtr.len, path, d))
		abort();
	if (ok && !same(a, b, why, sizeof(why), &events)) {
		fprintf(stderr, "%s: event %" PRIu64 ": %s\n", path, events, why);
		ok = false;
	}
	if (b->status(b)) {
		fprintf(stderr, "%s: status %d\n", path, b->status(b));
		ok = false;
	}
	a->close(a);
	b->close(b);
	buf_release(&vtr);
	return ok;
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct buf scap = BUF_INIT;
	int i, bad = 0;

	for (i = 1; i < argc; i++) {
		buf_clear(&scap);
		if (io_read_file(argv[i], (size_t)1 << 31, &scap, &d))
			bad++;
		else if (scap.len)
			bad += !check(argv[i], &scap, &d);
	}
	buf_release(&scap);
	diag_release(&d);
	printf("%d files, %d bad\n", argc - 1, bad);
	return bad || argc < 2 ? EXIT_FAILURE : EXIT_SUCCESS;
}
