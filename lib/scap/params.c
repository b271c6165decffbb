/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/scap/evparse.h"

/* Rules below RULE_ANY are exact sizes. */
enum {
	RULE_ANY = 64, RULE_TEXT, RULE_SOCKADDR, RULE_TUPLE, RULE_FDLIST,
};

/* Address families as the format numbers them, whatever this host does. */
enum { FAMILY_UNIX = 1, FAMILY_INET = 2, FAMILY_INET6 = 10 };

static uint8_t rule_of(unsigned ptype)
{
	switch (ptype) {
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH:
	case PT_CHARBUFARRAY:
	case PT_CHARBUF_PAIR_ARRAY:
		return RULE_TEXT;
	case PT_SOCKADDR:
		return RULE_SOCKADDR;
	case PT_SOCKTUPLE:
		return RULE_TUPLE;
	case PT_FDLIST:
		return RULE_FDLIST;
	default:
		return ptype_size[ptype] ? ptype_size[ptype] : RULE_ANY;
	}
}

void param_rules_init(struct param_rules *r)
{
	unsigned i, j;

	memset(r->rule, RULE_ANY, sizeof(r->rule));
	for (i = 0; i < SCAP_EVENT_TYPES; i++)
		for (j = 0; evtab[i].name && j < evtab[i].nparams; j++)
			r->rule[i][j] = rule_of(evtab[i].params[j].ptype);
}

/* A copy with a NUL behind it.  Room was made for all of them at once, so
 * earlier copies stay where they are. */
static void add_nul(struct event *ev, struct param *p, struct buf *scratch)
{
	size_t room = EV_PARAMS_MAX;
	size_t at;
	unsigned i;

	if (!scratch->len) {
		for (i = 0; i < ev->nparams; i++)
			room += ev->param[i].len;
		buf_grow(scratch, room);
	}
	at = scratch->len;
	buf_add(scratch, p->p, p->len);
	buf_addc(scratch, '\0');
	p->p = (const uint8_t *)scratch->data + at;
	p->len++;
}

static inline bool has_nul(struct param p)
{
	return LIKELY(!p.p[p.len - 1]) || memchr(p.p, '\0', p.len);
}

/* Bytes an address must have: family and, for unix, a path with its NUL. */
static size_t sockaddr_size(uint8_t family)
{
	switch (family) {
	case FAMILY_INET:
		return 1 + 4 + 2;
	case FAMILY_INET6:
		return 1 + 16 + 2;
	case FAMILY_UNIX:
		return 2;
	default:
		return 1;
	}
}

static size_t tuple_size(uint8_t family)
{
	switch (family) {
	case FAMILY_INET:
		return 1 + 2 * (4 + 2);
	case FAMILY_INET6:
		return 1 + 2 * (16 + 2);
	case FAMILY_UNIX:
		return 1 + 2 * 8 + 1;
	default:
		return 1;
	}
}

/* True when nothing had to be done. */
static bool check_address(struct event *ev, struct param *p, size_t need,
			  struct buf *scratch)
{
	if (p->len < need) {
		/* All of a unix address but the NUL of its empty path? */
		if (p->p[0] == FAMILY_UNIX && p->len == need - 1) {
			add_nul(ev, p, scratch);
			return false;
		}
		*p = (struct param){ NULL, 0 };
		return false;
	}
	if (p->p[0] == FAMILY_UNIX &&
	    !memchr(p->p + need - 1, '\0', p->len - (need - 1))) {
		add_nul(ev, p, scratch);
		return false;
	}
	return true;
}

static bool check_fdlist(struct param *p)
{
	if (p->len >= 2 && p->len >= 2 + le16(p->p) * 10U)
		return true;
	*p = (struct param){ NULL, 0 };
	return false;
}

static bool check_variable(struct event *ev, struct param *p, uint8_t rule,
			   struct buf *scratch)
{
	switch (rule) {
	case RULE_TEXT:
		if (has_nul(*p))
			return true;
		add_nul(ev, p, scratch);
		return false;
	case RULE_SOCKADDR:
		return check_address(ev, p, sockaddr_size(p->p[0]), scratch);
	case RULE_TUPLE:
		return check_address(ev, p, tuple_size(p->p[0]), scratch);
	case RULE_FDLIST:
		return check_fdlist(p);
	default:
		return true;
	}
}

enum params_state params_check(const struct param_rules *r, struct event *ev,
			       struct buf *scratch)
{
	const uint8_t *rule = r->rule[ev->type];
	enum params_state state = PARAMS_GOOD;
	unsigned i, n = ev->nparams;

	if (UNLIKELY(n > ev->info->nwire))
		ev->nparams = (uint8_t)(n = ev->info->nwire);
	if (UNLIKELY(scratch->len))
		buf_clear(scratch);
	for (i = 0; i < n; i++) {
		struct param *p = &ev->param[i];

		if (!p->len)
			continue;
		if (rule[i] < RULE_ANY) {
			if (UNLIKELY(p->len != rule[i]))
				return PARAMS_BAD;
		} else if (UNLIKELY(!check_variable(ev, p, rule[i], scratch))) {
			state = PARAMS_FIXED;
		}
	}
	return state;
}
