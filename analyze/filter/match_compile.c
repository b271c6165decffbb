/* SPDX-License-Identifier: Apache-2.0 */
/* The constant side of a check: parsed by the field's type, compiled once. */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

#define AFFIX_MIN	4	/* prefixes tried one by one up to this many */

/* fd.ip and its like: either end of a connection. */
static bool is_endpoint(const struct term *t)
{
	if (t->kind != TERM_FIELD)
		return false;
	switch (t->ref.f->id) {
	case FIELD_FD_IP:
	case FIELD_FD_NET:
	case FIELD_FD_PORT:
	case FIELD_FD_PROTO:
		return true;
	default:
		return false;
	}
}

/* Which test an operator is for one constant of a class. */
static enum test number_test(unsigned op, unsigned ptype)
{
	static const uint8_t by_op[][3] = {	/* unsigned, signed, double */
		[FOP_EQ] = { T_EQ, T_EQ, T_DEQ }, [FOP_EQ2] = { T_EQ, T_EQ, T_DEQ },
		[FOP_NE] = { T_NE, T_NE, T_DNE },
		[FOP_LT] = { T_LT, T_SLT, T_DLT }, [FOP_LE] = { T_LE, T_SLE, T_DLE },
		[FOP_GT] = { T_GT, T_SGT, T_DGT }, [FOP_GE] = { T_GE, T_SGE, T_DGE },
	};
	unsigned kind = ptype == PT_DOUBLE ? 2 : ptype_is_signed(ptype);

	return op < ARRAY_SIZE(by_op) && by_op[op][kind] ? by_op[op][kind] : T_NEVER;
}

static enum test text_test(unsigned op)
{
	static const uint8_t by_op[FOP_COUNT] = {
		[FOP_EQ] = T_TEXT_EQ, [FOP_EQ2] = T_TEXT_EQ, [FOP_NE] = T_TEXT_NE,
		[FOP_LT] = T_TEXT_LT, [FOP_LE] = T_TEXT_LE,
		[FOP_GT] = T_TEXT_GT, [FOP_GE] = T_TEXT_GE,
		[FOP_CONTAINS] = T_CONTAINS, [FOP_ICONTAINS] = T_ICONTAINS,
		[FOP_BCONTAINS] = T_CONTAINS,
		[FOP_STARTSWITH] = T_STARTS, [FOP_BSTARTSWITH] = T_STARTS,
		[FOP_ENDSWITH] = T_ENDS,
		[FOP_GLOB] = T_GLOB, [FOP_IGLOB] = T_GLOB, [FOP_REGEX] = T_REGEX,
	};

	return by_op[op];
}

static struct str lower(struct arena *a, struct str s)
{
	char *out = arena_dup(a, s.p ? s.p : "", s.len);
	size_t i;

	for (i = 0; i < s.len; i++)
		out[i] = ascii_lower(out[i]);
	return str_mem(out, s.len);
}

static int regex_match(struct adding *ad, uint32_t off, struct str pattern, struct match *m)
{
	struct filterset *fs = ad->fs;
	struct regex *re = smap_get(&fs->regex_map, pattern);
	char why[256];

	if (!re) {
		re = regex_new(pattern.p ? pattern.p : "", pattern.len, why, sizeof(why));
		if (!re)
			return adding_fail(ad, off, "invalid regex pattern: %s", why);
		XGROW(fs->regexes, fs->cap_regexes, fs->nregexes + 1);
		fs->regexes[fs->nregexes++] = re;
		smap_put(&fs->regex_map, pattern, re);
	}
	m->regex = re;
	return 0;
}

static int text_match(struct adding *ad, unsigned op, uint32_t off, struct str s,
		      struct match *m)
{
	m->test = (uint8_t)text_test(op);
	m->s = s;
	m->rare = (uint32_t)contains_rare(s);
	if (op == FOP_ICONTAINS)
		m->s = lower(&ad->fs->a, s);
	else if (op == FOP_GLOB || op == FOP_IGLOB)
		m->glob = glob_new(&ad->fs->a, s, op == FOP_IGLOB);
	else if (op == FOP_REGEX)
		return regex_match(ad, off, s, m);
	return 0;
}

static int one_match(struct adding *ad, const struct check *c, uint32_t off,
		     const struct constant *k, struct match *m)
{
	bool ne = c->op == FOP_NE;

	switch (c->cls) {
	case OC_NUM:
	case OC_BOOL:
		m->test = (uint8_t)number_test(c->op, c->left->ptype);
		if (c->left->ptype == PT_DOUBLE)
			m->d = k->d;
		else
			m->u = k->u;
		return 0;
	case OC_IP:
		m->test = ne ? T_IP_NE : T_IP_EQ;
		m->ip = k->ip;
		return 0;
	case OC_NET:
		m->test = ne ? T_NET_NE : T_NET_EQ;
		m->net = k->net;
		return 0;
	default:
		return text_match(ad, c->op, off, k->s, m);
	}
}

static void set_of_texts(struct arena *a, const struct constant *k, size_t n, struct match *m,
			 bool ip)
{
	struct str *v = xcalloc(n, sizeof(*v));
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = ip ? str_mem(arena_dup(a, k[i].ip.b, k[i].ip.len), k[i].ip.len) : k[i].s;
	m->test = ip ? T_IPSET : T_TEXTSET;
	m->texts = strset_new(a, v, n);
	free(v);
}

static void set_of_numbers(struct arena *a, const struct constant *k, size_t n,
			   struct match *m)
{
	uint64_t *v = xcalloc(n, sizeof(*v));
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = k[i].u;
	m->test = T_NUMSET;
	m->nums = numset_new(a, v, n);
	free(v);
}

static void set_of_nets(struct arena *a, const struct constant *k, size_t n, struct match *m)
{
	struct ipnet *v = xcalloc(n, sizeof(*v));
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = k[i].net;
	m->test = T_NETSET;
	m->nets = netset_new(a, v, n);
	free(v);
}

static int each_match(struct adding *ad, const struct ast_operand *r, struct check *c,
		      const struct constant *k, size_t n, unsigned mod)
{
	size_t i;
	int err;

	c->subs = ARENA_ARRAY(&ad->fs->a, struct match, n);
	c->nsubs = n;
	c->mod = (uint8_t)mod;
	for (i = 0; i < n; i++) {
		err = one_match(ad, c, r->args[i]->off, &k[i], &c->subs[i]);
		if (err)
			return err;
	}
	return 0;
}

/* "in" and "intersects" on one value, and "= anyof". */
static int membership(struct adding *ad, const struct ast_operand *r, struct check *c,
		      const struct constant *k, size_t n)
{
	struct arena *a = &ad->fs->a;
	uint8_t op = c->op;
	int err = 0;

	if (!n) {
		c->m.test = T_NEVER;
		return 0;
	}
	c->op = FOP_EQ;
	if (n == 1)
		err = one_match(ad, c, r->args[0]->off, &k[0], &c->m);
	else if (c->left->ptype == PT_DOUBLE)
		err = each_match(ad, r, c, k, n, MOD_ANYOF);
	else if (c->cls & (OC_NUM | OC_BOOL))
		set_of_numbers(a, k, n, &c->m);
	else if (c->cls == OC_NET)
		set_of_nets(a, k, n, &c->m);
	else
		set_of_texts(a, k, n, &c->m, c->cls == OC_IP);
	c->op = op;
	return err;
}

/* fd.ip and its like test less than they are asked (measured): fd.ip is never
 * in a list, fd.net and every modifier look at the first element only. */
static int endpoint_match(struct adding *ad, const struct ast *t, struct check *c,
			  const struct constant *k, size_t n)
{
	unsigned id = c->left->ref.f->id;
	bool list_op = t->op == FOP_IN || t->op == FOP_INTERSECTS;
	uint8_t op = c->op;
	int err;

	c->every = t->op == FOP_NE;
	if (!n || (list_op && id == FIELD_FD_IP)) {
		c->m.test = T_NEVER;
		return 0;
	}
	if (list_op && id != FIELD_FD_NET)
		return membership(ad, t->right, c, k, n);
	if (list_op)
		c->op = FOP_EQ;
	err = one_match(ad, c, t->right->off, &k[0], &c->m);
	c->op = op;
	return err;
}

static int modifier_match(struct adding *ad, const struct ast *t, struct check *c,
			  const struct constant *k, size_t n)
{
	bool prefix = t->op == FOP_STARTSWITH || t->op == FOP_BSTARTSWITH;
	struct str *v;
	size_t i;
	int err;

	/* An address is never found equal to one of several networks
	 * (measured); that it differs from them can be told. */
	if (!n || (c->cls == OC_NET && t->op != FOP_NE)) {
		c->m.test = T_NEVER;
		return 0;
	}
	if (t->mod == MOD_ANYOF && (t->op == FOP_EQ || t->op == FOP_EQ2))
		return membership(ad, t->right, c, k, n);
	if (t->mod == MOD_ALLOF && t->op == FOP_NE) {
		c->inverted = true;
		err = membership(ad, t->right, c, k, n);
		return err;
	}
	if (t->mod != MOD_ANYOF || n <= AFFIX_MIN || (!prefix && t->op != FOP_ENDSWITH))
		return each_match(ad, t->right, c, k, n, t->mod);
	v = xcalloc(n, sizeof(*v));
	for (i = 0; i < n; i++)
		v[i] = k[i].s;
	c->m.test = T_AFFIX;
	c->m.affixes = affixset_new(&ad->fs->a, v, n, !prefix);
	free(v);
	return 0;
}

static void path_match(struct adding *ad, struct check *c, const struct constant *k, size_t n)
{
	struct str *v = xcalloc(n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = k[i].s;
	c->m.test = n ? T_PATHS : T_NEVER;
	if (n)
		c->m.paths = pathset_new(&ad->fs->a, v, n);
	free(v);
}

static int compile(struct adding *ad, const struct ast *t, struct check *c,
		   const struct constant *k, size_t n)
{
	if (c->left->kind == TERM_FIELD && c->left->ref.f->id == FIELD_EVT_AROUND) {
		c->m.test = T_AROUND;
		c->m.around.epoch = (uint64_t)c->left->ref.index;
		c->m.around.ns = k[0].u > UINT64_MAX / 1000000 ? UINT64_MAX : k[0].u * 1000000;
		return 0;
	}
	if (is_endpoint(c->left))
		return endpoint_match(ad, t, c, k, n);
	if (t->mod)
		return modifier_match(ad, t, c, k, n);
	if (t->op == FOP_PMATCH) {
		path_match(ad, c, k, n);
		return 0;
	}
	if (t->op == FOP_IN || t->op == FOP_INTERSECTS) {
		c->every = c->left->list && t->op == FOP_IN;
		return membership(ad, t->right, c, k, n);
	}
	return one_match(ad, c, t->right->off, &k[0], &c->m);
}

/*
 * fd.sip.name and its like compare an address with what a host name resolves
 * to.  Nothing is resolved offline, so no address has the name; "!=" holds
 * for every address.
 */
static const char *address_field(const struct term *t)
{
	switch (t->kind == TERM_FIELD ? t->ref.f->id : FIELD_COUNT) {
	case FIELD_FD_CIP_NAME:
		return "fd.cip";
	case FIELD_FD_SIP_NAME:
		return "fd.sip";
	case FIELD_FD_LIP_NAME:
		return "fd.lip";
	case FIELD_FD_RIP_NAME:
		return "fd.rip";
	default:
		return NULL;
	}
}

static int host_name_match(struct adding *ad, const struct ast *t, struct check *c)
{
	struct ast_operand o = { .kind = OPND_FIELD, .text = str_of(address_field(c->left)) };

	c->left = term_of(ad, &o);
	if (!c->left)
		return -E_FILTER;
	c->cls = OC_IP;
	c->m.test = T_NEVER;
	c->inverted = t->op == FOP_NE && (!t->mod || t->right->nargs);
	return 0;
}

int check_compile(struct adding *ad, const struct ast *t, struct check *c)
{
	const struct ast_operand *r = t->right, *o;
	size_t i, n = r->kind == OPND_LIST ? r->nargs : 1;
	struct constant *k = xcalloc(n + 1, sizeof(*k));
	bool hex = t->op == FOP_BCONTAINS || t->op == FOP_BSTARTSWITH;
	struct buf why = BUF_INIT;
	int err = 0;

	for (i = 0; i < n && ad->nerrors < FILTER_ERRORS_MAX; i++) {
		o = r->kind == OPND_LIST ? r->args[i] : r;
		if (constant_parse(c->left->ptype, hex, o->text, &ad->fs->a, &k[i], &why))
			continue;
		err = adding_fail(ad, o->off, "%s", why.data);
		buf_clear(&why);
		if (c->left->ptype == PT_PORT && service_nearest(o->text))
			buf_addf(&ad->e->hint, "did you mean '%s'?", service_nearest(o->text));
	}
	if (!err) {
		err = address_field(c->left) ? host_name_match(ad, t, c) :
		      compile(ad, t, c, k, n);
	}
	buf_release(&why);
	free(k);
	return err;
}
