/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a .vtr trace from a file, a pipe or memory, as rows or as events.
 * Every whole block before damage is delivered; status tells what is missing.
 */
#ifndef LIB_TRACE_READER_H
#define LIB_TRACE_READER_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/event/source.h"
#include "lib/event/kind.h"
#include "lib/trace/format.h"
#include "lib/trace/meta.h"

bool vtr_probe(const void *head, size_t len);	/* 64 bytes are enough */

/* As scap_open_fd / scap_open_mem: a source of canonical events, raw records
 * decoded by lib/event. */
int vtr_open_fd(struct evsource **out, int fd, const void *head, size_t head_len,
		const char *name, struct diag *d);
/* The same of a file that somebody still writes: at its end wait is asked, and
 * a seal ends it.  wait must outlive the source. */
struct input_wait;
int vtr_open_wait(struct evsource **out, int fd, const void *head, size_t head_len,
		  const char *name, const struct input_wait *wait, struct diag *d);
int vtr_open_mem(struct evsource **out, const void *p, size_t len,
		 const char *name, struct diag *d);
/* META of an open source; NULL before it was read (never after open). */
const struct vtr_meta *vtr_meta_of(const struct evsource *s);

/*
 * Segments.  vtr_end(): the digest a continuing segment names as its parent;
 * NULL unless a whole one was read to its end.  vtr_continues(): does the
 * segment s stands in continue the one that ended with this digest; its
 * SNAPSHOT then tells what is known already.  No other format has either.
 */
const uint8_t *vtr_end(const struct evsource *s);
/* The same of who does not want to read so far: what the last bytes of the file
 * say.  NULL, too, of a pipe. */
const uint8_t *vtr_end_ahead(struct evsource *s);
bool vtr_continues(const struct evsource *s, const uint8_t *digest);

/*
 * What the consumer needs; call before the first next(), and where nothing reads
 * ahead between any two, then it is good from the next event on.  What is left
 * out is never inflated.  Event numbers stay those of the whole trace (ev->num, and
 * evsource_next.skipped).  On a source of another format it does nothing.
 */
struct vtr_projection {
	const uint8_t *types;		/* bitmap by event number, NULL: all */
	bool payload;			/* read and write data wanted; else missing */
	/* By canonical event number: the parameters that are asked for, bit i
	 * for parameter i; the others come out missing.  NULL: all.  Borrowed
	 * for the life of the source. */
	const uint64_t *columns;
	/* Events before this time and this number are not wanted, nor is the
	 * state they make: with an INDEX reading begins at the block that has
	 * them.  Some events before may still come.  0: from the start. */
	uint64_t from_ts, from_num;
	/* Nor are events after this time, and what is told lost behind them.
	 * Blocks that hold no others are passed over, and with an INDEX reading
	 * ends before the first that only such follow.  Some may still come,
	 * others behind them that are out of order.  0: to the end. */
	uint64_t to_ts;
	/* A thread may read on while the consumer works (prefetch.h). */
	bool ahead;
};
void vtr_project(struct evsource *s, const struct vtr_projection *p);

/*
 * Events of some types change nothing while their thread does nothing else:
 * they need not be given, only counted (evsource_next.passed).
 */
#define VTR_CALM	64
/* Stands in a place where no thread is: one that has another place, as a trace
 * may hold any number. */
static inline int64_t vtr_nobody(size_t place)
{
	return (int64_t)place + 1;
}

/* What an event has to do with its thread's own (descriptors, memory). */
enum vtr_role {
	VTR_USES_ALL,		/* nobody knows whose it uses */
	VTR_USES,		/* uses its thread's and that of those it names, for
				 * the thread parameter 0 makes (0: its own) */
	VTR_JOINS,		/* of those it names, unless that is its thread */
	VTR_ASIDE,		/* nothing of it */
	VTR_SELF,		/* nothing of it, but what is known of its thread */
	VTR_QUIET,		/* nothing that lasts */
	VTR_OWN,		/* changes it */
	VTR_OPENS,		/* adds the descriptor in parameter 0, unless negative */
	VTR_CLOSES,		/* removes one, unless parameter 0 is negative */
	VTR_ENDS,		/* its thread's last */
};
#define VTR_NONE	UINT8_MAX	/* of vtr_pass.names */

struct vtr_pass {
	/* By event number: 0 given in any case, n left out while calm[n - 1]
	 * has the thread at its tid modulo VTR_CALM. */
	uint8_t way[EV_COUNT];
	int64_t calm[2][VTR_CALM];
	/*
	 * Nobody looks before so many more events are past and one comes that
	 * is not before from_ts, or one that is after to_ts (0: nobody asks
	 * for times).  Then a thread's own need not be kept where the thread
	 * ends before anybody uses it, nor a descriptor that is closed again
	 * before the next event that has to do with any.  Such events are left
	 * out while alone has the thread and, of the latter, taken does not
	 * have the descriptor.  What makes a thread that ends so gets
	 * EVF_BRIEF: while the consumer then has it in brief, its SELF and
	 * JOINS events are left out too.
	 * names: parameters that tell threads of USES and JOINS, or first the
	 * descriptor of CLOSES, or the thread SELF is about, unless that is 0
	 * or its own; VTR_NONE: none.
	 */
	uint64_t unseen, from_ts, to_ts;
	uint8_t role[EV_COUNT];
	uint8_t names[EV_COUNT][2];
	int64_t alone[VTR_CALM], brief[VTR_CALM];
	uint64_t taken[VTR_CALM];	/* descriptors from 0 on, as bits */
	/* Asked as a block begins, when not NULL.  True: what there is room for
	 * hangs on all that is there for a moment, and none of its events may
	 * be left out so. */
	bool (*crowded)(const void *whom);
	const void *whom;
};
/* Is there a part nobody looks at? */
static inline bool vtr_is_unseen(const struct vtr_pass *p)
{
	return p->unseen || p->from_ts;
}
/* Good from the next event on, until the next call; borrowed.  NULL: none. */
void vtr_pass(struct evsource *s, const struct vtr_pass *pass);

#endif
