/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mknoise DIR FROM TO: traces of events at random, of any type and with any
 * parameters, one for each seed, as DIR/noise-SEED.vtr; some of several blocks,
 * some with a loss.
 */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "tests/replay/noise.h"
#include "tests/trace/convert.h"

#define EVENTS	3000
#define BLOCK	1300	/* and all in one */

static bool write_one(const char *dir, uint64_t seed)
{
	const struct vtr_writer_opts opts = { .block_events = seed % 2 ? 0 : BLOCK };
	struct evsource *s = noise_new((uint32_t)seed, EVENTS, seed % 3 ? 0 : EVENTS / 2);
	struct buf trace = BUF_INIT, path = BUF_INIT;
	bool good = !convert(s, &trace, &opts, NULL);
	FILE *f;

	s->close(s);
	buf_addf(&path, "%s/noise-%" PRIu64 ".vtr", dir, seed);
	f = fopen(path.data, "wb");
	good = good && f && fwrite(trace.data, 1, trace.len, f) == trace.len;
	if (f && fclose(f))
		good = false;
	buf_release(&path);
	buf_release(&trace);
	return good;
}

int main(int argc, char **argv)
{
	uint64_t seed, to;

	if (argc != 4 || !num_u64(str_of(argv[2]), &seed) || !num_u64(str_of(argv[3]), &to))
		return EXIT_FAILURE;
	for (; seed <= to; seed++)
		if (!write_one(argv[1], seed))
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
