/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of event it is and how it ended. */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "analyze/field/getters.h"

GETTER(EVT_NUM) { return val_u64(v, c->cur->ev->num); }
GETTER(EVT_CPU) { return val_i64(v, (int16_t)c->cur->ev->cpu); }
GETTER(EVT_COUNT) { return val_u64(v, 1); }
GETTER(UTIL_CNT) { return val_u64(v, c->util_cnt++); }
GETTER(EVT_TYPE) { return val_str(v, event_name(c->cur->ev)); }
GETTER(EVT_DIR) { return val_cstr(v, ev_is_exit(c->cur->ev->type) ? "<" : ">"); }

/* A replaying Falco gives the empty text, whatever the capture says. */
GETTER(EVT_HOSTNAME) { return val_cstr(v, ""); }

GETTER(SYSCALL_TYPE)
{
	if (!(c->cur->ev->info->source & EC_SYSCALL))
		return false;
	return val_str(v, event_name(c->cur->ev));
}

/* Falco looks at the first event of that name and its exit only, so later
 * versions of an event never match: a quirk rules may rely on. */
GETTER(EVT_TYPE_IS)
{
	const struct evinfo *first;
	uint64_t num;

	if (ref->argkind == REF_INDEX || num_u64(ref->key, &num)) {
		num = ref->argkind == REF_INDEX ? (uint64_t)ref->index : num;
		return val_u64(v, c->cur->ev->type == num);
	}
	first = evinfo_by_name(ref->key);
	return val_u64(v, first && (c->cur->ev->type == first->type ||
				    c->cur->ev->type == first->type + 1));
}

GETTER(EVT_SOURCE)
{
	const struct event *ev = c->cur->ev;

	if (ev->type == EV_PLUGINEVENT_E)
		return false;
	if (ev->type == EV_ASYNCEVENT_E) {
		event_params(c->cur->ev);
		if (event_u64(ev, P_ASYNCEVENT_E_plugin_id, 0))
			return false;
	}
	return val_cstr(v, "syscall");
}

GETTER(EVT_IS_ASYNC)
{
	return val_u64(v, !!(c->cur->ev->info->source & EC_METAEVENT));
}

GETTER(EVT_ASYNCTYPE)
{
	if (!(c->cur->ev->info->source & EC_METAEVENT))
		return false;
	return val_str(v, event_name(c->cur->ev));
}

/* Reads and writes belong to what they are done on. */
static const char *io_category(const struct fd *f)
{
	switch (f ? f->type : FD_TYPE_COUNT) {
	case FD_FILE: case FD_FILE_V2: case FD_DIRECTORY:
		return "file";
	case FD_IPV4_SOCK: case FD_IPV6_SOCK: case FD_IPV4_SERVSOCK: case FD_IPV6_SERVSOCK:
		return "net";
	case FD_FIFO: case FD_UNIX_SOCK: case FD_EVENT: case FD_SIGNALFD: case FD_INOTIFY:
		return "ipc";
	default:
		return "unknown";
	}
}

GETTER(EVT_CATEGORY)
{
	static const char *const names[] = {
		[EC_UNKNOWN] = "unknown", [EC_OTHER] = "other", [EC_FILE] = "file",
		[EC_NET] = "net", [EC_IPC] = "IPC", [EC_MEMORY] = "memory",
		[EC_PROCESS] = "process", [EC_SLEEP] = "sleep", [EC_SYSTEM] = "system",
		[EC_SIGNAL] = "signal", [EC_USER] = "user", [EC_TIME] = "time",
		[EC_PROCESSING] = "processing", [EC_WAIT] = "wait",
		[EC_SCHEDULER] = "scheduler", [EC_INTERNAL] = "internal",
	};
	const struct evinfo *info = c->cur->ev->info;
	/* "internal" is written where sources are. */
	unsigned cat = info->category | (info->source & EC_CATEGORY_MASK);

	if (cat & EC_IO_BASE)
		return val_cstr(v, io_category(c->cur->fdinfo));
	if (cat >= ARRAY_SIZE(names) || !names[cat])
		return false;
	return val_cstr(v, names[cat]);
}

GETTER(EVT_RAWRES)
{
	return ctx_retval(c, &v->i);
}

GETTER(EVT_FAILED)
{
	int64_t ret;

	return ctx_retval(c, &ret) && val_u64(v, ret < 0);
}

GETTER(EVT_RES)
{
	int64_t ret;

	if (!ctx_retval(c, &ret))
		return false;
	if (ret >= 0)
		return val_cstr(v, "SUCCESS");
	return argtext_resolved(c, 0, &v->s) || argtext_raw(c, 0, &v->s);
}

GETTER(EVT_COUNT_EXIT)
{
	return ev_is_exit(c->cur->ev->type) && val_u64(v, 1);
}

GETTER(EVT_COUNT_PROCINFO)
{
	const struct thread *t = c->cur->thread;

	return val_u64(v, c->cur->ev->type == EV_PROCINFO_E && t && thread_is_main(t));
}

GETTER(EVT_COUNT_THREADINFO)
{
	return val_u64(v, c->cur->ev->type == EV_PROCINFO_E);
}

enum errgroup { ERR_FILE, ERR_NET, ERR_MEMORY, ERR_OTHER };

/* Which counter a failure belongs to; without a descriptor the calls that
 * would have made one decide. */
static enum errgroup error_group(const struct machine_current *cur)
{
	const struct fd *f = cur->fdinfo;

	if (f) {
		if (f->type == FD_FILE || f->type == FD_FILE_V2 || f->type == FD_DIRECTORY)
			return ERR_FILE;
		if (fd_is_ip(f) || f->type == FD_UNIX_SOCK)
			return ERR_NET;
	} else {
		switch (cur->ev->type) {
		case EV_SYSCALL_OPEN_X:
		case EV_SYSCALL_CREAT_X:
		case EV_SYSCALL_OPENAT_X:
		case EV_SYSCALL_OPENAT_2_X:
		case EV_SYSCALL_OPENAT2_X:
		case EV_SYSCALL_OPEN_BY_HANDLE_AT_X:
			return ERR_FILE;
		case EV_SOCKET_ACCEPT_5_X:
		case EV_SOCKET_ACCEPT4_6_X:
		case EV_SOCKET_CONNECT_X:
			return ERR_NET;
		default:
			break;
		}
	}
	return cur->ev->info->category == EC_MEMORY ? ERR_MEMORY : ERR_OTHER;
}

static bool error_count(struct fieldctx *c, struct value *v, enum errgroup g)
{
	int64_t ret;

	return error_group(c->cur) == g && ctx_retval(c, &ret) && val_u64(v, ret < 0);
}

GETTER(EVT_COUNT_ERROR)
{
	int64_t ret;

	return ctx_retval(c, &ret) && val_u64(v, ret < 0);
}

GETTER(EVT_COUNT_ERROR_FILE) { return error_count(c, v, ERR_FILE); }
GETTER(EVT_COUNT_ERROR_NET) { return error_count(c, v, ERR_NET); }
GETTER(EVT_COUNT_ERROR_MEMORY) { return error_count(c, v, ERR_MEMORY); }
GETTER(EVT_COUNT_ERROR_OTHER) { return error_count(c, v, ERR_OTHER); }
