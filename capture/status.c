/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "capture/clocks.h"
#include "capture/status.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/jsonw.h"
#include "lib/base/num.h"

#define SECOND	1000000000u

/* --- what is said --- */

/* Thousandths of processor time, and things a second; 0 when no time passed. */
static uint64_t per_mille(const struct status_rates *r)
{
	return r->ns ? r->cpu_ns * 1000 / r->ns : 0;
}

static uint64_t per_second(uint64_t now, uint64_t was, uint64_t ns)
{
	return ns ? (uint64_t)((double)(now - was) * 1e9 / (double)ns) : 0;
}

void status_json(struct buf *out, const struct status_rates *r)
{
	struct buf text = BUF_INIT;
	struct jsonw w = JSONW_INIT(out);

	num_iso8601(&text, r->wall_ns);
	jsonw_open(&w);
	jsonw_key(&w, "time");
	jsonw_str(&w, buf_str(&text));
	if (r->now->attach) {
		jsonw_key(&w, "attach");
		jsonw_str(&w, str_of(r->now->attach));
	}
	buf_clear(&text);
	buf_addf(&text, "%" PRIu64 ".%03" PRIu64, r->uptime_ns / SECOND,
		 r->uptime_ns % SECOND / 1000000);
	jsonw_key(&w, "uptime_s");
	jsonw_raw(&w, buf_str(&text));
	jsonw_key(&w, "events");
	jsonw_u64(&w, r->now->events);
	jsonw_key(&w, "events_per_s");
	jsonw_u64(&w, per_second(r->now->events, r->was->events, r->ns));
	jsonw_key(&w, "lost");
	jsonw_u64(&w, r->now->lost);
	jsonw_key(&w, "lost_per_s");
	jsonw_u64(&w, per_second(r->now->lost, r->was->lost, r->ns));
	jsonw_key(&w, "payload_left_out");
	jsonw_u64(&w, r->now->shed);
	jsonw_key(&w, "bytes");
	jsonw_u64(&w, r->now->bytes);
	buf_clear(&text);
	buf_addf(&text, "%" PRIu64 ".%" PRIu64, per_mille(r) / 10, per_mille(r) % 10);
	jsonw_key(&w, "recorder_cpu_percent");
	jsonw_raw(&w, buf_str(&text));
	jsonw_key(&w, "recorder_rss_kb");
	jsonw_u64(&w, r->rss_kb);
	if (r->now->segment) {
		jsonw_key(&w, "segment");
		jsonw_u64(&w, r->now->segment);
		jsonw_key(&w, "segments_deleted");
		jsonw_u64(&w, r->now->deleted);
		jsonw_key(&w, "segments_undeletable");
		jsonw_u64(&w, r->now->stuck);
	}
	jsonw_close(&w);
	buf_addc(out, '\n');
	buf_release(&text);
}

void status_text(struct buf *out, const struct status_rates *r)
{
	buf_addf(out, "%" PRIu64 " s: %" PRIu64 " events (%" PRIu64 "/s), %" PRIu64
		 " lost, %" PRIu64 " kB, recorder %" PRIu64 ".%" PRIu64 " %% of a CPU",
		 r->uptime_ns / SECOND, r->now->events,
		 per_second(r->now->events, r->was->events, r->ns), r->now->lost,
		 r->now->bytes / 1000, per_mille(r) / 10, per_mille(r) % 10);
	if (r->now->segment)
		buf_addf(out, ", segment %" PRIu64, r->now->segment);
	if (r->now->stuck)
		buf_addf(out, ", %" PRIu64 " cannot be deleted", r->now->stuck);
}

/* --- to whom --- */

static int open_json(struct status *s, struct diag *d)
{
	const char *path = s->o.json;
	uint64_t n;

	if (!strcmp(path, "-")) {
		s->json_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	} else if (!strncmp(path, "fd:", 3)) {
		if (num_u64(str_of(path + 3), &n) && n < 65536)
			s->json_fd = fcntl((int)n, F_DUPFD_CLOEXEC, 3);
	} else {
		s->json_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC |
				  O_NOCTTY, 0600);
	}
	if (s->json_fd >= 0)
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "cannot write the status to %s: %s", path,
			   strerror(errno)),
		  "name a file that is no symbolic link, or an open descriptor as fd:3");
	return -E_WRITE;
}

/* $NOTIFY_SOCKET: a path, or an abstract name after '@'. */
static void open_notify(struct status *s)
{
	const char *path = getenv("NOTIFY_SOCKET"), *usec = getenv("WATCHDOG_USEC");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	uint64_t n;

	if (!len || len >= sizeof(a.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(a.sun_path, path, len);
	if (path[0] == '@')
		a.sun_path[0] = '\0';
	s->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->notify_fd >= 0 &&
	    connect(s->notify_fd, (struct sockaddr *)&a,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len))) {
		close(s->notify_fd);
		s->notify_fd = -1;
	}
	if (usec && num_u64(str_of(usec), &n))
		s->watchdog = n * 1000 / 3;
}

static void notify(const struct status *s, const char *what)
{
	if (s->notify_fd >= 0 && send(s->notify_fd, what, strlen(what), MSG_NOSIGNAL) < 0)
		return;		/* nobody listens: no matter */
}

static uint64_t cpu_ns(struct rusage *ru)
{
	getrusage(RUSAGE_SELF, ru);
	return (uint64_t)(ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * SECOND +
	       (uint64_t)(ru->ru_utime.tv_usec + ru->ru_stime.tv_usec) * 1000;
}

/*
 * Never waits: who does not read misses lines.  A pipe that can be written to
 * takes one whole (it is shorter than PIPE_BUF); a terminal that was stopped
 * cannot.  False: nothing can be written there any more.
 */
static bool tell(int fd, struct str line)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	ssize_t n;

	if (poll(&p, 1, 0) <= 0)
		return true;
	if (!(p.revents & POLLOUT))
		return false;
	n = send(fd, line.p, line.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno == ENOTSOCK)
		n = write(fd, line.p, line.len);
	return n == (ssize_t)line.len || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

int status_open(struct status *s, const struct status_opts *o, struct diag *d)
{
	*s = (struct status)STATUS_INIT;
	s->o = *o;
	if (!s->o.interval)
		s->o.interval = SECOND;
	s->tty = isatty(STDERR_FILENO);
	open_notify(s);
	return o->json ? open_json(s, d) : 0;
}

void status_ready(struct status *s)
{
	static const char begun[] = "vestige capture: recording; Ctrl-C ends it\n";
	struct rusage ru;

	s->began = s->last = s->patted = clock_boot_ns();
	s->cpu = cpu_ns(&ru);
	notify(s, "READY=1\nSTATUS=recording");
	if (s->o.line && s->tty)
		tell(STDERR_FILENO, str_of(begun));
}

bool status_due(struct status *s)
{
	uint64_t now = clock_boot_ns();

	if (s->watchdog && now - s->patted >= s->watchdog) {
		notify(s, "WATCHDOG=1");
		s->patted = now;
	}
	return (s->o.line || s->json_fd >= 0 || s->notify_fd >= 0) &&
	       now - s->last >= s->o.interval;
}

static void say(struct status *s, const struct status_rates *r)
{
	struct buf b = BUF_INIT;

	if (s->o.line) {
		buf_adds(&b, s->tty ? "\r" : "vestige capture: ");
		status_text(&b, r);
		buf_adds(&b, s->tty ? "\033[K" : "\n");
		tell(STDERR_FILENO, buf_str(&b));
	}
	if (s->json_fd >= 0) {
		buf_clear(&b);
		status_json(&b, r);
		if (!tell(s->json_fd, buf_str(&b))) {
			close(s->json_fd);	/* the recording matters more */
			s->json_fd = -1;
		}
	}
	if (s->notify_fd >= 0) {
		buf_clear(&b);
		buf_adds(&b, "STATUS=");
		status_text(&b, r);
		notify(s, b.data);
	}
	buf_release(&b);
}

void status_tell(struct status *s, const struct status_now *now)
{
	uint64_t t = clock_boot_ns(), cpu;
	struct rusage ru;

	cpu = cpu_ns(&ru);
	say(s, &(struct status_rates){
		.now = now, .was = &s->was, .ns = t - s->last, .cpu_ns = cpu - s->cpu,
		.uptime_ns = t - s->began, .rss_kb = (uint64_t)ru.ru_maxrss,
		.wall_ns = clock_wall_ns() });
	s->last = t;
	s->cpu = cpu;
	s->was = *now;
}

void status_warn(const struct status *s, struct str text)
{
	struct buf b = BUF_INIT;

	if (s->o.line && s->tty)
		buf_adds(&b, "\r\033[K");
	buf_adds(&b, "vestige capture: warning: ");
	buf_add(&b, text.p, text.len);
	buf_addc(&b, '\n');
	tell(STDERR_FILENO, buf_str(&b));
	buf_release(&b);
}

void status_close(struct status *s, const struct status_now *now)
{
	if (s->began) {
		notify(s, "STOPPING=1");
		status_tell(s, now);
		if (s->o.line && s->tty)
			tell(STDERR_FILENO, STR("\n"));
	}
	if (s->json_fd >= 0)
		close(s->json_fd);
	if (s->notify_fd >= 0)
		close(s->notify_fd);
	*s = (struct status)STATUS_INIT;
}
