/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML file as a tree whose nodes know where they stand.  The one user of
 * libyaml.
 *
 * What counts as null, which scalars are booleans and that the first of equal
 * keys wins is as in yaml-cpp, which Falco reads its rules with.  Bytes that
 * are no UTF-8, and control bytes, pass through as they are (libyaml alone
 * would refuse them); a NUL byte is an error.
 *
 * Aliases share the anchor's node.  Depth, and the number of nodes there
 * would be with every alias expanded, are limited (limits.h), so that walking
 * a tree is never dear.
 */
#ifndef ANALYZE_RULE_YAMLTREE_H
#define ANALYZE_RULE_YAMLTREE_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

enum ynode_kind { Y_NULL, Y_SCALAR, Y_SEQ, Y_MAP };
enum ynode_style { YS_PLAIN, YS_SINGLE, YS_DOUBLE, YS_LITERAL, YS_FOLDED, YS_FLOW, YS_BLOCK };

struct ypair {
	struct ynode *key, *value;
};

struct ynode {
	uint8_t kind;			/* enum ynode_kind */
	uint8_t style;			/* enum ynode_style */
	uint32_t line, col;		/* of the first byte, from 0; col in characters */
	uint32_t off, end;		/* byte offsets in the file */
	uint32_t weight;		/* nodes below and itself, aliases expanded */
	const struct yfile *file;
	struct str s;			/* Y_SCALAR (and the text of Y_NULL) */
	union {
		struct ynode **seq;	/* Y_SEQ: n */
		struct ypair *map;	/* Y_MAP: n, in the file's order */
	};
	uint32_t n;
};

struct yfile {
	const char *name;		/* as given by the user */
	struct str text;		/* the file's bytes */
	struct ynode **docs;
	size_t ndocs;
	uint32_t *lines;		/* where each line begins */
	size_t nlines;
};

struct yerror {
	uint32_t line, col, off;	/* from 0 */
	struct buf msg;
};
#define YERROR_INIT { .msg = BUF_INIT }

/*
 * Parse all documents.  name and text must outlive the tree, which lives in a.
 * 0, or -E_RULES (-E_LIMIT for a limit) with *e filled; f->docs is then empty.
 */
int yfile_parse(struct yfile *f, const char *name, struct str text, struct arena *a,
		struct yerror *e);

/* The value of a key (first one wins), or NULL; NULL too when n is no map. */
struct ynode *ynode_get(const struct ynode *n, const char *key);
/* Scalar as a boolean or an unsigned number, in yaml-cpp's way; false: it is none. */
bool ynode_bool(const struct ynode *n, bool *out);
bool ynode_u64(const struct ynode *n, uint64_t max, uint64_t *out);

/*
 * Where byte `at` of a scalar's value stands in the file: exact for plain,
 * literal and folded scalars, near for quoted ones with escapes.
 */
struct ypos {
	uint32_t line, col, off;	/* from 0; col in characters */
};
struct ypos ynode_locate(const struct ynode *n, uint32_t at);
/* Position of a byte offset of the file. */
struct ypos yfile_pos(const struct yfile *f, uint32_t off);
/* The whole line an offset lies in, without its end. */
struct str yfile_line(const struct yfile *f, uint32_t off);

#endif
