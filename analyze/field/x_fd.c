/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor of the event.  Fields exist for events that make, use or
 * close one.  Where the call failed to make it, names come from the call's
 * own parameters.
 */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"
#include "lib/base/path.h"

#define FD (c->cur->fdinfo)

static bool has_fd(const struct fieldctx *c)
{
	return c->cur->thread && (c->cur->ev->info->flags &
				  (EF_CREATES_FD | EF_USES_FD | EF_DESTROYS_FD));
}

bool ctx_has_fd(const struct fieldctx *c)
{
	return has_fd(c);
}

GETTER(FD_NUM) { return has_fd(c) && val_i64(v, c->cur->fd); }
GETTER(FD_TYPE) { return has_fd(c) && FD && val_cstr(v, fd_type_name(FD->type)); }

/* The text parameter 1 prints as. */
static struct str arg1_text(struct fieldctx *c)
{
	struct str s;

	if (!argtext_resolved(c, 1, &s) && !argtext_raw(c, 1, &s))
		s = STR("");
	return s;
}

static bool openat_name(struct fieldctx *c, bool raw, unsigned dirfd, unsigned name,
			struct str *out)
{
	size_t n;

	event_some(c->cur->ev, 1ull << dirfd | 1ull << name);
	*out = event_text(c->cur->ev, name);
	if (!out->p)
		return false;
	if (raw || !out->len || (out->len <= PATH_SHORT && path_is_normal(*out)))
		return true;
	n = work_begin(c);
	text_path(c, dirfd_base(c, event_i64(c->cur->ev, dirfd, AT_CWD), STR("<UNKNOWN>")),
		  *out, &c->work);
	*out = work_end(c, n);
	return true;
}

/* Name of what an exit event meant to open; false for enter events. */
static bool creator_name(struct fieldctx *c, bool raw, struct str *out)
{
	struct event *ev = c->cur->ev;

	if (!ev_is_exit(ev->type))
		return false;
	switch (ev->type) {
	case EV_SYSCALL_OPEN_X:
	case EV_SYSCALL_CREAT_X:
	case EV_SOCKET_ACCEPT_X:
	case EV_SOCKET_ACCEPT_5_X:
	case EV_SOCKET_ACCEPT4_X:
	case EV_SOCKET_ACCEPT4_5_X:
	case EV_SOCKET_ACCEPT4_6_X:
	case EV_SOCKET_CONNECT_X:
		*out = arg1_text(c);
		return true;
	case EV_SYSCALL_OPENAT_2_X:
		return openat_name(c, raw, P_SYSCALL_OPENAT_2_X_dirfd,
				   P_SYSCALL_OPENAT_2_X_name, out);
	case EV_SYSCALL_OPENAT2_X:
		return openat_name(c, raw, P_SYSCALL_OPENAT2_X_dirfd,
				   P_SYSCALL_OPENAT2_X_name, out);
	case EV_SYSCALL_OPEN_BY_HANDLE_AT_X:
		event_params(ev);
		*out = event_text(ev, P_SYSCALL_OPEN_BY_HANDLE_AT_X_path);
		if (!out->p)
			*out = STR("<NA>");
		return true;
	default:
		*out = STR("");
		return true;
	}
}

static bool name_of(struct fieldctx *c, struct str *out)
{
	if (!has_fd(c))
		return false;
	if (!FD)
		return creator_name(c, false, out);
	*out = rstr_str(FD->name);
	return true;
}

static struct str with_container(struct fieldctx *c, struct str s)
{
	size_t n = work_begin(c);

	buf_addstr(&c->work, rstr_str(c->cur->thread->container_id));
	buf_addc(&c->work, ':');
	buf_addstr(&c->work, s);
	return work_end(c, n);
}

GETTER(FD_NAME) { return name_of(c, &v->s); }

GETTER(FD_CONTAINERNAME)
{
	struct str s;

	return name_of(c, &s) && val_str(v, with_container(c, s));
}

static bool is_file(const struct fd *f)
{
	return f->type == FD_FILE || f->type == FD_FILE_V2;
}

/* Before the last slash; a text that ends in one stays whole. */
static struct str directory_of(struct str s)
{
	ssize_t at = str_rchr(s, '/');

	if (at <= 0)
		return STR("/");
	return (size_t)at + 1 < s.len ? str_sub(s, 0, (size_t)at) : s;
}

static bool directory(struct fieldctx *c, struct str *out)
{
	if (!has_fd(c))
		return false;
	if (!FD) {
		if (!creator_name(c, false, out))
			return false;
		*out = directory_of(*out);
		return true;
	}
	*out = rstr_str(FD->name);
	if (FD->type == FD_DIRECTORY)
		return true;
	if (!is_file(FD))
		return false;
	*out = directory_of(*out);
	return true;
}

GETTER(FD_DIRECTORY) { return directory(c, &v->s); }

GETTER(FD_CONTAINERDIRECTORY)
{
	struct str s;

	return directory(c, &s) && val_str(v, with_container(c, s));
}

GETTER(FD_FILENAME)
{
	struct str s;
	ssize_t at;

	if (!has_fd(c) || !FD || !is_file(FD))
		return false;
	s = rstr_str(FD->name);
	at = str_rchr(s, '/');
	if (at < 0)
		return val_cstr(v, "/");
	return val_str(v, (size_t)at + 1 < s.len ? str_sub(s, (size_t)at + 1, s.len) : s);
}

static struct str single_slashes(struct fieldctx *c, struct str s)
{
	size_t n, i;

	if (str_find(s, STR("//")) < 0)
		return s;
	n = work_begin(c);
	for (i = 0; i < s.len; i++)
		if (s.p[i] != '/' || !i || s.p[i - 1] != '/')
			buf_addc(&c->work, s.p[i]);
	return work_end(c, n);
}

GETTER(FD_NAMERAW)
{
	struct str s;

	if (!has_fd(c))
		return false;
	if (FD)
		s = rstr_str(FD->nameraw);
	else if (!creator_name(c, true, &s))
		return false;
	return val_str(v, single_slashes(c, s));
}

/* What a call that made no descriptor would have made. */
static const char *meant_typechar(uint16_t type)
{
	switch (type & ~1u) {
	case EV_SYSCALL_OPENAT_E:	/* not open(2): Falco forgot it */
	case EV_SYSCALL_OPENAT_2_E:
	case EV_SYSCALL_OPENAT2_E:
	case EV_SYSCALL_CREAT_E:
		return "f";
	case EV_SOCKET_SOCKET_E:
	case EV_SOCKET_ACCEPT_E:
	case EV_SOCKET_ACCEPT_5_E:
	case EV_SOCKET_ACCEPT4_E:
	case EV_SOCKET_ACCEPT4_5_E:
	case EV_SOCKET_ACCEPT4_6_E:
		return "4";
	case EV_SYSCALL_PIPE_E:
	case EV_SYSCALL_PIPE2_E:
		return "p";
	case EV_SYSCALL_EVENTFD_E:
	case EV_SYSCALL_EVENTFD2_E:
		return "e";
	case EV_SYSCALL_SIGNALFD_E:
	case EV_SYSCALL_SIGNALFD4_E:
		return "s";
	case EV_SYSCALL_TIMERFD_CREATE_E:
		return "t";
	case EV_SYSCALL_INOTIFY_INIT_E:
	case EV_SYSCALL_INOTIFY_INIT1_E:
		return "i";
	default:
		return "o";
	}
}

GETTER(FD_TYPECHAR)
{
	char *p;

	if (!has_fd(c))
		return false;
	if (!FD)
		return val_cstr(v, meant_typechar(c->cur->ev->type));
	p = arena_alloc(&c->scratch, 1);
	*p = fd_type_char(FD->type);
	return val_str(v, str_mem(p, 1));
}

static struct value type_item(uint8_t type)
{
	return (struct value){
		.ptype = PT_CHARBUF, .pfmt = PF_NA, .shape = VAL_SCALAR,
		.s = str_of(fd_type_name(type)),
	};
}

static bool val_list(struct value *v, struct value *items, size_t n)
{
	v->shape = VAL_LIST;
	v->list.v = items;
	v->list.n = n;
	return true;
}

/* Distinct types of everything open, in Falco's order of descriptors;
 * server sockets have the name of their family. */
static size_t all_types(const struct fdtab *fds, struct value *items)
{
	uint64_t rank[FD_TYPE_COUNT] = { 0 }, r;
	const struct fd *f;
	struct value item;
	size_t n = 0, i, k;

	for (f = fdtab_next(fds, NULL); f; f = fdtab_next(fds, f)) {
		item = type_item(f->type);
		for (k = 0; k < n && !str_eq(items[k].s, item.s); k++)
			;
		if (k == FD_TYPE_COUNT)
			break;
		items[k] = item;
		n += k == n;
		r = fd_rank(f);
		if (r > rank[k])
			rank[k] = r;
	}
	for (i = 1; i < n; i++) {
		item = items[i];
		r = rank[i];
		for (k = i; k && rank[k - 1] < r; k--) {
			items[k] = items[k - 1];
			rank[k] = rank[k - 1];
		}
		items[k] = item;
		rank[k] = r;
	}
	return n;
}

GETTER(FD_TYPES)
{
	struct fdtab *fds = has_fd(c) ? machine_fdtab(c->m, c->cur->thread) : NULL;
	struct value *items;
	const struct fd *f;

	if (!fds)
		return has_fd(c) && val_list(v, NULL, 0);
	items = ARENA_ARRAY(&c->scratch, struct value, FD_TYPE_COUNT);
	if (ref->argkind != REF_INDEX)
		return val_list(v, items, all_types(fds, items));
	f = fdtab_get(fds, ref->index);
	if (!f)
		return false;
	items[0] = type_item(f->type);
	return val_list(v, items, 1);
}

static bool fd_flag(const struct fieldctx *c, uint16_t flag, struct value *v)
{
	return has_fd(c) && FD && val_u64(v, !!(FD->flags & flag));
}

GETTER(FD_CONNECTED) { return fd_flag(c, FDF_CONNECTED, v); }
GETTER(FD_IS_UPPER_LAYER) { return fd_flag(c, FDF_UPPER, v); }
GETTER(FD_IS_LOWER_LAYER) { return fd_flag(c, FDF_LOWER, v); }
GETTER(FD_NAME_CHANGED) { return has_fd(c) && FD && val_u64(v, c->cur->fd_name_changed); }
GETTER(FD_INO) { return has_fd(c) && FD && val_i64(v, (int64_t)FD->ino); }
GETTER(FD_DEV) { return has_fd(c) && FD && val_i64(v, (int32_t)FD->dev); }
GETTER(FD_DEV_MAJOR) { return has_fd(c) && FD && val_i64(v, (FD->dev & 0xfff00) >> 8); }

/* The kernel's encoding: the minor's upper bits lie above the major. */
GETTER(FD_DEV_MINOR)
{
	return has_fd(c) && FD && val_i64(v, (FD->dev & 0xff) | ((FD->dev >> 12) & 0xfff00));
}

GETTER(FD_UID)
{
	size_t n = work_begin(c);

	if (!has_fd(c))
		return false;
	buf_addi(&c->work, c->cur->thread->tid);
	buf_addi(&c->work, c->cur->fd);
	return val_str(v, work_end(c, n));
}
