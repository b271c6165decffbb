/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's side: workers started, and what comes back in order. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "analyze/crew_in.h"
#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/base/xalloc.h"

#define READ	(256u << 10)
#define HELD	(32u << 20)	/* of one whose turn is later; then it has to wait */

struct member {
	struct crew_part part;
	pid_t pid;		/* 0: not there (yet, or any more) */
	int fd;
	struct buf in;		/* frames not taken yet */
	size_t used;		/* bytes of it that were */
};

struct team {
	struct crew *c;
	struct crew_plan *plan;
	struct member *m;		/* of each part of the plan */
	size_t n, started;
	bool shared_out;		/* one trace; else each turn is one */
	bool alone;			/* the rest of it is not */
	size_t turns;			/* that many */
	uint64_t turn;			/* whose frames are taken */
	struct member *on;		/* who has it; NULL: not known yet */
	uint64_t from;			/* the event it begins with; 0: the first */
	bool over;
	int status, err;		/* of the sessions; of ops */
};

/* ---- processes ---- */

static int start(struct team *t, struct member *m)
{
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC))
		return -E_ENV;
	(void)fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);	/* fewer waits; no matter if not */
	m->pid = fork();
	if (!m->pid) {
		close(fds[0]);
		crew_work(t->c, &m->part, fds[1]);
	}
	err = m->pid < 0 ? -E_ENV : 0;
	close(fds[1]);
	if (err) {
		m->pid = 0;
		close(fds[0]);
		return err;
	}
	m->fd = fds[0];
	fcntl(m->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

/* The worker has closed its pipe, or must: did it do all it had to? */
static bool ended_well(struct member *m)
{
	int status = -1;

	while (waitpid(m->pid, &status, 0) < 0 && errno == EINTR)
		;
	m->pid = 0;
	close(m->fd);
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DONE;
}

static void dismiss(struct member *m)
{
	if (m->pid) {
		kill(m->pid, SIGKILL);
		ended_well(m);
	}
	buf_release(&m->in);
	m->used = 0;
}

/* All was told: who is still giving memory back is not waited for. */
static void let_go(struct member *m)
{
	if (m->pid) {
		kill(m->pid, SIGKILL);
		close(m->fd);
		(void)waitpid(m->pid, NULL, WNOHANG);
		m->pid = 0;
	}
	dismiss(m);
}

static void start_all(struct team *t)
{
	while (!t->err && t->started < t->n) {
		t->err = start(t, &t->m[t->started]);
		if (t->err)
			diag_add(t->c->d, DIAG_ERROR, "cannot start a worker process: %s",
				 strerror(errno));
		t->started++;
	}
}

/* ---- what comes back ---- */

static void lost_worker(struct team *t)
{
	diag_add(t->c->d, DIAG_ERROR, "a worker process ended early");
	t->err = -E_ENV;
}

static void receive(struct team *t, struct member *m)
{
	bool eof;
	ssize_t n;

	if (m->used) {
		memmove(m->in.data, m->in.data + m->used, m->in.len - m->used);
		buf_setlen(&m->in, m->in.len - m->used);
		m->used = 0;
	}
	n = read(m->fd, buf_grow(&m->in, READ), READ);
	if (n > 0) {
		m->in.len += (size_t)n;
		m->in.data[m->in.len] = '\0';
	}
	eof = !n || (n < 0 && errno != EAGAIN && errno != EINTR);
	if (eof && !ended_well(m))
		lost_worker(t);
}

/* Wait until somebody has something to say, and hear it. */
static void listen_all(struct team *t)
{
	struct pollfd *fds = xcalloc(t->started, sizeof(*fds));
	bool any = false;
	size_t i;

	for (i = 0; i < t->started; i++) {
		const struct member *m = &t->m[i];
		bool full = m != t->on && m->in.len > HELD;

		fds[i] = (struct pollfd){ m->pid && !full ? m->fd : -1, POLLIN, 0 };
		any |= fds[i].fd >= 0;
	}
	if (!any)
		lost_worker(t);		/* whoever had this turn */
	else if (poll(fds, t->started, -1) > 0)
		for (i = 0; i < t->started; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				receive(t, &t->m[i]);
	free(fds);
}

/* The next frame of a member, or NULL: it is not all there. */
static const uint8_t *next_frame(const struct member *m, size_t *len)
{
	const uint8_t *p = (const uint8_t *)m->in.data + m->used;
	size_t left = m->in.len - m->used;

	if (left < CREW_FRAME_HEAD)
		return NULL;
	*len = le32(p + 1);
	return left - CREW_FRAME_HEAD < *len ? NULL : p;
}

static struct member *whose_turn(struct team *t)
{
	const uint8_t *p;
	size_t i, len;

	for (i = 0; i < t->started; i++) {
		p = next_frame(&t->m[i], &len);
		if (p && p[0] == CREW_BEGIN && len == CREW_BEGIN_BODY &&
		    le64(p + CREW_FRAME_HEAD) == t->turn)
			return &t->m[i];
	}
	return NULL;
}

/* From the event of this turn on there is one worker, who does all that was done. */
static void go_on_alone(struct team *t)
{
	const struct crew_part *p = &t->m[0].part;
	size_t i;

	for (i = 0; i < t->started; i++)
		dismiss(&t->m[i]);
	t->n = 1;
	t->started = 0;
	t->alone = true;
	t->on = NULL;
	t->m[0] = (struct member){ .in = BUF_INIT, .part = {
		.groups = p->groups, .ngroups = p->ngroups, .mine = p->mine, .exact = true,
		.turn = t->turn, .from = t->from } };
}

static void note(struct team *t, int status)
{
	if (status < 0 && (!t->status || err_exit(status) > err_exit(t->status)))
		t->status = status;
}

static int end_turn(struct team *t, const uint8_t *p, size_t n)
{
	struct crew_end end;
	int err;

	if (!crew_end_unpack(&end, p, n, t->c->d))
		return -E_BUG;
	err = t->c->ops->add(t->c->ctx, end.counts.p, end.counts.len);
	note(t, end.status);
	t->turn = t->shared_out ? end.turn : t->turn + 1;
	t->from = end.next;
	t->on = NULL;
	t->over = t->shared_out ? !end.next : t->turn == t->turns;
	if (t->shared_out && !t->over && end.status)
		go_on_alone(t);
	return err;
}

static void take_frame(struct team *t, unsigned type, const uint8_t *p, size_t n)
{
	const struct crew_ops *ops = t->c->ops;

	switch (type) {
	case CREW_BEGIN:
		t->c->helped += t->on->part.helps;
		/* After damage the state it begins with is not to be trusted. */
		if (le32(p + 8) && t->on->part.workers)
			go_on_alone(t);
		break;
	case CREW_TEXT:
		t->err = ops->text(t->c->ctx, p, n);
		break;
	case CREW_ITEM:
		t->err = ops->item ? ops->item(t->c->ctx, p, n) : 0;
		break;
	case CREW_END:
		t->err = end_turn(t, p, n);
		break;
	default:
		t->err = -E_BUG;
	}
}

/* Everything that has come from those whose turn it was. */
static void take_frames(struct team *t)
{
	struct member *m;
	const uint8_t *p;
	size_t n;

	while (!t->err && !t->over) {
		if (!t->on)
			t->on = whose_turn(t);
		m = t->on;
		p = m ? next_frame(m, &n) : NULL;
		if (!p)
			return;
		m->used += CREW_FRAME_HEAD + n;
		take_frame(t, p[0], p + CREW_FRAME_HEAD, n);
	}
}

/* Who is done takes something over from another. */
static void help(struct team *t)
{
	bool *at_work = xcalloc(t->n, sizeof(*at_work));
	unsigned n = 0;
	size_t i;

	for (i = 0; i < t->n; i++)
		n += at_work[i] = t->m[i].pid;
	if (n < t->c->jobs && crew_plan_help(t->plan, at_work)) {
		t->m[t->n] = (struct member){ .part = t->plan->parts[t->n], .in = BUF_INIT };
		t->n = t->plan->n;
	}
	free(at_work);
}

int crew_run(struct crew *c)
{
	struct crew_plan plan;
	struct team t = { .c = c, .plan = &plan };
	size_t i;

	crew_ahead_stop(c->ahead);
	t.err = crew_plan(&plan, c);
	t.n = plan.n;
	t.turns = plan.ngroups;
	t.shared_out = c->events && plan.n;
	t.m = xcalloc(plan.max, sizeof(*t.m));
	for (i = 0; i < plan.max; i++)
		t.m[i] = (struct member){ .part = plan.parts[i], .in = BUF_INIT };
	while (!t.err && !t.over) {
		start_all(&t);
		take_frames(&t);
		if (!t.err && !t.over && t.started)
			listen_all(&t);	/* else who goes on alone is to be started */
		if (!t.err && t.shared_out && !t.alone)
			help(&t);
	}
	for (i = 0; i < plan.max; i++)
		(t.over ? let_go : dismiss)(&t.m[i]);
	free(t.m);
	crew_plan_release(&plan);
	return t.err ? t.err : t.status;
}
