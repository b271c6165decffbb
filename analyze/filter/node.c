/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of conditions: equal nodes are one node, kids before parents. */
#include "lib/base/compat.h"

#include "analyze/filter/set.h"
#include "lib/base/xalloc.h"

static uint32_t intern(struct filterset *fs, enum node_kind kind, const uint32_t *kids,
		       size_t n, bool *fresh)
{
	struct buf key = BUF_INIT;
	void *known;
	uint32_t id;

	buf_addc(&key, (char)kind);
	buf_add(&key, kids, n * sizeof(*kids));
	known = smap_get(&fs->node_map, buf_str(&key));
	*fresh = !known;
	if (known) {
		id = (uint32_t)((uintptr_t)known - 1);
	} else {
		id = (uint32_t)fs->nnodes;
		XGROW(fs->nodes, fs->cap_nodes, fs->nnodes + 1);
		fs->nodes[fs->nnodes++] = (struct node){ .kind = (uint8_t)kind };
		smap_put(&fs->node_map, arena_str(&fs->a, buf_str(&key)),
			 (void *)((uintptr_t)id + 1));
	}
	buf_release(&key);
	return id;
}

void nodes_init(struct filterset *fs)
{
	bool fresh;
	uint32_t id;

	id = intern(fs, NODE_FALSE, NULL, 0, &fresh);
	fs->nodes[id].events[0] = events_none();
	fs->nodes[id].events[1] = events_all();
	id = intern(fs, NODE_TRUE, NULL, 0, &fresh);
	fs->nodes[id].events[0] = events_all();
	fs->nodes[id].events[1] = events_none();
	fs->nodes[id].probability = 1;
}

uint32_t node_check(struct filterset *fs, uint32_t check)
{
	const struct check *c = &fs->checks[check];
	struct node *nd;
	bool fresh;
	uint32_t id = intern(fs, NODE_CHECK, &check, 1, &fresh);

	if (!fresh)
		return id;
	nd = &fs->nodes[id];
	nd->check = check;
	nd->ordered = c->left->ordered || (c->right && c->right->ordered);
	nd->events[0] = c->events[0];
	nd->events[1] = c->events[1];
	nd->cost = c->cost;
	nd->probability = (float)c->probability / 100;
	return id;
}

uint32_t node_not(struct filterset *fs, uint32_t kid)
{
	const struct node *k;
	struct node *nd;
	bool fresh;
	uint32_t id;

	if (kid <= NODE_IS_TRUE)
		return kid == NODE_IS_TRUE ? NODE_IS_FALSE : NODE_IS_TRUE;
	if (fs->nodes[kid].kind == NODE_NOT)
		return fs->nodes[kid].kids[0];
	id = intern(fs, NODE_NOT, &kid, 1, &fresh);
	if (!fresh)
		return id;
	nd = &fs->nodes[id];
	k = &fs->nodes[kid];
	nd->kids = arena_dup(&fs->a, &kid, sizeof(kid));
	nd->nkids = 1;
	nd->depth = k->depth + 1;
	nd->ordered = k->ordered;
	nd->events[0] = k->events[1];
	nd->events[1] = k->events[0];
	nd->cost = k->cost;
	nd->probability = 1 - k->probability;
	return id;
}

/* Without neutral and repeated kids; false when one kid decides all. */
static bool simplify(struct filterset *fs, enum node_kind kind, const uint32_t *kids,
		     size_t n, uint32_t *out, size_t *nout)
{
	uint32_t neutral = kind == NODE_AND ? NODE_IS_TRUE : NODE_IS_FALSE;
	uint32_t deciding = kind == NODE_AND ? NODE_IS_FALSE : NODE_IS_TRUE;
	struct imap seen = IMAP_INIT;
	size_t i;

	*nout = 0;
	for (i = 0; i < n; i++) {
		if (kids[i] == deciding)
			break;
		if (kids[i] == neutral || imap_get(&seen, kids[i]))
			continue;
		if (n > 1)
			imap_put(&seen, kids[i], fs);
		out[(*nout)++] = kids[i];
	}
	imap_release(&seen);
	return i == n;
}

/* The next kid of a chain is reached when all before it did not decide. */
static void chain_estimate(struct filterset *fs, struct node *nd)
{
	float reached = 1, cost = 0, p;
	size_t i;

	for (i = 0; i < nd->nkids; i++) {
		const struct node *k = &fs->nodes[nd->kids[i]];

		cost += reached * k->cost;
		p = nd->kind == NODE_AND ? k->probability : 1 - k->probability;
		reached *= p;
	}
	nd->cost = cost;
	nd->probability = nd->kind == NODE_AND ? reached : 1 - reached;
}

void nodes_estimate(struct filterset *fs)
{
	struct node *nd;
	size_t i;

	for (i = 0; i < fs->nnodes; i++) {
		nd = &fs->nodes[i];
		if (nd->kind == NODE_NOT)
			nd->probability = 1 - fs->nodes[nd->kids[0]].probability;
		else if (nd->kind == NODE_AND || nd->kind == NODE_OR)
			chain_estimate(fs, nd);
	}
}

uint32_t node_many(struct filterset *fs, enum node_kind kind, const uint32_t *kids, size_t n)
{
	uint32_t *v = xcalloc(n + 1, sizeof(*v)), id;
	struct node *nd;
	size_t m, i;
	bool fresh;

	if (!simplify(fs, kind, kids, n, v, &m)) {
		id = kind == NODE_AND ? NODE_IS_FALSE : NODE_IS_TRUE;
		goto out;
	}
	if (m < 2) {
		id = m ? v[0] : kind == NODE_AND ? NODE_IS_TRUE : NODE_IS_FALSE;
		goto out;
	}
	id = intern(fs, kind, v, m, &fresh);
	if (!fresh)
		goto out;
	nd = &fs->nodes[id];
	nd->kids = arena_dup(&fs->a, v, m * sizeof(*v));
	nd->nkids = (uint32_t)m;
	nd->events[0] = kind == NODE_AND ? events_all() : events_none();
	nd->events[1] = kind == NODE_AND ? events_none() : events_all();
	for (i = 0; i < m; i++) {
		const struct node *k = &fs->nodes[v[i]];

		if (nd->depth < k->depth + 1)
			nd->depth = k->depth + 1;
		nd->ordered |= k->ordered;
		nd->events[0] = events_combine(fs, nd->events[0], k->events[0], kind == NODE_AND);
		nd->events[1] = events_combine(fs, nd->events[1], k->events[1], kind != NODE_AND);
	}
	chain_estimate(fs, nd);
out:
	free(v);
	return id;
}
