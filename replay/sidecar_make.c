/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lib/base/err.h"
#include "lib/trace/reader.h"
#include "lib/trace/summary.h"
#include "replay/session.h"
#include "replay/sidecar.h"

#define EVERY_MAX 500000	/* a tenth of a second of replay */
#define EVERY_PARTS 10		/* nor fewer in a short trace: several processes share it out */

struct indexing {
	struct sidecar_writer w;
	struct vtr_position last;	/* the latest place there was */
	uint64_t every, next;		/* the next one is due after event next */
	bool placed;
	bool cut;			/* the trace ends early */
};

static void on_place(void *ctx, struct session *s)
{
	struct indexing *x = ctx;
	struct checkpoint cp;

	if (!session_place(s, &cp))
		return;
	x->last = cp.pos;
	x->placed = true;
	if (cp.num < x->next)
		return;
	x->next = cp.num + x->every;
	sidecar_add(&x->w, &cp, session_machine(s));
}

static int no_sidecar_for(const char *path, const char *why, struct diag *d)
{
	diag_off(d, DIAG_ERROR, path, -1, "%s", why);
	return -E_FOREIGN;
}

/* Damage that only who reads everything meets would be hidden by a sidecar;
 * an end that is missing is met all the same. */
static int judge(struct indexing *x, const char *path, int status, struct diag *d)
{
	x->cut = status == -E_CUT;
	if (status && !x->cut) {
		diag_hint(diag_off(d, DIAG_ERROR, path, -1, "a damaged trace gets no index"),
			  "'vestige repair %s OUT' saves what is whole", path);
		return status;
	}
	return x->placed ? 0 : no_sidecar_for(path, "there are no events to index", d);
}

static int read_through(struct indexing *x, char *path, struct diag *d)
{
	const struct session_opts so = { .no_sidecar = true };
	struct session_hooks hooks = { .place = on_place, .ctx = x };
	struct session *s = session_new(&path, 1, &so, d);
	int err;

	session_set_hooks(s, &hooks);
	while (!x->w.err && session_next(s))
		;
	err = judge(x, path, session_status(s), d);
	session_free(s);
	return err;
}

/* A .vtr file: what a sidecar can stand beside. */
static int open_trace(const char *path, int *fd, struct diag *d)
{
	struct evsource *s;
	struct stat st;
	bool vtr;
	int err;

	if (!strcmp(path, "-"))
		return no_sidecar_for("standard input", "an index stands beside a file", d);
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return no_sidecar_for(path, "is no regular file: an index stands beside one", d);
	err = session_open_source(path, &s, d);
	if (err)
		return err;
	vtr = vtr_meta_of(s) != NULL;
	s->close(s);
	if (!vtr)
		return no_sidecar_for(path, "is a .scap capture: only a .vtr trace can be "
				      "read from the middle; 'vestige convert' makes one", d);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	diag_off(d, DIAG_ERROR, path, -1, "cannot open: %s", strerror(errno));
	return -E_OPEN;
}

static uint64_t fair_distance(const char *path)
{
	uint64_t n = vtr_events_of(path) / EVERY_PARTS;

	return n && n < EVERY_MAX ? n : EVERY_MAX;
}

int sidecar_make(char *path, uint64_t every, struct sidecar_made *made, struct diag *d)
{
	struct buf name = BUF_INIT;
	struct indexing x = { .every = every ? every : fair_distance(path) };
	int fd, err = open_trace(path, &fd, d);

	if (err)
		return err;
	x.next = x.every;
	buf_addf(&name, "%s" SIDECAR_SUFFIX, path);
	err = sidecar_begin(&x.w, name.data, fd, d);
	if (!err)
		err = read_through(&x, path, d);
	err = sidecar_end(&x.w, &x.last, err);
	*made = (struct sidecar_made){ x.w.records, x.w.bytes, x.w.raw_bytes };
	buf_release(&name);
	close(fd);
	return !err && x.cut ? -E_CUT : err;
}
