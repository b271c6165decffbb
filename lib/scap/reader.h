/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading .scap captures of every age: plain or gzip, from memory, a file or
 * a pipe, several captures one after the other.  Old events come out lifted
 * to the current schema (schema/lift.def).  Layout: doc/SCAP-FORMAT.md.
 */
#ifndef LIB_SCAP_READER_H
#define LIB_SCAP_READER_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"
#include "lib/event/source.h"

/* What was read, skipped and lost; valid as long as the source is open. */
struct scap_stats {
	uint64_t events;		/* delivered */
	uint64_t stored;		/* enter events kept for their exit */
	uint64_t dropped;		/* history: unused types, superseded enter events */
	uint64_t unknown_blocks, unknown_events, unconvertible;
	uint64_t unpaired;		/* exits whose enter event was another's */
	uint64_t bad_events;		/* lengths inside contradict each other */
	uint64_t bad_params;		/* left out: a parameter has a wrong size */
	uint64_t fixed_params;		/* delivered, after a repair */
	uint64_t captures;		/* section headers seen */
	uint64_t bytes;			/* of the uncompressed stream */
};

/* Does a file that starts with these bytes look like a .scap (plain or
 * gzip)?  64 bytes are enough. */
bool scap_probe(const void *head, size_t len);

/*
 * A source that reads descriptor fd (ownership passes to it on success).
 * `head` bytes were already taken from the descriptor to probe it and are
 * read first.  name is for messages.  d must outlive the source.
 * 0, -E_FOREIGN, -E_EMPTY, -E_READ, …
 */
int scap_open_fd(struct evsource **out, int fd, const void *head, size_t head_len,
		 const char *name, struct diag *d);
/* The same from memory, which must outlive the source (tests, fuzzing). */
int scap_open_mem(struct evsource **out, const void *p, size_t len,
		  const char *name, struct diag *d);

const struct scap_stats *scap_stats(const struct evsource *s);

#endif
