/* SPDX-License-Identifier: Apache-2.0 */
/* Words for events: of several events of one name the one of today. */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "replay/asm/asm_in.h"

static const char *const ids[EV_COUNT] = {
#define EVENT(id, num, name, cat, src, flags, fd) [EV_##id] = #id,
#define P(ev, name, type, fmt, aux)
#define END(id)
#include "schema/events.def"
#undef EVENT
#undef P
#undef END
};

/* Exit events before enter events, newer before older. */
static unsigned rank(const struct evinfo *e)
{
	return (ev_is_exit(e->type) ? 0x10000u : 0) +
	       (e->flags & EF_OLD_VERSION ? 0 : 0x20000u) + e->type;
}

static bool usable(const struct evinfo *e)
{
	return e->name && !(e->flags & EF_UNUSED) && e->type != EV_GENERIC_E &&
	       e->type != EV_GENERIC_X;
}

static const struct evinfo *current(struct str name)
{
	const struct evinfo *best = NULL;
	unsigned i;

	for (i = 0; i < EV_COUNT; i++) {
		if (usable(&evtab[i]) && str_eq(str_of(evtab[i].name), name) &&
		    (!best || rank(&evtab[i]) > rank(best)))
			best = &evtab[i];
	}
	return best;
}

const struct evinfo *asm_event_of(struct str word, unsigned *sc)
{
	const struct evinfo *e = current(word);
	const struct scinfo *call;
	unsigned i;

	*sc = 0;
	if (e)
		return e;
	call = scinfo_by_name(word, sc);
	if (call && call->exit_event == EV_GENERIC_X)
		return evinfo_of(EV_GENERIC_X);
	*sc = 0;
	if (call)
		return evinfo_of(call->exit_event);
	for (i = 0; i < EV_COUNT; i++)
		if (ids[i] && str_eq(str_of(ids[i]), word))
			return evinfo_of(i);
	return NULL;
}

/* A call without an event of its own, under its own name. */
static const char *generic_word(const struct event *ev)
{
	unsigned id = (unsigned)event_u64(ev, P_GENERIC_X_ID, 0), sc;
	const struct scinfo *info = scinfo_of(id);

	if (ev->nparams != ev->info->nwire || !info ||
	    event_u64(ev, P_GENERIC_X_nativeID, UINT16_MAX) !=
	    (uint16_t)info->nr[ARCH_X86_64])
		return NULL;
	return info->exit_event != EV_GENERIC_X || current(str_of(info->name)) ||
	       scinfo_by_name(str_of(info->name), &sc) != info ? NULL : info->name;
}

const char *asm_event_word(const struct event *ev)
{
	const char *word = NULL;

	if (ev->type == EV_GENERIC_X)
		word = generic_word(ev);
	else if (usable(ev->info) && current(str_of(ev->info->name)) == ev->info)
		word = ev->info->name;
	return word ? word : ids[ev->type];
}

const char *asm_event_near(struct str word)
{
	const char **names = xcalloc(EV_COUNT + sctab_n + 1, sizeof(*names)), *near;
	unsigned i, n = 0;

	for (i = 0; i < EV_COUNT; i++)
		if (usable(&evtab[i]))
			names[n++] = evtab[i].name;
	for (i = 0; i < sctab_n; i++)
		if (sctab[i].name)
			names[n++] = sctab[i].name;
	names[n++] = "spawn";
	near = str_nearest(word, names, n);
	free(names);
	return near;
}
