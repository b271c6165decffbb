/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation.  Nothing here allocates but for texts transformers make.  What is
 * rare stays out of the way of what is not (NOINLINE). */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "analyze/filter/transform.h"
#include "lib/base/utf8.h"
#include "lib/base/xalloc.h"

/* ---- terms ---- */

/* A transformer's argument must be what the check was compiled for. */
static bool fits(const struct term *t, const struct value *v)
{
	return (v->shape == VAL_LIST) == t->list && v->shape != VAL_ANY &&
	       type_class(v->ptype, false) == type_class(t->ptype, false);
}

static NOINLINE bool composite_value(struct filterset *fs, const struct term *t, struct value *out)
{
	struct value *args = arena_alloc(&fs->event, t->nargs * sizeof(*args));
	struct slot *s;
	size_t i;

	for (i = 0; i < t->nargs; i++) {
		s = term_value(fs, t->args[i]);
		if (!s || !fits(t->args[i], &s->v))
			return false;
		args[i] = s->v;
	}
	if (t->kind == TERM_LIST)
		return transform_list(args, t->nargs, &fs->event, out);
	return transform((enum xform)t->xf, t->option, args, t->nargs, &fs->event, out);
}

/* Of a term that is no field. */
static NOINLINE bool made_value(struct filterset *fs, const struct term *t, struct value *out)
{
	if (t->kind != TERM_TEXT)
		return composite_value(fs, t, out);
	*out = (struct value){ .ptype = PT_CHARBUF, .s = t->constant };
	return true;
}

static NOINLINE struct slot *fill_slot(struct filterset *fs, const struct term *t, struct slot *s)
{
	s->epoch = fs->epoch;
	s->hashed = false;
	s->present = LIKELY(t->kind == TERM_FIELD) ?
		     fs->src->get(fs->src, &t->ref, FIELD_IN_FILTER, &s->v) :
		     made_value(fs, t, &s->v);
	return s->present ? s : NULL;
}

struct slot *term_value(struct filterset *fs, const struct term *t)
{
	struct slot *s = &fs->slots[t->slot];

	if (s->epoch != fs->epoch)
		return fill_slot(fs, t, s);
	return s->present ? s : NULL;
}

/* ---- one value against one match ---- */

static bool in_texts(const struct strset *set, struct str s, struct slot *slot)
{
	if (!strset_may(set, s.len))
		return false;
	if (!slot)
		return strset_has(set, s, strset_hash(s));
	if (!slot->hashed) {
		slot->hash = strset_hash(s);
		slot->hashed = true;
	}
	return strset_has(set, s, slot->hash);
}

/* Bytes that are no UTF-8 become U+FFFD: RE2 would not match them at all. */
static struct str sane_text(struct filterset *fs, struct str s)
{
	size_t i, n = 0;
	uint32_t cp;
	unsigned len;
	char *out;

	for (i = 0; i < s.len; i += len) {
		len = (unsigned char)s.p[i] < 0x80 ? 1 : utf8_next(s.p + i, s.len - i, &cp);
		if (!len)
			break;
	}
	if (i >= s.len)
		return s;
	out = arena_alloc(&fs->event, s.len * 3);
	for (i = 0; i < s.len; i += len ? len : 1) {
		len = utf8_next(s.p + i, s.len - i, &cp);
		memcpy(out + n, len ? s.p + i : "\xef\xbf\xbd", len ? len : 3);
		n += len ? len : 3;
	}
	return str_mem(out, n);
}

static NOINLINE bool regex_holds(struct filterset *fs, const struct regex *re, struct str s)
{
	s = sane_text(fs, s);
	return regex_has(re, s.p ? s.p : "", s.len);
}

static bool around(const struct match *m, uint64_t ts)
{
	uint64_t t = m->around.epoch;

	return (ts > t ? ts - t : t - ts) <= m->around.ns;
}

/* Out of the way of match_holds(): some need room on the stack. */
static NOINLINE bool match_otherwise(struct filterset *fs, const struct match *m,
				     const struct value *v)
{
	switch (m->test) {
	case T_NE:
		return v->u != m->u;
	case T_LT:
		return v->u < m->u;
	case T_LE:
		return v->u <= m->u;
	case T_GT:
		return v->u > m->u;
	case T_GE:
		return v->u >= m->u;
	case T_SLT:
		return v->i < (int64_t)m->u;
	case T_SLE:
		return v->i <= (int64_t)m->u;
	case T_SGT:
		return v->i > (int64_t)m->u;
	case T_SGE:
		return v->i >= (int64_t)m->u;
	case T_DEQ:
		return v->d >= m->d && v->d <= m->d;
	case T_DNE:
		return v->d < m->d || v->d > m->d;
	case T_DLT:
		return v->d < m->d;
	case T_DLE:
		return v->d <= m->d;
	case T_DGT:
		return v->d > m->d;
	case T_DGE:
		return v->d >= m->d;
	case T_NUMSET:
		return numset_has(m->nums, v->u);
	case T_TEXT_NE:
		return !str_eq(v->s, m->s);
	case T_TEXT_LT:
		return str_cmp(v->s, m->s) < 0;
	case T_TEXT_LE:
		return str_cmp(v->s, m->s) <= 0;
	case T_TEXT_GT:
		return str_cmp(v->s, m->s) > 0;
	case T_TEXT_GE:
		return str_cmp(v->s, m->s) >= 0;
	case T_ICONTAINS:
		return icontains(v->s, m->s);
	case T_AFFIX:
		return affixset_has(m->affixes, v->s);
	case T_GLOB:
		return glob_has(m->glob, v->s);
	case T_REGEX:
		return regex_holds(fs, m->regex, v->s);
	case T_PATHS:
		return pathset_has(m->paths, v->s);
	case T_IP_EQ:
		return ipaddr_eq(&v->ip, &m->ip);
	case T_IP_NE:
		return !ipaddr_eq(&v->ip, &m->ip);
	case T_IPSET:
		return in_texts(m->texts, str_mem(v->ip.b, v->ip.len), NULL);
	case T_NET_EQ:
		return ipnet_has(&m->net, &v->ip);
	case T_NET_NE:
		return !ipnet_has(&m->net, &v->ip);
	case T_NETSET:
		return netset_has(m->nets, &v->ip);
	case T_AROUND:
		return around(m, v->u);
	default:
		return false;
	}
}

/* Most prefixes of a rule set begin alike ("/", "/etc/"), so the end decides. */
static inline bool starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
		(!prefix.len || (s.p[prefix.len - 1] == prefix.p[prefix.len - 1] &&
				 !memcmp(s.p, prefix.p, prefix.len)));
}

/* The tests that rules are made of come first. */
static inline bool match_holds(struct filterset *fs, const struct match *m,
			       const struct value *v, struct slot *slot)
{
	switch (m->test) {
	case T_EQ:
		return v->u == m->u;
	case T_TEXT_EQ:
		return str_eq(v->s, m->s);
	case T_TEXTSET:
		return in_texts(m->texts, v->s, slot);
	case T_CONTAINS:
		return contains(v->s, m->s, m->rare);
	case T_STARTS:
		return starts(v->s, m->s);
	case T_ENDS:
		return str_ends(v->s, m->s);
	default:
		return match_otherwise(fs, m, v);
	}
}

/* ---- checks ---- */

/* The matches of a modifier: how many must hold. */
static bool subs_hold(struct filterset *fs, const struct check *c, const struct value *v)
{
	size_t i, hits = 0;

	for (i = 0; i < c->nsubs; i++) {
		if (match_holds(fs, &c->subs[i], v, NULL)) {
			if (c->mod == MOD_ANYOF)
				return true;
			if (++hits > 1 && c->mod == MOD_ONEOF)
				return false;
		} else if (c->mod == MOD_ALLOF) {
			return false;
		}
	}
	return c->mod == MOD_ALLOF || (c->mod == MOD_ONEOF && hits == 1);
}

/* Texts are compared up to the first NUL, which b64() may bring. */
static struct str up_to_nul(struct str s)
{
	ssize_t nul = str_chr(s, '\0');

	return nul < 0 ? s : str_sub(s, 0, (size_t)nul);
}

static bool one_holds(struct filterset *fs, const struct check *c, const struct value *v,
		      struct slot *slot)
{
	struct value cut;
	bool r;

	if (c->left->b64 && c->cls == OC_STR) {
		cut = *v;
		cut.s = up_to_nul(v->s);
		v = &cut;
		slot = NULL;
	}
	r = c->nsubs ? subs_hold(fs, c, v) : match_holds(fs, &c->m, v, slot);
	return r != c->inverted;
}

bool check_value(struct filterset *fs, const struct check *c, const struct value *v,
		 struct slot *slot)
{
	size_t i;

	if (c->left->dynamic && type_class(v->ptype, false) != c->cls)
		return false;
	if (v->shape == VAL_SCALAR)
		return one_holds(fs, c, v, slot);
	if (v->shape == VAL_ANY && !v->list.n)
		return false;
	for (i = 0; i < v->list.n; i++)
		if (one_holds(fs, c, &v->list.v[i], NULL) != c->every)
			return !c->every;
	return c->every;
}

static int number_cmp(const struct value *a, const struct value *b)
{
	if (a->ptype == PT_DOUBLE)
		return a->d < b->d ? -1 : a->d > b->d;
	if (ptype_is_signed(a->ptype))
		return a->i < b->i ? -1 : a->i > b->i;
	return a->u < b->u ? -1 : a->u > b->u;
}

static bool order_holds(unsigned op, int r)
{
	switch (op) {
	case FOP_NE:
		return r != 0;
	case FOP_LT:
		return r < 0;
	case FOP_LE:
		return r <= 0;
	case FOP_GT:
		return r > 0;
	case FOP_GE:
		return r >= 0;
	default:		/* = == in intersects */
		return r == 0;
	}
}

static bool icontains_pair(struct filterset *fs, struct str s, struct str needle)
{
	char *low = arena_alloc(&fs->event, needle.len);
	size_t i;

	for (i = 0; i < needle.len; i++)
		low[i] = ascii_lower(needle.p[i]);
	return icontains(s, str_mem(low, needle.len));
}

static bool bytes_hold(struct filterset *fs, unsigned op, struct str l, struct str r)
{
	switch (op) {
	case FOP_CONTAINS:
	case FOP_BCONTAINS:
		return str_find(l, r) >= 0;
	case FOP_ICONTAINS:
		return icontains_pair(fs, l, r);
	case FOP_STARTSWITH:
	case FOP_BSTARTSWITH:
		return str_starts(l, r);
	case FOP_ENDSWITH:
		return str_ends(l, r);
	case FOP_GLOB:
	case FOP_IGLOB:
		return glob_match(r, op == FOP_IGLOB, l);
	default:
		return order_holds(op, str_cmp(l, r));
	}
}

/* Two values of one type. */
static bool pair_holds(struct filterset *fs, unsigned op, unsigned cls,
		       const struct value *l, const struct value *r)
{
	if (cls & (OC_NUM | OC_BOOL))
		return order_holds(op, number_cmp(l, r));
	if (cls == OC_IP)
		return ipaddr_eq(&l->ip, &r->ip) != (op == FOP_NE);
	if (cls == OC_STR)
		return bytes_hold(fs, op, up_to_nul(l->s), up_to_nul(r->s));
	return bytes_hold(fs, op, l->s, r->s);
}

static bool in_list(struct filterset *fs, const struct check *c, const struct value *v,
		    const struct value *list)
{
	size_t i;

	for (i = 0; i < list->list.n; i++)
		if (pair_holds(fs, FOP_EQ, c->cls, v, &list->list.v[i]))
			return true;
	return false;
}

/* The right side is a term, too. */
static bool terms_hold(struct filterset *fs, const struct check *c, const struct value *l)
{
	struct slot *rs = term_value(fs, c->right);
	const struct value *r;
	bool every = c->op == FOP_IN;
	size_t i;

	if (!rs || !fits(c->left, l) || !fits(c->right, &rs->v))
		return false;
	r = &rs->v;
	if (l->shape == VAL_LIST) {
		for (i = 0; i < l->list.n; i++)
			if (in_list(fs, c, &l->list.v[i], r) != every)
				return !every;
		return every;
	}
	return pair_holds(fs, c->op, c->cls, l, r);
}

static NOINLINE bool holds_otherwise(struct filterset *fs, const struct check *c, struct slot *s)
{
	if (c->op == FOP_EXISTS)
		return true;
	if (c->right)
		return terms_hold(fs, c, &s->v);
	return check_value(fs, c, &s->v, s);
}

static inline bool holds(struct filterset *fs, const struct check *c)
{
	struct slot *s = &fs->slots[c->slot];

	if (s->epoch != fs->epoch)
		fill_slot(fs, c->left, s);
	if (!s->present)
		return false;
	if (LIKELY(c->plain && s->v.shape == VAL_SCALAR))
		return match_holds(fs, &c->m, &s->v, s);
	return holds_otherwise(fs, c, s);
}

bool check_holds(struct filterset *fs, const struct check *c)
{
	return holds(fs, c);
}

/* ---- programs ---- */

static bool kept(struct filterset *fs, uint32_t check)
{
	uint32_t *cell = &fs->verdicts[check];

	if (*cell >> 1 != fs->epoch)
		*cell = fs->epoch << 1 | check_holds(fs, &fs->checks[check]);
	return *cell & 1;
}

/* Conditions found to hold. */
struct hits {
	uint32_t *v;
	size_t n;
};

/* The program was verified: it only goes forward and stays in range, and the
 * stack is as deep as its calls. */
static bool run(struct filterset *fs, const struct prog *p, uint32_t pc, struct hits *hits)
{
	const struct check *checks = fs->checks;
	const struct insn *in, *v = p->v;
	uint32_t sp = 0, cell;
	bool r;

	for (;;) {
		in = &v[pc];
		switch (in->op) {
		case INSN_CHECK:
			pc = holds(fs, &checks[in->arg]) ? in->yes : in->no;
			continue;
		case INSN_CHECK_KEPT:
			pc = kept(fs, in->arg) ? in->yes : in->no;
			continue;
		case INSN_CALL:
			cell = fs->memo[in->memo];
			if (cell >> 1 == fs->epoch) {
				pc = cell & 1 ? in->yes : in->no;
				continue;
			}
			fs->stack[sp++] = pc;
			pc = in->arg;
			continue;
		case INSN_HIT:
			hits->v[hits->n++] = in->arg;
			pc = in->yes;
			continue;
		}
		r = in->op == INSN_TRUE;
		if (!sp)
			return r;
		in = &v[fs->stack[--sp]];
		fs->memo[in->memo] = fs->epoch << 1 | r;
		pc = r ? in->yes : in->no;
	}
}

bool filterset_eval(struct filterset *fs, uint32_t entry)
{
	return fs->cur && entry < fs->cur->prog.n && run(fs, &fs->cur->prog, entry, NULL);
}

size_t filterset_sweep(struct filterset *fs, uint32_t *out)
{
	struct hits hits = { .v = out };
	size_t i, j;
	uint32_t h;

	if (!fs->cur)
		return 0;
	run(fs, &fs->cur->sweep, fs->cur->sweep_at, &hits);
	for (i = 1; i < hits.n; i++) {
		h = out[i];
		for (j = i; j > 0 && out[j - 1] > h; j--)
			out[j] = out[j - 1];
		out[j] = h;
	}
	return hits.n;
}

/* Zeroed cells say "epoch 0", which no event has. */
static void *room(void *p, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return p;
	p = xreallocarray(p, need, size);
	memset((char *)p + *cap * size, 0, (need - *cap) * size);
	*cap = need;
	return p;
}

static void forget_epochs(struct filterset *fs)
{
	size_t i;

	for (i = 0; i < fs->cap_slots; i++)
		fs->slots[i].epoch = 0;
	/* The arrays are NULL while they are empty. */
	if (fs->cap_verdicts)
		memset(fs->verdicts, 0, fs->cap_verdicts * sizeof(*fs->verdicts));
	if (fs->cap_memo)
		memset(fs->memo, 0, fs->cap_memo * sizeof(*fs->memo));
	fs->epoch = 0;
}

static void program_room(struct filterset *fs, const struct plan *plan)
{
	fs->memo = room(fs->memo, &fs->cap_memo, plan->sweep.nmemo, sizeof(*fs->memo));
	fs->stack = room(fs->stack, &fs->cap_stack, plan->prog.depth, sizeof(*fs->stack));
	fs->stack = room(fs->stack, &fs->cap_stack, plan->sweep.depth, sizeof(*fs->stack));
}

static NOINLINE void make_room(struct filterset *fs, struct plan *plan)
{
	fs->slots = room(fs->slots, &fs->cap_slots, fs->nterms, sizeof(*fs->slots));
	fs->verdicts = room(fs->verdicts, &fs->cap_verdicts, fs->nchecks, sizeof(*fs->verdicts));
	program_room(fs, plan);
	plan->roomy = true;
}

void filterset_begin(struct filterset *fs, struct fieldsource *src)
{
	struct plan *plan = NULL;

	if (src->evtype < EV_COUNT) {
		filterset_plan(fs, src->evtype);
		plan = fs->plans[src->evtype];
		if (UNLIKELY(!plan->roomy))
			make_room(fs, plan);
	}
	fs->cur = plan;
	fs->src = src;
	if (++fs->epoch > UINT32_MAX / 2) {
		forget_epochs(fs);
		fs->epoch = 1;
	}
	if (fs->event.total)
		arena_clear(&fs->event);
	if (plan && plan->pub.n && UNLIKELY(plan->seen != SAMPLE_DONE) && plan_sample(fs, plan))
		program_room(fs, plan);
}
