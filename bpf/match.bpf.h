/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose calls are recorded: struct rec_select against the running task. */
#ifndef BPF_MATCH_BPF_H
#define BPF_MATCH_BPF_H

#include "bpf/path.bpf.h"

/*
 * Text is compared in words: bits of the word at `at` that belong to a text
 * of len bytes.
 */
static __always_inline u64 word_mask(u32 len, u32 at)
{
	u32 left = len > at ? len - at : 0;

	return left >= 8 ? ~0ULL : left ? (1ULL << 8 * left) - 1 : 0;
}

/* Does the text at p, with 128 readable bytes, begin with that prefix? */
static __always_inline bool begins_with(const u64 *p, const volatile struct rec_prefix *with)
{
	const volatile u64 *w = (const volatile u64 *)with->text;
	u32 len = with->len, i;

	for (i = 0; i < SEL_TEXT_MAX / 8; i++) {
		if (i * 8 >= len)
			break;
		if ((p[i] ^ w[i]) & word_mask(len, i * 8))
			return false;
	}
	return true;
}

/* What lies at s->path + off into s->head. */
static __always_inline void path_head(struct scratch *s, u64 off)
{
	s->head[0] = 0;
	KEEP(off);
	if (off < REC_PATH_MAX)
		bpf_probe_read_kernel(s->head, sizeof(s->head), s->path + off);
}

static __always_inline bool any_path(const struct scratch *s)
{
	u32 i;

	for (i = 0; i < SEL_MAX && i < ctl.sel.npaths; i++)
		if (begins_with(s->head, &ctl.sel.path[i]))
			return true;
	return false;
}

/* Is the path just built (s->path) one of those asked for? */
__noinline int path_asked_for(struct scratch *s)
{
	if (!s)
		return 0;
	path_head(s, s->off);
	return any_path(s);
}

/* Nothing was resolved: the caller's own string, when it says where it is. */
__noinline int name_asked_for(struct scratch *s)
{
	u64 at;

	if (!s || !s->name_at)
		return 1;
	at = s->name_at;
	KEEP(at);
	if (at > REC_MAX)
		return 1;
	bpf_probe_read_kernel(s->head, sizeof(s->head), s->rec + at);
	return (s->head[0] & 0xff) != '/' || any_path(s);
}

/* One component of a cgroup's path against the ids; its whole, and what is
 * behind its last '-'. */
static __always_inline bool any_id(const struct scratch *s)
{
	u32 i;

	for (i = 0; i < SEL_MAX && i < ctl.sel.ncgroups; i++)
		if (ctl.sel.cgroup[i].text[0] != '/' &&
		    begins_with(s->head, &ctl.sel.cgroup[i]))
			return true;
	return false;
}

/* A component of len bytes lies at s->path + at. */
__noinline int id_asked_for(struct scratch *s, u32 at, u32 len)
{
	u32 i;

	if (!s)
		return 0;
	path_head(s, at);
	if (any_id(s))
		return 1;
	s->used = 0;
	for (i = 0; i < REC_NAME_MAX && i < len; i++) {
		u64 c = at + i;

		KEEP(c);
		if (c < REC_PATH_MAX && s->path[c] == '-')
			s->used = i + 1;
	}
	if (!s->used)
		return 0;
	path_head(s, at + s->used);
	return any_id(s);
}

/* The group's path is built: is it, or one above it, asked for by path? */
__noinline int group_path_asked_for(struct scratch *s)
{
	u32 i, len;
	u64 end;

	if (!s)
		return 0;
	path_head(s, s->off);
	for (i = 0; i < SEL_MAX && i < ctl.sel.ncgroups; i++) {
		if (ctl.sel.cgroup[i].text[0] != '/' ||
		    !begins_with(s->head, &ctl.sel.cgroup[i]))
			continue;
		len = ctl.sel.cgroup[i].len;
		end = s->off + len;
		KEEP(end);
		if (len == 1 || end >= REC_PATH_MAX - 1 ||
		    s->path[end] == '/' || !s->path[end])
			return 1;
	}
	return 0;
}

#endif
