/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <signal.h>

#include "capture/clocks.h"
#include "capture/command.h"
#include "capture/containers.h"
#include "capture/drain.h"
#include "capture/driver.h"
#include "capture/hostmeta.h"
#include "capture/record.h"
#include "capture/snap.h"
#include "capture/snap_bpf.h"
#include "capture/snapshot.h"
#include "capture/trace.h"
#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"

#define MUCH_OPEN 8192			/* files, of the whole host */

struct recording {
	const struct record_opts *o;
	struct backend *b;
	struct trace trace;
	struct acquisition acquisition;
	struct command cmd;
	struct status status;
	struct drain drain;
	struct containers *containers;
	struct snap_bpf *iter;		/* of descriptors; NULL: /proc */
	struct status_now now;		/* as told last */
	uint64_t stuck_told;		/* segments that cannot be deleted */
	uint64_t started;		/* ns since boot */
	int64_t offset;
};

static volatile sig_atomic_t told_to_end;

static void on_signal(int sig UNUSED)
{
	told_to_end = 1;
}

static void catch_signals(void)
{
	struct sigaction end = { .sa_handler = on_signal }, was;

	told_to_end = 0;
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	/* nohup(1) and its like mean it */
	if (!sigaction(SIGHUP, NULL, &was) && was.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &end, NULL);
	command_ignore_signals();
}

static enum arch own_arch(void)
{
	return !strcmp(hostmeta_arch(), "aarch64") ? ARCH_ARM64 : ARCH_X86_64;
}

static int open_backend(struct recording *r, struct diag *d)
{
	const struct record_opts *o = r->o;
	struct backend_opts *bo;
	int ret;

	bo = xcalloc(1, sizeof(*bo));
	bo->ctl = (struct rec_ctl){
		.abi = REC_ABI_VERSION, .self = (uint32_t)getpid(),
		.snap_read = (uint32_t)o->snap_read, .snap_write = (uint32_t)o->snap_write,
		.ring_bytes = o->ring_bytes,
		.flags = (o->command ? CTL_TREE : 0u) | (o->no_paths ? CTL_NO_PATHS : 0u),
	};
	bo->attach = o->attach;
	ret = select_calls(bo, &o->calls, own_arch(), d);
	if (!ret)
		ret = who_select(&bo->ctl.sel, &o->who, d);
	if (!ret)
		ret = driver_open(&r->b, o->driver, bo, d);
	free(bo);
	return ret;
}

static void describe(struct recording *r, struct vtr_meta *m)
{
	const struct record_opts *o = r->o;

	hostmeta_host(m);
	acquisition_describe(&r->acquisition, m);
	vtr_meta_set(m, "recorder.version", str_of(PACKAGE_VERSION));
	vtr_meta_set(m, "recorder.driver", str_of(r->b->ops->name));
	vtr_meta_set(m, "recorder.attach", str_of(r->b->attach));
	vtr_meta_set(m, "recorder.command", str_of(o->cmdline));
	vtr_meta_set(m, "recorder.filters", str_of(o->filters));
	vtr_meta_set(m, "recorder.scope", str_of(o->command ? "process tree" : "host"));
	vtr_meta_setu(m, "recorder.snaplen", o->snap_read > o->snap_write ? o->snap_read
								    : o->snap_write);
	vtr_meta_setu(m, "recorder.ring_bytes", o->ring_bytes);
	vtr_meta_setu(m, "clock.wall_minus_boot_ns", (uint64_t)r->offset);
	vtr_meta_setu(m, "clock.start_ns", clock_wall_ns());
	vtr_meta_set(m, "loss.policy", str_of("data is left out when a ring is three quarters "
		     "full; events of memory, reads, writes and others that change no state when it is "
		     "seven eighths full, the rest when it is full: all are counted"));
}

static int emit_snap(void *ctx, const struct snap_item *item)
{
	struct recording *r = ctx;

	return vtr_writer_snap(r->trace.w, item);
}

/* The snapshot's own items; before its last one, the containers it met. */
static int emit_host(void *ctx, const struct snap_item *item)
{
	struct recording *r = ctx;
	int ret = 0;

	if (item->kind == SNAP_PROC)
		containers_process(r->containers, &item->proc);
	else if (item->kind == SNAP_TAKEN)
		ret = containers_snapshot(r->containers, emit_snap, r);
	return ret ? ret : emit_snap(r, item);
}

static int before_row(void *ctx, struct vtr_writer *w, const struct row *row)
{
	return containers_row(ctx, w, row);
}

#ifndef HAVE_BPF
struct snap_bpf *snap_bpf_open(void) { return NULL; }
void snap_bpf_close(struct snap_bpf *s UNUSED) { }
int snap_bpf_files(struct snap_bpf *s UNUSED) { return -1; }
#endif

/* Is the iterator worth its loading?  Where much is open, or will be. */
static bool much_is_open(void)
{
	struct buf text = BUF_INIT;
	uint64_t n = 0;

	if (!snap_read(AT_FDCWD, "/proc/sys/fs/file-nr", &text))
		num_u64(snap_word(buf_str(&text), 0), &n);
	buf_release(&text);
	return n >= MUCH_OPEN;
}

static void choose_iterator(struct recording *r)
{
	const char *how = r->o->snapshot;

	if (strcmp(how, "proc") && (!strcmp(how, "bpf") ||
	    (!strcmp(r->b->ops->name, "bpf") && (r->trace.in_dir || much_is_open()))))
		r->iter = snap_bpf_open();
}

static int take_snapshot(struct recording *r, struct diag *d)
{
	int files = snap_bpf_files(r->iter);
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int etc = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = -E_ENV;

	if (proc >= 0)
		ret = snapshot_take(proc, etc, files, 0, emit_host, r, NULL, d);
	else
		diag_add(d, DIAG_ERROR, "cannot read /proc: %s", strerror(errno));
	if (!ret)
		ret = vtr_writer_flush(r->trace.w);	/* whatever happens next */
	if (files >= 0)
		close(files);
	if (proc >= 0)
		close(proc);
	if (etc >= 0)
		close(etc);
	return ret;
}

/* The first segment, or the next; each has a snapshot of its own. */
static int begin_segment(struct recording *r, struct diag *d)
{
	struct vtr_meta meta = VTR_META_INIT;
	int ret;

	describe(r, &meta);
	ret = trace_next(&r->trace, &meta, d);
	vtr_meta_release(&meta);
	r->drain.w = r->trace.w;
	return ret;
}

/* What can fail before anything is recorded. */
static int prepare(struct recording *r, struct diag *d)
{
	const struct record_opts *o = r->o;
	int ret;

	ret = acquisition_open(&r->acquisition, &o->acquisition, d);
	if (!ret)
		ret = open_backend(r, d);
	if (!ret && o->command)
		ret = command_find(o->command[0], d);	/* while the file is as it was */
	if (!ret)
		ret = trace_open(&r->trace, o->path, o->overwrite, &o->limits, d);
	r->trace.key = acquisition_key(&r->acquisition);
	if (!ret)
		ret = status_open(&r->status, &o->status, d);
	if (!ret && o->command)
		ret = command_start(&r->cmd, o->command, !strcmp(o->path, "-"), d);
	if (!ret && r->cmd.pid)
		ret = r->b->ops->follow(r->b, (uint32_t)r->cmd.pid, d);
	return ret ? ret : privs_place(&o->privs, d);
}

/* Rings first, then /proc, then the command: nothing falls between. */
static int begin(struct recording *r, struct diag *d)
{
	const struct record_opts *o = r->o;
	struct privs_opts privs = o->privs;
	int ret = prepare(r, d);

	if (ret)
		return ret;
	choose_iterator(r);
	r->offset = clock_wall_minus_boot();
	drain_init(&r->drain, r->b, NULL, r->offset);
	if (!o->no_containers) {
		r->containers = containers_new(ctr_reader_start(&privs));
		r->drain.before_row = before_row;
		r->drain.ctx = r->containers;
	}
	r->started = clock_boot_ns();
	ret = begin_segment(r, d);
	if (!ret)
		ret = r->b->ops->start(r->b, d);
	if (!ret)
		ret = take_snapshot(r, d);
	if (ret)
		return ret;
	privs.walks_proc = r->trace.in_dir;
	privs_drop(&privs, d);
	if (r->trace.in_dir)
		ret = segdir_check(&r->trace.dir, o->path, d);
	if (!ret && r->cmd.pid)
		ret = command_go(&r->cmd, o->command[0], d);
	if (!ret)
		status_ready(&r->status);
	return ret;
}

static bool time_to_end(struct recording *r)
{
	if (told_to_end || (r->cmd.pid && command_ended(&r->cmd)))
		return true;
	return r->o->duration && clock_boot_ns() - r->started >= r->o->duration;
}

/* How long to sleep: not beyond the end of the duration. */
static int nap_ms(const struct recording *r, bool busy)
{
	int ms = busy ? 10 : 40;
	uint64_t left, used = clock_boot_ns() - r->started;

	if (!r->o->duration)
		return ms;
	left = r->o->duration > used ? (r->o->duration - used) / 1000000u : 0;
	return left < (uint64_t)ms ? (int)left + 1 : ms;
}

static void sum_up_segments(const struct recording *r, struct record_stats *st)
{
	st->bytes = trace_bytes(&r->trace);
	st->segments = r->trace.in_dir ? r->trace.segments : 0;
	st->deleted = r->trace.dir.deleted;
	st->stuck = r->trace.dir.stuck;
}

static void sum_up(struct recording *r, struct record_stats *st)
{
	struct rec_counters n;
	unsigned cpu;

	st->events = r->drain.events + containers_events(r->containers);
	st->lost = r->drain.loss.unexplained + r->drain.damaged;
	st->ns = clock_boot_ns() - r->started;
	sum_up_segments(r, st);
	for (cpu = 0; cpu < r->b->ncpus; cpu++) {
		r->b->ops->counters(r->b, cpu, &n);
		st->lost += loss_events(&n);
		st->shed += loss_sum(n.shed);
		st->faults += loss_sum(n.fault);
		st->cut += loss_sum(n.toolong);
		st->tree_full += n.tree_full;
	}
}

static void refresh(struct recording *r)
{
	struct record_stats st = { 0 };

	sum_up(r, &st);
	r->now = (struct status_now){
		.events = st.events, .lost = st.lost, .shed = st.shed, .bytes = st.bytes,
		.segment = r->trace.in_dir ? r->trace.dir.highest : 0, .deleted = st.deleted,
		.stuck = st.stuck, .attach = r->b->attach,
	};
}

/* Of each further segment that cannot be deleted, once. */
static void warn_of_stuck(struct recording *r)
{
	struct buf b = BUF_INIT;

	if (r->trace.dir.stuck > r->stuck_told) {
		segdir_explain(&r->trace.dir, &b);
		status_warn(&r->status, buf_str(&b));
	}
	r->stuck_told = r->trace.dir.stuck;
	buf_release(&b);
}

static int run(struct recording *r, struct diag *d)
{
	uint64_t before;
	int ret = 0;

	while (!ret && !time_to_end(r)) {
		before = r->drain.events;
		ret = drain_pass(&r->drain);
		if (!ret)
			ret = containers_tick(r->containers, r->trace.w, r->drain.row.ts);
		if (!ret && UNLIKELY(trace_due(&r->trace))) {
			ret = drain_part(&r->drain);
			if (!ret)
				ret = begin_segment(r, d);
			if (!ret)
				ret = take_snapshot(r, d);
		}
		warn_of_stuck(r);
		if (status_due(&r->status)) {
			refresh(r);
			status_tell(&r->status, &r->now);
		}
		if (!ret)
			r->b->ops->wait(r->b, nap_ms(r, r->drain.events != before));
	}
	r->b->ops->stop(r->b);
	return ret ? ret : drain_rest(&r->drain);
}

/* The trace is whole before anybody waits for anything. */
static int end(struct recording *r, struct diag *d)
{
	int ret;

	if (r->started)
		refresh(r);
	status_close(&r->status, &r->now);
	ret = trace_close(&r->trace, d);
	containers_free(r->containers);
	snap_bpf_close(r->iter);
	acquisition_close(&r->acquisition);
	if (r->started)
		drain_release(&r->drain);
	if (r->b)
		r->b->ops->close(r->b);
	return ret;
}

/* A command is never ended because its recording is: only somebody who ends
 * the recorder ends both. */
static void wait_for_command(struct recording *r, struct diag *d)
{
	bool both = told_to_end || r->cmd.gate >= 0;

	if (!r->cmd.pid || command_ended(&r->cmd))
		return;
	if (!both) {
		if (r->o->outlived)
			r->o->outlived(d);
		command_finish(&r->cmd, &told_to_end);
	}
	if (told_to_end) {
		told_to_end = 0;	/* a second signal: do not wait any longer */
		command_tell_to_end(&r->cmd);
	}
	command_finish(&r->cmd, &told_to_end);
}

int record(const struct record_opts *o, struct record_stats *st, struct diag *d)
{
	struct recording r = { .o = o, .trace = TRACE_INIT, .status = STATUS_INIT,
			       .cmd = { .gate = -1, .report = -1 } };
	int ret, err;

	*st = (struct record_stats){ .command_status = -1 };
	catch_signals();
	ret = begin(&r, d);
	if (!ret)
		ret = run(&r, d);
	if (r.started)
		sum_up(&r, st);
	err = end(&r, d);
	sum_up_segments(&r, st);
	st->unwritten = st->events > r.trace.events ? st->events - r.trace.events : 0;
	wait_for_command(&r, d);
	if (r.cmd.began && r.cmd.ended)
		st->command_status = r.cmd.status;
	return ret ? ret : err;
}
