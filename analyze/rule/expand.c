/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/rule/expand.h"
#include "analyze/rule/limits.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_delim(char c)
{
	static const bool delim[256] = {
		[' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true,
		['('] = true, [')'] = true, [','] = true, ['='] = true,
	};

	return delim[(unsigned char)c];
}

/* Items with a blank get quotes, unless they have some. */
static struct str quoted(struct arena *a, struct str s)
{
	if (str_chr(s, ' ') < 0 || s.p[0] == '"' || s.p[0] == '\'')
		return s;
	return str_of(arena_printf(a, "\"%.*s\"", STR_FMT(s)));
}

static int add_item(struct expander *x, struct flatlist *f, size_t *cap, struct str s)
{
	x->bytes += s.len + sizeof(s);
	if (x->bytes > RULESET_TEXT_MAX)
		return -E_LIMIT;
	XGROW(f->items, *cap, f->n + 1);
	f->items[f->n++] = quoted(&x->a, s);
	return 0;
}

/* An item naming a list defined before this one's last change is that list. */
static int flatten(struct expander *x, struct flatlist *f)
{
	const struct list *l = f->list, *ref;
	struct flatlist *rf;
	size_t i, k, cap = 0;

	for (i = 0; i < l->n; i++) {
		rf = smap_get(&x->by_name, l->items[i].text);
		ref = rf ? rf->list : NULL;
		if (!ref || ref->index >= l->seen) {
			if (add_item(x, f, &cap, l->items[i].text))
				return -E_LIMIT;
			continue;
		}
		rf->within = true;
		for (k = 0; k < ref->n; k++)
			if (add_item(x, f, &cap, ref->items[k].text))
				return -E_LIMIT;
	}
	return 0;
}

static bool has_delim(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (is_delim(s.p[i]))
			return true;
	return false;
}

int expander_init(struct expander *x, const struct rulebook *rb)
{
	size_t i;
	int err = 0;

	*x = (struct expander){ .a = ARENA_INIT, .budget = RULESET_TEXT_MAX };
	x->n = rb->nlists;
	x->lists = xcalloc(x->n + 1, sizeof(*x->lists));
	x->odd = xcalloc(x->n + 1, sizeof(*x->odd));
	for (i = 0; i < x->n; i++) {
		struct flatlist *f = &x->lists[i];

		f->list = rb->lists[i];
		f->order = i + 1;
		smap_put(&x->by_name, f->list->name, f);
		if (has_delim(f->list->name))
			x->odd[x->nodd++] = f;
	}
	for (i = 0; !err && i < x->n; i++)
		err = flatten(x, &x->lists[i]);
	return err;
}

void expander_release(struct expander *x)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		free(x->lists[i].items);
	free(x->lists);
	free(x->odd);
	smap_release(&x->by_name);
	smap_release(&x->words);
	arena_release(&x->kept);
	arena_release(&x->a);
}

static bool same_list(const struct flatlist *a, const struct flatlist *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n && str_eq(a->items[i], b->items[i]); i++)
		;
	return i == a->n && i == b->n;
}

bool expander_goes_on(struct expander *x, struct expander *was)
{
	size_t i;

	if (x->nodd)		/* words are no measure for such names */
		return false;
	for (i = 0; i < was->n; i++)
		if (!same_list(&x->lists[i], &was->lists[i]))
			return false;
	for (; i < x->n; i++)
		if (smap_get(&was->words, x->lists[i].list->name))
			return false;
	for (i = 0; i < was->n; i++)
		x->lists[i].used = was->lists[i].used;
	x->kept = was->kept;
	x->words = was->words;
	was->kept = (struct arena)ARENA_INIT;
	was->words = (struct smap)SMAP_INIT;
	return true;
}

bool expander_spare(struct expander *x, size_t len)
{
	if (len > x->budget)
		return false;
	x->budget -= len;
	return true;
}

static void note_word(struct expander *x, struct str word)
{
	if (!smap_get(&x->words, word))
		smap_put(&x->words, arena_str(&x->kept, word), x);
}

struct run {
	struct expander *x;
	struct srctext *out;
	bool after;		/* a list was just put in: eat blanks … */
	bool eat_comma;		/* … and, the list being empty, one comma */
	const struct ynode *node;	/* where the outermost name stands */
	uint32_t at;
	unsigned depth;
	int err;
};

/* The list whose name stands at i of s as a whole token, or NULL. */
static struct flatlist *match(struct expander *x, struct str s, size_t i, size_t above,
			      size_t *len)
{
	struct flatlist *f;
	size_t j, k;

	for (k = 0; k < x->nodd; k++) {
		struct str name = x->odd[k]->list->name;

		if (x->odd[k]->order > above && s.len - i >= name.len &&
		    !memcmp(s.p + i, name.p, name.len) &&
		    (i + name.len == s.len || is_delim(s.p[i + name.len]))) {
			*len = name.len;
			return x->odd[k];
		}
	}
	for (j = i; j < s.len && !is_delim(s.p[j]); j++)
		;
	*len = j - i;
	if (j == i)
		return NULL;
	f = smap_get(&x->by_name, str_sub(s, i, j));
	if (!f)
		note_word(x, str_sub(s, i, j));
	return f && f->order > above ? f : NULL;
}

static void put_text(struct run *r, struct str s, size_t above);

static char last_char(const struct run *r)
{
	const struct buf *b = &r->out->text;

	return b->len ? b->data[b->len - 1] : '\0';
}

static void put_blank(struct run *r)
{
	if (r->out->text.len && !is_blank(last_char(r)))
		srctext_add(r->out, STR(" "), r->node, r->at, false);
}

static void put_list(struct run *r, struct flatlist *f)
{
	size_t i;

	f->used = true;
	while (is_blank(last_char(r)))
		srctext_setlen(r->out, r->out->text.len - 1);
	if (!f->n && last_char(r) == ',')
		srctext_setlen(r->out, r->out->text.len - 1);
	else if (!f->n)
		r->eat_comma = true;
	put_blank(r);
	for (i = 0; !r->err && i < f->n; i++) {
		if (i)
			srctext_add(r->out, STR(", "), r->node, r->at, false);
		put_text(r, f->items[i], f->order);
	}
	put_blank(r);
	r->after = true;
}

/* Bytes that may be copied at once from i: up to the next token's start. */
static size_t plain_run(struct str s, size_t i)
{
	size_t j = i;

	if (is_delim(s.p[j]))
		while (j < s.len && is_delim(s.p[j]))
			j++;
	else
		while (j < s.len && !is_delim(s.p[j]))
			j++;
	return j - i;
}

/* Blanks and the comma that a substitution just made swallows. */
static bool swallow(struct run *r, char c)
{
	if (!r->after)
		return false;
	if (is_blank(c))
		return true;
	r->after = false;
	if (r->eat_comma && c == ',') {
		r->eat_comma = false;
		return true;
	}
	r->eat_comma = false;
	return false;
}

/* Text that a list put in; all of it stands where the list's name stood. */
static void put_text(struct run *r, struct str s, size_t above)
{
	struct flatlist *f;
	size_t i = 0, n;

	if (r->out->text.len > CONDITION_TEXT_MAX || r->depth > 200) {
		r->err = -E_LIMIT;
		return;
	}
	r->depth++;
	while (i < s.len && !r->err) {
		if (swallow(r, s.p[i])) {
			i++;
			continue;
		}
		f = !i || is_delim(s.p[i - 1]) ? match(r->x, s, i, above, &n) : NULL;
		if (f) {
			put_list(r, f);
			i += n;
			continue;
		}
		n = r->x->nodd ? 1 : plain_run(s, i);
		srctext_add(r->out, str_sub(s, i, i + n), r->node, r->at, false);
		i += n;
	}
	r->depth--;
}

int expander_run(struct expander *x, const struct srctext *in, struct srctext *out)
{
	struct run r = { .x = x, .out = out };
	struct str s = buf_str(&in->text);
	struct flatlist *f;
	size_t i = 0, n;

	if (s.len > CONDITION_TEXT_MAX)
		return -E_LIMIT;
	while (i < s.len && !r.err) {
		if (swallow(&r, s.p[i])) {
			i++;
			continue;
		}
		f = !i || is_delim(s.p[i - 1]) ? match(x, s, i, 0, &n) : NULL;
		if (f) {
			r.node = srctext_node(in, i, &r.at);
			put_list(&r, f);
			i += n;
			continue;
		}
		n = x->nodd ? 1 : plain_run(s, i);
		srctext_addtext(out, in, i, i + n);
		i += n;
	}
	if (out->text.len > x->budget)
		return -E_LIMIT;
	x->budget -= out->text.len;
	return r.err;
}
