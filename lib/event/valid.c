/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/valid.h"

/* Address families as the encoding numbers them, whatever this host does. */
enum { FAMILY_UNIX = 1, FAMILY_INET = 2, FAMILY_INET6 = 10 };

/* n addresses with ports, or n kernel addresses (or none) and a path. */
static bool address_valid(struct param p, unsigned n, uint32_t before_path)
{
	switch (p.p[0]) {
	case FAMILY_INET:
		return p.len >= 1 + n * 6;
	case FAMILY_INET6:
		return p.len >= 1 + n * 18;
	case FAMILY_UNIX:
		return p.len > before_path &&
		       memchr(p.p + before_path, '\0', p.len - before_path);
	default:
		return true;
	}
}

bool param_valid(unsigned ptype, struct param p)
{
	if (!p.len)
		return true;
	switch (ptype) {
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
	case PT_CHARBUFARRAY:
	case PT_CHARBUF_PAIR_ARRAY:
		return memchr(p.p, '\0', p.len);
	case PT_SOCKADDR:
		return address_valid(p, 1, 1);
	case PT_SOCKTUPLE:
		return address_valid(p, 2, 17);
	case PT_FDLIST:
		return p.len >= 2 && p.len >= 2 + 10u * le16(p.p);
	default:
		return ptype < PT_COUNT &&
		       (!ptype_size[ptype] || ptype_size[ptype] == p.len);
	}
}
