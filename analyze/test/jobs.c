/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "analyze/test/jobs.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/lebuf.h"
#include "lib/base/xalloc.h"

/*
 * Every job takes each n-th case and tells of it through a pipe: number,
 * verdict, events, alerts, updated, text; at the end UINT32_MAX and what was
 * covered.  Each pipe is read to its end in turn: a job whose pipe is full
 * waits, and none waits for another.
 */
struct job {
	pid_t pid;
	int fd;
};

static void tell_case(int fd, uint32_t i, const struct casetext *t)
{
	struct buf b = BUF_INIT;

	buf_le32(&b, i);
	buf_le32(&b, t->verdict);
	buf_le64(&b, t->events);
	buf_le64(&b, t->alerts);
	buf_le32(&b, t->updated);
	buf_le32(&b, (uint32_t)t->text.len);
	buf_addstr(&b, buf_str(&t->text));
	if (io_write_full(fd, b.data, b.len))
		_exit(EXIT_ENVIRONMENT);
	buf_release(&b);
}

static void tell_coverage(int fd, const struct coverage *c)
{
	struct buf b = BUF_INIT;

	buf_le32(&b, UINT32_MAX);
	if (c)
		coverage_pack(c, &b);
	if (io_write_full(fd, b.data, b.len))
		_exit(EXIT_ENVIRONMENT);
	buf_release(&b);
}

static void work(const struct cases *c, const struct jobs_opts *o, unsigned job, unsigned njobs,
		 int fd, struct casetext *out)
{
	struct rulecache *rules = rulecache_new();
	struct runner r;
	size_t i;

	runner_init(&r, rules);
	r.update = o->update;
	r.coverage = o->coverage;
	for (i = job; i < c->n; i += njobs) {
		runner_case(&r, &c->v[i], &out[i]);
		if (fd >= 0)
			tell_case(fd, (uint32_t)i, &out[i]);
	}
	if (fd >= 0)
		tell_coverage(fd, o->coverage);
	runner_release(&r);
	rulecache_free(rules);
}

static int start(const struct cases *c, const struct jobs_opts *o, unsigned k, struct job *j,
		 struct casetext *out)
{
	int p[2];

	if (pipe(p))
		return -E_ENV;
	fcntl(p[0], F_SETFD, FD_CLOEXEC);
	j->pid = fork();
	if (j->pid < 0) {
		close(p[0]);
		close(p[1]);
		return -E_ENV;
	}
	if (!j->pid) {
		close(p[0]);
		work(c, o, k, o->jobs, p[1], out);
		_exit(0);
	}
	close(p[1]);
	j->fd = p[0];
	return 0;
}

/* What a job told; a job that died has told less. */
static void hear(struct str said, const struct jobs_opts *o, size_t n, struct casetext *out,
		 bool *heard)
{
	struct rcur c = rcur_of(said.p, said.len);
	const uint8_t *text;
	struct casetext t;
	uint32_t i, len;

	while (rcur_left(&c)) {
		i = rcur_u32(&c);
		if (i == UINT32_MAX) {
			if (o->coverage)
				coverage_merge(o->coverage, str_mem(c.p, rcur_left(&c)));
			return;
		}
		t = (struct casetext){ .verdict = rcur_u32(&c), .text = BUF_INIT };
		t.events = rcur_u64(&c);
		t.alerts = rcur_u64(&c);
		t.updated = rcur_u32(&c);
		len = rcur_u32(&c);
		text = rcur_take(&c, len);
		if (c.bad || i >= n)
			return;
		buf_add(&t.text, text, len);
		out[i] = t;
		heard[i] = true;
	}
}

static void read_job(const struct job *j, struct buf *b)
{
	ssize_t n;

	do {
		n = io_read_full(j->fd, buf_grow(b, 1 << 16), 1 << 16);
		if (n > 0)
			b->len += (size_t)n;
	} while (n > 0);
	close(j->fd);
}

static void tell_dead(const struct cases *c, struct casetext *out, const bool *heard)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (heard[i])
			continue;
		out[i] = (struct casetext){ .verdict = VERDICT_BROKEN, .text = BUF_INIT };
		buf_addf(&out[i].text, "    %s: error: the process that ran it died; "
			 "--jobs 1 --filter shows more\n", c->v[i].title);
	}
}

static int share_out(const struct cases *c, const struct jobs_opts *o, struct casetext *out,
		     struct diag *d)
{
	struct job *jobs = xcalloc(o->jobs, sizeof(*jobs));
	bool *heard = xcalloc(c->n + 1, sizeof(*heard));
	struct buf b = BUF_INIT;
	unsigned i, n = 0;
	int err = 0, status;

	while (n < o->jobs && !err) {
		err = start(c, o, n, &jobs[n], out);
		n += !err;
	}
	for (i = 0; i < n; i++) {
		buf_clear(&b);
		read_job(&jobs[i], &b);
		hear(buf_str(&b), o, c->n, out, heard);
		while (waitpid(jobs[i].pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (err)
		diag_add(d, DIAG_ERROR, "cannot start a process: %s", strerror(errno));
	tell_dead(c, out, heard);
	buf_release(&b);
	free(heard);
	free(jobs);
	return err;
}

int jobs_run(const struct cases *c, const struct jobs_opts *o, struct casetext *out,
	     struct diag *d)
{
	if (o->jobs > 1 && c->n > 1)
		return share_out(c, o, out, d);
	work(c, o, 0, 1, -1, out);
	return 0;
}
