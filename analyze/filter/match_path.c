/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths as a tree of components.  A value walks all of its matching branches
 * at once, a level at a time, so globs cannot make it backtrack.
 */
#include "lib/base/compat.h"

#include "analyze/filter/match.h"

#define NONE	UINT32_MAX

struct step {
	struct str name;
	uint64_t hash;		/* of an exact name below its parent */
	uint32_t parent;
	uint32_t child;		/* first of the globs below, NONE */
	uint32_t next;		/* sibling among globs, NONE */
	bool glob;
	bool end;		/* a path ends here */
	bool exact;		/* has exact names below */
};

struct pathset {
	struct step *steps;	/* [0] is the root */
	size_t n;
	uint32_t *slots;	/* exact names: index, NONE free */
	size_t mask;
	uint32_t *now, *then;	/* branches alive at a level: room for all */
};

static uint64_t step_hash(uint32_t parent, struct str name)
{
	return strset_hash(name) + parent * 0x9e3779b97f4a7c15u;
}

/* The next component of a path; runs of slashes are one. */
static bool component(struct str *rest, struct str *name)
{
	do {
		if (!rest->p)
			return false;
		*name = str_cut(rest, '/');
	} while (!name->len);
	return true;
}

static bool has_glob(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] == '*' || s.p[i] == '?' || s.p[i] == '[')
			return true;
	return false;
}

static uint32_t find_exact(const struct pathset *set, uint32_t parent, struct str name)
{
	uint64_t hash = step_hash(parent, name);
	uint32_t i;
	size_t at;

	for (at = hash & set->mask; (i = set->slots[at]) != NONE; at = (at + 1) & set->mask)
		if (set->steps[i].hash == hash && set->steps[i].parent == parent &&
		    str_eq(set->steps[i].name, name))
			return i;
	return NONE;
}

static uint32_t find_glob(const struct pathset *set, uint32_t parent, struct str name)
{
	uint32_t i;

	for (i = set->steps[parent].child; i != NONE; i = set->steps[i].next)
		if (str_eq(set->steps[i].name, name))
			return i;
	return NONE;
}

static uint32_t add_step(struct pathset *set, struct arena *a, uint32_t parent,
			 struct str name)
{
	uint32_t i = (uint32_t)set->n++;
	struct step *st = &set->steps[i];
	size_t at;

	*st = (struct step){
		.name = arena_str(a, name), .parent = parent,
		.child = NONE, .next = NONE, .glob = has_glob(name),
	};
	if (st->glob) {
		st->next = set->steps[parent].child;
		set->steps[parent].child = i;
		return i;
	}
	st->hash = step_hash(parent, name);
	set->steps[parent].exact = true;
	for (at = st->hash & set->mask; set->slots[at] != NONE; at = (at + 1) & set->mask)
		;
	set->slots[at] = i;
	return i;
}

static void add_path(struct pathset *set, struct arena *a, struct str path)
{
	uint32_t at = 0, next;
	struct str name;

	while (component(&path, &name)) {
		next = has_glob(name) ? find_glob(set, at, name) : find_exact(set, at, name);
		at = next != NONE ? next : add_step(set, a, at, name);
	}
	set->steps[at].end = true;
}

struct pathset *pathset_new(struct arena *a, const struct str *v, size_t n)
{
	struct pathset *set = ARENA_NEW(a, struct pathset);
	size_t i, j, room = 1, nslots = 4;

	for (i = 0; i < n; i++) {
		room++;
		for (j = 0; j < v[i].len; j++)
			room += v[i].p[j] == '/';
	}
	while (nslots < 2 * room)
		nslots *= 2;
	set->mask = nslots - 1;
	set->slots = arena_alloc(a, nslots * sizeof(*set->slots));
	memset(set->slots, 0xff, nslots * sizeof(*set->slots));
	set->steps = arena_alloc(a, room * sizeof(*set->steps));
	set->now = arena_alloc(a, room * sizeof(*set->now));
	set->then = arena_alloc(a, room * sizeof(*set->then));
	set->steps[0] = (struct step){ .parent = NONE, .child = NONE, .next = NONE };
	set->n = 1;
	for (i = 0; i < n; i++)
		add_path(set, a, v[i]);
	return set;
}

/* Branches below `from` that name takes, appended at *n. */
static void descend(const struct pathset *set, uint32_t from, struct str name,
		    uint32_t *out, size_t *n)
{
	uint32_t i;

	if (set->steps[from].exact) {
		i = find_exact(set, from, name);
		if (i != NONE)
			out[(*n)++] = i;
	}
	for (i = set->steps[from].child; i != NONE; i = set->steps[i].next)
		if (glob_match(set->steps[i].name, false, name))
			out[(*n)++] = i;
}

bool pathset_has(const struct pathset *set, struct str s)
{
	uint32_t *now = set->now, *then = set->then, *tmp;
	size_t n = 1, m, i;
	struct str name;

	if (set->steps[0].end)
		return true;
	now[0] = 0;
	while (n && component(&s, &name)) {
		for (i = m = 0; i < n; i++)
			descend(set, now[i], name, then, &m);
		for (i = 0; i < m; i++)
			if (set->steps[then[i]].end)
				return true;
		tmp = now;
		now = then;
		then = tmp;
		n = m;
	}
	return false;
}
