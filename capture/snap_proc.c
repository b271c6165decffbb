/* SPDX-License-Identifier: Apache-2.0 */
/* Processes and threads out of /proc/PID. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lib/base/num.h"
#include "capture/snap.h"

/* Bits of the clone_flags table that a thread of a process carries. */
#define THREAD_FLAGS	(1u | 1u << 1 | 1u << 11 | 1u << 13 | 1u << 15)

/* Texts one struct snap_proc borrows from. */
struct proc_text {
	struct buf comm, cmdline, env, exe, cwd, root, cgroup, cgroups, status;
};

static void proc_text_release(struct proc_text *t)
{
	buf_release(&t->comm);
	buf_release(&t->cmdline);
	buf_release(&t->env);
	buf_release(&t->exe);
	buf_release(&t->cwd);
	buf_release(&t->root);
	buf_release(&t->cgroup);
	buf_release(&t->cgroups);
	buf_release(&t->status);
}

bool snap_parse_stat(struct str text, struct snap_stat *out)
{
	ssize_t paren = str_rchr(text, ')');	/* the command may hold any byte */
	struct str rest;
	int64_t tty = 0;

	if (paren < 0)
		return false;
	rest = str_sub(text, (size_t)paren + 1, text.len);
	memset(out, 0, sizeof(*out));
	/* Word 0 is the state, field 3 of proc(5). */
	if (!num_i64(snap_word(rest, 1), &out->ppid) ||
	    !num_i64(snap_word(rest, 2), &out->pgrp) ||
	    !num_i64(snap_word(rest, 3), &out->session) ||
	    !num_i64(snap_word(rest, 4), &tty))
		return false;
	out->tty = tty;
	num_u64(snap_word(rest, 7), &out->minflt);
	num_u64(snap_word(rest, 9), &out->majflt);
	return num_u64(snap_word(rest, 19), &out->starttime);
}

/* The five controllers events carry, in their order. */
static const char *const controllers[] = { "cpuset", "cpu", "cpuacct", "blkio", "memory" };

static bool lists(struct str list, const char *name)
{
	while (list.p)
		if (str_eq(str_cut(&list, ','), str_of(name)))
			return true;
	return false;
}

/* The path of one controller: its own line, or the unified one's. */
static struct str cgroup_path(struct str text, const char *controller)
{
	struct str unified = { NULL, 0 }, line, names, path;

	while (text.p) {
		line = str_cut(&text, '\n');
		str_cut(&line, ':');
		names = str_cut(&line, ':');
		path = line;
		if (!path.p)
			continue;
		if (!names.len)
			unified = path;
		else if (lists(names, controller))
			return path;
	}
	return unified;
}

void snap_parse_cgroup(struct str text, struct buf *out)
{
	struct str path;
	size_t i;

	buf_clear(out);
	for (i = 0; i < ARRAY_SIZE(controllers); i++) {
		path = cgroup_path(text, controllers[i]);
		if (!path.p || out->len + path.len + 16 > SNAP_ARGS_MAX)
			continue;
		buf_adds(out, controllers[i]);
		buf_addc(out, '=');
		buf_addstr(out, path);
		buf_addc(out, '\0');
	}
}

static uint64_t status_u64(struct str status, const char *name, unsigned word)
{
	uint64_t v = 0;

	num_u64(snap_word(snap_line(status, name), word), &v);
	return v;
}

static uint64_t status_hex(struct str status, const char *name)
{
	struct str s = snap_line(status, name);
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < s.len && i < 16; i++) {
		char c = s.p[i];

		v = v << 4 | (uint64_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
	}
	return v;
}

/* The last of the ids a process has in its nested namespaces: its own view. */
static int64_t status_innermost(struct str status, const char *name)
{
	struct str line = snap_line(status, name), word;
	int64_t v = -1;
	unsigned i;

	for (i = 0; (word = snap_word(line, i)).len; i++)
		num_i64(word, &v);
	return v;
}

static void from_status(struct snap_proc *p, struct str status)
{
	p->uid = (uint32_t)status_u64(status, "Uid", 1);
	p->gid = (uint32_t)status_u64(status, "Gid", 1);
	p->vtid = status_innermost(status, "NSpid");
	p->vpid = status_innermost(status, "NStgid");
	p->vpgid = status_innermost(status, "NSpgid");
	p->sid = status_innermost(status, "NSsid");
	p->vmsize = (uint32_t)status_u64(status, "VmSize", 0);
	p->vmrss = (uint32_t)status_u64(status, "VmRSS", 0);
	p->vmswap = (uint32_t)status_u64(status, "VmSwap", 0);
	p->cap_inheritable = status_hex(status, "CapInh");
	p->cap_permitted = status_hex(status, "CapPrm");
	p->cap_effective = status_hex(status, "CapEff");
}

static struct str cut_list(struct buf *b)
{
	if (b->len > SNAP_ARGS_MAX)
		buf_setlen(b, SNAP_ARGS_MAX);
	if (b->len && b->data[b->len - 1] != '\0')
		buf_addc(b, '\0');
	return buf_str(b);
}

/* argv[0], then the rest. */
static void from_cmdline(struct snap_proc *p, struct buf *b)
{
	struct str all = cut_list(b);
	size_t len = all.len ? strlen(all.p) : 0;

	p->exe = str_sub(all, 0, len);
	p->args = all.len ? str_sub(all, len + 1, all.len) : STR("");
}

static void from_exe(struct snap_proc *p, int dir, struct buf *link)
{
	const struct str gone = STR(" (deleted)");
	struct stat st;

	p->exepath = STR("");
	if (snap_link(dir, "exe", link))
		return;
	p->exepath = buf_str(link);
	if (str_ends(p->exepath, gone))
		p->exepath.len -= gone.len;
	p->exe_memfd = str_starts(p->exepath, STR("/memfd:"));
	if (fstatat(dir, "exe", &st, 0))
		return;
	p->exe_ino = st.st_ino;
	p->exe_ctime = (uint64_t)st.st_ctim.tv_sec * 1000000000u + (uint64_t)st.st_ctim.tv_nsec;
	p->exe_mtime = (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec;
}

static struct str link_text(int dir, const char *name, struct buf *b)
{
	return snap_link(dir, name, b) ? STR("/") : buf_str(b);
}

static void from_small_files(struct snap *s, struct snap_proc *p, int dir)
{
	uint64_t v;

	p->loginuid = UINT32_MAX;
	if (!snap_read(dir, "loginuid", &s->text) &&
	    num_u64(str_trim(buf_str(&s->text), "\n"), &v))
		p->loginuid = (uint32_t)v;
	p->fdlimit = -1;
	/* "Max open files            1024                 1048576  files" */
	if (!snap_read(dir, "limits", &s->text)) {
		struct str text = buf_str(&s->text);
		ssize_t at = str_find(text, STR("Max open files"));

		if (at >= 0 && num_u64(snap_word(str_sub(text, (size_t)at, text.len), 3), &v))
			p->fdlimit = (int64_t)v;
	}
}

/* What /proc/PID or /proc/PID/task/TID tells; false when it is gone. */
static bool read_thread(struct snap *s, int dir, struct proc_text *t, struct snap_proc *p)
{
	struct snap_stat st;

	if (snap_read(dir, "stat", &s->text) || !snap_parse_stat(buf_str(&s->text), &st) ||
	    snap_read(dir, "status", &t->status))
		return false;
	from_status(p, buf_str(&t->status));
	p->ptid = st.ppid;
	p->pgid = st.pgrp;
	p->tty = (uint32_t)st.tty;
	p->pfmajor = st.majflt;
	p->pfminor = st.minflt;
	p->start_ts = s->boot_ts + st.starttime * s->ns_per_tick;
	if (!snap_read(dir, "comm", &t->comm))
		p->comm = str_trim(buf_str(&t->comm), "\n");
	if (!snap_read(dir, "cgroup", &t->cgroup))
		snap_parse_cgroup(buf_str(&t->cgroup), &t->cgroups);
	p->cgroups = buf_str(&t->cgroups);
	return true;
}

static void read_process(struct snap *s, int dir, struct proc_text *t, struct snap_proc *p)
{
	if (!snap_read(dir, "cmdline", &t->cmdline))
		from_cmdline(p, &t->cmdline);
	if (!p->exe.len)	/* a kernel thread has no arguments */
		p->exe = p->comm;
	if (!snap_read(dir, "environ", &t->env))
		p->env = cut_list(&t->env);
	else if (errno != ESRCH)	/* kernel threads and zombies have none */
		snap_unread(s, "environment of a process");
	from_exe(p, dir, &t->exe);
	p->cwd = link_text(dir, "cwd", &t->cwd);
	p->root = link_text(dir, "root", &t->root);
	from_small_files(s, p, dir);
}

/* The threads beside the main one share what the process has. */
static int emit_threads(struct snap *s, int dir, const struct snap_proc *leader)
{
	struct proc_text t = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT,
			       BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	struct snap_item item = { .kind = SNAP_PROC };
	char path[32];
	int64_t *tids;
	size_t i, n;
	int fd, ret = 0;

	tids = snap_numbers(dir, "task", &n);
	for (i = 0; tids && i < n && !ret; i++) {
		if (tids[i] == leader->pid)
			continue;
		snprintf(path, sizeof(path), "task/%" PRId64, tids[i]);
		fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		item.proc = *leader;
		item.proc.tid = tids[i];
		item.proc.flags = THREAD_FLAGS;
		item.proc.env = STR("");
		if (fd >= 0 && read_thread(s, fd, &t, &item.proc)) {
			s->stats->threads++;
			ret = s->emit(s->ctx, &item);
		}
		if (fd >= 0)
			close(fd);
	}
	free(tids);
	proc_text_release(&t);
	return ret;
}

static int emit_process(struct snap *s, int dir, int64_t pid)
{
	struct proc_text t = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT,
			       BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	struct snap_item item = { .kind = SNAP_PROC };
	int ret = 0;

	item.proc.tid = item.proc.pid = pid;
	if (!read_thread(s, dir, &t, &item.proc)) {
		s->stats->vanished++;
		goto out;
	}
	read_process(s, dir, &t, &item.proc);
	s->stats->procs++;
	s->stats->threads++;
	ret = s->emit(s->ctx, &item);
	if (!ret)
		ret = emit_threads(s, dir, &item.proc);
	if (!ret)
		ret = snap_fds(s, dir, pid);
	if (!ret)
		ret = snap_namespaces(s, dir, pid);
out:
	proc_text_release(&t);
	return ret;
}

int snap_process(struct snap *s, int64_t pid)
{
	char path[24];
	int dir, ret;

	snprintf(path, sizeof(path), "%" PRId64, pid);
	dir = openat(s->procfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		s->stats->vanished++;
		return 0;
	}
	ret = emit_process(s, dir, pid);
	close(dir);
	return ret;
}
