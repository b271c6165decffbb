/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema/raw.def as user space sees it: what each call's record carries,
 * which columns that makes, and how the event's parameters come of them.
 * The recorder fills the kernel half's table from here, so both agree.
 */
#ifndef LIB_EVENT_RAW_TAB_H
#define LIB_EVENT_RAW_TAB_H

#include "lib/base/compat.h"

struct rawslot {
	uint8_t op, a, b, pad;		/* as struct rawop */
	const char *name;
};

#include "lib/abi/rawrow.h"
#include "lib/abi/record.h"
#include "lib/event/kind.h"

/* How one parameter is made; conversions are in raw_conv.h. */
struct rawmake {
	uint8_t conv;			/* enum rawconv */
	uint8_t src;			/* A0…A5, RET, or RAW_SLOT + n */
	uint16_t aux;
	const char *field;		/* of the slot's fixed part, or NULL */
};

#define RAW_SLOT 8

struct rawinfo {
	const char *name;		/* "openat"; NULL: no such call */
	const struct rawslot *slots;
	const struct rawmake *makes;
	uint16_t event;			/* EV_xxx; 0 for tracepoints: see raw.c */
	uint16_t cls;			/* enum rec_class | RAWF_xxx */
	uint8_t nslots, nmakes, nargs;
	uint8_t condarg;
	uint32_t condmask;
};

/* Column numbers every raw kind begins with. */
enum { RAWCOL_PID, RAWCOL_RET, RAWCOL_FLAGS, RAWCOL_NR, RAWCOL_ARGS };

/* A raw kind with what decoding needs. */
struct rawkind {
	struct kind kind;
	const struct rawinfo *info;
	uint8_t slotcol[REC_OPS_MAX];	/* first column of a slot */
	uint8_t tailcol[REC_OPS_MAX];	/* column of its variable bytes, 0: none */
	uint8_t makecol[EV_PARAMS_MAX];	/* column a parameter starts from */
	/* How many bytes of that column, as they stand, are the parameter: the
	 * low ones of an argument of 8.  0: it has to be made. */
	uint8_t asis[EV_PARAMS_MAX];
};

/* By number of syscalls.def; by tracepoint.  NULL: none.  A call without a
 * row of its own has the generic one: six arguments. */
const struct rawinfo *rawinfo_syscall(unsigned sc);
const struct rawinfo *rawinfo_tracepoint(unsigned tp);

/* By kind number; NULL when it is no raw kind of this build. */
const struct rawkind *rawkind_of(uint16_t id);

/* Bytes of an operation's fixed part. */
unsigned rawop_fixed(unsigned op);

/*
 * A kernel half's record (lib/abi/record.h) as a row; offset is added to its
 * time.  Columns point into the record.  0, or -E_DAMAGED when the record
 * contradicts itself or the tables.
 */
int raw_row_of_record(struct row *r, const void *rec, size_t len, int64_t offset);

#endif
