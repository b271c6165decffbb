/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/match.h"
#include "lib/base/xalloc.h"

struct group {			/* networks of one family and length */
	uint8_t len, bits;
	struct strset *set;
};

struct netset {
	size_t n;
	struct group v[];
};

#define GROUPS_MAX	(33 + 129)

struct netset *netset_new(struct arena *a, const struct ipnet *v, size_t n)
{
	struct netset *set = arena_zalloc(a, sizeof(*set) + GROUPS_MAX * sizeof(set->v[0]));
	struct str *part = xcalloc(n + 1, sizeof(*part));
	unsigned len, bits;
	size_t i, m;

	for (len = 4; len <= 16; len += 12) {
		for (bits = 0; bits <= len * 8; bits++) {
			for (i = m = 0; i < n; i++)
				if (v[i].addr.len == len && v[i].bits == bits)
					part[m++] = str_mem(arena_dup(a, v[i].addr.b, len), len);
			if (m)
				set->v[set->n++] = (struct group){
					(uint8_t)len, (uint8_t)bits, strset_new(a, part, m),
				};
		}
	}
	free(part);
	return set;
}

bool netset_has(const struct netset *set, const struct ipaddr *ip)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		const struct group *g = &set->v[i];
		uint8_t b[16] = { 0 };
		struct str s = str_mem(b, g->len);

		if (g->len != ip->len)
			continue;
		memcpy(b, ip->b, g->bits / 8);
		if (g->bits % 8)
			b[g->bits / 8] = ip->b[g->bits / 8] & (uint8_t)(0xff00u >> g->bits % 8);
		if (strset_has(g->set, s, strset_hash(s)))
			return true;
	}
	return false;
}
