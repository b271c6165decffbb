/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/xalloc.h"
#include "replay/asm/asm.h"
#include "replay/asm/asm_in.h"

#define TEXT_VERSION 1

struct asm_source {
	struct evsource src;		/* first */
	struct asm_state s;
	struct buf owned;		/* the text, when it was read from a file */
	char *name;			/* likewise */
	struct event ev;
	struct snap_item item;
	unsigned spawn;			/* steps done of a spawn line; 0: none is due */
	int status;
};

static struct asm_source *of(struct evsource *src)
{
	return (struct asm_source *)src;
}

/* "vestige-asm 1", which needs no reading. */
static bool is_magic(struct asm_state *s)
{
	int64_t version;

	if (!str_eq(s->w.v[0].v, STR(ASM_MAGIC)))
		return false;
	if (s->w.n != 2 || !asm_number(s->w.v[1].v, &version) || version != TEXT_VERSION)
		asm_error(&s->t, s->w.v[0].raw.p, "this build reads version %d of the text form",
			  TEXT_VERSION);
	return true;
}

/* "proc!" is "proc", exactly. */
static struct str keyword(const struct word *w, bool *exact)
{
	struct str s = w->key.p || w->quoted ? STR("") : w->v;

	*exact = s.len && s.p[s.len - 1] == '!';
	return str_sub(s, 0, s.len - *exact);
}

static void take_item(struct asm_source *a, enum snap_kind kind, bool exact,
		      struct evsource_next *out)
{
	if (!asm_item(&a->s, kind, exact, &a->item))
		return;
	machine_load(a->s.m, &a->item);
	a->s.unsettled = true;
	out->what = EVS_SNAP;
	out->item = &a->item;
}

static void remember_fd(struct asm_state *s, const struct event *ev)
{
	const struct machine_current *c = machine_current(s->m);
	int64_t fd = c->fd, ret;

	if (ev->info->flags & EF_CREATES_FD && event_retval(ev, &ret) && ret >= 0 &&
	    (ev->info->params[0].ptype == PT_FD || ev->info->params[0].ptype == PT_FD32))
		fd = ret;
	if (fd >= 0 && fd < INT64_MAX)
		imap_put(&s->last_fd, (uint64_t)ev->tid + 1, (void *)((uintptr_t)fd + 1));
}

static void give_event(struct asm_source *a, struct evsource_next *out)
{
	struct asm_state *s = &a->s;

	s->clock = a->ev.ts;
	s->started = true;
	s->unsettled = false;
	machine_apply(s->m, &a->ev);
	remember_fd(s, &a->ev);
	out->what = EVS_EVENT;
	out->ev = &a->ev;
}

static void take_spawn(struct asm_source *a, struct evsource_next *out)
{
	int r = asm_spawn(&a->s, a->spawn, &a->ev);

	a->spawn = r > 0 ? a->spawn + 1 : 0;
	if (r > 0)
		give_event(a, out);
}

static void take_loss(struct asm_source *a, struct evsource_next *out)
{
	if (!asm_loss(&a->s, &out->loss))
		return;
	machine_loss(a->s.m, &out->loss);
	out->what = EVS_LOSS;
}

static void take_restart(struct asm_source *a, struct evsource_next *out)
{
	machine_reset(a->s.m);
	imap_clear(&a->s.last_fd);
	out->what = EVS_RESTART;
}

static void take_line(struct asm_source *a, struct evsource_next *out)
{
	struct asm_state *s = &a->s;
	bool exact;
	struct str word = keyword(&s->w.v[0], &exact);
	int kind = asm_item_kind(word);

	if (kind >= 0)
		take_item(a, (enum snap_kind)kind, exact, out);
	else if (str_eq(word, STR("loss")))
		take_loss(a, out);
	else if (str_eq(word, STR("restart")) && s->w.n == 1)
		take_restart(a, out);
	else if (is_magic(s))
		return;
	else if (asm_is_spawn(&s->w))
		take_spawn(a, out);
	else if (asm_event(s, &a->ev))
		give_event(a, out);
}

static void next(struct evsource *src, struct evsource_next *out)
{
	struct asm_source *a = of(src);
	struct asm_state *s = &a->s;

	out->what = EVS_END;
	out->skipped = 0;
	if (a->spawn)
		take_spawn(a, out);
	while (out->what == EVS_END) {
		arena_clear(&s->line);
		if (!asm_words(&s->t, &s->w, &s->line))
			break;
		take_line(a, out);
		if (s->t.bad)
			out->what = EVS_END;	/* looked at, no longer given */
		a->spawn = s->t.bad ? 0 : a->spawn;
	}
	if (s->t.bad) {
		a->status = -E_ASM;
		out->what = EVS_END;
	}
}

static int status(const struct evsource *src)
{
	return ((const struct asm_source *)src)->status;
}

static void close_source(struct evsource *src)
{
	struct asm_source *a = of(src);

	machine_free(a->s.m);
	imap_release(&a->s.last_fd);
	smap_release(&a->s.ids.users);
	smap_release(&a->s.ids.groups);
	arena_release(&a->s.ids.a);
	arena_release(&a->s.line);
	free(a->s.w.v);
	buf_release(&a->owned);
	free(a->name);
	free(a);
}

static struct asm_source *new_source(const void *p, size_t len, const char *name,
				     struct diag *d)
{
	struct asm_source *a = xcalloc(1, sizeof(*a));
	struct asm_state *s = &a->s;

	a->src = (struct evsource){ next, status, close_source };
	buf_init(&a->owned);
	s->t = (struct asm_text){ .name = name, .text = str_mem(p, len),
				  .rest = str_mem(p, len), .line_at = p, .d = d };
	s->w.v = xcalloc(ASM_WORDS_MAX, sizeof(*s->w.v));
	s->m = machine_new();
	memcpy(s->near4, (const uint8_t[]){ 10, 0, 0, 5 }, 4);
	memcpy(s->near6, (const uint8_t[16]){ 0xfd, [15] = 5 }, 16);
	return a;
}

static int too_long(const char *name, struct diag *d)
{
	diag_off(d, DIAG_ERROR, name, ASM_TEXT_MAX, "a text over 1 GiB is not read");
	return -E_LIMIT;
}

int asm_open_mem(struct evsource **out, const void *p, size_t len, const char *name,
		 struct diag *d)
{
	if (len > ASM_TEXT_MAX)
		return too_long(name, d);
	*out = &new_source(len ? p : "", len, name, d)->src;
	return 0;
}

static int read_all(int fd, struct buf *b, const char *name, struct diag *d)
{
	ssize_t n;

	do {
		if (b->len > ASM_TEXT_MAX)
			return too_long(name, d);
		n = io_read_full(fd, buf_grow(b, 1 << 16), 1 << 16);
		if (n < 0) {
			diag_off(d, DIAG_ERROR, name, -1, "cannot read: %s", strerror(errno));
			return (int)n;
		}
		b->len += (size_t)n;
		b->data[b->len] = '\0';
	} while (n);
	return 0;
}

int asm_open_fd(struct evsource **out, int fd, const void *head, size_t head_len,
		const char *name, struct diag *d)
{
	struct buf b = BUF_INIT;
	struct asm_source *a;
	char *own;
	int err;

	buf_add(&b, head, head_len);
	err = read_all(fd, &b, name, d);
	if (err) {
		buf_release(&b);
		return err;
	}
	own = xstrdup(name);
	a = new_source(b.data, b.len, own, d);
	a->owned = b;
	a->name = own;
	close(fd);
	*out = &a->src;
	return 0;
}

bool asm_probe(const void *head, size_t len)
{
	return str_starts(str_mem(head, len), STR(ASM_MAGIC));
}
