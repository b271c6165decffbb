/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of cells, coded by the model: each is guessed from what was told in like
 * places before, and told in bits when no guess is right (doc/TRACE-FORMAT.md,
 * section 11).  Calls are the same for writing and reading.
 */
#ifndef LIB_TRACE_CELLS_H
#define LIB_TRACE_CELLS_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/trace/model.h"

#define CELLS_UNKNOWN	0x8000000000000001u	/* in memory: nothing was told yet */

enum {
	CELLS_GUESSES_MAX = 8,
	CELLS_MEMORY_BITS = 17,
	CELLS_MATCH_BITS = 18,
};

/* What has been told; strings have numbers, from 1 (0: missing). */
struct cells {
	struct model *m;
	bool bad;			/* reading: damaged; nothing more has a meaning */
	struct buf text;		/* of all strings */
	struct cells_string {
		uint32_t off, len;
	} *strings;
	size_t nstrings, strings_cap;
	uint32_t met, met_len;		/* in text: what is likely next, and how long it was so */
	uint64_t *memory;		/* answers, by key */
	uint32_t *match;		/* ends of four bytes in text, by their hash */
};

/* A question. */
struct ask {
	uint64_t id;			/* which column, or what else */
	uint64_t x;			/* what the answer may depend on */
	bool text;			/* it is a string */
	uint64_t name;			/* of strings: columns of one name are alike */
	unsigned n;
	uint64_t *guess[CELLS_GUESSES_MAX];	/* that get the answer; mostly in memory */
};

/* It has been told nothing but the text of the dictionary. */
void cells_init(struct cells *c);
void cells_release(struct cells *c);
void cells_learn_from(struct cells *c, const struct cells *other);
/*
 * What it has been told, as what differs from nothing told.  Not for files: words
 * lie in the byte order of the machine.  Unpacking, c has just been initialized;
 * false: these are no such bytes, and c is of no use.
 */
void cells_pack(const struct cells *c, struct buf *out);
bool cells_unpack(struct cells *c, const void *p, size_t len);

/* Where the answer to such questions is remembered. */
uint64_t *cells_recall(struct cells *c, uint64_t key);
/* The answer to a question; written, it is v, or of strings s. */
uint64_t cells_answer(struct cells *c, const struct ask *q, uint64_t v, struct str s);
/* A number by its width and bits alone. */
uint64_t cells_number(struct cells *c, uint64_t id, uint64_t x, uint64_t v);
/* The string of this number; good until the next is told. */
struct str cells_string(const struct cells *c, uint64_t number);

#endif
