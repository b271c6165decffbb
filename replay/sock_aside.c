/* SPDX-License-Identifier: Apache-2.0 */
/* What the tools tell of sockets and no field does. */
#include "lib/base/compat.h"

#include <arpa/inet.h>

#include "replay/sock.h"

enum { ASIDE_LEN = 21 };	/* family, address, port, error */

bool sock_aside(const struct fd *f, struct sock_aside *out)
{
	struct str s = rstr_str(f->aside);
	const uint8_t *p = (const uint8_t *)s.p;

	memset(out, 0, sizeof(*out));
	if (s.len != ASIDE_LEN)
		return false;
	out->v6 = p[0];
	memcpy(out->ip, p + 1, 16);
	out->port = le16(p + 17);
	out->error = le16(p + 19);
	return true;
}

void sock_set_aside(struct fd *f, const struct sock_aside *a)
{
	uint8_t p[ASIDE_LEN] = { 0 };

	if (!a) {
		rstr_put(f->aside);
		f->aside = NULL;
		return;
	}
	p[0] = a->v6;
	memcpy(p + 1, a->ip, 16);
	put_le16(p + 17, a->port);
	put_le16(p + 19, a->error);
	rstr_setmem(&f->aside, p, sizeof(p));
}

/* A bind that leaves the port to the kernel leaves only its text behind. */
static void end_of_name(const struct fd *f, struct sock_aside *out)
{
	struct str name = rstr_str(f->name);
	char text[64];
	size_t n = name.len;

	while (n && name.p[n - 1] != ':')
		n--;
	if (n < 2 || n > sizeof(text))
		return;
	memcpy(text, name.p, n - 1);
	text[n - 1] = '\0';
	out->v6 = strchr(text, ':') != NULL;
	if (inet_pton(out->v6 ? AF_INET6 : AF_INET, text, out->ip) != 1)
		memset(out->ip, 0, sizeof(out->ip));
}

bool sock_waits_at(const struct fd *f, struct sock_aside *out)
{
	struct sock_aside told;

	memset(out, 0, sizeof(*out));
	out->v6 = f->type == FD_IPV6_SOCK || f->type == FD_IPV6_SERVSOCK;
	if (fd_is_server_sock(f)) {
		/* One at :: is taken for an IPv4 one, but for its name. */
		out->v6 |= str_starts(rstr_str(f->name), STR("::"));
		memcpy(out->ip, f->sip, sizeof(out->ip));
		out->port = f->sport;
		return true;
	}
	if (!fd_is_ip(f) || !(f->flags & FDF_LISTENING))
		return false;
	end_of_name(f, out);
	if (sock_aside(f, &told))
		out->port = told.port;
	return true;
}

bool sock_takes_in(const struct sock_aside *at, bool v6, const uint8_t *ip)
{
	static const uint8_t any[16];
	size_t len = at->v6 ? 16 : 4;

	/* Who waits at :: is met by both. */
	return !memcmp(at->ip, any, len) ? at->v6 || !v6 :
	       at->v6 == v6 && !memcmp(at->ip, ip, len);
}

/* Of the machine that recorded. */
static const struct {
	uint16_t error;
	const char *word;
} failures[] = {
	{ 1, "not permitted" }, { 13, "not permitted" },
	{ 100, "unreachable" }, { 101, "unreachable" }, { 104, "reset" },
	{ 110, "timed out" }, { 111, "refused" }, { 112, "unreachable" },
	{ 113, "unreachable" },
};

const char *sock_failure(uint16_t error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(failures); i++)
		if (failures[i].error == error)
			return failures[i].word;
	return "failed";
}
