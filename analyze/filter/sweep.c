/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which conditions begin with the same question?  Rules about opened files
 * all ask first whether a file was opened for reading: asked once, a "no"
 * answers all of them.
 */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/xalloc.h"

#define DEPTH_MAX	16	/* guards within guards */

struct sweep {
	struct filterset *fs;
	struct sweep_item *v;
	size_t n, cap;
	float *gain;		/* per node, zero between uses */
	size_t cap_gain;
};

struct member {
	uint32_t root, cond;
};

static void add_item(struct sweep *sw, uint32_t root, uint32_t cond)
{
	XGROW(sw->v, sw->cap, sw->n + 1);
	sw->v[sw->n++] = (struct sweep_item){ root, cond, 0 };
}

/* The parts of a conjunction; a single node is its only part. */
static size_t parts(const struct filterset *fs, const uint32_t *root, const uint32_t **v)
{
	const struct node *nd = &fs->nodes[*root];

	if (nd->kind != NODE_AND || nd->ordered) {
		*v = root;
		return 1;
	}
	*v = nd->kids;
	return nd->nkids;
}

/* The part whose "no" is likely to answer the most, or NO_COND when none
 * answers more than one condition. */
static uint32_t best_guard(struct sweep *sw, const struct member *m, size_t n)
{
	uint32_t best = NO_COND;
	const uint32_t *v;
	size_t i, j, np;
	float most = 0;

	if (sw->cap_gain < sw->fs->nnodes) {
		free(sw->gain);
		sw->cap_gain = sw->fs->nnodes * 2;
		sw->gain = xcalloc(sw->cap_gain, sizeof(*sw->gain));
	}
	for (i = 0; i < n; i++) {
		np = parts(sw->fs, &m[i].root, &v);
		for (j = 0; j < np; j++) {
			const struct node *nd = &sw->fs->nodes[v[j]];
			float gain = (1.02f - nd->probability) / (nd->cost + 20);

			if (nd->ordered)
				continue;
			/* The first condition pays for the question. */
			if (sw->gain[v[j]] > 0 && sw->gain[v[j]] + gain > most) {
				most = sw->gain[v[j]] + gain;
				best = v[j];
			}
			sw->gain[v[j]] += gain;
		}
	}
	for (i = 0; i < n; i++) {
		np = parts(sw->fs, &m[i].root, &v);
		for (j = 0; j < np; j++)
			sw->gain[v[j]] = 0;
	}
	return best;
}

/* What is left of a conjunction without one of its parts; false: it has no
 * such part. */
static bool without(struct filterset *fs, uint32_t root, uint32_t part, uint32_t *rest)
{
	uint32_t *kept;
	const uint32_t *v;
	size_t n = parts(fs, &root, &v), i, m = 0;
	bool found = false;

	for (i = 0; i < n && !found; i++)
		found = v[i] == part;
	if (!found)
		return false;
	kept = xcalloc(n, sizeof(*kept));
	for (i = 0; i < n; i++)
		if (v[i] != part)
			kept[m++] = v[i];
	*rest = node_many(fs, NODE_AND, kept, m);
	free(kept);
	return true;
}

static void arrange(struct sweep *sw, struct member *m, size_t n, unsigned depth)
{
	struct member *in = xcalloc(n + 1, sizeof(*in));
	uint32_t guard;
	size_t i, nin, rest, at;

	while (n > 1 && depth < DEPTH_MAX) {
		guard = best_guard(sw, m, n);
		if (guard == NO_COND)
			break;
		for (i = nin = rest = 0; i < n; i++) {
			in[nin].cond = m[i].cond;
			if (without(sw->fs, m[i].root, guard, &in[nin].root))
				nin++;
			else
				m[rest++] = m[i];
		}
		at = sw->n;
		add_item(sw, guard, NO_COND);
		arrange(sw, in, nin, depth + 1);
		sw->v[at].span = (uint32_t)(sw->n - at - 1);
		n = rest;
	}
	for (i = 0; i < n; i++)
		add_item(sw, m[i].root, m[i].cond);
	free(in);
}

struct sweep_item *sweep_order(struct filterset *fs, const uint32_t *roots, size_t n,
			       size_t *nitems)
{
	struct member *m = xcalloc(n + 1, sizeof(*m));
	struct sweep sw = { .fs = fs };
	size_t i;

	for (i = 0; i < n; i++)
		m[i] = (struct member){ roots[i], (uint32_t)i };
	arrange(&sw, m, n, 0);
	free(m);
	free(sw.gain);
	*nitems = sw.n;
	return sw.v;
}
