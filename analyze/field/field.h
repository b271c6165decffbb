/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Field names: the table of schema/fields.def and how a field is written in
 * a condition or an output format (name, argument).  No values here; those
 * come through struct fieldsource.
 */
#ifndef ANALYZE_FIELD_FIELD_H
#define ANALYZE_FIELD_FIELD_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "lib/event/evtab.h"

enum field_id {
#define FIELD(id, name, type, list, arg, flags, fmt, cls, help) FIELD_##id,
#include "schema/fields.def"
#include "schema/fields-k8saudit.def"
#include "schema/fields-vestige.def"
#undef FIELD
	FIELD_COUNT
};

enum farg {			/* what argument a field takes */
	FARG_NONE,
	FARG_KEY,		/* required [text] */
	FARG_KEY_OR_INDEX,	/* required [text or number] */
	FARG_EPOCH,		/* required [ns since the epoch] */
	FARG_DOT_NAME,		/* required .NAME (evt.rawarg.x, evt.type.is.x) */
	FARG_DOT_NAME_OR_INDEX,	/* required .NAME or [number] (evt.arg) */
	FARG_DOT_SUBSYSTEM,	/* required .SUBSYSTEM (thread.cgroup) */
	FARG_OPT_LEVEL,		/* optional [ancestor level] */
	FARG_OPT_INDEX,		/* optional [number] */
	FARG_OPT_FD,		/* optional [descriptor number] */
	FARG_OPT_NAME,		/* optional [NAME] (proc.env) */
	FARG_OPT_NAME_OR_LEVEL,	/* optional [NAME] or [level] (proc.aenv) */
	FARG_OPT_SRC_DST,	/* optional .src or .dst (evt.abspath) */
};

enum {				/* field flags */
	FF_FILTER_ONLY = 1 << 0,	/* not in outputs */
	FF_PRINT_ONLY = 1 << 1,
	FF_TABLE_ONLY = 1 << 2,		/* neither; internal to other tools */
	FF_NO_RHS = 1 << 3,		/* not in field-to-field comparisons */
	FF_NO_TRANSFORMER = 1 << 4,
	FF_NO_PTR_STABILITY = 1 << 5,
	FF_DEPRECATED = 1 << 6,
	FF_PLUGIN = 1 << 7,		/* from a plugin in Falco */
	FF_SUGGESTED_OUTPUT = 1 << 8,
	FF_ALL_SOURCES = 1 << 9,	/* syscall and every plugin source */
};

enum fclass {
	FCLASS_EVT, FCLASS_PROCESS, FCLASS_USER, FCLASS_GROUP, FCLASS_FD,
	FCLASS_FS_PATH, FCLASS_UTIL, FCLASS_FDLIST, FCLASS_CONTAINER,
	FCLASS_K8S, FCLASS_K8S_AUDIT, FCLASS_JSON, FCLASS_VESTIGE,
};

struct fieldinfo {
	const char *name;
	const char *help;
	uint8_t name_len;	/* strlen(name) */
	uint16_t id;		/* enum field_id */
	uint16_t flags;		/* FF_xxx */
	uint8_t ptype;		/* PT_DYN: known only with the argument */
	uint8_t pfmt;
	uint8_t arg;		/* enum farg */
	uint8_t fclass;
	bool list;
};

extern const struct fieldinfo fieldtab[FIELD_COUNT];

enum fieldref_arg { REF_NONE, REF_INDEX, REF_KEY };

/* A field as somebody wrote it. */
struct fieldref {
	const struct fieldinfo *f;
	struct str text;	/* "proc.aname[2]": the key in output_fields */
	uint8_t argkind;	/* enum fieldref_arg */
	uint8_t ptype, pfmt;	/* with PT_DYN resolved (evt.rawarg.x) */
	bool list;
	int64_t index;		/* REF_INDEX: level, index, descriptor, epoch */
	struct str key;		/* REF_KEY: name, key, subsystem, "src"/"dst" */
};

enum field_place { FIELD_IN_FILTER, FIELD_IN_OUTPUT };

/*
 * Parse the field that text begins with: the longest known name, then its
 * argument.  In a filter the whole text must be one field.  In an output the
 * field may be followed by anything, a bracket that cannot be completed or
 * that the field does not take stays literal.  Strings are copied to a.
 * Returns the bytes consumed, or 0 with a sentence in why
 * ("filter_check called with nonexistent field proc.nam").
 */
size_t fieldref_parse(struct str text, enum field_place place, struct arena *a,
		      struct fieldref *out, struct buf *why);

/* What only few fields look at: where nobody asks for one of these, it need
 * not be read, or kept. */
enum {
	ASKS_PAYLOAD = 1,	/* read and write data */
	ASKS_MEMORY = 2,	/* sizes of processes */
	ASKS_CONNECTED = 4,	/* whether a connection was made */
	ASKS_ALL = 7,
};
unsigned fieldref_asks(const struct fieldref *f);

/* How the argument is written after the name: "[key]", "([level])", "". */
const char *farg_text(unsigned farg);
/* By exact name, or NULL. */
const struct fieldinfo *field_by_name(struct str name);
/* Nearest known field name for a misspelt one, or NULL. */
const char *field_nearest(struct str name);
/* The parameter of any event (evt.arg.NAME) with the nearest name, or NULL. */
const char *field_param_nearest(struct str name);
/* Is this field available to rules of an event source ("syscall", …)? */
bool field_in_source(const struct fieldinfo *f, struct str source);

/*
 * Fields that are a point in time print as text but stand in JSON as the
 * event's time in ns since the epoch (evt.time, evt.datetime, …).
 */
bool field_is_time(const struct fieldinfo *f);
/* Does its value depend on when it was asked for before (evt.deltatime)? */
bool field_remembers(const struct fieldinfo *f);

#endif
