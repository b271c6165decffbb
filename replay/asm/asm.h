/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form of a trace (vestige-asm(5)): a source of events like any
 * other, and back.
 *
 * Lines are read as they are asked for; what an author does not write is
 * filled in from a machine that runs along.  The first mistake ends the
 * events, and the lines after it are only looked at for more mistakes
 * (at most ASM_ERRORS_MAX are told); status() is then -E_ASM.
 */
#ifndef REPLAY_ASM_ASM_H
#define REPLAY_ASM_ASM_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/diag.h"
#include "lib/event/source.h"

/* The first word of a text that says what it is. */
#define ASM_MAGIC "vestige-asm"

/* Does a file that begins like this say that it is events as text? */
bool asm_probe(const void *head, size_t len);

/* The text is borrowed and must outlive the source, as must name and d. */
int asm_open_mem(struct evsource **out, const void *p, size_t len, const char *name,
		 struct diag *d);
/* Reads fd to its end and closes it on success; head was read before. */
int asm_open_fd(struct evsource **out, int fd, const void *head, size_t head_len,
		const char *name, struct diag *d);

/* Printing: a trace's things in their order, each as a line, exactly. */
struct asm_printer {
	struct buf *out;
	uint64_t clock;			/* of the event before */
	bool started;
	const char **words;		/* of event types, as they turn up */
};
void asm_printer_init(struct asm_printer *p, struct buf *out);
void asm_printer_release(struct asm_printer *p);
void asm_print_head(struct asm_printer *p);	/* the line that says what it is */
void asm_print_event(struct asm_printer *p, struct event *ev);
void asm_print_item(struct asm_printer *p, const struct snap_item *item);
void asm_print_loss(struct asm_printer *p, const struct evloss *loss);
void asm_print_restart(struct asm_printer *p);

#endif
