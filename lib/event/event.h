/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct event: the canonical event, whatever file it came from.
 *
 * Parameters are in the wire encoding of schema/types.def (little-endian
 * scalars; text NUL-terminated with the NUL counted; length 0 = missing).
 * They are borrowed from the reader: good until its next call.
 */
#ifndef LIB_EVENT_EVENT_H
#define LIB_EVENT_EVENT_H

#include "lib/base/compat.h"
#include "lib/base/le.h"
#include "lib/base/str.h"
#include "lib/event/evtab.h"

struct param {
	const uint8_t *p;
	uint32_t len;		/* 0: missing */
};

enum {
	EVF_STATE_ONLY = 1,	/* updates state, is never shown to filters */
	EVF_TRUNCATED = 2,	/* the recorder could not hold all of it */
	EVF_AFTER_LOSS = 4,	/* events are known to be missing just before */
	EVF_LATE = 8,		/* out of order, not resorted */
	/* These are a reader's, in no file. */
	EVF_LAZY = 16,		/* parameters are not decoded yet: event_params() */
	EVF_BRIEF = 32,		/* nobody looks at the thread it makes (vtr_pass) */
	EVF_OURS = EVF_LAZY | EVF_BRIEF,
};

#define EVENT_NO_TID (-1)

struct event {
	uint64_t ts;		/* ns since the epoch */
	uint64_t num;		/* from 1, in the order of the trace */
	int64_t tid;		/* EVENT_NO_TID when none */
	const struct evinfo *info;
	uint16_t type;		/* enum evtype */
	uint16_t cpu;
	uint8_t flags;		/* EVF_xxx */
	uint8_t nparams;	/* may differ from info->nparams in old files */
	struct param param[EV_PARAMS_MAX];
	/*
	 * For EVF_LAZY: whoever made the event fills in nparams and, of the
	 * parameters wanted (bit i: param[i]), those `have` does not name;
	 * of all, and EVF_LAZY off, if that is as cheap.
	 */
	void (*decode)(struct event *ev, uint64_t wanted);
	void *decode_ctx;
	uint64_t have;
};

/* Makes sure param[] is filled.  Cheap when it already is. */
static inline void event_params(struct event *ev)
{
	if (UNLIKELY(ev->flags & EVF_LAZY)) {
		ev->flags &= (uint8_t)~EVF_LAZY;
		ev->decode(ev, UINT64_MAX);
	}
}

/* Makes sure of those wanted (bit i: param[i]) and nparams, the others may
 * hold anything until event_params(). */
static inline void event_some(struct event *ev, uint64_t wanted)
{
	if (!(ev->flags & EVF_LAZY) || !(wanted & ~ev->have))
		return;
	if (wanted == UINT64_MAX)
		ev->flags &= (uint8_t)~EVF_LAZY;
	ev->decode(ev, wanted);
	ev->have |= wanted;
}

/* Parameter i, or an empty one when the event has none such.  The caller has
 * called event_params(), or event_some() with this one. */
static inline struct param event_param(const struct event *ev, unsigned i)
{
	return i < ev->nparams ? ev->param[i] : (struct param){ NULL, 0 };
}

/* A fixed-size parameter as integer (sign- or zero-extended by its length
 * and `is_signed`); false when missing or of a wrong size. */
static inline bool param_int(struct param p, bool is_signed, int64_t *out)
{
	switch (p.len) {
	case 1:
		*out = is_signed ? (int8_t)p.p[0] : p.p[0];
		return true;
	case 2:
		*out = is_signed ? (int16_t)le16(p.p) : le16(p.p);
		return true;
	case 4:
		*out = is_signed ? (int64_t)(int32_t)le32(p.p) : (int64_t)le32(p.p);
		return true;
	case 8:
		*out = (int64_t)le64(p.p);
		return true;
	default:
		return false;
	}
}

/* Integer parameter i of ev, or dflt. */
static inline int64_t event_i64(const struct event *ev, unsigned i, int64_t dflt)
{
	int64_t v;

	return param_int(event_param(ev, i), true, &v) ? v : dflt;
}

static inline uint64_t event_u64(const struct event *ev, unsigned i, uint64_t dflt)
{
	int64_t v;

	return param_int(event_param(ev, i), false, &v) ? (uint64_t)v : dflt;
}

/*
 * Text parameter without its NUL (cut at the first NUL); p NULL when missing.
 * The legacy encoding "(NULL)" reads as the text "<NA>".
 */
struct str event_text(const struct event *ev, unsigned i);

/*
 * The return value: parameter 0 of an exit event of a system call when that
 * is a number (getuid gives the uid); false otherwise.  Generic calls carry
 * none, procexit and alike are no calls.
 */
bool event_retval(const struct event *ev, int64_t *ret);

/* "openat"; for generic calls the name of the call; for async events their
 * own name.  arch resolves native numbers when the .scap number is unknown. */
struct str event_name(struct event *ev);

#endif
