/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "replay/fdtab.h"
#include "replay/machine.h"

/*
 * A sorted array: processes hold few descriptors and number them densely, so
 * entry n mostly is descriptor n, and a fork copies one block of memory.
 */

/* Index of the first entry with a number >= num. */
static uint32_t lower_bound(const struct fdtab *t, int64_t num)
{
	uint32_t lo = 0, hi = t->n;

	if (t->n && t->v[t->n - 1].num < num)
		return t->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].num < num)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct fd *fdtab_get(const struct fdtab *t, int64_t num)
{
	uint32_t i;

	if (num >= 0 && num < t->n && t->v[num].num == num)
		return &t->v[num];
	i = lower_bound(t, num);
	return i < t->n && t->v[i].num == num ? &t->v[i] : NULL;
}

static void fd_release(struct fd *f)
{
	rstr_put(f->name);
	rstr_put(f->nameraw);
}

static struct fd *fd_fresh(struct fd *f, int64_t num)
{
	memset(f, 0, sizeof(*f));
	f->num = num;
	f->name = rstr_empty();
	f->nameraw = rstr_empty();
	return f;
}

struct fd *fdtab_put(struct fdtab *t, int64_t num)
{
	uint32_t i = lower_bound(t, num);

	if (i < t->n && t->v[i].num == num) {
		fd_release(&t->v[i]);
		return fd_fresh(&t->v[i], num);
	}
	if (t->n >= MACHINE_FDS_MAX)
		return NULL;
	XGROW(t->v, t->cap, t->n + 1);
	memmove(&t->v[i + 1], &t->v[i], (t->n - i) * sizeof(*t->v));
	t->n++;
	return fd_fresh(&t->v[i], num);
}

bool fdtab_del(struct fdtab *t, int64_t num)
{
	struct fd *f = fdtab_get(t, num);
	size_t after;

	if (!f)
		return false;
	fd_release(f);
	after = (size_t)(&t->v[t->n] - (f + 1));
	memmove(f, f + 1, after * sizeof(*f));
	t->n--;
	return true;
}

void fdtab_copy(struct fdtab *dst, const struct fdtab *src)
{
	uint32_t i;

	if (!src->n)
		return;
	dst->v = xreallocarray(NULL, src->n, sizeof(*dst->v));
	memcpy(dst->v, src->v, src->n * sizeof(*dst->v));
	dst->n = dst->cap = src->n;
	for (i = 0; i < dst->n; i++) {
		rstr_ref(dst->v[i].name);
		rstr_ref(dst->v[i].nameraw);
	}
}

void fdtab_release(struct fdtab *t)
{
	uint32_t i;

	for (i = 0; i < t->n; i++)
		fd_release(&t->v[i]);
	free(t->v);
	*t = (struct fdtab){ 0 };
}

static const struct {
	const char *name;
	char c;
} types[FD_TYPE_COUNT] = {
	[FD_UNKNOWN] = { "<NA>", 'o' },
	[FD_UNSUPPORTED] = { "<NA>", 'X' },
	[FD_FILE] = { "file", 'f' },
	[FD_FILE_V2] = { "file", 'f' },
	[FD_DIRECTORY] = { "directory", 'd' },
	[FD_IPV4_SOCK] = { "ipv4", '4' },
	[FD_IPV4_SERVSOCK] = { "ipv4", '4' },
	[FD_IPV6_SOCK] = { "ipv6", '6' },
	[FD_IPV6_SERVSOCK] = { "ipv6", '6' },
	[FD_FIFO] = { "pipe", 'p' },
	[FD_UNIX_SOCK] = { "unix", 'u' },
	[FD_EVENT] = { "event", 'e' },
	[FD_SIGNALFD] = { "signalfd", 's' },
	[FD_EVENTPOLL] = { "eventpoll", 'l' },
	[FD_INOTIFY] = { "inotify", 'i' },
	[FD_TIMERFD] = { "timerfd", 't' },
	[FD_NETLINK] = { "netlink", 'n' },
	[FD_BPF] = { "bpf", 'b' },
	[FD_USERFAULTFD] = { "userfaultfd", 'u' },
	[FD_IOURING] = { "io_uring", 'r' },
	[FD_MEMFD] = { "memfd", 'm' },
	[FD_PIDFD] = { "pidfd", 'P' },
};

const char *fd_type_name(uint8_t type)
{
	return type < FD_TYPE_COUNT && types[type].name ? types[type].name : "<NA>";
}

char fd_type_char(uint8_t type)
{
	return type < FD_TYPE_COUNT && types[type].name ? types[type].c : '?';
}

bool fd_is_server_sock(const struct fd *f)
{
	return f->type == FD_IPV4_SERVSOCK || f->type == FD_IPV6_SERVSOCK;
}

bool fd_is_ip(const struct fd *f)
{
	return f->type >= FD_IPV4_SOCK && f->type <= FD_IPV6_SERVSOCK;
}
