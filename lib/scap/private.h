/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the reader share among themselves. */
#ifndef LIB_SCAP_PRIVATE_H
#define LIB_SCAP_PRIVATE_H

#include "lib/base/compat.h"
#include "lib/scap/evparse.h"
#include "lib/scap/format.h"
#include "lib/scap/lift.h"
#include "lib/scap/lists.h"
#include "lib/scap/reader.h"
#include "lib/scap/stream.h"

struct scap_block {
	uint64_t off;		/* in the uncompressed stream */
	uint32_t type, total;
	enum scap_class class;
	unsigned version;
};

struct scap_reader {
	struct evsource src;	/* first: that is what callers hold */
	struct stream in;
	int fd;			/* -1: memory */
	struct diag *d;
	char *name;
	struct scap_stats stats;
	struct lift *lift;
	struct param_rules rules;
	struct buf scratch;	/* repaired parameters */
	struct event ev;
	struct snap_item item;
	struct scap_list list;	/* being given out when in_list */
	uint64_t list_off;
	bool in_list;
	bool in_events;		/* this capture's first event was met */
	bool any_events;	/* some capture's was */
	bool ended, summed;
	int status;
	uint64_t unknown_off;	/* of the first unknown block, and its type */
	uint32_t unknown_type;
	uint32_t failed[SCAP_EVENT_TYPES];	/* events that could not be lifted */
};

/* Something is wrong at an offset: say so, and make err the status unless
 * there is one.  Reading may go on. */
void scap_damage(struct scap_reader *r, int err, uint64_t off, const char *fmt, ...)
	PRINTF(4, 5);
/* The same, and nothing more can be read: */
void scap_stop_cut(struct scap_reader *r, uint64_t off, const char *what, uint32_t size);
void scap_stop_bad(struct scap_reader *r, uint64_t off, const char *what, uint32_t n);

/* A section header whose first 8 bytes were taken; 0 or -E_xxx, explained. */
int scap_section(struct scap_reader *r, const struct scap_block *b);
/* An event block whose first 8 bytes were taken; true when r->ev is one to
 * give out. */
bool scap_event_block(struct scap_reader *r, const struct scap_block *b);
/* Any other block; true when r->list is open. */
bool scap_other_block(struct scap_reader *r, const struct scap_block *b);
/* At the end: errors of the input, and warnings with their counts. */
void scap_summary(struct scap_reader *r);

#endif
