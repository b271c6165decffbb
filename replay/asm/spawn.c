/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "PARENT spawn CHILD [PROGRAM ...]": a child from both its ends and what it
 * executes, as three lines that the author need not write.
 */
#include "lib/base/compat.h"

#include "replay/asm/asm_in.h"

/* Where PARENT stands: before it may be a time. */
static int head_of(const struct words *w)
{
	unsigned i;

	for (i = 1; i < w->n && i < 3; i++)
		if (!w->v[i].key.p && str_eq(w->v[i].v, STR("spawn")))
			return (int)i - 1;
	return -1;
}

bool asm_is_spawn(const struct words *w)
{
	return head_of(w) >= 0;
}

/* A word nobody wrote; complaints about it point at `like`. */
static struct word made(const struct word *like, const char *key, struct str v)
{
	return (struct word){ .key = { key, key ? strlen(key) : 0 }, .v = v, .raw = like->raw };
}

static struct str thread_of(const struct word *w)
{
	struct str cpu = w->v;

	return str_cut(&cpu, '@');
}

/* The process of a thread, as a number for ptid. */
static struct str process_of(struct asm_state *s, const struct word *parent)
{
	const struct thread *t;
	int64_t tid;

	if (!asm_number(thread_of(parent), &tid))
		return parent->v;
	t = machine_thread(s->m, tid);
	return str_of(arena_printf(&s->line, "%" PRId64, t && t->pid >= 0 ? t->pid : tid));
}

static unsigned parent_words(const struct words *w, unsigned at, struct word *out)
{
	const struct word *v = w->v;
	unsigned n = 0;

	if (at)
		out[n++] = v[0];
	out[n++] = v[at];
	out[n++] = made(&v[at + 1], NULL, STR("clone"));
	out[n++] = made(&v[at + 2], "res", thread_of(&v[at + 2]));
	return n;
}

static unsigned child_words(struct asm_state *s, unsigned at, struct word *out)
{
	const struct word *v = s->w.v;

	out[0] = made(&v[at + 1], NULL, STR("+50us"));
	out[1] = v[at + 2];
	out[2] = made(&v[at + 1], NULL, STR("clone"));
	out[3] = made(&v[at + 1], "res", STR("0"));
	out[4] = made(&v[at], "ptid", process_of(s, &v[at]));
	return 5;
}

static unsigned exec_words(const struct words *w, unsigned at, struct word *out)
{
	unsigned i, n = 0;

	out[n++] = w->v[at + 2];
	out[n++] = made(&w->v[at + 1], NULL, STR("execve"));
	for (i = at + 3; i < w->n; i++)
		out[n++] = w->v[i];
	return n;
}

int asm_spawn(struct asm_state *s, unsigned step, struct event *ev)
{
	unsigned at = (unsigned)head_of(&s->w);
	const struct words written = s->w;
	struct words made_line;
	bool ok;

	if (s->w.n < at + 3) {
		diag_hint(asm_error(&s->t, s->w.v[at + 1].raw.p, "spawn needs the child's tid"),
			  "100 spawn 101 /usr/bin/id");
		return -1;
	}
	if (step > 2 || (step == 2 && s->w.n == at + 3))
		return 0;
	made_line.v = arena_alloc(&s->line, (written.n + 3) * sizeof(*made_line.v));
	made_line.n = step == 0 ? parent_words(&written, at, made_line.v) :
		      step == 1 ? child_words(s, at, made_line.v) :
				  exec_words(&written, at, made_line.v);
	s->w = made_line;
	ok = asm_event(s, ev);
	s->w = written;
	return ok ? 1 : -1;
}
