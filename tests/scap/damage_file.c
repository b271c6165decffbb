/* SPDX-License-Identifier: Apache-2.0 */
/* damage_file FILE.scap...: each one cut at every byte and with every bit
 * flipped, as it lies on disk. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "tests/scap/damage.h"

static const char *damage(struct buf *b, struct diag *d)
{
	struct drained whole = drain_mem(b->data, b->len, d);
	const char *wrong;

	if (whole.open || whole.status)
		return "it is damaged already";
	wrong = damage_cut(b, &whole, b->data[0] == 0x1f);
	return wrong ? wrong : damage_flip(b, &whole, b->data[0] == 0x1f);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	const char *wrong;
	int i, bad = 0;

	for (i = 1; i < argc; i++) {
		buf_clear(&b);
		if (io_read_file(argv[i], 1 << 20, &b, &d))
			wrong = "cannot be read";
		else
			wrong = damage(&b, &d);
		if (wrong)
			fprintf(stderr, "%s: %s\n", argv[i], wrong);
		bad += wrong != NULL;
	}
	buf_release(&b);
	diag_release(&d);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
