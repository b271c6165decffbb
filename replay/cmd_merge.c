/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/map.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"
#include "lib/trace/input.h"
#include "lib/trace/verify.h"
#include "replay/outfile.h"
#include "replay/trace_verbs.h"

#define STEP ((size_t)256 << 10)

const struct opt merge_opts[] = {
	OPT_END
};

struct part {
	const char *path;
	uint64_t first_ts;
	uint8_t (*seals)[VTR_DIGEST];	/* of its chains: no two segments have the same */
	size_t nseals;
};

static int by_time(const void *a, const void *b, void *ctx UNUSED)
{
	const struct part *x = a, *y = b;

	return (x->first_ts > y->first_ts) - (x->first_ts < y->first_ts);
}

/* Segments are joined as they are, seals included: only intact ones. */
static int look(struct part *p, struct diag *d)
{
	struct verify_report r = { 0 };
	struct input in;
	int err = input_open(&in, p->path, d);

	if (err)
		return err;
	if (!input_seek(&in, 0)) {
		input_release(&in);
		diag_hint(diag_off(d, DIAG_ERROR, p->path, -1, "is a pipe, and merge reads each "
				   "trace twice"), "put it into a file first");
		return -E_USAGE;
	}
	err = vtr_verify(&in, NULL, &r);
	if (err == -E_VERIFY)
		diag_hint(diag_off(d, DIAG_ERROR, p->path,
				   r.n ? (int64_t)r.v[0].offset : -1, "%s",
				   r.n ? r.v[0].text : err_str(err)),
			  "`vestige repair` makes a whole trace of it");
	else if (err)
		input_tell(p->path, err, d);
	p->first_ts = r.first_ts;
	p->seals = r.seals;
	p->nseals = r.nseals;
	r.seals = NULL;
	verify_report_release(&r);
	input_release(&in);
	return err;
}

/* Adds the segments of a part; false: one is there already. */
static bool add_seals(struct smap *seen, struct part *p, struct diag *d)
{
	struct str seal = { .len = VTR_DIGEST };
	const char *other;
	size_t i;

	for (i = 0; i < p->nseals; i++) {
		seal.p = (const char *)p->seals[i];
		other = smap_get(seen, seal);
		if (other) {
			diag_hint(diag_off(d, DIAG_ERROR, p->path, -1, "has a segment that '%s' "
					   "has, too", other), "name each trace once");
			return false;
		}
		smap_put(seen, seal, (char *)(uintptr_t)p->path);
	}
	return true;
}

/* A trace that is there twice would tell of everything twice. */
static int all_differ(struct part *parts, size_t n, struct diag *d)
{
	struct smap seen = SMAP_INIT;
	bool ok = true;
	size_t i;

	for (i = 0; i < n && ok; i++)
		ok = add_seals(&seen, &parts[i], d);
	smap_release(&seen);
	return ok ? 0 : -E_USAGE;
}

static int append(struct outfile *f, const char *path, struct diag *d)
{
	struct input in;
	const uint8_t *p;
	size_t got;
	int err = input_open(&in, path, d);

	if (err)
		return err;
	while (!err && (got = input_want(&in, STEP, &p))) {
		err = outfile_write(f, p, got);
		input_skip(&in, got);
	}
	err = err ? err : in.err;
	input_release(&in);
	return err;
}

static int join(struct part *parts, size_t n, struct opt_args *args, struct diag *d)
{
	static const struct outfile_opts none;
	struct outfile f;
	size_t i;
	int err = outfile_open(&f, args->v[n],
			       (struct outfile_from){ (const char *const *)args->v, n }, &none, d);

	if (err)
		return err;
	err = all_differ(parts, n, d);
	for (i = 0; i < n && !err; i++)
		err = append(&f, parts[i].path, d);
	return outfile_close(&f, err);
}

int cmd_merge(struct opt_args *args, struct diag *d)
{
	size_t n = args->n > 1 ? (size_t)args->n - 1 : 0, i;
	struct part *parts;
	int err = 0;

	if (!n) {
		diag_add(d, DIAG_ERROR, "merge takes at least one FILE and OUT");
		return EXIT_USAGE;
	}
	parts = xcalloc(n, sizeof(*parts));
	for (i = 0; i < n && !err; i++) {
		parts[i].path = args->v[i];
		err = look(&parts[i], d);
	}
	sort_stable(parts, n, sizeof(*parts), by_time, NULL);
	if (!err)
		err = join(parts, n, args, d);
	for (i = 0; i < n; i++)
		free(parts[i].seals);
	free(parts);
	return err_exit(err);
}
