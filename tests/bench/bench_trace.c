/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the trace file costs: bench_trace FILE.scap...  prints, for each, the
 * bytes per event as .vtr and against the .scap as it lies on disk, and the
 * events per second of writing and reading, one thread, processor time.
 * A FILE.vtr is only read; -w OUT keeps the .vtr of the .scap that follows.
 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/io.h"
#include "lib/scap/reader.h"
#include "lib/trace/reader.h"
#include "tests/trace/convert.h"

static double seconds(clock_t from)
{
	double s = (double)(clock() - from) / CLOCKS_PER_SEC;

	return s > 0 ? s : 1e-6;
}

/* Iterate; `params`: also ask for every event's parameters. */
static double drain(struct evsource *s, bool params, uint64_t *events)
{
	clock_t from = clock();
	struct evsource_next next;
	uint64_t n = 0;

	for (s->next(s, &next); next.what != EVS_END; s->next(s, &next)) {
		if (next.what != EVS_EVENT)
			continue;
		n++;
		if (params)
			event_params(next.ev);
	}
	if (events)
		*events = n;
	s->close(s);
	return seconds(from);
}

static double read_vtr(const struct buf *vtr, bool params, bool payload, struct diag *d)
{
	struct vtr_projection p = { NULL, payload };
	struct evsource *s;
	double best = 1e9, t;
	int i;

	for (i = 0; i < 3; i++) {
		if (vtr_open_mem(&s, vtr->data, vtr->len, "memory", d))
			exit(EXIT_FAILURE);
		vtr_project(s, &p);
		t = drain(s, params, NULL);
		best = t < best ? t : best;
	}
	return best;
}

static void put_reads(const struct buf *vtr, uint64_t events, struct diag *d)
{
	printf("  %6.0f %6.0f %6.0f\n",
	       read_vtr(vtr, false, false, d) * 1e9 / (double)events,
	       read_vtr(vtr, true, false, d) * 1e9 / (double)events,
	       read_vtr(vtr, true, true, d) * 1e9 / (double)events);
}

static const char *base_name(const char *path)
{
	return strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
}

static void bench_vtr(const char *path, const struct buf *vtr, struct diag *d)
{
	struct evsource *s;
	uint64_t events;

	if (vtr_open_mem(&s, vtr->data, vtr->len, path, d))
		return;
	drain(s, false, &events);
	printf("%-28s %8" PRIu64 " %6.2f %26s", base_name(path), events,
	       (double)vtr->len / (double)events, "");
	put_reads(vtr, events, d);
}

static void keep(const char *path, const struct buf *vtr, struct diag *d)
{
	struct io_out o;

	if (io_out_open(&o, path, d) || io_out_write(&o, vtr->data, vtr->len, d) ||
	    io_out_commit(&o, d))
		exit(EXIT_FAILURE);
}

static void bench(const char *path, const struct buf *scap, const char *out,
		  struct diag *d)
{
	struct buf vtr = BUF_INIT;
	struct evsource *s;
	double scap_s, write_s;
	uint64_t events = 0;
	clock_t from;

	if (scap_open_mem(&s, scap->data, scap->len, path, d))
		return;
	scap_s = drain(s, true, &events);
	if (!events || scap_open_mem(&s, scap->data, scap->len, path, d))
		return;
	from = clock();
	if (convert(s, &vtr, NULL, NULL))
		exit(EXIT_FAILURE);
	write_s = seconds(from) - scap_s;
	s->close(s);
	printf("%-28s %8" PRIu64 " %6.2f %5.3f  %6.2f %6.0f ", base_name(path), events,
	       (double)vtr.len / (double)events, (double)vtr.len / (double)scap->len,
	       (double)events / write_s / 1e6, scap_s * 1e9 / (double)events);
	put_reads(&vtr, events, d);
	if (out)
		keep(out, &vtr, d);
	buf_release(&vtr);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct buf scap = BUF_INIT;
	const char *out = NULL;
	int i;

	printf("%-28s %8s %6s %5s  %6s %6s  %20s\n", "", "", "bytes/", "of", "write",
	       "scap", "read ns/event:");
	printf("%-28s %8s %6s %5s  %6s %6s  %6s %6s %6s\n", "trace", "events", "event",
	       ".scap", "M ev/s", "ns/ev", "heads", "params", "+data");
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-w") && i + 1 < argc) {
			out = argv[++i];
			continue;
		}
		buf_clear(&scap);
		if (io_read_file(argv[i], (size_t)1 << 31, &scap, &d))
			continue;
		if (vtr_probe(scap.data, scap.len))
			bench_vtr(argv[i], &scap, &d);
		else
			bench(argv[i], &scap, out, &d);
		out = NULL;
	}
	buf_release(&scap);
	diag_release(&d);
	return EXIT_SUCCESS;
}
