/* SPDX-License-Identifier: Apache-2.0 */
/* The tree a condition parses to.  Lives in an arena; nothing is freed alone. */
#ifndef ANALYZE_FILTER_AST_H
#define ANALYZE_FILTER_AST_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"

enum ast_kind {
	AST_AND, AST_OR,	/* n-ary: kids */
	AST_NOT,		/* kids[0] */
	AST_IDENT,		/* text: a macro, until it is resolved */
	AST_EXISTS,		/* left */
	AST_CHECK,		/* left op right */
	AST_BROKEN,		/* in the place of what was wrong and told */
};

enum ast_operand_kind {
	OPND_FIELD,		/* text: "proc.aname[2]" */
	OPND_TRANSFORMER,	/* text: name; args; arg ("[c]") */
	OPND_VALUE,		/* text: a constant, unquoted */
	OPND_LIST,		/* args: constants (right side), or TList elements */
};

struct ast_operand {
	uint8_t kind;		/* enum ast_operand_kind */
	bool quoted;		/* OPND_VALUE was in quotes */
	bool number;		/* OPND_VALUE lexed as a number */
	bool from_ident;	/* OPND_LIST made from a bare identifier */
	bool unreadable;	/* OPND_LIST, empty: its one element, text, cannot be read */
	bool val;		/* OPND_FIELD written as val(field) */
	struct str text;
	struct str arg;		/* transformer argument; p NULL: none */
	struct ast_operand **args;
	size_t nargs;
	uint32_t off;		/* byte offset in the condition's text */
};

enum ast_modifier { MOD_NONE, MOD_ANYOF, MOD_ALLOF, MOD_ONEOF };

struct ast {
	uint8_t kind;		/* enum ast_kind */
	uint8_t op;		/* enum filter_op (analyze/filter/op.h) */
	uint8_t mod;		/* enum ast_modifier */
	uint32_t off;		/* byte offset in the condition's text */
	uint32_t origin;	/* what text that is: caller's number (macro, rule) */
	struct ast **kids;
	size_t nkids;
	struct str text;
	struct ast_operand *left, *right;
};

/* The normalised text of a tree, as Falco prints compiled conditions. */
void ast_print(const struct ast *t, struct buf *out);

/*
 * Replace AST_IDENT nodes: resolve(ctx, ident) gives the macro's own tree or
 * NULL.  Trees are shared, not copied, so one macro stays one tree.  Returns
 * the new root, or NULL with the first unresolved identifier's node in
 * *unknown.
 */
struct ast *ast_resolve(struct arena *a, struct ast *t,
			struct ast *(*resolve)(void *ctx, const struct ast *ident), void *ctx,
			const struct ast **unknown);

/* Visit every node (parents first); stops when fn returns false. */
bool ast_walk(const struct ast *t, bool (*fn)(void *ctx, const struct ast *t), void *ctx);

#endif
