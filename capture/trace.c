/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sys/stat.h>

#include "capture/clocks.h"
#include "capture/trace.h"
#include "lib/base/digest.h"
#include "lib/base/err.h"

bool trace_is_dir(const char *path)
{
	size_t len = strlen(path);
	struct stat st;

	return (len && path[len - 1] == '/') || (!stat(path, &st) && S_ISDIR(st.st_mode));
}

int trace_open(struct trace *t, const char *path, bool over,
	       const struct segdir_limits *lim, struct diag *d)
{
	*t = (struct trace)TRACE_INIT;
	t->path = path;
	t->in_dir = trace_is_dir(path);
	return t->in_dir ? segdir_open(&t->dir, path, lim, d)
			 : output_open(&t->out, path, over, d);
}

static int end_writer(struct trace *t, uint8_t digest[VTR_DIGEST])
{
	struct vtr_writer *w = t->w;

	t->w = NULL;
	vtr_writer_flush(w);
	t->events += vtr_writer_stats(w).events;
	return vtr_writer_close_digest(w, digest);
}

/* The present segment is whole. */
static int end_segment(struct trace *t, struct diag *d)
{
	uint8_t digest[VTR_DIGEST];
	int ret = end_writer(t, digest), err;

	digest_hex(digest, sizeof(digest), t->parent);
	t->bytes += t->out.good;
	segdir_done(&t->dir, t->out.good);
	err = output_release(&t->out);
	output_explain(&t->out, t->path, d);
	return ret ? ret : err;
}

int trace_next(struct trace *t, struct vtr_meta *meta, struct diag *d)
{
	int ret = t->w ? end_segment(t, d) : 0;

	t->began = clock_boot_ns();
	t->segments++;
	if (!ret && t->in_dir) {
		ret = segdir_next(&t->dir, &t->out, clock_wall_ns(), d);
		vtr_meta_setu(meta, "segment.number", t->dir.highest);
		if (t->parent[0])
			vtr_meta_set(meta, "segment.parent", str_of(t->parent));
	}
	if (!ret)
		t->w = vtr_writer_new(meta, &(struct vtr_writer_opts){ .sign_key = t->key },
				      output_write, &t->out);
	return ret;
}

bool trace_due(struct trace *t)
{
	const struct segdir_limits *lim = &t->dir.lim;

	if (!t->in_dir)
		return false;
	segdir_prune(&t->dir, t->out.good);
	return (lim->size && t->out.good >= lim->size) ||
	       (lim->time && clock_boot_ns() - t->began >= lim->time);
}

uint64_t trace_bytes(const struct trace *t)
{
	return t->bytes + t->out.good;
}

int trace_close(struct trace *t, struct diag *d)
{
	uint8_t digest[VTR_DIGEST];
	int ret = t->w ? end_writer(t, digest) : 0, err;

	if (t->out.fd >= 0) {
		err = output_close(&t->out, t->path, d);
		ret = ret ? ret : err;
	}
	segdir_prune(&t->dir, t->out.good);
	segdir_release(&t->dir);
	return ret;
}
