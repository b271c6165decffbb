/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text put together from pieces of rule files: a condition with what was
 * appended to it, its exceptions, the items of its lists.  It remembers where
 * each piece came from, so that a complaint about the result can point into
 * the file the author wrote.
 */
#ifndef ANALYZE_RULE_SRCTEXT_H
#define ANALYZE_RULE_SRCTEXT_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "analyze/rule/yamltree.h"

struct srcseg {
	uint32_t from;			/* where in the text the piece begins */
	uint32_t at;			/* where in the node's value */
	const struct ynode *node;	/* NULL: nobody wrote this */
	bool linear;			/* byte for byte; else all of it is at `at` */
};

struct srctext {
	struct buf text;
	struct srcseg *segs;
	size_t nsegs, cap;
};
#define SRCTEXT_INIT { .text = BUF_INIT }

void srctext_release(struct srctext *t);	/* frees, leaves it initialised */
void srctext_clear(struct srctext *t);
/* Append: bytes of a node's value from `at` on, or (linear false) bytes that
 * stand for what is there. */
void srctext_add(struct srctext *t, struct str s, const struct ynode *node, uint32_t at,
		 bool linear);
/* Append bytes [from, to) of another text, places included. */
void srctext_addtext(struct srctext *t, const struct srctext *o, uint32_t from, uint32_t to);
/* Shorten. */
void srctext_setlen(struct srctext *t, size_t len);
/* Did somebody write this byte, or does it stand for something? */
bool srctext_written(const struct srctext *t, uint32_t off);
/* The piece a byte lies in (NULL: none has a place), and its place there. */
const struct ynode *srctext_node(const struct srctext *t, uint32_t off, uint32_t *at);

#endif
