/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target as an ordinary program: every file named on the command line
 * goes through it once.  Linked instead of libFuzzer in `make check`.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int main(int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	int i;

	for (i = 1; i < argc; i++) {
		buf_clear(&b);
		if (io_read_file(argv[i], 1 << 26, &b, &d)) {
			fprintf(stderr, "%s: cannot be read\n", argv[i]);
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)b.data, b.len);
	}
	printf("%d inputs\n", argc - 1);
	buf_release(&b);
	diag_release(&d);
	return argc > 1 ? 0 : 1;
}
