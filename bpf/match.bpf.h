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

/* Does the text in s->head begin with entry i of a list?  A function of its
 * own, so that the verifier walks its loop once. */
__noinline int head_begins_with(struct scratch *s, u32 groups, u32 i)
{
	const volatile struct rec_prefix *with;
	const volatile u64 *w;
	u32 len, k;

	if (!s)
		return 0;
	i &= SEL_MAX - 1;
	with = groups ? &ctl.sel.cgroup[i] : &ctl.sel.path[i];
	w = (const volatile u64 *)with->text;
	len = with->len;
	for (k = 0; k < SEL_TEXT_MAX / 8; k++) {
		if (k * 8 >= len)
			break;
		if ((s->head[k] ^ w[k]) & word_mask(len, k * 8))
			return 0;
	}
	return 1;
}

/* What lies at s->path + off into s->head. */
static __always_inline void path_head(struct scratch *s, u64 off)
{
	s->head[0] = 0;
	KEEP(off);
	if (off < REC_PATH_MAX)
		bpf_probe_read_kernel(s->head, sizeof(s->head), s->path + off);
}

static __always_inline bool any_path(struct scratch *s)
{
	u32 i;

	for (i = 0; i < SEL_MAX && i < ctl.sel.npaths; i++)
		if (head_begins_with(s, 0, i))
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

static __always_inline bool any_id(struct scratch *s)
{
	u32 i;

	for (i = 0; i < SEL_MAX && i < ctl.sel.ncgroups; i++)
		if (ctl.sel.cgroup[i].text[0] != '/' && head_begins_with(s, 1, i))
			return true;
	return false;
}

static __always_inline void name_head(struct scratch *s, u64 off)
{
	s->head[0] = 0;
	KEEP(off);
	if (off < REC_NAME_MAX)
		bpf_probe_read_kernel(s->head, sizeof(s->head), s->name + off);
}

/* A component of a cgroup's path (s->name) against the ids: its whole, and
 * what is behind its last '-'. */
__noinline int id_asked_for(struct scratch *s)
{
	u32 i;

	if (!s)
		return 0;
	name_head(s, 0);
	if (any_id(s))
		return 1;
	s->used = 0;
	for (i = 0; i < SEL_ID_PREFIX; i++) {
		if (!s->name[i])
			break;
		if (s->name[i] == '-')
			s->used = i + 1;
	}
	if (!s->used)
		return 0;
	name_head(s, s->used);
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
		    !head_begins_with(s, 1, i))
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
