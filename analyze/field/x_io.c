/* SPDX-License-Identifier: Apache-2.0 */
/* Input and output, and how a file was opened. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

static bool ev_reads(const struct fieldctx *c)
{
	return c->cur->ev->info->flags & EF_READS_FROM_FD;
}

static bool ev_writes(const struct fieldctx *c)
{
	return c->cur->ev->info->flags & EF_WRITES_TO_FD;
}

GETTER(EVT_IS_IO) { return val_u64(v, ev_reads(c) || ev_writes(c)); }
GETTER(EVT_IS_IO_READ) { return val_u64(v, ev_reads(c)); }
GETTER(EVT_IS_IO_WRITE) { return val_u64(v, ev_writes(c)); }
GETTER(EVT_IS_WAIT) { return val_u64(v, !!(c->cur->ev->info->flags & EF_WAITS)); }

GETTER(EVT_IO_DIR)
{
	if (!ev_reads(c) && !ev_writes(c))
		return false;
	return val_cstr(v, ev_writes(c) ? "write" : "read");
}

GETTER(EVT_IS_SYSLOG)
{
	const struct fd *f = c->cur->fdinfo;

	return val_u64(v, ev_writes(c) && f &&
			  str_find(rstr_str(f->name), STR("/dev/log")) >= 0);
}

/* Payload as raw bytes; printing turns it into dots. */
GETTER(EVT_BUFFER)
{
	int i = ctx_param(c, "data");
	struct param p;

	if (i < 0)
		return false;
	event_params(c->cur->ev);
	p = event_param(c->cur->ev, (unsigned)i);
	if (!p.len)
		return false;
	return val_str(v, str_mem(p.p, p.len));
}

enum { ON_ANY, ON_FILE, ON_NET };
enum { EITHER_WAY, IN, OUT };

/* Bytes moved: the return value of a call that moves some. */
static bool buflen(struct fieldctx *c, struct value *v, int on, int way)
{
	const struct fd *f = c->cur->fdinfo;
	int64_t ret;

	if (!f || !(c->cur->ev->info->category & EC_IO_BASE) || !ctx_retval(c, &ret) || ret < 0)
		return false;
	if (on == ON_FILE && f->type != FD_FILE && f->type != FD_FILE_V2)
		return false;
	if (on == ON_NET && !fd_is_ip(f))
		return false;
	if ((way == IN && !ev_reads(c)) || (way == OUT && !ev_writes(c)))
		return false;
	return val_u64(v, (uint64_t)ret);
}

GETTER(EVT_BUFLEN) { return buflen(c, v, ON_ANY, EITHER_WAY); }
GETTER(EVT_BUFLEN_IN) { return buflen(c, v, ON_ANY, IN); }
GETTER(EVT_BUFLEN_OUT) { return buflen(c, v, ON_ANY, OUT); }
GETTER(EVT_BUFLEN_FILE) { return buflen(c, v, ON_FILE, EITHER_WAY); }
GETTER(EVT_BUFLEN_FILE_IN) { return buflen(c, v, ON_FILE, IN); }
GETTER(EVT_BUFLEN_FILE_OUT) { return buflen(c, v, ON_FILE, OUT); }
GETTER(EVT_BUFLEN_NET) { return buflen(c, v, ON_NET, EITHER_WAY); }
GETTER(EVT_BUFLEN_NET_IN) { return buflen(c, v, ON_NET, IN); }
GETTER(EVT_BUFLEN_NET_OUT) { return buflen(c, v, ON_NET, OUT); }

/* Bits of the file_flags table. */
enum {
	O_RD = 1 << 0, O_WR = 1 << 1, O_CREATE = 1 << 2, O_TEMP = 1 << 13,
	O_CREATED = 1 << 14,
};
#define MODE_EXEC 0111

/* Where the calls that open files keep flags and mode; -1: not at all. */
struct opener {
	uint16_t type;
	int8_t flags, mode;
};

static const struct opener openers[] = {
	{ EV_SYSCALL_OPEN_X, P_SYSCALL_OPEN_X_flags, P_SYSCALL_OPEN_X_mode },
	{ EV_SYSCALL_OPENAT_2_X, P_SYSCALL_OPENAT_2_X_flags, P_SYSCALL_OPENAT_2_X_mode },
	{ EV_SYSCALL_OPENAT2_X, P_SYSCALL_OPENAT2_X_flags, P_SYSCALL_OPENAT2_X_mode },
	{ EV_SYSCALL_OPEN_BY_HANDLE_AT_X, P_SYSCALL_OPEN_BY_HANDLE_AT_X_flags, -1 },
};

static const struct opener *opener_of(struct fieldctx *c)
{
	size_t i;

	if (!(c->cur->ev->info->flags & EF_CREATES_FD))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(openers); i++)
		if (openers[i].type == c->cur->ev->type)
			return &openers[i];
	return NULL;
}

static uint64_t open_flags(struct fieldctx *c)
{
	const struct opener *o = opener_of(c);

	if (!o)
		return 0;
	event_some(c->cur->ev, 1ull << o->flags);
	return event_u64(c->cur->ev, (unsigned)o->flags, 0);
}

GETTER(EVT_IS_OPEN_READ) { return val_u64(v, !!(open_flags(c) & O_RD)); }
GETTER(EVT_IS_OPEN_WRITE) { return val_u64(v, !!(open_flags(c) & O_WR)); }

GETTER(EVT_IS_OPEN_EXEC)
{
	struct event *ev = c->cur->ev;
	const struct opener *o;

	if (ev->type == EV_SYSCALL_CREAT_X) {
		event_some(ev, 1ull << P_SYSCALL_CREAT_X_mode);
		return val_u64(v, !!(event_u64(ev, P_SYSCALL_CREAT_X_mode, 0) & MODE_EXEC));
	}
	o = opener_of(c);
	if (!o || o->mode < 0 || !(open_flags(c) & (O_CREATE | O_TEMP)))
		return val_u64(v, 0);
	event_some(ev, 1ull << o->mode);
	return val_u64(v, !!(event_u64(ev, (unsigned)o->mode, 0) & MODE_EXEC));
}

GETTER(EVT_IS_OPEN_CREATE)
{
	uint64_t flags = open_flags(c);
	int64_t ret;

	return val_u64(v, (flags & O_CREATED) ||
			  ((flags & O_TEMP) && ctx_retval(c, &ret) && ret >= 0));
}
