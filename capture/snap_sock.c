/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's socket tables, one set per network namespace. */
#include "lib/base/compat.h"

#include "lib/base/arena.h"
#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "capture/snap.h"

struct sock {
	uint8_t type, l4proto;
	uint16_t sport, dport;
	uint8_t sip[16], dip[16];
	uint64_t usrc;
	struct str name;
};

struct socktab {
	struct arena arena;
	struct imap by_ino;
};

struct socktab *socktab_new(void)
{
	return xcalloc(1, sizeof(struct socktab));
}

void socktab_free(struct socktab *t)
{
	if (!t)
		return;
	imap_release(&t->by_ino);
	arena_release(&t->arena);
	free(t);
}

static bool hex_digits(struct str s, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;
	int d;

	if (!s.len || s.len > 16)
		return false;
	for (i = 0; i < s.len; i++) {
		char c = s.p[i];

		d = c >= '0' && c <= '9' ? c - '0' :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (d < 0)
			return false;
		v = v << 4 | (uint64_t)d;
	}
	*out = v;
	return true;
}

/* "0100007F:1F90": 32-bit words as the host stores them, then the port. */
static bool parse_endpoint(struct str s, bool v6, uint8_t ip[16], uint16_t *port)
{
	struct str addr = str_cut(&s, ':');
	unsigned i, words = v6 ? 4 : 1;
	uint64_t v;
	uint32_t word;

	if (addr.len != words * 8)
		return false;
	for (i = 0; i < words; i++) {
		if (!hex_digits(str_sub(addr, i * 8, i * 8 + 8), &v))
			return false;
		word = (uint32_t)v;
		memcpy(ip + i * 4, &word, 4);
	}
	if (!s.p || !hex_digits(s, &v))
		return false;
	*port = (uint16_t)v;
	return true;
}

static bool is_zero(const uint8_t *ip, bool v6)
{
	static const uint8_t zero[16];

	return !memcmp(ip, zero, v6 ? 16 : 4);
}

static void add(struct socktab *t, uint64_t ino, const struct sock *k)
{
	if (ino)
		imap_put(&t->by_ino, ino, arena_dup(&t->arena, k, sizeof(*k)));
}

/* Lines of /proc/net/tcp and its kin; the inode is word 9. */
void socktab_parse_inet(struct socktab *t, struct str text, bool v6, uint8_t proto)
{
	struct str line;
	uint64_t ino;

	str_cut(&text, '\n');		/* the heading */
	while (text.p) {
		struct sock k = { .l4proto = proto, .name = STR("") };

		line = str_cut(&text, '\n');
		if (!parse_endpoint(snap_word(line, 1), v6, k.sip, &k.sport) ||
		    !parse_endpoint(snap_word(line, 2), v6, k.dip, &k.dport) ||
		    !num_u64(snap_word(line, 9), &ino))
			continue;
		/* No peer: a listener, or a datagram socket that serves. */
		if (is_zero(k.dip, v6))
			k.type = v6 ? FD_IPV6_SERVSOCK : FD_IPV4_SERVSOCK;
		else
			k.type = v6 ? FD_IPV6_SOCK : FD_IPV4_SOCK;
		add(t, ino, &k);
	}
}

/* "Num: RefCount Protocol Flags Type St Inode Path" */
void socktab_parse_unix(struct socktab *t, struct str text)
{
	struct str line, num;
	uint64_t ino;
	ssize_t at;

	str_cut(&text, '\n');
	while (text.p) {
		struct sock k = { .type = FD_UNIX_SOCK, .name = STR("") };

		line = str_cut(&text, '\n');
		num = snap_word(line, 0);
		if (!num.len || !num_u64(snap_word(line, 6), &ino))
			continue;
		hex_digits(str_sub(num, 0, num.len - 1), &k.usrc);
		/* The path is the rest of the line, blanks and all. */
		at = (snap_word(line, 6).p + snap_word(line, 6).len) - line.p;
		if ((size_t)at + 1 < line.len)
			k.name = arena_str(&t->arena, str_sub(line, (size_t)at + 1, line.len));
		add(t, ino, &k);
	}
}

/* "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode" */
void socktab_parse_netlink(struct socktab *t, struct str text)
{
	struct str line;
	uint64_t ino;

	str_cut(&text, '\n');
	while (text.p) {
		struct sock k = { .type = FD_NETLINK, .name = STR("") };

		line = str_cut(&text, '\n');
		if (num_u64(snap_word(line, 9), &ino))
			add(t, ino, &k);
	}
}

struct socktab *socktab_read(int piddir)
{
	static const struct {
		const char *path;
		bool v6;
		uint8_t proto;
	} inet[] = {
		{ "net/tcp", false, L4_TCP }, { "net/tcp6", true, L4_TCP },
		{ "net/udp", false, L4_UDP }, { "net/udp6", true, L4_UDP },
		{ "net/raw", false, L4_RAW }, { "net/raw6", true, L4_RAW },
		{ "net/icmp", false, L4_ICMP }, { "net/icmp6", true, L4_ICMP },
	};
	struct socktab *t = socktab_new();
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(inet); i++)
		if (!snap_read(piddir, inet[i].path, &text))
			socktab_parse_inet(t, buf_str(&text), inet[i].v6, inet[i].proto);
	if (!snap_read(piddir, "net/unix", &text))
		socktab_parse_unix(t, buf_str(&text));
	if (!snap_read(piddir, "net/netlink", &text))
		socktab_parse_netlink(t, buf_str(&text));
	buf_release(&text);
	return t;
}

bool socktab_find(const struct socktab *t, uint64_t ino, struct snap_fd *out)
{
	const struct sock *k = imap_get(&t->by_ino, ino);

	if (!k)
		return false;
	out->type = k->type;
	out->l4proto = k->l4proto;
	out->sport = k->sport;
	out->dport = k->dport;
	memcpy(out->sip, k->sip, sizeof(out->sip));
	memcpy(out->dip, k->dip, sizeof(out->dip));
	out->usrc = k->usrc;
	out->name = k->name;
	return true;
}
