/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output formats: text with %field, %20field, %field[arg], %transformer(…).
 * Compiled once to parts; rendering allocates nothing but the output.
 */
#ifndef ANALYZE_FILTER_FORMAT_H
#define ANALYZE_FILTER_FORMAT_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/jsonw.h"
#include "analyze/filter/filter.h"

struct format;

/* 0 or -E_FILTER with *e filled.  Lives in a.  A leading '*' means: missing
 * values print as <NA> (otherwise one suppresses the whole line). */
int format_compile(struct arena *a, struct str text, struct str source,
		   struct format **out, struct filter_error *e);

/* How values of a trace get into the text. */
enum format_mode {
	FORMAT_RAW,		/* as Falco prints them: files, pipes, JSON */
	FORMAT_TERMINAL,	/* control bytes escaped (term_escape) */
};

/* Appends the rendered text; false when a value was missing and the format
 * has no leading '*' (out is then as it was). */
bool format_render(const struct format *f, struct fieldsource *src,
		   enum format_mode mode, struct buf *out);

/* The plain fields the format refers to (transformers contribute their inner
 * fields), in order, without duplicates. */
size_t format_fields(const struct format *f, const struct fieldref **out, size_t max);

/* A value as text in the way of %field (numbers by print format, lists in
 * parentheses), and as JSON the way of output_fields. */
void value_print(const struct value *v, struct buf *out);
void value_json(const struct value *v, struct jsonw *w);

#endif
