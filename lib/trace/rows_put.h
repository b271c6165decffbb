/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathering rows and turning them into the body of an EVENTS or SNAPSHOT
 * block: an order frame, one column group per kind, byte strings in frames
 * of their own (doc/TRACE-FORMAT.md, "Rows as columns").
 */
#ifndef LIB_TRACE_ROWS_PUT_H
#define LIB_TRACE_ROWS_PUT_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/kind.h"
#include "lib/trace/codec.h"

struct rows_put;

struct rows_put *rows_put_new(int level);
void rows_put_free(struct rows_put *b);
/* False: a value is over a limit and the row was left out. */
bool rows_put_add(struct rows_put *b, const struct row *r);
size_t rows_put_count(const struct rows_put *b);
size_t rows_put_bytes(const struct rows_put *b);	/* held, uncompressed */
uint64_t rows_put_min_ts(const struct rows_put *b);
uint64_t rows_put_max_ts(const struct rows_put *b);
/* Kinds with rows in the block now, for SCHEMA and totals: i from 0; NULL
 * ends; *rows gets how many. */
const struct kind *rows_put_kind(const struct rows_put *b, size_t i, uint32_t *rows);
/* The body; the rows are forgotten.  first: number of the first event.  few: they
 * may take long, where they are not many (rows_model.h). */
void rows_put_body(struct rows_put *b, struct buf *out, uint64_t first, uint32_t lost,
		   bool few);

/* May they be told by the model? */
bool rows_put_few(const struct rows_put *b);
/* What is put is to be the primer (primer.h). */
void rows_put_unprimed(struct rows_put *b);

#endif
