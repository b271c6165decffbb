/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine against recorded answers: for every event of a capture the
 * columns of its *.fields.tsv.zst that are plain state, printed straight
 * from the machine.  With arguments: TRACE.scap [FIELDS.tsv.zst]; shows what
 * differs.  Without: every trace of the shared folder, at least 99.9 % of
 * the cells of each equal.  Skips where the folder is absent.
 */
#include "lib/base/compat.h"

#include <glob.h>

#include "lib/base/buf.h"
#include "lib/base/diag.h"
#include "lib/base/num.h"
#include "lib/base/utf8.h"
#include "lib/base/xalloc.h"
#include "replay/machine.h"
#include "replay/session.h"
#include "replay/sock.h"
#include "tests/reference/shared.h"

#define COLUMNS_MAX	128
#define SAMPLES		3

struct row {
	const struct machine *m;
	const struct machine_current *cur;
	struct event *ev;
	struct thread *t, *main;
	struct fd *fd;
};

/* Prints the cell; false when the field has no value. */
typedef bool cell_fn(const struct row *r, struct buf *out);

static bool put(struct buf *out, struct rstr *s)
{
	buf_addstr(out, rstr_str(s));
	return true;
}

static bool puti(struct buf *out, int64_t v)
{
	buf_addi(out, v);
	return true;
}

/* NUL-terminated strings with blanks between. */
static bool put_list(struct buf *out, struct str s)
{
	size_t i;

	for (i = 0; i + 1 < s.len; i++)
		buf_addc(out, s.p[i] ? s.p[i] : ' ');
	return true;
}

static bool c_num(const struct row *r, struct buf *o) { return puti(o, (int64_t)r->ev->num); }
static bool c_type(const struct row *r, struct buf *o)
{
	buf_addstr(o, event_name(r->ev));
	return true;
}
static bool c_tid(const struct row *r, struct buf *o) { return puti(o, r->ev->tid); }
static bool c_vtid(const struct row *r, struct buf *o)
{
	return r->t->vtid != -1 && puti(o, r->t->vtid);
}
static bool c_ismain(const struct row *r, struct buf *o)
{
	buf_adds(o, thread_is_main(r->t) ? "true" : "false");
	return true;
}
static bool c_pid(const struct row *r, struct buf *o) { return puti(o, r->t->pid); }
static bool c_ppid(const struct row *r, struct buf *o)
{
	return r->main && r->main->parent && puti(o, r->main->parent->pid);
}
static bool c_vpid(const struct row *r, struct buf *o)
{
	return r->t->vpid != -1 && puti(o, r->t->vpid);
}
static bool c_name(const struct row *r, struct buf *o) { return put(o, r->t->comm); }
static bool ancestor_name(const struct row *r, unsigned n, struct buf *o)
{
	struct thread *a = machine_ancestor(r->m, r->t, n);

	return a && put(o, a->comm);
}
static bool c_pname(const struct row *r, struct buf *o) { return ancestor_name(r, 1, o); }
static bool c_aname2(const struct row *r, struct buf *o) { return ancestor_name(r, 2, o); }
static bool c_aname3(const struct row *r, struct buf *o) { return ancestor_name(r, 3, o); }
static bool c_exe(const struct row *r, struct buf *o) { return put(o, r->t->exe); }
static bool c_exepath(const struct row *r, struct buf *o) { return put(o, r->t->exepath); }
static bool c_cmdline(const struct row *r, struct buf *o) { return put(o, r->t->cmdline); }
static bool c_cwd(const struct row *r, struct buf *o)
{
	buf_addstr(o, machine_cwd(r->m, r->t));
	return true;
}
static bool c_sid(const struct row *r, struct buf *o) { return puti(o, r->t->sid); }
static bool c_sname(const struct row *r, struct buf *o)
{
	struct thread *l = machine_leader(r->m, r->t, LEADER_SID);

	return !l || put(o, l->comm);
}
static bool c_vpgid(const struct row *r, struct buf *o) { return puti(o, r->t->vpgid); }
static bool c_pgid(const struct row *r, struct buf *o) { return puti(o, r->t->pgid); }
static bool c_tty(const struct row *r, struct buf *o) { return puti(o, r->t->tty); }
static bool put_bool(struct buf *o, bool v)
{
	buf_adds(o, v ? "true" : "false");
	return true;
}
static bool c_writable(const struct row *r, struct buf *o) { return put_bool(o, r->t->exe_writable); }
static bool c_upper(const struct row *r, struct buf *o) { return put_bool(o, r->t->exe_upper); }
static bool c_memfd(const struct row *r, struct buf *o) { return put_bool(o, r->t->exe_memfd); }
static bool c_nthreads(const struct row *r, struct buf *o) { return puti(o, machine_nthreads(r->t)); }
static bool c_fdopen(const struct row *r, struct buf *o)
{
	return puti(o, r->main ? r->main->fds.n : 0);
}
static bool c_env(const struct row *r, struct buf *o) { return put_list(o, machine_env(r->m, r->t)); }
static bool c_cgroups(const struct row *r, struct buf *o)
{
	return r->t->cgroups->len && put_list(o, rstr_str(r->t->cgroups));
}
static bool c_uid(const struct row *r, struct buf *o) { return puti(o, r->t->uid); }
static bool c_gid(const struct row *r, struct buf *o) { return puti(o, r->t->gid); }
static bool c_login(const struct row *r, struct buf *o) { return puti(o, (int32_t)r->t->loginuid); }
static bool c_container(const struct row *r, struct buf *o)
{
	if (r->t->container_id->len)
		return put(o, r->t->container_id);
	buf_adds(o, "host");
	return true;
}

/* Descriptor cells: only where the event is about one. */
static bool fd_event(const struct row *r)
{
	return r->ev->info->flags & (EF_USES_FD | EF_CREATES_FD | EF_DESTROYS_FD);
}
static bool c_fdnum(const struct row *r, struct buf *o)
{
	return fd_event(r) && puti(o, r->cur->fd);
}
static bool c_fdtype(const struct row *r, struct buf *o)
{
	if (!r->fd || !fd_event(r))
		return false;
	buf_adds(o, fd_type_name(r->fd->type));
	return true;
}
static bool c_fdname(const struct row *r, struct buf *o) { return r->fd && fd_event(r) && put(o, r->fd->name); }
static bool c_fdnameraw(const struct row *r, struct buf *o) { return r->fd && fd_event(r) && put(o, r->fd->nameraw); }
static bool ip_fd(const struct row *r)
{
	return r->fd && fd_event(r) && fd_is_ip(r->fd) && sock_has_role(r->fd);
}
static bool v6(const struct fd *f) { return f->type == FD_IPV6_SOCK || f->type == FD_IPV6_SERVSOCK; }
static bool c_cip(const struct row *r, struct buf *o)
{
	if (!ip_fd(r) || fd_is_server_sock(r->fd))
		return false;
	sock_print_ip(o, v6(r->fd), r->fd->sip);
	return true;
}
static bool c_cport(const struct row *r, struct buf *o)
{
	return ip_fd(r) && !fd_is_server_sock(r->fd) && puti(o, r->fd->sport);
}
static bool c_sip(const struct row *r, struct buf *o)
{
	if (!ip_fd(r))
		return false;
	sock_print_ip(o, v6(r->fd), fd_is_server_sock(r->fd) ? r->fd->sip : r->fd->dip);
	return true;
}
static bool c_sport(const struct row *r, struct buf *o)
{
	return ip_fd(r) && puti(o, fd_is_server_sock(r->fd) ? r->fd->sport : r->fd->dport);
}
static bool c_connected(const struct row *r, struct buf *o)
{
	return fd_event(r) && r->fd && put_bool(o, r->fd->flags & FDF_CONNECTED);
}
static bool c_changed(const struct row *r, struct buf *o)
{
	return fd_event(r) && r->fd && put_bool(o, r->cur->fd_name_changed);
}
static bool c_l4proto(const struct row *r, struct buf *o)
{
	static const char *const names[] = { NULL, NULL, "tcp", "udp", "icmp", "raw" };

	if (!r->fd || !fd_is_ip(r->fd) || !names[r->fd->l4proto] ||
	    (!ip_fd(r) && r->fd->l4proto != L4_RAW))
		return false;
	buf_adds(o, names[r->fd->l4proto]);
	return true;
}
static bool c_ino(const struct row *r, struct buf *o) { return fd_event(r) && r->fd && puti(o, (int64_t)r->fd->ino); }
static bool c_dev(const struct row *r, struct buf *o)
{
	if (!fd_event(r) || !r->fd)
		return false;
	buf_addf(o, "%" PRIX32, r->fd->dev);
	return true;
}

enum { NEEDS_THREAD = 1, NEEDS_FD = 2 };

static const struct column {
	const char *name;
	cell_fn *fn;
	unsigned needs;
} columns[] = {
	{ "evt.num", c_num, 0 }, { "evt.type", c_type, 0 }, { "thread.tid", c_tid, 0 },
	{ "thread.vtid", c_vtid, NEEDS_THREAD }, { "thread.ismain", c_ismain, NEEDS_THREAD },
	{ "proc.pid", c_pid, NEEDS_THREAD }, { "proc.ppid", c_ppid, NEEDS_THREAD },
	{ "proc.vpid", c_vpid, NEEDS_THREAD }, { "proc.name", c_name, NEEDS_THREAD },
	{ "proc.pname", c_pname, NEEDS_THREAD }, { "proc.aname[2]", c_aname2, NEEDS_THREAD },
	{ "proc.aname[3]", c_aname3, NEEDS_THREAD }, { "proc.exe", c_exe, NEEDS_THREAD },
	{ "proc.exepath", c_exepath, NEEDS_THREAD }, { "proc.cmdline", c_cmdline, NEEDS_THREAD },
	{ "proc.cwd", c_cwd, NEEDS_THREAD }, { "proc.sid", c_sid, NEEDS_THREAD },
	{ "proc.sname", c_sname, NEEDS_THREAD }, { "proc.vpgid", c_vpgid, NEEDS_THREAD },
	{ "proc.pgid", c_pgid, NEEDS_THREAD }, { "proc.tty", c_tty, NEEDS_THREAD },
	{ "proc.is_exe_writable", c_writable, NEEDS_THREAD },
	{ "proc.is_exe_upper_layer", c_upper, NEEDS_THREAD },
	{ "proc.is_exe_from_memfd", c_memfd, NEEDS_THREAD },
	{ "proc.nthreads", c_nthreads, NEEDS_THREAD },
	{ "proc.fdopencount", c_fdopen, NEEDS_THREAD }, { "proc.env", c_env, NEEDS_THREAD },
	{ "thread.cgroups", c_cgroups, NEEDS_THREAD }, { "user.uid", c_uid, NEEDS_THREAD },
	{ "group.gid", c_gid, NEEDS_THREAD }, { "user.loginuid", c_login, NEEDS_THREAD },
	{ "container.id", c_container, NEEDS_THREAD },
	{ "fd.num", c_fdnum, NEEDS_THREAD }, { "fd.type", c_fdtype, NEEDS_THREAD },
	{ "fd.name", c_fdname, NEEDS_FD }, { "fd.nameraw", c_fdnameraw, NEEDS_FD },
	{ "fd.cip", c_cip, NEEDS_FD }, { "fd.cport", c_cport, NEEDS_FD },
	{ "fd.sip", c_sip, NEEDS_FD }, { "fd.sport", c_sport, NEEDS_FD },
	{ "fd.l4proto", c_l4proto, NEEDS_FD },
	{ "fd.connected", c_connected, NEEDS_FD },
	{ "fd.name_changed", c_changed, NEEDS_FD },
	{ "fd.ino", c_ino, NEEDS_FD }, { "fd.dev", c_dev, NEEDS_FD },
};

static const struct column *column_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		if (!strcmp(columns[i].name, name))
			return &columns[i];
	}
	return NULL;
}

/* How many bytes of a broken sequence one U+FFFD stands for: the lead and
 * the continuation bytes that could still have followed it. */
static size_t bad_len(struct str s)
{
	uint8_t lead = (uint8_t)s.p[0], c = s.len > 1 ? (uint8_t)s.p[1] : 0;
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2, n = 1;

	if (lead < 0xc2 || lead > 0xf4 || (lead == 0xe0 && c < 0xa0) ||
	    (lead == 0xed && c > 0x9f) || (lead == 0xf0 && c < 0x90) ||
	    (lead == 0xf4 && c > 0x8f))
		return 1;
	while (n < want && n < s.len && ((uint8_t)s.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* As the answers were written: a few bytes escaped. */
static void escape(struct buf *out, struct str s)
{
	static const char from[] = "\\\n\t\r", to[] = "\\ntr";
	const char *at;
	size_t i, n;
	uint32_t cp;

	for (i = 0; i < s.len; i += n) {
		/* What is not printable text is printed as U+FFFD. */
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n > 1) {
			buf_add(out, s.p + i, n);
			continue;
		}
		if (!n || (uint8_t)s.p[i] < ' ' || s.p[i] == 0x7f) {
			buf_adds(out, "\xef\xbf\xbd");
			n = n ? 1 : bad_len(str_sub(s, i, s.len));
			continue;
		}
		at = s.p[i] ? strchr(from, s.p[i]) : NULL;
		if (at)
			buf_addc(out, '\\');
		buf_addc(out, at ? to[at - from] : s.p[i]);
	}
}

static void cell(const struct column *c, const struct row *r, struct buf *out)
{
	struct buf raw = BUF_INIT;

	buf_clear(out);
	if ((c->needs && !r->t) || !c->fn(r, &raw))
		buf_adds(out, "<NA>");
	else
		escape(out, buf_str(&raw));
	buf_release(&raw);
}

struct tally {
	uint64_t cells, bad[COLUMNS_MAX];
	uint64_t rows, missing, extra;
};

struct answers {
	FILE *f;
	char *line;
	size_t cap;
	const struct column *cols[COLUMNS_MAX];
	const char *names[COLUMNS_MAX];
	char *header;
	size_t ncols;
	char *v[COLUMNS_MAX];
	uint64_t num;		/* of the row in v; UINT64_MAX: none left */
};

static void split(char *line, char **v, size_t *n)
{
	*n = 0;
	while (line && *n < COLUMNS_MAX) {
		v[(*n)++] = line;
		line = strchr(line, '\t');
		if (line)
			*line++ = '\0';
	}
}

static bool read_row(struct answers *a)
{
	ssize_t len = getline(&a->line, &a->cap, a->f);
	size_t n;

	a->num = UINT64_MAX;
	if (len <= 0)
		return false;
	if (a->line[len - 1] == '\n')
		a->line[len - 1] = '\0';
	split(a->line, a->v, &n);
	while (n < a->ncols)
		a->v[n++] = a->line + strlen(a->line);
	return num_u64(str_of(a->v[0]), &a->num);
}

static bool open_answers(struct answers *a, const char *path)
{
	struct buf cmd = BUF_INIT;
	size_t i;

	memset(a, 0, sizeof(*a));
	buf_addf(&cmd, "zstd -dcq --long=24 '%s'", path);
	a->f = popen(cmd.data, "r");
	buf_release(&cmd);
	if (!a->f || getline(&a->line, &a->cap, a->f) <= 0)
		return false;
	a->line[strcspn(a->line, "\n")] = '\0';
	a->header = xstrdup(a->line);
	split(a->header, a->v, &a->ncols);
	for (i = 0; i < a->ncols; i++) {
		a->names[i] = a->v[i];
		a->cols[i] = column_by_name(a->v[i]);
	}
	read_row(a);
	return true;
}

static void close_answers(struct answers *a)
{
	if (a->f)
		pclose(a->f);
	free(a->line);
	free(a->header);
}

static void compare_row(struct answers *a, const struct row *r, struct tally *t, bool show)
{
	struct buf got = BUF_INIT;
	size_t i;

	t->rows++;
	for (i = 0; i < a->ncols; i++) {
		if (!a->cols[i])
			continue;
		/* Of an unknown descriptor fields tell what the event says;
		 * that is not state. */
		if ((a->cols[i]->needs & NEEDS_FD) && !r->fd)
			continue;
		/* Likewise the container of a record that has no thread. */
		if (!r->t && !strcmp(a->names[i], "container.id"))
			continue;
		t->cells++;
		cell(a->cols[i], r, &got);
		if (str_eq(buf_str(&got), str_of(a->v[i])))
			continue;
		if (show && t->bad[i] < SAMPLES)
			printf("    event %" PRIu64 " %s tid %" PRId64 " %s: want '%.200s' got '%.200s'\n",
			       r->ev->num, r->ev->info->name, r->ev->tid, a->names[i], a->v[i],
			       got.data);
		t->bad[i]++;
	}
	buf_release(&got);
}

/*
 * Printing evt.abspath, a column before these, turns Falco's event to the
 * directory descriptor of a relative path; the columns of the descriptor
 * then tell of that one.
 */
static void see_dirfd(struct row *r)
{
	int64_t dirfd = event_i64(r->ev, P_SYSCALL_OPENAT_2_X_dirfd, -1);
	struct str name = event_text(r->ev, P_SYSCALL_OPENAT_2_X_name);
	struct fdtab *tab = r->t ? machine_fdtab(r->m, r->t) : NULL;

	if (tab && dirfd != -100 && !(name.len && name.p[0] == '/'))
		r->fd = fdtab_get(tab, dirfd);
}

static struct row row_of(const struct machine *m, struct event *ev)
{
	struct row r = { .m = m, .cur = machine_current(m), .ev = ev };

	event_params(ev);
	r.t = r.cur->thread;
	r.main = r.t ? machine_main_thread(m, r.t) : NULL;
	r.fd = r.cur->fdinfo;
	if (ev->type == EV_SYSCALL_OPENAT_2_X || ev->type == EV_SYSCALL_OPENAT2_X)
		see_dirfd(&r);
	return r;
}

static double compare(const char *trace, const char *fields, bool show)
{
	struct diag d = DIAG_INIT;
	char *files[] = { (char *)(uintptr_t)trace };
	struct session_opts opts = { .paranoid = true };
	struct session *s = session_new(files, 1, &opts, &d);
	struct answers a;
	struct tally t = { 0 };
	struct event *ev;
	struct buf msg = BUF_INIT;
	uint64_t bad = 0;
	size_t i;
	double pct;

	if (!open_answers(&a, fields)) {
		fprintf(stderr, "cannot read %s\n", fields);
		exit(99);
	}
	while ((ev = session_next(s))) {
		struct row r = row_of(session_machine(s), ev);

		while (a.num < ev->num) {
			if (t.missing++ < SAMPLES && show)
				printf("    event %" PRIu64 " %s is missing\n", a.num, a.v[2]);
			read_row(&a);
		}
		if (a.num == ev->num) {
			compare_row(&a, &r, &t, show);
			read_row(&a);
		} else if (t.extra++ < SAMPLES && show) {
			printf("    event %" PRIu64 " %s is extra\n", ev->num, ev->info->name);
		}
	}
	while (a.num != UINT64_MAX) {
		t.missing++;
		read_row(&a);
	}
	for (i = 0; i < a.ncols; i++) {
		bad += t.bad[i];
		if (show && t.bad[i])
			printf("%-26s %7" PRIu64 " cells differ\n", a.names[i], t.bad[i]);
	}
	pct = t.cells ? 100.0 * (double)(t.cells - bad) / (double)t.cells : 0.0;
	printf("%s: %" PRIu64 " rows, %" PRIu64 " missing, %" PRIu64 " extra, %" PRIu64
	       " of %" PRIu64 " cells equal (%.3f %%), status %d\n", trace, t.rows, t.missing,
	       t.extra, t.cells - bad, t.cells, pct, session_status(s));
	diag_render(&d, &msg);
	if (show)
		fputs(msg.data, stdout);
	if (d.errors || t.missing || t.extra)
		pct = 0.0;
	buf_release(&msg);
	close_answers(&a);
	session_free(s);
	diag_release(&d);
	return pct;
}

static char *fields_of(const char *trace)
{
	struct buf b = BUF_INIT;

	buf_add(&b, trace, strlen(trace) - strlen(".scap"));
	buf_adds(&b, ".fields.tsv.zst");
	return buf_take(&b);
}

static int run_all(const char *shared)
{
	static const char *const dirs[] = { "", "format/", "legacy/" };
	int failed = 0;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		struct buf pat = BUF_INIT;
		glob_t g = { 0 };

		buf_addf(&pat, "%s/reference/traces/%s*.scap", shared, dirs[i]);
		glob(pat.data, 0, NULL, &g);
		for (k = 0; k < g.gl_pathc; k++) {
			char *fields = fields_of(g.gl_pathv[k]);

			if (!access(fields, R_OK) && compare(g.gl_pathv[k], fields, false) < 99.9)
				failed++;
			free(fields);
		}
		globfree(&g);
		buf_release(&pat);
	}
	printf("%d traces below 99.9 %%\n", failed);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *shared;
	char *fields;
	int r;

	if (argc > 1) {
		fields = argc > 2 ? xstrdup(argv[2]) : fields_of(argv[1]);
		r = compare(argv[1], fields, true) < 99.9;
		free(fields);
		return r;
	}
	shared = shared_dir();
	if (!shared) {
		fprintf(stderr, "skipped: no folder with reference traces (VESTIGE_SHARED)\n");
		return 77;
	}
	return run_all(shared);
}
