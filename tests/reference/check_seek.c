/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every reference trace, as a .vtr with a sidecar, entered at random points:
 * state and events are those of who reads from the beginning.  Skips where
 * the shared folder is absent.  With arguments: these captures only.
 */
#include "lib/base/compat.h"

#include <glob.h>

#include "lib/base/diag.h"
#include "replay/session.h"
#include "tests/reference/shared.h"
#include "tests/replay/points.h"

#define POINTS	12
#define BLOCK	700
#define BYTES_MAX (1 << 20)	/* of a capture: those above are left out */

static int64_t checkpoints;

static unsigned try(const char *capture, const char *path, uint32_t seed)
{
	struct diag d = DIAG_INIT;
	struct evsource *s;
	int64_t n = -1;
	unsigned bad;

	if (!session_open_source(capture, &s, &d)) {
		n = points_prepare(s, path, BLOCK);
		s->close(s);
	}
	diag_release(&d);
	if (n < 0)
		return 0;		/* nothing in it can be read */
	checkpoints += n;
	bad = points_compare(path, seed, POINTS);
	if (bad)
		fprintf(stderr, "%s: %u of %u points differ\n", capture, bad, POINTS);
	return bad;
}

static bool small(const char *path)
{
	FILE *f = fopen(path, "rb");
	bool yes = f && !fseek(f, 0, SEEK_END) && ftell(f) < BYTES_MAX;

	if (f)
		fclose(f);
	return yes;
}

int main(int argc, char **argv)
{
	const char *shared = shared_dir();
	char dir[] = "/tmp/vestige-seek-XXXXXX";
	struct buf path = BUF_INIT, sidecar = BUF_INIT, pattern = BUF_INIT;
	unsigned bad = 0, traces = 0;
	glob_t g = { 0 };
	size_t i;

	if (argc < 2 && !shared) {
		fprintf(stderr, "skipped: no folder with reference traces (VESTIGE_SHARED)\n");
		return 77;
	}
	if (!mkdtemp(dir))
		return 99;
	buf_addf(&path, "%s/t.vtr", dir);
	buf_addf(&sidecar, "%s.vtx", path.data);
	for (i = 1; i < (size_t)argc; i++, traces++)
		bad += try(argv[i], path.data, (uint32_t)i);
	if (argc < 2) {
		buf_addf(&pattern, "%s/reference/traces/*.scap", shared);
		glob(pattern.data, 0, NULL, &g);
	}
	for (i = 0; i < g.gl_pathc; i++) {
		if (!small(g.gl_pathv[i]))
			continue;
		bad += try(g.gl_pathv[i], path.data, (uint32_t)i);
		traces++;
	}
	globfree(&g);
	unlink(path.data);
	unlink(sidecar.data);
	rmdir(dir);
	printf("%u traces, %" PRId64 " checkpoints, %u points of each, %u differ\n", traces,
	       checkpoints, POINTS, bad);
	buf_release(&path);
	buf_release(&sidecar);
	buf_release(&pattern);
	return bad || !traces || !checkpoints;
}
