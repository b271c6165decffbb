/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and conversations: text to bytes and back. */
#include "lib/base/compat.h"

#include <arpa/inet.h>

#include "lib/base/num.h"
#include "replay/asm/value.h"
#include "replay/sock.h"

enum { UNIX_PATH_AT = 1 + 8 + 8 };	/* in a conversation */

static bool ip4(struct str s, uint8_t *ip)
{
	uint64_t v;
	unsigned i;

	for (i = 0; i < 4; i++) {
		struct str part = str_cut(&s, '.');

		if (part.len > 3 || !num_u64(part, &v) || v > 255 || (i < 3) != (s.p != NULL))
			return false;
		ip[i] = (uint8_t)v;
	}
	return true;
}

bool asm_ip(struct str s, bool *v6, uint8_t *ip)
{
	char text[INET6_ADDRSTRLEN];

	memset(ip, 0, 16);
	*v6 = str_chr(s, ':') >= 0;
	if (!*v6)
		return ip4(s, ip);
	if (s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return inet_pton(AF_INET6, text, ip) == 1;
}

static bool hex64(struct str s, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < s.len && i < 16; i++) {
		char c = s.p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
			    -1;

		if (digit < 0)
			return false;
		v = v << 4 | (unsigned)digit;
	}
	*out = v;
	return s.len && s.len <= 16;
}

/* "unix:" is cut off already: [HEX->HEX:]PATH */
static void unix_addr(struct str s, struct asm_addr *out)
{
	ssize_t arrow = str_find(s, STR("->")), colon = str_chr(s, ':');

	out->family = SOCK_AF_UNIX;
	out->path = s;
	if (arrow < 0 || colon < arrow + 2)
		return;
	if (!hex64(str_sub(s, 0, (size_t)arrow), &out->kernel[0]) ||
	    !hex64(str_sub(s, (size_t)arrow + 2, (size_t)colon), &out->kernel[1])) {
		out->kernel[0] = out->kernel[1] = 0;
		return;
	}
	out->path = str_sub(s, (size_t)colon + 1, s.len);
}

bool asm_addr(struct str s, struct asm_addr *out)
{
	ssize_t colon;
	struct str ip;
	uint64_t port;
	bool v6;

	*out = (struct asm_addr){ 0 };
	if (str_starts(s, STR("unix:"))) {
		unix_addr(str_sub(s, 5, s.len), out);
		return !out->path.len || !memchr(out->path.p, '\0', out->path.len);
	}
	colon = str_rchr(s, ':');
	if (colon < 0 || !num_u64(str_sub(s, (size_t)colon + 1, s.len), &port) || port > 65535)
		return false;
	ip = str_sub(s, 0, (size_t)colon);
	v6 = ip.len > 2 && ip.p[0] == '[' && ip.p[ip.len - 1] == ']';
	if (v6)
		ip = str_sub(ip, 1, ip.len - 1);
	else if (str_chr(ip, ':') >= 0)
		return false;
	out->family = v6 ? SOCK_AF_INET6 : SOCK_AF_INET;
	out->port = (uint16_t)port;
	return asm_ip(ip, &v6, out->ip) && v6 == (out->family == SOCK_AF_INET6);
}

bool asm_tuple(struct str s, struct asm_addr *near, struct asm_addr *far, bool *two)
{
	ssize_t arrow = str_starts(s, STR("unix:")) ? -1 : str_find(s, STR("->"));

	*two = arrow >= 0;
	*near = (struct asm_addr){ 0 };
	if (!*two)
		return asm_addr(s, far);
	return asm_addr(str_sub(s, 0, (size_t)arrow), near) &&
	       asm_addr(str_sub(s, (size_t)arrow + 2, s.len), far) &&
	       near->family == far->family;
}

static size_t ip_len(uint8_t family)
{
	return family == SOCK_AF_INET ? 4 : 16;
}

static uint8_t *put_end(uint8_t *to, const struct asm_addr *a)
{
	size_t n = ip_len(a->family);

	memcpy(to, a->ip, n);
	put_le16(to + n, a->port);
	return to + n + 2;
}

static struct param unix_bytes(const struct asm_addr *a, size_t path_at, struct arena *arena)
{
	size_t len = path_at + a->path.len + 1;
	uint8_t *p = arena_zalloc(arena, len);

	p[0] = SOCK_AF_UNIX;
	if (path_at == UNIX_PATH_AT) {
		put_le64(p + 1, a->kernel[0]);
		put_le64(p + 9, a->kernel[1]);
	}
	if (a->path.len)
		memcpy(p + path_at, a->path.p, a->path.len);
	return (struct param){ p, (uint32_t)len };
}

struct param asm_tuple_bytes(const struct asm_addr *near, const struct asm_addr *far,
			     struct arena *a)
{
	uint8_t *p, *end;

	if (far->family == SOCK_AF_UNIX)
		return unix_bytes(far, UNIX_PATH_AT, a);
	p = arena_alloc(a, 1 + 2 * 18);
	p[0] = far->family;
	end = put_end(put_end(p + 1, near), far);
	return (struct param){ p, (uint32_t)(end - p) };
}

struct param asm_addr_bytes(const struct asm_addr *addr, struct arena *a)
{
	uint8_t *p;

	if (addr->family == SOCK_AF_UNIX)
		return unix_bytes(addr, 1, a);
	p = arena_alloc(a, 1 + 18);
	p[0] = addr->family;
	return (struct param){ p, (uint32_t)(put_end(p + 1, addr) - p) };
}

void asm_print_end(bool v6, const uint8_t *ip, uint16_t port, struct buf *out)
{
	if (v6)
		buf_addc(out, '[');
	sock_print_ip(out, v6, ip);
	buf_adds(out, v6 ? "]:" : ":");
	buf_addu(out, port);
}
