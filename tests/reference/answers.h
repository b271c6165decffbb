/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded field values: *.fields.tsv.zst, one row an event, the first column
 * being evt.num.  Cells are escaped: backslash, tab, newline, return.
 */
#ifndef TESTS_REFERENCE_ANSWERS_H
#define TESTS_REFERENCE_ANSWERS_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"

#define ANSWER_COLUMNS	128

struct answers {
	FILE *f;
	char *line, *header;
	size_t cap;
	const char *names[ANSWER_COLUMNS];
	char *v[ANSWER_COLUMNS];	/* of the current row */
	size_t ncols;
	uint64_t num;			/* of the current row; UINT64_MAX: none left */
};

/* Reads the header and the first row; false: cannot. */
bool answers_open(struct answers *a, const char *path);
void answers_next(struct answers *a);
void answers_close(struct answers *a);
/* A cell as the file has it. */
void answers_escape(struct buf *out, struct str s);

#endif
