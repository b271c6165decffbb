/* SPDX-License-Identifier: Apache-2.0 */
/* fd: a descriptor that was open before. */
#include "lib/base/compat.h"

#include "replay/asm/asm_in.h"
#include "replay/sock.h"

static const struct {
	const char *word;
	uint8_t type, type6;		/* type6: with IPv6 addresses */
	uint8_t l4proto;
} words[] = {
	{ "file", FD_FILE_V2, 0, 0 }, { "dir", FD_DIRECTORY, 0, 0 },
	{ "fifo", FD_FIFO, 0, 0 }, { "unix", FD_UNIX_SOCK, 0, 0 },
	{ "tcp", FD_IPV4_SOCK, FD_IPV6_SOCK, L4_TCP },
	{ "udp", FD_IPV4_SOCK, FD_IPV6_SOCK, L4_UDP },
	{ "icmp", FD_IPV4_SOCK, FD_IPV6_SOCK, L4_ICMP },
	{ "raw", FD_IPV4_SOCK, FD_IPV6_SOCK, L4_RAW },
	{ "tcp-listen", FD_IPV4_SERVSOCK, FD_IPV6_SERVSOCK, L4_TCP },
	{ "udp-listen", FD_IPV4_SERVSOCK, FD_IPV6_SERVSOCK, L4_UDP },
	{ "event", FD_EVENT, 0, 0 }, { "signalfd", FD_SIGNALFD, 0, 0 },
	{ "eventpoll", FD_EVENTPOLL, 0, 0 }, { "inotify", FD_INOTIFY, 0, 0 },
	{ "timerfd", FD_TIMERFD, 0, 0 }, { "netlink", FD_NETLINK, 0, 0 },
	{ "bpf", FD_BPF, 0, 0 }, { "userfaultfd", FD_USERFAULTFD, 0, 0 },
	{ "io_uring", FD_IOURING, 0, 0 }, { "memfd", FD_MEMFD, 0, 0 },
	{ "pidfd", FD_PIDFD, 0, 0 }, { "unsupported", FD_UNSUPPORTED, 0, 0 },
};

bool asm_fd_word(struct str word, bool v6, uint8_t *type, uint8_t *l4proto)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!str_eq(word, str_of(words[i].word)))
			continue;
		*type = v6 && words[i].type6 ? words[i].type6 : words[i].type;
		*l4proto = words[i].l4proto;
		return true;
	}
	return false;
}

const char *asm_fd_word_of(uint8_t type, uint8_t l4proto)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (type && (type == words[i].type || type == words[i].type6) &&
		    l4proto == words[i].l4proto)
			return words[i].word;
	return NULL;
}

static bool is_ip(uint8_t type)
{
	return type >= FD_IPV4_SOCK && type <= FD_IPV6_SERVSOCK;
}

static bool is_v6(uint8_t type)
{
	return type == FD_IPV6_SOCK || type == FD_IPV6_SERVSOCK;
}

/* Near and far end, or the end that listens. */
static bool set_ends(struct asm_state *s, struct snap_fd *fd, const struct word *w)
{
	bool listens = fd->type == FD_IPV4_SERVSOCK || fd->type == FD_IPV6_SERVSOCK, two;
	struct asm_addr near, far;

	if (!asm_tuple(w->v, &near, &far, &two) || far.family == SOCK_AF_UNIX || two == listens ||
	    is_v6(fd->type) != (far.family == SOCK_AF_INET6)) {
		diag_hint(asm_error(&s->t, w->raw.p, "'%.*s' is no %s", STR_FMT(w->raw),
				    listens ? "address" : "conversation"),
			  listens ? "0.0.0.0:80" : "192.0.2.1:5000->203.0.113.9:80");
		return false;
	}
	if (listens)
		near = far;
	else
		memcpy(fd->dip, far.ip, 16);
	memcpy(fd->sip, near.ip, 16);
	fd->sport = near.port;
	fd->dport = listens ? 0 : far.port;
	return true;
}

static bool set_type(struct asm_state *s, struct snap_fd *fd, const struct word *w, bool v6)
{
	const char *names[ARRAY_SIZE(words)], *near;
	int64_t v;
	size_t i;

	if (asm_fd_word(w->v, v6, &fd->type, &fd->l4proto))
		return true;
	if (asm_number(w->v, &v) && v >= 0 && v <= UINT8_MAX) {
		fd->type = (uint8_t)v;
		return true;
	}
	for (i = 0; i < ARRAY_SIZE(words); i++)
		names[i] = words[i].word;
	near = str_nearest(w->v, names, ARRAY_SIZE(words));
	diag_hint(asm_error(&s->t, w->raw.p, "'%.*s' is no type of descriptor", STR_FMT(w->v)),
		  near ? "did you mean '%s'?" : "file, dir, tcp, udp, unix, ...", near);
	return false;
}

static bool head(struct asm_state *s, struct snap_fd *fd)
{
	const struct word *v = s->w.v;

	if (s->w.n < 4 || v[1].key.p || v[2].key.p || v[3].key.p ||
	    !asm_number(v[1].v, &fd->tid) || !asm_number(v[2].v, &fd->fd)) {
		diag_hint(asm_error(&s->t, v[s->w.n > 1].raw.p,
				    "fd needs a tid, a number and a type"),
			  "fd 100 3 file /etc/passwd");
		return false;
	}
	return set_type(s, fd, &v[3], s->w.n > 4 && str_chr(v[4].v, '[') >= 0);
}

bool asm_fd(struct asm_state *s, bool exact, struct snap_item *out)
{
	struct snap_fd *fd = &out->fd;
	unsigned i = 4;
	bool ok = true;

	if (!head(s, fd))
		return false;
	if (s->w.n > 4 && !s->w.v[4].key.p) {
		i = 5;
		if (is_ip(fd->type))
			ok = set_ends(s, fd, &s->w.v[4]);
		else
			fd->name = s->w.v[4].v;
	}
	for (; i < s->w.n; i++) {
		struct word w = s->w.v[i];

		if (w.key.p && str_eq(w.key, STR("flags")))
			w.key = STR("oflags");
		ok &= asm_member(s, out, &w);
	}
	if (ok && !exact && !machine_thread(s->m, fd->tid)) {
		diag_hint(asm_error(&s->t, s->w.v[1].raw.p, "there is no process %" PRId64,
				    fd->tid), "a proc line above declares it");
		return false;
	}
	return ok;
}
