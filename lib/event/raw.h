/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw records to canonical events.  The kernel half copies arguments and what
 * they point to; here they get their meaning: flag words become Falco's,
 * paths and addresses their wire form.  One table (schema/raw.def) says what
 * each call fetches and how each parameter is made.
 */
#ifndef LIB_EVENT_RAW_H
#define LIB_EVENT_RAW_H

#include "lib/base/compat.h"
#include "lib/event/columns.h"
#include "lib/event/event.h"
#include "lib/event/kind.h"

struct rawdec;

/* arch: of the recorded machine (syscall and flag numbers differ). */
struct rawdec *rawdec_new(enum arch arch);
void rawdec_free(struct rawdec *d);
/*
 * Fill ev from a raw row: ts, tid, cpu, flags, type at once; parameters
 * lazily (EVF_LAZY) into storage of d that is good until the next call.
 * False: a record that is no event by itself (kept for a later one).
 */
bool rawdec_event(struct rawdec *d, const struct row *r, struct event *ev);

/* The event every row of a raw kind is; 0: each row says which, or the kind
 * is unknown. */
unsigned rawdec_type(uint16_t kind);

/*
 * The decode() of an event that is of type rawdec_type(kind): what is wanted
 * of its parameters, made of a row of that kind.  They point to where the
 * columns point and into storage of d that is good until the next event.
 */
void rawdec_params(struct rawdec *d, uint16_t kind, const struct columns *cols, struct event *ev,
		   uint64_t wanted);

/* Is it a system call of a machine that can be recorded (number of syscalls.def)?
 * Others are of other processors, or no calls. */
bool raw_has_call(unsigned sc);
/* The events recordings of this build can hold: their bits are set in a bitmap
 * by event number, EV_COUNT bits. */
void raw_events(uint8_t *bitmap);

/* The raw kinds of this build, ascending by id; lives as long as the program. */
const struct kind *raw_kinds(size_t *n);

#endif
