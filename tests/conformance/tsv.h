/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of the shared conformance folder: tab-separated, a header line. */
#ifndef TESTS_CONFORMANCE_TSV_H
#define TESTS_CONFORMANCE_TSV_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/str.h"

#define TSV_COLUMNS	12

struct tsv_row {
	struct str col[TSV_COLUMNS];
	size_t n;
};

struct tsv {
	struct arena a;
	struct tsv_row *rows;	/* without the header line */
	size_t n;
};

/* Path of a file of the shared folder, in a; NULL when the folder is absent. */
char *shared_path(struct arena *a, const char *file);
/* Exits 77, loudly, when the shared folder is absent. */
void tsv_load(struct tsv *t, const char *file);
void tsv_release(struct tsv *t);
/* The text of a JSON string column ("…"), in a; the column itself when it is
 * no JSON string. */
struct str tsv_json(struct arena *a, struct str col);

#endif
