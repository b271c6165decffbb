/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target as an ordinary program: every file named on the command line
 * goes through it once; of a FILE.set (tests/fuzz/pack.py) every input in it.
 * Linked instead of libFuzzer in `make check`.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/le.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* How many inputs; each in memory of its own, so that ASan sees its end. */
static unsigned each_of_set(const struct buf *set)
{
	struct rcur c = rcur_of(set->data, set->len);
	const uint8_t *p;
	unsigned n = 0;
	uint8_t *copy;
	uint32_t len;

	while (rcur_left(&c)) {
		len = rcur_u32(&c);
		p = rcur_take(&c, len);
		if (!p)
			break;
		copy = malloc(len + 1ul);
		if (!copy)
			abort();
		memcpy(copy, p, len);
		LLVMFuzzerTestOneInput(copy, len);
		free(copy);
		n++;
	}
	return n;
}

static bool is_set(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && !strcmp(path + len - 4, ".set");
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	unsigned n = 0;
	int i;

	for (i = 1; i < argc; i++) {
		buf_clear(&b);
		if (io_read_file(argv[i], 1 << 26, &b, &d)) {
			fprintf(stderr, "%s: cannot be read\n", argv[i]);
			return 1;
		}
		if (is_set(argv[i])) {
			n += each_of_set(&b);
			continue;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)b.data, b.len);
		n++;
	}
	printf("%u inputs\n", n);
	buf_release(&b);
	diag_release(&d);
	return argc > 1 ? 0 : 1;
}
