/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of segments: the last hours of evidence within a budget.  Files
 * are named by the time they begin and a number, so that DIR/seg* is in order
 * unless the clock was set back: "seg-20261122T034500Z-000001.vtr".  Numbers go on from the highest there is;
 * they, not the clock, which may be set back, tell which are the oldest.  Only
 * files of such names are ever deleted.  One recorder at a time: the folder is
 * locked.
 */
#ifndef CAPTURE_SEGDIR_H
#define CAPTURE_SEGDIR_H

#include "capture/output.h"

struct segdir_limits {
	uint64_t size;		/* bytes after which a new one begins; 0: none */
	uint64_t time;		/* ns, likewise */
	uint64_t keep;		/* segments at most, the present one counted; 0: any */
	uint64_t budget;	/* bytes of all segments together; 0: any */
};
#define SEGDIR_SIZE_DFLT	(64u << 20)
#define SEGDIR_SIZE_MIN		(64u << 10)
/* A name with a greater number is no segment's. */
#define SEGDIR_NUMBER_MAX	999999999999u

struct segdir_file {
	char *name;
	uint64_t number, size;
	bool stuck;			/* it could not be deleted */
};

struct segdir {
	int fd;				/* of the folder, -1: none */
	struct segdir_limits lim;
	struct segdir_file *v;		/* whole ones, oldest first */
	size_t n, cap;
	uint64_t bytes;			/* of those */
	char *name;			/* of the present one, NULL: none */
	uint64_t highest;		/* number given so far, 0: none */
	uint64_t deleted;
	uint64_t stuck;			/* how many of v could not be deleted */
	int why;			/* errno of the last that could not */
};
#define SEGDIR_INIT { .fd = -1 }

/* Lock it and see what is there; it is made (0700) unless it exists. */
int segdir_open(struct segdir *s, const char *path, const struct segdir_limits *lim,
		struct diag *d);
/* May files be made here with what privilege is left?  0 or -E_PRIV. */
int segdir_check(const struct segdir *s, const char *path, struct diag *d);
/* Begin the segment after the highest at this time (ns since the epoch) in o. */
int segdir_next(struct segdir *s, struct output *o, uint64_t wall_ns, struct diag *d);
/* The present one has its last byte. */
void segdir_done(struct segdir *s, uint64_t size);
/*
 * Delete the oldest until the limits hold; current: bytes of the present one.
 * One that cannot be deleted still counts, is told by `stuck`, and tried again
 * when the next segment begins.
 */
void segdir_prune(struct segdir *s, uint64_t current);
/* A sentence about those that could not be deleted; nothing when there are none. */
void segdir_explain(const struct segdir *s, struct buf *out);
/* What it counted stays. */
void segdir_release(struct segdir *s);

/* Is this the name of a segment, and of what number?  For tests. */
bool segdir_is_name(const char *name, uint64_t *number);

#endif
