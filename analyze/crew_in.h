/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the crew: crew.c is the caller's side, crew_work.c the
 * workers'. */
#ifndef ANALYZE_CREW_IN_H
#define ANALYZE_CREW_IN_H

#include <stdatomic.h>

#include "analyze/crew.h"

/* From worker to caller: u8 type, u32 length, bytes. */
/* CREW_BEGIN: u32 status of the session where the part begins. */
enum crew_frame { CREW_BEGIN = 1, CREW_TEXT, CREW_ITEM, CREW_END };
#define CREW_FRAME_HEAD	5

/*
 * What a worker and the one behind it share.  limit is an event number and a
 * bit: the worker may take events up to there, and asks for more; with
 * CREW_FINAL set its part ends before that event.
 */
struct crew_shared {
	_Alignas(64) _Atomic uint64_t limit;
	_Atomic uint64_t at;		/* where it is, 0: its part has not begun */
};
#define CREW_FINAL	1u
#define CREW_STEP	64	/* events taken at a time */

struct crew_part {
	char *const *files;
	size_t nfiles;
	bool exact;		/* everything before `from` is evaluated, and forgotten */
	uint64_t from;
	/* Of one trace taken by several: */
	unsigned workers, behind;	/* of the trace; from this one on */
	uint64_t first, events;	/* where it is shown from (0: all), and ends */
	struct crew_shared *mine, *before;	/* before: NULL for the first */
};

/* Does not return.  fd: where frames go. */
_Noreturn void crew_work(const struct crew *c, const struct crew_part *p, int fd);

void crew_put_frame(struct buf *out, enum crew_frame type, const void *p, size_t len);

/* The end of a part as its worker tells it. */
struct crew_end {
	int status;			/* of the session */
	uint64_t next;			/* event the next part begins with; 0: none */
	struct str counts;
};
void crew_end_pack(struct buf *out, const struct crew_end *e, const struct diag *d,
		   size_t since);
/* Diagnoses go to d, unless NULL.  False: it was cut off. */
bool crew_end_unpack(struct crew_end *e, const void *p, size_t len, struct diag *d);

#endif
