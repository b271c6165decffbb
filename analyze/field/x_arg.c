/* SPDX-License-Identifier: Apache-2.0 */
/* The event's own parameters. */
#include "lib/base/compat.h"

#include "lib/base/path.h"
#include "analyze/field/getters.h"

static bool is_generic(const struct fieldctx *c)
{
	return c->cur->ev->type == EV_GENERIC_X || c->cur->ev->type == EV_GENERIC_E;
}

/* Generic events print no arguments: theirs are the recorder's own. */
static bool all_args(struct fieldctx *c, struct value *v)
{
	const struct evinfo *info = c->cur->ev->info;
	size_t n = work_begin(c), before;
	unsigned i;

	if (is_generic(c))
		return val_cstr(v, "");
	event_params(c->cur->ev);
	for (i = 0; i < info->nwire && i < c->cur->ev->nparams; i++) {
		if (i)
			buf_addc(&c->work, ' ');
		buf_adds(&c->work, info->params[i].name);
		buf_addc(&c->work, '=');
		argtext_add_raw(c, i, &c->work);
		before = c->work.len;
		buf_addc(&c->work, '(');
		argtext_add_resolved(c, i, &c->work);
		if (c->work.len == before + 1)
			buf_setlen(&c->work, before);
		else
			buf_addc(&c->work, ')');
	}
	return val_str(v, work_end(c, n));
}

GETTER(EVT_ARGS) { return all_args(c, v); }
GETTER(EVT_INFO) { return all_args(c, v); }

/* Index of the parameter a field's argument means, or -1. */
static int arg_index(const struct fieldctx *c, const struct fieldref *ref)
{
	const struct evinfo *info = c->cur->ev->info;

	if (ref->argkind == REF_INDEX)
		return ref->index >= 0 && ref->index < info->nparams ? (int)ref->index : -1;
	return evinfo_param(info, ref->key);
}

GETTER(EVT_ARG)
{
	int i = arg_index(c, ref);

	return i >= 0 && (argtext_resolved(c, (unsigned)i, &v->s) ||
			  argtext_raw(c, (unsigned)i, &v->s));
}

static bool raw_value(struct param p, struct value *v)
{
	int64_t i;

	switch (v->ptype) {
	case PT_CHARBUF: case PT_FSPATH: case PT_FSRELPATH:
		v->s = str_mem(p.p, strnlen((const char *)p.p, p.len));
		if (str_eq(v->s, STR("(NULL)")))
			v->s = STR("<NA>");
		return true;
	case PT_IPV4ADDR: case PT_IPV6ADDR:
		if (p.len != 4 && p.len != 16)
			return false;
		v->ptype = PT_IPADDR;
		v->ip.len = (uint8_t)p.len;
		memcpy(v->ip.b, p.p, p.len);
		return true;
	default:
		break;
	}
	if (v->ptype < PT_COUNT && ptype_size[v->ptype]) {
		if (!param_int(p, ptype_is_signed(v->ptype), &i))
			return false;
		v->i = i;
		return true;
	}
	return val_str(v, str_mem(p.p, p.len));
}

/* The value in the parameter's own type, which the event decides. */
GETTER(EVT_RAWARG)
{
	struct event *ev = c->cur->ev;
	int i = arg_index(c, ref);
	struct param p;

	if (i < 0)
		return false;
	event_params(ev);
	p = event_param(ev, (unsigned)i);
	if (!p.len)
		return false;
	v->ptype = ev->info->params[i].ptype;
	v->pfmt = ev->info->params[i].pfmt;
	if (v->ptype == PT_DYN) {
		if (!dyntype_of(ev->info->params[i].dyn, p.p[0], &v->ptype, &v->pfmt))
			return false;
		p.p++;
		p.len--;
	}
	return p.len && raw_value(p, v);
}

/* Which parameters hold the path, for .src (also without) and for .dst. */
struct abspath {
	uint16_t type;
	int8_t dirfd, path, dst_dirfd, dst_path;
};

#define SAME(dirfd, path) dirfd, path, dirfd, path

static const struct abspath abspaths[] = {
	{ EV_SYSCALL_RENAMEAT_X,
	  P_SYSCALL_RENAMEAT_X_olddirfd, P_SYSCALL_RENAMEAT_X_oldpath,
	  P_SYSCALL_RENAMEAT_X_newdirfd, P_SYSCALL_RENAMEAT_X_newpath },
	{ EV_SYSCALL_RENAMEAT2_X,
	  P_SYSCALL_RENAMEAT2_X_olddirfd, P_SYSCALL_RENAMEAT2_X_oldpath,
	  P_SYSCALL_RENAMEAT2_X_newdirfd, P_SYSCALL_RENAMEAT2_X_newpath },
	{ EV_SYSCALL_LINKAT_2_X,
	  P_SYSCALL_LINKAT_2_X_olddir, P_SYSCALL_LINKAT_2_X_oldpath,
	  P_SYSCALL_LINKAT_2_X_newdir, P_SYSCALL_LINKAT_2_X_newpath },
	{ EV_SYSCALL_SYMLINKAT_X,
	  SAME(P_SYSCALL_SYMLINKAT_X_linkdirfd, P_SYSCALL_SYMLINKAT_X_linkpath) },
	{ EV_SYSCALL_OPENAT_2_X,
	  SAME(P_SYSCALL_OPENAT_2_X_dirfd, P_SYSCALL_OPENAT_2_X_name) },
	{ EV_SYSCALL_OPENAT2_X,
	  SAME(P_SYSCALL_OPENAT2_X_dirfd, P_SYSCALL_OPENAT2_X_name) },
	{ EV_SYSCALL_UNLINKAT_2_X,
	  SAME(P_SYSCALL_UNLINKAT_2_X_dirfd, P_SYSCALL_UNLINKAT_2_X_name) },
	{ EV_SYSCALL_MKDIRAT_X,
	  SAME(P_SYSCALL_MKDIRAT_X_dirfd, P_SYSCALL_MKDIRAT_X_path) },
	{ EV_SYSCALL_FCHMODAT_X,
	  SAME(P_SYSCALL_FCHMODAT_X_dirfd, P_SYSCALL_FCHMODAT_X_filename) },
	{ EV_SYSCALL_FCHOWNAT_X,
	  SAME(P_SYSCALL_FCHOWNAT_X_dirfd, P_SYSCALL_FCHOWNAT_X_pathname) },
	/* No directory: the path is where the handle was opened. */
	{ EV_SYSCALL_OPEN_BY_HANDLE_AT_X, SAME(-1, P_SYSCALL_OPEN_BY_HANDLE_AT_X_path) },
};

static const struct abspath *abspath_of(uint16_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(abspaths); i++)
		if (abspaths[i].type == type)
			return &abspaths[i];
	return NULL;
}

static bool by_handle(struct fieldctx *c, struct value *v, unsigned path)
{
	size_t n = work_begin(c);
	int64_t ret;

	if (!ctx_retval(c, &ret) || ret <= 0)
		return false;
	event_params(c->cur->ev);
	path_join(&c->work, STR(""), event_text(c->cur->ev, path));
	return val_str(v, work_end(c, n));
}

/*
 * Falco 0.44 looks the directory up in the event itself: in one output, what
 * stands right of %evt.abspath then tells of the directory's descriptor.
 */
static void show_dirfd(struct fieldctx *c, int64_t dirfd)
{
	struct fdtab *fds = machine_fdtab(c->m, c->cur->thread);

	c->altered = *c->cur;
	c->altered.fdinfo = fds ? fdtab_get(fds, dirfd) : NULL;
	c->cur = &c->altered;
}

GETTER(EVT_ABSPATH)
{
	const struct abspath *a = abspath_of(c->cur->ev->type);
	bool dst = ref->argkind == REF_KEY && str_eq(ref->key, STR("dst"));
	struct event *ev = c->cur->ev;
	int dirfd, path;
	struct str text, base;
	int64_t num;
	size_t n;

	if (!a || !c->cur->thread)
		return false;
	dirfd = dst ? a->dst_dirfd : a->dirfd;
	path = dst ? a->dst_path : a->path;
	event_params(ev);
	if (dirfd < 0)
		return by_handle(c, v, (unsigned)path);
	if (!event_param(ev, (unsigned)dirfd).len || !event_param(ev, (unsigned)path).len)
		return false;
	text = event_text(ev, (unsigned)path);
	num = event_i64(ev, (unsigned)dirfd, -1);
	if (num != AT_CWD && !str_starts(text, STR("/")) && place == FIELD_IN_OUTPUT)
		show_dirfd(c, num);
	if (!text.len)
		return val_cstr(v, "");
	n = work_begin(c);
	base = dirfd_base(c, num, STR("<UNKNOWN>/"));
	if (str_eq(base, STR("//")) && !str_starts(text, STR("/")))
		buf_addc(&c->work, '/');	/* "//etc": so it is in Falco */
	text_path(c, base, text, &c->work);
	return val_str(v, work_end(c, n));
}
