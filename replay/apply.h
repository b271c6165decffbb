/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Effects of events.  replay/effects.def says which function takes an event;
 * the functions lie in apply_*.c by family.  Each is called with the current
 * event in m->cur, the parameters of effect_needs() decoded and, unless the
 * row says otherwise, a thread.
 */
#ifndef REPLAY_APPLY_H
#define REPLAY_APPLY_H

#include "lib/base/compat.h"
#include "replay/machine_int.h"

/* Fills in what each event has to do with what others made (vtr_pass.role). */
struct vtr_pass;
void machine_roles(struct vtr_pass *p);

/* arg is the row's own: mostly the index of one parameter. */
typedef void apply_fn(struct machine *m, struct event *ev, int arg);

#define EFFECT(event, fn, arg) apply_fn apply_##fn;
#include "replay/effects.def"
#undef EFFECT

/* Bits of the file_flags table, as recorded. */
enum {
	OF_CREAT = 0x4, OF_NONBLOCK = 0x40, OF_DIRECTORY = 0x400, OF_CLOEXEC = 0x1000,
	OF_CREATED = 0x4000, OF_UPPER = 0x8000, OF_LOWER = 0x10000,
};

/* The current exit event's stored enter event when it is of that type. */
static inline const struct enter_event *cur_enter(const struct machine *m, unsigned type)
{
	return m->enter && m->enter->type == type ? m->enter : NULL;
}

/* Parameters of a stored enter event. */
static inline struct param enter_param(const struct enter_event *e, unsigned i)
{
	return i < e->nparams ? e->param[i] : (struct param){ NULL, 0 };
}

/* Text of one, without its NUL; p NULL when missing or told to be unknown. */
struct str enter_text(const struct enter_event *e, unsigned i);
uint64_t enter_u64(const struct enter_event *e, unsigned i, uint64_t dflt);

/* The return value as recorded in parameter 0. */
static inline int64_t cur_ret(const struct event *ev)
{
	return event_i64(ev, 0, -1);
}

#endif
