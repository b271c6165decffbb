/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters as evt.args shows them: "name=raw(resolved)".  The text of each
 * type is Falco's to the byte, its quirks included: unsigned numbers print
 * as signed ones of their width, flag words always in decimal.
 */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

/* One parameter, with the type its selector gives when it is dynamic. */
struct arg {
	const struct evparam *info;
	struct param p;
	uint8_t ptype, pfmt;
	bool missing;
};

static bool arg_of(struct fieldctx *c, unsigned i, struct arg *a)
{
	struct event *ev = c->cur->ev;
	uint8_t fmt;

	event_params(ev);
	if (i >= ev->info->nparams || i >= ev->nparams)
		return false;
	a->info = &ev->info->params[i];
	a->p = event_param(ev, i);
	a->ptype = a->info->ptype;
	a->pfmt = a->info->pfmt;
	a->missing = !a->p.len;
	if (a->ptype == PT_DYN && a->p.len &&
	    dyntype_of(a->info->dyn, a->p.p[0], &a->ptype, &fmt)) {
		a->p.p++;
		a->p.len--;
	}
	return true;
}

static const char *missing_text(uint8_t ptype)
{
	switch (ptype) {
	case PT_BYTEBUF: case PT_SOCKTUPLE: case PT_FDLIST: case PT_DYN:
	case PT_CHARBUFARRAY: case PT_CHARBUF_PAIR_ARRAY:
		return "NULL";
	default:
		return "<NA>";
	}
}

/* Numbers wider than their type's text are cut by it, as printf would. */
static void add_number(struct buf *out, const struct arg *a, int64_t i)
{
	uint64_t u = (uint64_t)i;

	if (a->p.len <= 4)
		u = (uint32_t)u;
	switch (a->pfmt) {
	case PF_HEX:
		buf_addf(out, "%" PRIX64, u);
		break;
	case PF_OCT:
		buf_addf(out, "%#" PRIo64, u);
		break;
	default:
		buf_addi(out, a->p.len == 4 ? (int32_t)u : i);
	}
}

static struct str arg_text(const struct arg *a)
{
	const uint8_t *nul = memchr(a->p.p, '\0', a->p.len);
	struct str s = str_mem(a->p.p, nul ? (size_t)(nul - a->p.p) : a->p.len);

	return str_eq(s, STR("(NULL)")) ? STR("<NA>") : s;
}

static void add_dots(struct buf *out, struct param p)
{
	char *to = buf_grow(out, p.len);
	uint32_t i;

	for (i = 0; i < p.len; i++)
		to[i] = (uint8_t)(p.p[i] - 0x20) <= 0x7e - 0x20 ? (char)p.p[i] : '.';
	to[p.len] = '\0';
	out->len += p.len;
}

/* NUL-terminated strings with a separator between them; in pairs ':' stands
 * inside each pair. */
static void add_strings(struct buf *out, const struct arg *a, char sep, bool pairs)
{
	struct str rest = str_mem(a->p.p, a->p.len), s;
	unsigned i;

	for (i = 0; text_next(&rest, &s); i++) {
		if (i)
			buf_addc(out, pairs && i % 2 ? ':' : sep);
		buf_addstr(out, s);
	}
}

static void add_abstime(struct fieldctx *c, struct buf *out, uint64_t ns)
{
	time_add_date(out, ns, c->tz_offset_s);
	buf_addc(out, ' ');
	time_add_hms(out, ns, c->tz_offset_s, true);
}

static void add_text(struct fieldctx *c, const struct arg *a, struct buf *out)
{
	switch (a->ptype) {
	case PT_CHARBUF: case PT_FSPATH: case PT_FSRELPATH:
		buf_addstr(out, arg_text(a));
		break;
	case PT_BYTEBUF:
		add_dots(out, a->p);
		break;
	case PT_SOCKADDR:
		argtext_add_sockaddr(out, a->p);
		break;
	case PT_SOCKTUPLE:
		argtext_add_socktuple(out, a->p);
		break;
	case PT_FDLIST:
		argtext_add_fdlist(c, out, a->p);
		break;
	case PT_CHARBUFARRAY:
		add_strings(out, a, '.', false);
		break;
	case PT_CHARBUF_PAIR_ARRAY:
		add_strings(out, a, ',', true);
		break;
	case PT_IPV4ADDR: case PT_IPV6ADDR:
		if (a->p.len == (a->ptype == PT_IPV4ADDR ? 4 : 16))
			argtext_add_ip(out, a->p.p, a->p.len);
		break;
	default:
		buf_adds(out, "INVALID DYNAMIC PARAMETER");
	}
}

static void add_raw(struct fieldctx *c, const struct arg *a, struct buf *out)
{
	int64_t i;

	if (a->missing)
		buf_adds(out, missing_text(a->info->ptype));
	else if (!a->p.len && a->ptype == PT_CHARBUF)
		buf_adds(out, "(null)");	/* a selector without its text */
	if (!a->p.len)
		return;
	if (!param_int(a->p, ptype_is_signed(a->ptype), &i) || a->ptype >= PT_COUNT ||
	    !ptype_size[a->ptype] || a->ptype == PT_IPV4ADDR) {
		add_text(c, a, out);
		return;
	}
	switch (a->ptype) {
	case PT_INT8: case PT_INT16: case PT_INT32: case PT_INT64:
	case PT_UINT8: case PT_UINT16: case PT_UINT32: case PT_UINT64:
	case PT_PORT: case PT_L4PROTO: case PT_SOCKFAMILY:
		add_number(out, a, i);
		break;
	case PT_MODE:
		buf_addf(out, "%#" PRIo32, (uint32_t)i);
		break;
	case PT_SIGSET:
		argtext_add_sigset(out, (uint32_t)i);
		break;
	case PT_BOOL:
		buf_adds(out, i ? "true" : "false");
		break;
	case PT_UID: case PT_GID:
		buf_addi(out, (int32_t)i);
		break;
	case PT_ABSTIME:
		add_abstime(c, out, (uint64_t)i);
		break;
	default:	/* descriptors, processes, errors, flags, times, signals */
		buf_addi(out, i);
	}
}

/* What a path parameter is relative to; nothing known: it stands alone. */
static struct str base_dir(struct fieldctx *c, const struct arg *a)
{
	struct str base;
	int64_t dirfd;

	if (a->ptype != PT_FSRELPATH || a->info->dirfd < 0)
		return machine_cwd(c->m, c->cur->thread);
	dirfd = event_i64(c->cur->ev, (unsigned)a->info->dirfd, AT_CWD);
	base = dirfd_base(c, dirfd, STR(""));
	if (dirfd != AT_CWD && str_eq(base, STR("/")))
		return STR("");		/* a nameless descriptor */
	return base;
}

static void add_path_resolved(struct fieldctx *c, const struct arg *a, struct buf *out)
{
	struct str path = arg_text(a);

	if (!c->cur->thread || !path.len || path.p[0] == '/' || str_eq(path, STR("<NA>")))
		return;
	text_path(c, base_dir(c, a), path, out);
}

static void add_fd_resolved(struct fieldctx *c, int64_t num, struct buf *out)
{
	struct thread *t = c->cur->thread;
	const struct fd *f = NULL;
	struct fdtab *fds;
	const char *name;

	if (!t)
		return;
	if (num >= 0) {
		fds = machine_fdtab(c->m, t);
		if (fds)
			f = fdtab_get(fds, num);
		if (f)
			argtext_add_fd(out, f);
		return;
	}
	name = num == AT_CWD ? "AT_FDCWD" : errno_name(-(int64_t)(int32_t)num);
	if (name)
		buf_adds(out, name);
}

/* From the tables alone: here even 0 needs an entry to be root. */
static struct str owner_text(struct fieldctx *c, const struct arg *a, uint32_t id)
{
	const struct thread *t = c->cur->thread;
	struct str container = t ? rstr_str(t->container_id) : STR("");
	const struct group *g;
	const struct user *u;

	if (id == UINT32_MAX)
		return STR("<NONE>");
	if (a->ptype == PT_UID) {
		u = machine_user(c->m, container, id);
		return u ? rstr_str(u->name) : STR("<NA>");
	}
	g = machine_group(c->m, container, id);
	return g ? rstr_str(g->name) : STR("<NA>");
}

static void add_seconds(struct buf *out, uint64_t ns)
{
	if (ns == UINT64_MAX)
		buf_adds(out, "none");
	else	/* the only floating point text there is; "C" digits by design */
		buf_addf(out, "%lgs", (double)ns / 1000000000);
}

static void add_resolved(struct fieldctx *c, const struct arg *a, struct buf *out)
{
	const struct scinfo *sc;
	const struct thread *t;
	const char *name = NULL;
	int64_t i = 0;

	if (!a->p.len)
		return;
	if (a->ptype == PT_FSPATH || a->ptype == PT_FSRELPATH) {
		add_path_resolved(c, a, out);
		return;
	}
	if (!param_int(a->p, ptype_is_signed(a->ptype), &i))
		return;
	switch (a->ptype) {
	case PT_FD: case PT_FD32:
		add_fd_resolved(c, i, out);
		break;
	case PT_PID: case PT_PID32:
		t = machine_thread(c->m, i);
		if (t)
			buf_addstr(out, rstr_str(t->comm));
		break;
	case PT_ERRNO:
		name = i < 0 ? errno_name(-(int64_t)(int32_t)i) : NULL;
		break;
	case PT_FLAGS8: case PT_FLAGS16: case PT_FLAGS32: case PT_MODE:
		argtext_add_flags(out, a->info->flags, (uint32_t)i, false);
		break;
	case PT_ENUMFLAGS8: case PT_ENUMFLAGS16: case PT_ENUMFLAGS32:
		argtext_add_flags(out, a->info->flags, (uint32_t)i, true);
		break;
	case PT_UID: case PT_GID:
		buf_addstr(out, owner_text(c, a, (uint32_t)i));
		break;
	case PT_SIGTYPE:
		name = signal_name(i);
		break;
	case PT_SYSCALLID:
		sc = scinfo_of((unsigned)i);
		name = sc ? sc->name : NULL;
		break;
	case PT_RELTIME:
		add_seconds(out, (uint64_t)i);
		break;
	default:
		break;
	}
	if (name)
		buf_adds(out, name);
}

void argtext_add_raw(struct fieldctx *c, unsigned param, struct buf *out)
{
	struct arg a;

	if (arg_of(c, param, &a))
		add_raw(c, &a, out);
}

void argtext_add_resolved(struct fieldctx *c, unsigned param, struct buf *out)
{
	struct arg a;

	if (arg_of(c, param, &a))
		add_resolved(c, &a, out);
}

bool argtext_raw(struct fieldctx *c, unsigned param, struct str *out)
{
	size_t n = work_begin(c);
	struct arg a;

	if (!arg_of(c, param, &a))
		return false;
	add_raw(c, &a, &c->work);
	*out = work_end(c, n);
	return true;
}

bool argtext_resolved(struct fieldctx *c, unsigned param, struct str *out)
{
	size_t n = work_begin(c);
	struct arg a;

	if (!arg_of(c, param, &a))
		return false;
	add_resolved(c, &a, &c->work);
	*out = work_end(c, n);
	return out->len > 0;
}
