/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, tuples and descriptors as text, from their wire form
 * (schema/types.def; families are the recorder's own numbers). */
#include "lib/base/compat.h"

#include <arpa/inet.h>

#include "analyze/field/getters.h"

enum { WIRE_UNIX = 1, WIRE_INET = 2, WIRE_INET6 = 10 };

void argtext_add_ip(struct buf *out, const uint8_t *addr, unsigned len)
{
	char text[INET6_ADDRSTRLEN];
	unsigned i;

	if (len == 4) {
		for (i = 0; i < 4; i++) {
			if (i)
				buf_addc(out, '.');
			buf_addu(out, addr[i]);
		}
	} else if (inet_ntop(AF_INET6, addr, text, sizeof(text))) {
		buf_adds(out, text);
	}
}

/* addr is followed by its port, host order. */
static void add_endpoint(struct buf *out, const uint8_t *addr, unsigned len)
{
	argtext_add_ip(out, addr, len);
	buf_addc(out, ':');
	buf_addu(out, le16(addr + len));
}

static void add_path(struct buf *out, const uint8_t *p, size_t len)
{
	const uint8_t *nul = memchr(p, '\0', len);

	buf_add(out, p, nul ? (size_t)(nul - p) : len);
}

void argtext_add_sockaddr(struct buf *out, struct param p)
{
	switch (p.p[0]) {
	case WIRE_UNIX:
		add_path(out, p.p + 1, p.len - 1);
		break;
	case WIRE_INET:
		if (p.len == 1 + 4 + 2)
			add_endpoint(out, p.p + 1, 4);
		else
			buf_adds(out, "INVALID IPv4");
		break;
	case WIRE_INET6:
		if (p.len == 1 + 16 + 2)
			add_endpoint(out, p.p + 1, 16);
		else
			buf_adds(out, "INVALID IPv6");
		break;
	default:
		buf_addf(out, "family %u", p.p[0]);
	}
}

static bool is_mapped(const uint8_t *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a, prefix, sizeof(prefix));
}

static void add_tuple6(struct buf *out, const uint8_t *sip)
{
	const uint8_t *dip = sip + 18;
	/* An IPv4 conversation on an IPv6 socket reads as IPv4. */
	unsigned skip = is_mapped(sip) && is_mapped(dip) ? 12 : 0;

	add_endpoint(out, sip + skip, 16 - skip);
	buf_adds(out, "->");
	add_endpoint(out, dip + skip, 16 - skip);
}

void argtext_add_socktuple(struct buf *out, struct param p)
{
	switch (p.p[0]) {
	case WIRE_INET:
		if (p.len != 1 + 6 + 6) {
			buf_adds(out, "INVALID IPv4");
			break;
		}
		add_endpoint(out, p.p + 1, 4);
		buf_adds(out, "->");
		add_endpoint(out, p.p + 7, 4);
		break;
	case WIRE_INET6:
		if (p.len == 1 + 18 + 18)
			add_tuple6(out, p.p + 1);
		else
			buf_adds(out, "INVALID IPv6");
		break;
	case WIRE_UNIX:
		if (p.len < 1 + 8 + 8)
			break;
		buf_addf(out, "%" PRIx64 "->%" PRIx64 " ", le64(p.p + 1), le64(p.p + 9));
		add_path(out, p.p + 17, p.len - 17);
		break;
	default:
		buf_addf(out, "family %u", p.p[0]);
	}
}

void argtext_add_fdlist(struct fieldctx *c, struct buf *out, struct param p)
{
	struct fdtab *fds = c->cur->thread ? machine_fdtab(c->m, c->cur->thread) : NULL;
	struct rcur cur = rcur_of(p.p, p.len);
	unsigned i, n = rcur_u16(&cur);

	if (!c->cur->thread)
		return;
	for (i = 0; i < n; i++) {
		uint64_t num = rcur_u64(&cur);
		uint16_t what = rcur_u16(&cur);
		const struct fd *f = fds && !cur.bad ? fdtab_get(fds, (int64_t)num) : NULL;

		if (cur.bad)
			break;
		if (i)
			buf_addc(out, ' ');
		buf_addu(out, num);
		buf_addf(out, ":%c%x", f ? fd_type_char(f->type) : '?',
			 (uint32_t)(int16_t)what);
	}
}

/* A tuple without a role has no protocol yet, unless it is a raw socket. */
unsigned fd_l4proto(const struct fd *f)
{
	bool role = f->flags & (FDF_ROLE_CLIENT | FDF_ROLE_SERVER);

	if (!fd_is_ip(f))
		return L4_NA;
	return role || fd_is_server_sock(f) || f->l4proto == L4_RAW ? f->l4proto : L4_NA;
}

void argtext_add_fd(struct buf *out, const struct fd *f)
{
	static const char proto[] = {
		[L4_TCP] = 't', [L4_UDP] = 'u', [L4_ICMP] = 'i', [L4_RAW] = 'r',
	};

	unsigned l4 = fd_l4proto(f);

	buf_addc(out, '<');
	buf_addc(out, fd_type_char(f->type));
	if (l4 < ARRAY_SIZE(proto) && proto[l4])
		buf_addc(out, proto[l4]);
	buf_addc(out, '>');
	buf_addstr(out, rstr_str(f->name));
}
