/* SPDX-License-Identifier: Apache-2.0 */
/* What a process did to files. */
#include "lib/base/compat.h"

#include "analyze/collect_in.h"
#include "lib/base/xalloc.h"

/* Bits of the file_flags table, as recorded. */
enum { OF_RDONLY = 1, OF_WRONLY = 2, OF_CREATED = 0x4000 };
#define AT_CWD	(-100)

/* Calls by name: every version of an event is the same act. */
static const struct {
	const char *name;
	uint8_t act;
} acts_by_name[] = {
	{ "open", ACT_OPEN }, { "openat", ACT_OPEN }, { "openat2", ACT_OPEN },
	{ "creat", ACT_CREAT }, { "open_by_handle_at", ACT_OPEN },
	{ "execve", ACT_EXEC }, { "execveat", ACT_EXEC },
	{ "connect", ACT_CONNECT }, { "accept", ACT_ACCEPT }, { "accept4", ACT_ACCEPT },
	{ "listen", ACT_LISTEN }, { "getsockopt", ACT_SOCKOPT },
	{ "unlink", ACT_DELETE }, { "unlinkat", ACT_DELETE }, { "rmdir", ACT_DELETE },
	{ "mkdir", ACT_MAKE }, { "mkdirat", ACT_MAKE }, { "mknod", ACT_MAKE },
	{ "mknodat", ACT_MAKE },
	{ "chmod", ACT_MODE }, { "fchmodat", ACT_MODE }, { "chown", ACT_MODE },
	{ "lchown", ACT_MODE }, { "fchownat", ACT_MODE },
	{ "fchmod", ACT_FDMODE }, { "fchown", ACT_FDMODE },
	{ "rename", ACT_RENAME }, { "renameat", ACT_RENAME }, { "renameat2", ACT_RENAME },
	{ "link", ACT_LINK }, { "linkat", ACT_LINK }, { "symlink", ACT_LINK },
	{ "symlinkat", ACT_LINK },
};

static uint8_t act_of(const struct evinfo *e)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(acts_by_name); i++)
		if (!strcmp(e->name, acts_by_name[i].name))
			return acts_by_name[i].act;
	return e->flags & (EF_READS_FROM_FD | EF_WRITES_TO_FD) ? ACT_IO : ACT_NONE;
}

static bool is_plain_io(const char *name)
{
	static const char *const names[] = { "read", "write", "readv", "writev", "pread",
					     "pwrite", "preadv", "pwritev" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

void collect_acts(struct collector *c)
{
	unsigned i;

	memset(c->act, ACT_NONE, EV_COUNT);
	for (i = 1; i < EV_COUNT; i += 2) {
		if (!evtab[i].name)
			continue;
		c->act[i] = act_of(&evtab[i]);
		c->plain[i] = is_plain_io(evtab[i].name);
	}
	c->act[EV_PROCEXIT_1_E] = ACT_EXIT;
}

static void path_key(struct collector *c, struct str name)
{
	buf_clear(&c->key);
	buf_addf(&c->key, "%u/", c->trace);
	buf_addstr(&c->key, name);
}

static uint32_t path_of(struct collector *c, struct str name)
{
	struct report *r = c->r;
	struct smap_entry *e;

	path_key(c, name);
	e = smap_find(&c->by_path, buf_str(&c->key));
	if (e)
		return collect_index_of(e->value);
	if (r->npaths == REPORT_PATHS_MAX)
		return REPORT_NONE;
	XGROW(r->paths, r->paths_cap, r->npaths + 1);
	r->paths[r->npaths] = (struct report_path){
		.name = collect_text(c, name), .trace = c->trace, .maker = REPORT_NONE,
	};
	smap_put(&c->by_path, arena_str(&c->keys, buf_str(&c->key)),
		 collect_index((uint32_t)r->npaths));
	return (uint32_t)r->npaths++;
}

static struct report_file *file_of(struct collector *c, uint32_t proc, struct str name)
{
	struct report *r = c->r;
	struct report_proc *p;
	uint32_t path, i = (uint32_t)r->nfiles;
	uint64_t key;
	void *v;

	if (!name.len)
		return NULL;
	path = path_of(c, name);
	key = (uint64_t)proc << 32 | path;
	v = path == REPORT_NONE ? NULL : imap_get(&c->by_act, key);
	if (v)
		return &r->files[collect_index_of(v)];
	if (path == REPORT_NONE || r->nfiles == REPORT_FILES_MAX) {
		r->rest.files++;
		return NULL;
	}
	imap_put(&c->by_act, key, collect_index(i));
	XGROW(r->files, r->files_cap, r->nfiles + 1);
	r->files[r->nfiles++] = (struct report_file){
		.proc = proc, .path = path, .path2 = REPORT_NONE, .next = REPORT_NONE,
		.first_ts = c->ev->ts,
	};
	p = &r->procs[proc];
	if (p->last_file == REPORT_NONE)
		p->first_file = i;
	else
		r->files[p->last_file].next = i;
	p->last_file = i;
	p->nfiles++;
	return &r->files[i];
}

static void mark(struct collector *c, struct report_file *f, enum fileop op)
{
	struct report_path *p;

	if (!f)
		return;
	f->ops |= 1u << op;
	f->count[op]++;
	f->last_ts = c->ev->ts;
	p = &c->r->paths[f->path];
	if ((op == FILEOP_CREATE || op == FILEOP_WRITE) && !p->made_ts) {
		p->made_ts = c->ev->ts;
		p->maker = f->proc;
	}
}

/* The n-th path of the call's parameters, absolute, in c->work; empty: none. */
static struct str path_param(struct collector *c, struct thread *t, unsigned n)
{
	const struct evinfo *e = c->ev->info;
	struct str text;
	int64_t dirfd;
	unsigned i;

	buf_clear(&c->work);
	for (i = 0; i < e->nparams; i++) {
		const struct evparam *p = &e->params[i];

		if ((p->ptype != PT_FSPATH && p->ptype != PT_FSRELPATH) || n--)
			continue;
		text = event_text(c->ev, i);
		if (!text.p || !text.len)
			break;
		dirfd = p->dirfd >= 0 ? event_i64(c->ev, (unsigned)p->dirfd, AT_CWD) : AT_CWD;
		machine_resolve(c->m, t, dirfd, text, &c->work);
		break;
	}
	return buf_str(&c->work);
}

/* Where writing changes nothing. */
static bool is_sink(struct str name)
{
	return str_eq(name, STR("/dev/null")) || str_eq(name, STR("/dev/tty")) ||
	       str_starts(name, STR("/dev/pts/"));
}

static void opened(struct collector *c, uint32_t proc, bool creat)
{
	const struct fd *f = c->cur->fdinfo;
	struct report_file *file;

	if (!f || (f->type != FD_FILE && f->type != FD_FILE_V2))
		return;
	file = file_of(c, proc, rstr_str(f->name));
	mark(c, file, FILEOP_OPEN);
	if (creat || f->oflags & OF_CREATED)
		mark(c, file, FILEOP_CREATE);	/* creat(2) empties what was there */
	else if (f->oflags & OF_WRONLY && !is_sink(rstr_str(f->name)))
		mark(c, file, FILEOP_OPEN_WRITE);
}

static void moved_bytes(struct collector *c, uint32_t proc)
{
	const struct fd *f = c->cur->fdinfo;
	bool writes = c->ev->info->flags & EF_WRITES_TO_FD;
	struct report_file *file;
	int64_t ret;

	c->r->traces[c->trace].plain_io += c->plain[c->ev->type];
	if (!f || !event_retval(c->ev, &ret) || ret <= 0)
		return;
	if (fd_is_ip(f)) {
		collect_traffic(c, proc, f, (uint64_t)ret, writes);
		return;
	}
	if (f->type != FD_FILE && f->type != FD_FILE_V2)
		return;
	/* Nothing can be read there and writing changes nothing; and what looks
	 * like it may be a descriptor that came over a socket and was made 0, 1
	 * and 2 (a login's terminal), of which the state knows only the old name. */
	if (str_eq(rstr_str(f->name), STR("/dev/null")))
		return;
	file = file_of(c, proc, rstr_str(f->name));
	mark(c, file, writes ? FILEOP_WRITE : FILEOP_READ);
	if (file)
		*(writes ? &file->written : &file->read) += (uint64_t)ret;
}

static void named(struct collector *c, uint32_t proc, struct thread *t, enum fileop op)
{
	mark(c, file_of(c, proc, path_param(c, t, 0)), op);
}

/* A name becomes another: the new one counts as made here. */
static void renamed(struct collector *c, uint32_t proc, struct thread *t, enum fileop op)
{
	struct str from = collect_text(c, path_param(c, t, 0)), to = path_param(c, t, 1);
	struct report_file *f = file_of(c, proc, to.len ? to : from);
	uint32_t old;

	if (!f)
		return;
	mark(c, f, op);
	old = to.len ? path_of(c, from) : REPORT_NONE;
	if (old == REPORT_NONE)
		return;
	f->path2 = f->path2 == REPORT_NONE ? old : f->path2;
	if (!c->r->paths[f->path].made_ts) {
		c->r->paths[f->path].made_ts = c->ev->ts;
		c->r->paths[f->path].maker = proc;
	}
}

void collect_ran(struct collector *c, uint32_t proc, struct str exe, bool memfd)
{
	struct report *r = c->r;
	struct report_file *f = file_of(c, proc, exe);
	void *v;

	if (!f)
		return;
	mark(c, f, FILEOP_EXECUTE);
	v = imap_get(&c->by_newexec, f->path);
	if (v) {
		r->newexecs[collect_index_of(v)].runs++;
		return;
	}
	if ((!r->paths[f->path].made_ts && !memfd) || r->nnewexecs == REPORT_LISTENS_MAX)
		return;
	XGROW(r->newexecs, r->newexecs_cap, r->nnewexecs + 1);
	r->newexecs[r->nnewexecs] = (struct report_newexec){
		.path = f->path, .proc = proc, .ts = c->ev->ts, .runs = 1, .memfd = memfd,
	};
	imap_put(&c->by_newexec, f->path, collect_index((uint32_t)r->nnewexecs++));
}

/* A script runs as its interpreter; the file that was asked for tells. */
void collect_ran_script(struct collector *c, uint32_t proc, struct thread *t)
{
	struct str asked = event_text(c->ev, P_SYSCALL_EXECVE_19_X_filename);
	struct smap_entry *e;

	if (c->ev->type != EV_SYSCALL_EXECVE_19_X || !asked.p || !asked.len)
		return;
	buf_clear(&c->work);
	machine_resolve(c->m, t, AT_CWD, asked, &c->work);
	if (str_eq(buf_str(&c->work), rstr_str(t->exepath)))
		return;
	path_key(c, buf_str(&c->work));
	e = smap_find(&c->by_path, buf_str(&c->key));
	if (e && c->r->paths[collect_index_of(e->value)].made_ts)
		collect_ran(c, proc, buf_str(&c->work), false);
}

/* Of the machine that recorded. */
enum { EPERM_LINUX = 1, EACCES_LINUX = 13, EINPROGRESS_LINUX = 115 };

/* A call that failed; one that was not permitted is told of. */
static bool failed(struct collector *c, uint32_t proc, struct thread *t, enum act act)
{
	int64_t ret;

	if (!event_retval(c->ev, &ret) || ret >= 0)
		return false;
	if (act != ACT_IO && (ret == -EPERM_LINUX || ret == -EACCES_LINUX))
		named(c, proc, t, FILEOP_REFUSED);
	return true;
}

static void connected(struct collector *c, uint32_t proc)
{
	int64_t error = machine_current_error(c->cur);
	const struct fd *f = c->cur->fdinfo;

	if (!f)
		return;
	if (c->cur->fd_answered)
		collect_answer(c, proc, f);
	else if (!error || error == EINPROGRESS_LINUX)
		collect_peer(c, proc, f, error == EINPROGRESS_LINUX);
	else if (c->cur->fd_refused)
		collect_failure(c, proc, f);
}

static void accepted(struct collector *c, uint32_t proc, const struct fd *f)
{
	collect_peer(c, proc, f, false);
	collect_told_port(c, proc, f);
}

void collect_io(struct collector *c, uint32_t proc, struct thread *t)
{
	enum act act = c->act[c->ev->type];

	if (act == ACT_NONE)
		return;
	event_params(c->ev);
	if (act == ACT_CONNECT) {
		connected(c, proc);
		return;
	}
	if (act != ACT_EXIT && failed(c, proc, t, act))
		return;
	switch (act) {
	case ACT_IO: moved_bytes(c, proc); break;
	case ACT_OPEN: opened(c, proc, false); break;
	case ACT_CREAT: opened(c, proc, true); break;
	case ACT_EXEC: collect_exec(c, proc, t); break;
	case ACT_EXIT: collect_exit(c, proc, t); break;
	case ACT_ACCEPT:
		if (c->cur->fdinfo)
			accepted(c, proc, c->cur->fdinfo);
		break;
	case ACT_LISTEN:
		if (c->cur->fdinfo)
			collect_listen(c, proc, c->cur->fdinfo);
		break;
	case ACT_SOCKOPT:
		if (c->cur->fdinfo && c->cur->fd_answered)
			collect_answer(c, proc, c->cur->fdinfo);
		break;
	case ACT_DELETE: named(c, proc, t, FILEOP_DELETE); break;
	case ACT_MAKE: named(c, proc, t, FILEOP_CREATE); break;
	case ACT_MODE: named(c, proc, t, FILEOP_MODE); break;
	case ACT_FDMODE:
		if (c->cur->fdinfo)
			mark(c, file_of(c, proc, rstr_str(c->cur->fdinfo->name)), FILEOP_MODE);
		break;
	case ACT_RENAME: renamed(c, proc, t, FILEOP_RENAME); break;
	case ACT_LINK: renamed(c, proc, t, FILEOP_LINK); break;
	default: break;
	}
}

struct str collect_object(struct collector *c, struct thread *t)
{
	enum act act = c->act[c->ev->type];

	event_params(c->ev);
	if (c->cur->fdinfo && c->cur->fdinfo->name->len)
		return collect_text(c, rstr_str(c->cur->fdinfo->name));
	if (act == ACT_EXEC)
		return collect_text(c, rstr_str(t->exepath));
	if (act >= ACT_DELETE)
		return collect_text(c, path_param(c, t, act == ACT_RENAME || act == ACT_LINK));
	return (struct str){ "", 0 };
}
