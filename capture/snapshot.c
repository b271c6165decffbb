/* SPDX-License-Identifier: Apache-2.0 */
#define VESTIGE_LIVE
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/utsname.h>
#include <time.h>

#include "lib/base/err.h"
#include "lib/base/num.h"
#include "capture/snap.h"

static uint64_t proc_number(struct snap *s, const char *path, uint64_t dflt)
{
	uint64_t v;

	if (snap_read(s->procfd, path, &s->text) ||
	    !num_u64(str_trim(buf_str(&s->text), " \t\n"), &v))
		return dflt;
	return v;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* "btime" counts whole seconds; the clocks know better. */
static uint64_t boot_time(void)
{
	return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
}

static uint64_t memory_bytes(struct snap *s)
{
	uint64_t kb = 0;

	if (!snap_read(s->procfd, "meminfo", &s->text))
		num_u64(snap_word(snap_line(buf_str(&s->text), "MemTotal"), 0), &kb);
	return kb * 1024;
}

static int emit_host(struct snap *s)
{
	struct snap_item item = { .kind = SNAP_HOST };
	struct buf name = BUF_INIT;
	struct utsname u;
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	int ret;

	item.host.memory = memory_bytes(s);
	item.host.max_pid = proc_number(s, "sys/kernel/pid_max", 32768);
	item.host.ncpus = cpus > 0 ? (uint32_t)cpus : 1;
	item.host.boot_ts = s->boot_ts;
	if (!snap_read(s->procfd, "sys/kernel/hostname", &name))
		item.host.hostname = str_trim(buf_str(&name), "\n");
	item.host.arch = STR("");
	if (!uname(&u))
		item.host.arch = str_of(u.machine);
	ret = s->emit(s->ctx, &item);
	buf_release(&name);
	return ret;
}

static void free_netns(struct snap *s)
{
	size_t i, n;
	uint64_t *keys = imap_keys(&s->netns, &n);

	for (i = 0; i < n; i++)
		socktab_free(imap_get(&s->netns, keys[i]));
	free(keys);
	imap_release(&s->netns);
}

/* What is missing, and what it took. */
static int emit_end(struct snap *s)
{
	struct snap_item item = { .kind = SNAP_TAKEN };
	int ret = snap_emit_unread(s);

	item.taken = (struct snap_taken){
		.from_ts = s->from_ts, .ns = clock_ns(CLOCK_MONOTONIC) - s->from_mono,
		.procs = s->stats->procs, .threads = s->stats->threads, .fds = s->stats->fds,
		.vanished = s->stats->vanished, .unread = s->stats->unreadable,
		.fds_by = s->iter ? STR("BPF iterator") : STR("/proc"),
	};
	return ret ? ret : s->emit(s->ctx, &item);
}

static int walk(struct snap *s, int etcfd, struct diag *d)
{
	int64_t *pids;
	size_t i, n;
	int ret;

	ret = emit_host(s);
	if (!ret && etcfd >= 0)
		ret = snap_users(s, etcfd);
	if (!ret)
		ret = snap_ifaces(s);
	if (!ret)
		ret = snap_mounts(s, s->procfd, "1/mountinfo", 0);
	if (ret)
		return ret;
	pids = snap_numbers(s->procfd, ".", &n);
	if (!pids) {
		diag_add(d, DIAG_ERROR, "cannot list the processes: %s", strerror(errno));
		return -E_ENV;
	}
	for (i = 0; i < n && !ret; i++)
		if (pids[i] != s->self)
			ret = snap_process(s, pids[i]);
	free(pids);
	return ret ? ret : emit_end(s);
}

int snapshot_take(int procfd, int etcfd, int filesfd, int64_t self,
		  int (*emit)(void *ctx, const struct snap_item *item), void *ctx,
		  struct snapshot_stats *stats, struct diag *d)
{
	struct snapshot_stats unused = { 0 };
	long ticks = sysconf(_SC_CLK_TCK);
	struct snap s = {
		.procfd = procfd, .self = self, .emit = emit, .ctx = ctx,
		.stats = stats ? stats : &unused,
		.boot_ts = boot_time(),
		.ns_per_tick = 1000000000u / (uint64_t)(ticks > 0 ? ticks : 100),
		.netns = IMAP_INIT, .ns = IMAP_INIT, .text = BUF_INIT,
		.from_ts = clock_ns(CLOCK_REALTIME), .from_mono = clock_ns(CLOCK_MONOTONIC),
	};
	int ret;

	memset(s.stats, 0, sizeof(*s.stats));
	if (filesfd >= 0)
		s.iter = snap_iter_new(filesfd);
	ret = walk(&s, etcfd, d);
	free_netns(&s);
	snap_iter_free(s.iter);
	imap_release(&s.ns);
	buf_release(&s.text);
	return ret;
}
