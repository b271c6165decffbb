/* SPDX-License-Identifier: Apache-2.0 */
/* Where alerts go: lines of text or of JSON, to standard output or a file. */
#ifndef ANALYZE_REPORT_SINK_H
#define ANALYZE_REPORT_SINK_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/base/io.h"
#include "analyze/report/screen.h"
#include "analyze/rule/alert.h"

enum sink_kind { SINK_TEXT, SINK_JSON };

struct sink {
	enum sink_kind kind;
	bool terminal;			/* values are escaped, lines not held back */
	struct screen screen;		/* when terminal */
	bool to_file;
	struct io_stdout out;		/* also the buffer in front of file */
	struct io_out file;
	int err;			/* 0 or -E_xxx, sticky */
	struct diag *d;
};

/* path NULL: standard output.  0 or -E_xxx. */
int sink_open(struct sink *s, enum sink_kind kind, const char *path, struct diag *d);
void sink_alert(struct sink *s, const struct alert *a);
/* Flush and, for a file, put it in place; 0 or the worst error. */
int sink_close(struct sink *s);

/* One alert as a line without newline (sink_text.c, sink_json.c). */
void sink_text(const struct alert *a, bool terminal, struct buf *out);
void sink_json(const struct alert *a, struct buf *out);

#endif
