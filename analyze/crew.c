/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's side: who does what, and what comes back in order. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "analyze/crew_in.h"
#include "lib/base/err.h"
#include "lib/base/le.h"
#include "lib/base/xalloc.h"
#include "lib/trace/reader.h"
#include "lib/trace/summary.h"
#include "replay/sidecar.h"

#define READ	(256u << 10)
#define HELD	(32u << 20)	/* of one who is not next; then it has to wait */

struct member {
	struct crew_part part;
	pid_t pid;		/* 0: not there (yet, or any more) */
	int fd;
	struct buf in;		/* frames not taken yet */
	size_t used;		/* bytes of it that were */
	bool eof, begun, ended;
	struct crew_end end;
	int status_before;
};

struct team {
	struct crew *c;
	struct member *m;
	size_t n, started, next;	/* next: whose frames are taken */
	struct crew_shared *shared;
	size_t shared_bytes;
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

static void dismiss(struct member *m)
{
	if (!m->pid)
		return;
	kill(m->pid, SIGKILL);
	while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(m->fd);
	m->pid = 0;
	buf_release(&m->in);
	m->used = 0;
}

/* ---- what comes back ---- */

static void receive(struct member *m)
{
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
	m->eof = !n || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static int take_frame(struct team *t, struct member *m, unsigned type, const uint8_t *p, size_t n)
{
	const struct crew_ops *ops = t->c->ops;

	switch (type) {
	case CREW_BEGIN:
		m->begun = true;
		m->status_before = n == 4 ? (int)le32(p) : -E_BUG;
		return 0;
	case CREW_TEXT:
		return ops->text(t->c->ctx, p, n);
	case CREW_ITEM:
		return ops->item ? ops->item(t->c->ctx, p, n) : 0;
	case CREW_END:
		m->ended = true;
		if (!crew_end_unpack(&m->end, p, n, m->begun ? t->c->d : NULL))
			return -E_BUG;
		return m->begun ? ops->add(t->c->ctx, m->end.counts.p, m->end.counts.len) : 0;
	default:
		return -E_BUG;
	}
}

/* Everything that has come from the one whose turn it is. */
static void take_frames(struct team *t, struct member *m)
{
	const uint8_t *p;
	size_t left, n;

	while (!t->err && !m->ended) {
		p = (const uint8_t *)m->in.data + m->used;
		left = m->in.len - m->used;
		if (left < CREW_FRAME_HEAD)
			return;
		n = le32(p + 1);
		if (left < CREW_FRAME_HEAD + n)
			return;
		/* After damage the state it began with is not to be trusted. */
		if (p[0] != CREW_BEGIN && m->status_before && !m->part.exact)
			return;
		t->err = take_frame(t, m, p[0], p + CREW_FRAME_HEAD, n);
		m->used += CREW_FRAME_HEAD + n;
	}
}

/* Wait until somebody has something to say, and hear it. */
static void listen_all(struct team *t)
{
	struct pollfd *fds = xcalloc(t->n, sizeof(*fds));
	size_t i;

	for (i = t->next; i < t->n; i++) {
		const struct member *m = &t->m[i];
		bool full = i > t->next && m->in.len > HELD;

		fds[i] = (struct pollfd){ m->pid && !m->eof && !full ? m->fd : -1, POLLIN, 0 };
	}
	if (poll(fds + t->next, t->n - t->next, -1) > 0)
		for (i = t->next; i < t->n; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				receive(&t->m[i]);
	free(fds);
}

/* ---- parts ---- */

/* From event `from` on there is one worker, who does all that was done. */
static void go_on_alone(struct team *t, uint64_t from)
{
	size_t i;

	for (i = t->next; i < t->n; i++)
		dismiss(&t->m[i]);
	t->n = t->next + 1;
	t->m[t->next] = (struct member){ .in = BUF_INIT, .part = {
		.files = t->c->files, .nfiles = t->c->nfiles, .from = from, .exact = true } };
	t->started = t->next;
}

static void note(struct team *t, int status)
{
	if (status < 0 && (!t->status || err_exit(status) > err_exit(t->status)))
		t->status = status;
}

static void lost_worker(struct team *t)
{
	diag_add(t->c->d, DIAG_ERROR, "a worker process ended early");
	t->err = -E_ENV;
}

/* The part whose turn it was has ended: who is next? */
static void advance(struct team *t)
{
	struct member *m = &t->m[t->next];
	const struct crew_end end = m->end;
	bool chain = m->part.mine || m->part.exact;

	dismiss(m);
	note(t, end.status);
	t->next++;
	if (!chain)
		return;
	if (!end.next)
		t->n = t->next > t->n ? t->n : t->next;	/* the trace has ended */
	else if (end.status)
		go_on_alone(t, end.next);
}

static void start_more(struct team *t)
{
	while (!t->err && t->started < t->n && t->started < t->next + t->c->jobs) {
		t->err = start(t, &t->m[t->started]);
		if (t->err)
			diag_add(t->c->d, DIAG_ERROR, "cannot start a worker process: %s",
				 strerror(errno));
		t->started++;
	}
}

/* Which event the part of the one whose turn it is must begin with. */
static void check_begin(struct team *t, uint64_t from)
{
	struct member *m = &t->m[t->next];

	if (m->part.mine && !m->part.exact && m->status_before)
		go_on_alone(t, from);
}

static void run(struct team *t)
{
	uint64_t from = 0;
	size_t all = t->n, at;

	while (!t->err && t->next < t->n) {
		struct member *m = &t->m[t->next];

		start_more(t);
		if (t->err)
			break;
		take_frames(t, m);
		at = t->next;
		if (m->ended) {
			from = m->end.next;
			advance(t);
		} else if (m->eof && !t->err) {
			lost_worker(t);
		} else {
			check_begin(t, from);
		}
		if (at == t->next && !t->err && m->pid && !m->ended)
			listen_all(t);
	}
	for (at = 0; at < all; at++)
		dismiss(&t->m[at]);
}

/* ---- who does what ---- */

/* Events of a .vtr file, 0: not known. */
static uint64_t events_of(const char *path)
{
	struct summary s = { 0 };
	struct input in;
	uint64_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return 0;
	input_fd(&in, fd, NULL, 0);
	if (input_size(&in)) {
		if (!vtr_summarise(&in, &s))
			n = s.events;
		summary_release(&s);
	}
	input_release(&in);
	return n;
}

/* Of all files, when each is a trace of known length. */
static uint64_t events_of_all(const struct crew *c)
{
	uint64_t sum = 0, n;
	size_t i;

	for (i = 0; i < c->nfiles; i++) {
		n = events_of(c->files[i]);
		if (!n)
			return 0;
		sum += n;
	}
	return sum;
}

/* Is this file the segment after that one?  Then one machine reads both. */
static bool is_next_segment(const char *before, const char *path)
{
	enum { TRAILER = VTR_HEADER + VTR_TRAILER_BODY };	/* the file's last bytes */
	int fd = open(before, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct diag quiet = DIAG_INIT;
	uint8_t digest[VTR_DIGEST];
	struct evsource *src;
	off_t size;
	bool yes = false;

	if (fd < 0)
		return false;
	size = lseek(fd, 0, SEEK_END);
	if (size > TRAILER && sidecar_digest(fd, (uint64_t)(size - TRAILER), digest) &&
	    !session_open_source(path, &src, &quiet)) {
		yes = vtr_meta_of(src) && vtr_continues(src, digest);
		src->close(src);
	}
	close(fd);
	diag_release(&quiet);
	return yes;
}

/* How many files from i on are one trace. */
static size_t group_of(const struct crew *c, size_t i)
{
	size_t n = 1;

	while (i + n < c->nfiles && is_next_segment(c->files[i + n - 1], c->files[i + n]))
		n++;
	return n;
}

static void plan_trace(struct team *t, uint64_t events)
{
	const struct crew *c = t->c;
	uint64_t first = c->opts->from_num;
	size_t i;

	if (c->opts->to_num && c->opts->to_num < events)
		events = c->opts->to_num;
	if (first > events)
		first = events;
	t->n = c->jobs;
	t->m = xcalloc(t->n, sizeof(*t->m));
	for (i = 0; i < t->n; i++)
		t->m[i].part = (struct crew_part){ .files = c->files, .nfiles = c->nfiles,
			.first = first, .events = events, .workers = (unsigned)t->n,
			.behind = (unsigned)(t->n - i), .mine = &t->shared[i],
			.before = i ? &t->shared[i - 1] : NULL };
}

static void plan_files(struct team *t)
{
	size_t i, n;

	t->m = xcalloc(t->c->nfiles, sizeof(*t->m));
	for (i = 0; i < t->c->nfiles; i += n) {
		n = group_of(t->c, i);
		t->m[t->n++].part = (struct crew_part){ .files = t->c->files + i, .nfiles = n };
	}
}

int crew_jobs(uint64_t jobs, struct diag *d)
{
	if (jobs <= CREW_JOBS_MAX)
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "--jobs: %" PRIu64 " are too many", jobs),
		  "up to %d, best as many as there are processors", CREW_JOBS_MAX);
	return -E_USAGE;
}

bool crew_can(const struct crew *c)
{
	size_t i;

	if (c->jobs < 2 || !c->nfiles)
		return false;
	for (i = 0; i < c->nfiles; i++)
		if (!strcmp(c->files[i], "-"))
			return false;
	if (group_of(c, 0) == c->nfiles)
		return events_of_all(c);
	/* Where one file ends the reading of all, who is behind it cannot know. */
	return !c->opts->to_num && !c->opts->to_ts;
}

int crew_run(struct crew *c)
{
	struct team t = { .c = c, .shared_bytes = c->jobs * sizeof(*t.shared) };
	uint64_t events = group_of(c, 0) == c->nfiles ? events_of_all(c) : 0;
	size_t i, n;

	t.shared = mmap(NULL, t.shared_bytes, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t.shared == MAP_FAILED) {
		diag_add(c->d, DIAG_ERROR, "cannot share memory: %s", strerror(errno));
		return -E_ENV;
	}
	if (events)
		plan_trace(&t, events);
	else
		plan_files(&t);
	n = t.n;
	for (i = 0; i < n; i++)
		buf_init(&t.m[i].in);
	run(&t);
	for (i = 0; i < n; i++)
		buf_release(&t.m[i].in);
	free(t.m);
	munmap(t.shared, t.shared_bytes);
	return t.err ? t.err : t.status;
}
