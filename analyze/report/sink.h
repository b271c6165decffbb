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
	bool live;			/* input comes as it happens: likewise not */
	bool to_file;
	struct io_stdout out;		/* also the buffer in front of file */
	struct io_out file;
	int err;			/* 0 or -E_xxx, sticky */
	struct diag *d;
};

/* path NULL: standard output.  0 or -E_xxx. */
int sink_open(struct sink *s, enum sink_kind kind, const char *path, struct diag *d);
void sink_alert(struct sink *s, const struct alert *a);
/* What sink_alert() would print, without its newline. */
void sink_render(const struct sink *s, const struct alert *a, struct buf *out);
/* Lines that were made before, each with its newline. */
void sink_lines(struct sink *s, const void *p, size_t len);
/* One such line, without newline, to which what is missing is added: of a only
 * that is looked at. */
void sink_line(struct sink *s, struct str line, const struct alert *a);
/* Nothing more will come for a while: what is held goes out. */
void sink_flush(struct sink *s);
/* Flush and, for a file, put it in place, unless what came is not the whole (it
 * is left out then); 0 or the worst error. */
int sink_close(struct sink *s, bool whole);

/* One alert as a line without newline (sink_text.c, sink_json.c). */
void sink_text(const struct alert *a, bool terminal, struct buf *out);
void sink_json(const struct alert *a, struct buf *out);
/* Adds what is known to be missing to the alert at the end of out. */
void sink_json_loss(struct buf *out, const struct alert *a);

#endif
