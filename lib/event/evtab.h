/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event table: what schema/events.def says, as data.  Numbers, names,
 * order and types are those of libs 0.25.4; everything downstream (rules,
 * .scap, evt.arg.*) speaks them.
 */
#ifndef LIB_EVENT_EVTAB_H
#define LIB_EVENT_EVTAB_H

#include "lib/base/compat.h"
#include "lib/base/str.h"

/* Event categories; a source bit may be added to them. */
enum {
	EC_UNKNOWN = 0, EC_OTHER = 1, EC_FILE = 2, EC_NET = 3, EC_IPC = 4,
	EC_MEMORY = 5, EC_PROCESS = 6, EC_SLEEP = 7, EC_SYSTEM = 8,
	EC_SIGNAL = 9, EC_USER = 10, EC_TIME = 11, EC_PROCESSING = 12,
	EC_IO_BASE = 32, EC_IO_READ = 32, EC_IO_WRITE = 33, EC_IO_OTHER = 34,
	EC_WAIT = 64, EC_SCHEDULER = 128, EC_INTERNAL = 256,
	EC_SYSCALL = 512, EC_TRACEPOINT = 1024, EC_PLUGIN = 2048,
	EC_METAEVENT = 4096, EC_ITER = 8192,
	EC_CATEGORY_MASK = 511,
};

/* Event flags. */
enum {
	EF_NONE = 0,
	EF_CREATES_FD = 1 << 0,
	EF_DESTROYS_FD = 1 << 1,
	EF_USES_FD = 1 << 2,
	EF_READS_FROM_FD = 1 << 3,
	EF_WRITES_TO_FD = 1 << 4,
	EF_MODIFIES_STATE = 1 << 5,
	EF_UNUSED = 1 << 6,
	EF_WAITS = 1 << 7,
	EF_SKIPPARSERESET = 1 << 8,
	EF_OLD_VERSION = 1 << 9,
	EF_LARGE_PAYLOAD = 1 << 11,
	EF_CONVERTER_MANAGED = 1 << 12,
};

/* Parameter types (schema/types.def); values are on disk in .scap. */
enum ptype {
#define PTYPE(id, value, size, element) PT_##id = value,
#include "schema/types.def"
#undef PTYPE
	PT_COUNT
};

/* How a value is printed. */
enum pfmt { PF_NA, PF_DEC, PF_HEX, PF_PADDED_DEC, PF_ID, PF_DIR, PF_OCT };

/* Event numbers: EV_SYSCALL_OPENAT_2_X = 307, … */
enum evtype {
#define EVENT(id, num, name, cat, src, flags, fd) EV_##id = num,
#define P(ev, name, type, fmt, aux)
#define END(id)
#include "schema/events.def"
#undef EVENT
#undef P
#undef END
	EV_COUNT
};

/* Parameter indexes: P_SYSCALL_OPENAT_2_X_name = 2, … and
 * EV_SYSCALL_OPENAT_2_X_NPARAMS. */
#define EVENT(id, num, name, cat, src, flags, fd) enum {
#define P(ev, name, type, fmt, aux) P_##ev##_##name,
#define END(id) EV_##id##_NPARAMS };
#include "schema/events.def"
#undef EVENT
#undef P
#undef END

#define EV_PARAMS_MAX 40	/* no event has more */

struct flagname {
	const char *name;
	uint32_t value;
};

struct flagtab {
	const char *name;		/* "file_flags" */
	const struct flagname *v;	/* printing order */
	unsigned n;
};

enum { DYN_sockopt = 1, DYN_ptrace, DYN_bpf, DYN_keyctl, DYN_COUNT };

struct evparam {
	const char *name;
	uint8_t ptype;			/* enum ptype */
	uint8_t pfmt;			/* enum pfmt */
	int8_t dirfd;			/* index of the dirfd parameter, -1: none */
	uint8_t dyn;			/* DYN_xxx, 0: none */
	const struct flagtab *flags;	/* or NULL */
};

struct evinfo {
	const char *name;		/* "openat"; NULL: no such event */
	const struct evparam *params;
	uint16_t type;
	uint16_t category;		/* EC_xxx of the call, without source */
	uint16_t source;		/* EC_SYSCALL, EC_TRACEPOINT, … */
	uint16_t flags;			/* EF_xxx */
	uint8_t nparams;
	uint8_t nwire;			/* of these, libs knows the first nwire: no
					 * .scap file and no evt.args has more */
	int8_t fd;			/* parameter holding the descriptor, -1 */
};

/* Indexed by event number; EV_COUNT rows. */
extern const struct evinfo evtab[EV_COUNT];

static inline const struct evinfo *evinfo_of(unsigned type)
{
	return type < EV_COUNT && evtab[type].name ? &evtab[type] : NULL;
}

static inline bool ev_is_exit(unsigned type)
{
	return type & 1;
}

/* Bytes a parameter type takes on the wire; 0: variable. */
extern const uint8_t ptype_size[PT_COUNT];
/* "CHARBUF", "FD", …; "?" for a number that is none. */
const char *ptype_name(unsigned ptype);
bool ptype_is_signed(unsigned ptype);

/* The first event (lowest number) with this name, or NULL. */
const struct evinfo *evinfo_by_name(struct str name);
/* Index of a parameter by name, or -1. */
int evinfo_param(const struct evinfo *e, struct str name);
/* Type and print format of selector `sel` of dynamic table `dyn`; false: none. */
bool dyntype_of(unsigned dyn, unsigned sel, uint8_t *ptype, uint8_t *pfmt);

/* The flag table named in schema/flags.def, or NULL. */
const struct flagtab *flagtab_by_name(struct str name);
/* Generated: extern const struct flagtab flagtab_file_flags, … */
#define FLAGTAB(id) extern const struct flagtab flagtab_##id;
#define FLAG(tab, name, value)
#define ENDTAB(id)
#include "schema/flags.def"
#undef FLAGTAB
#undef FLAG
#undef ENDTAB

/* "ENOENT" for 2; NULL when the number has no name. */
const char *errno_name(int64_t number);
/* "SIGKILL" for 9; NULL when the number has no name. */
const char *signal_name(int64_t number);

/* System calls (schema/syscalls.def), keyed by the number .scap uses. */
enum { SC_STATE = 1, SC_IO = 2, SC_RULES = 4 };
enum arch { ARCH_X86_64, ARCH_ARM64, ARCH_COUNT };

struct scinfo {
	const char *name;		/* "openat"; NULL: no such number */
	int16_t nr[ARCH_COUNT];		/* -1: not there */
	uint16_t exit_event;		/* EV_xxx; EV_GENERIC_X when generic */
	uint8_t sets;			/* SC_xxx */
};

extern const struct scinfo sctab[];
extern const unsigned sctab_n;
const struct scinfo *scinfo_of(unsigned sc);		/* NULL: none */
/* By native number of an architecture, or NULL. */
const struct scinfo *scinfo_native(enum arch arch, int nr);
/* By name, or NULL; *sc gets its number when not NULL. */
const struct scinfo *scinfo_by_name(struct str name, unsigned *sc);

#endif
