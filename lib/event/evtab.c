/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/evtab.h"

#define FLAGTAB(id) static const struct flagname flags_##id[] = {
#define FLAG(tab, fname, val) { fname, val },
#define ENDTAB(id) };
#include "schema/flags.def"
#undef FLAGTAB
#undef FLAG
#undef ENDTAB

#define FLAGTAB(id) const struct flagtab flagtab_##id = {	\
	#id, flags_##id, ARRAY_SIZE(flags_##id) };
#define FLAG(tab, fname, val)
#define ENDTAB(id)
#include "schema/flags.def"
#undef FLAGTAB
#undef FLAG
#undef ENDTAB

static const struct flagtab *const flagtabs[] = {
#define FLAGTAB(id) &flagtab_##id,
#define FLAG(tab, fname, val)
#define ENDTAB(id)
#include "schema/flags.def"
#undef FLAGTAB
#undef FLAG
#undef ENDTAB
};

/* The aux column: initialisers for dirfd, dyn and flags. */
#define none		.dirfd = -1
#define FLAGS(tab)	.dirfd = -1, .flags = &flagtab_##tab
#define DYN(tab)	.dirfd = -1, .dyn = DYN_##tab
#define DIRFD(index)	.dirfd = index
#define OWN		.dirfd = -1

/* A leading dummy keeps events without parameters legal C. */
#define EVENT(id, num, evname, cat, src, flags, fd)		\
	static const struct evparam params_##id[] = { { 0 },
#define P(ev, pname, type, fmt, aux)				\
	{ .name = #pname, .ptype = PT_##type, .pfmt = PF_##fmt, aux },
#define END(id) };
#include "schema/events.def"
#undef EVENT
#undef P
#undef END
#undef none
#undef FLAGS
#undef DYN
#undef DIRFD
#undef OWN

/* How many parameters are not OWN. */
#define WIRE_none	+ 1
#define WIRE_FLAGS(tab)	+ 1
#define WIRE_DYN(tab)	+ 1
#define WIRE_DIRFD(i)	+ 1
#define WIRE_OWN
#define EVENT(id, num, evname, cat, src, flags, fd) enum { NWIRE_##id = 0
#define P(ev, pname, type, fmt, aux) WIRE_##aux
#define END(id) };
#include "schema/events.def"
#undef EVENT
#undef P
#undef END

const struct evinfo evtab[EV_COUNT] = {
#define EVENT(id, num, evname, cat, src, evflags, evfd)		\
	[EV_##id] = {						\
		.name = evname, .params = params_##id + 1,	\
		.type = num, .category = cat, .source = src,	\
		.flags = evflags, .fd = evfd,			\
		.nparams = EV_##id##_NPARAMS, .nwire = NWIRE_##id, \
	},
#define P(ev, pname, type, fmt, aux)
#define END(id)
#include "schema/events.def"
#undef EVENT
#undef P
#undef END
};

const uint8_t ptype_size[PT_COUNT] = {
#define PTYPE(id, value, size, element) [PT_##id] = size,
#include "schema/types.def"
#undef PTYPE
};

enum ptype_element { NOTHING, SIGNED, UNSIGNED, REAL, BYTES, FILTER_ONLY };

static const struct {
	const char *name;
	enum ptype_element element;
} ptypes[PT_COUNT] = {
#define PTYPE(id, value, size, element) [PT_##id] = { #id, element },
#include "schema/types.def"
#undef PTYPE
};

const char *ptype_name(unsigned ptype)
{
	return ptype < PT_COUNT && ptypes[ptype].name ? ptypes[ptype].name : "?";
}

bool ptype_is_signed(unsigned ptype)
{
	return ptype < PT_COUNT && ptypes[ptype].element == SIGNED;
}

/* Most names differ in the first byte. */
static bool is_name(const char *p, struct str name)
{
	return p && name.len && p[0] == name.p[0] && str_eq(str_of(p), name);
}

const struct evinfo *evinfo_by_name(struct str name)
{
	unsigned i;

	for (i = 0; i < EV_COUNT; i++)
		if (is_name(evtab[i].name, name))
			return &evtab[i];
	return NULL;
}

int evinfo_param(const struct evinfo *e, struct str name)
{
	int i;

	for (i = 0; i < e->nparams; i++)
		if (str_eq(str_of(e->params[i].name), name))
			return i;
	return -1;
}

bool dyntype_of(unsigned dyn, unsigned sel, uint8_t *ptype, uint8_t *pfmt)
{
	static const struct {
		uint8_t dyn, sel, ptype, pfmt;
	} types[] = {
#define DYNTYPE(tab, sel, type, fmt) { DYN_##tab, sel, PT_##type, PF_##fmt },
#include "schema/dyntypes.def"
#undef DYNTYPE
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].dyn != dyn || types[i].sel != sel)
			continue;
		*ptype = types[i].ptype;
		*pfmt = types[i].pfmt;
		return true;
	}
	return false;
}

const struct flagtab *flagtab_by_name(struct str name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flagtabs); i++)
		if (str_eq(str_of(flagtabs[i]->name), name))
			return flagtabs[i];
	return NULL;
}

const char *errno_name(int64_t number)
{
	static const char *const names[] = {
#define ERRNO(name, value) [value] = #name,
#include "schema/errno.def"
#undef ERRNO
	};

	if (number < 0 || (uint64_t)number >= ARRAY_SIZE(names))
		return NULL;
	return names[number];
}

const char *signal_name(int64_t number)
{
	static const char *const names[] = {
#define SIGNAL(name, value) [value] = #name,
#include "schema/signals.def"
#undef SIGNAL
	};

	if (number < 0 || (uint64_t)number >= ARRAY_SIZE(names))
		return NULL;
	return names[number];
}

const struct scinfo sctab[] = {
#define SYSCALL(num, scname, x86, arm, ev, scsets)		\
	[num] = { .name = scname, .nr = { x86, arm },		\
		  .exit_event = EV_##ev, .sets = scsets },
#include "schema/syscalls.def"
#undef SYSCALL
};

const unsigned sctab_n = ARRAY_SIZE(sctab);

const struct scinfo *scinfo_of(unsigned sc)
{
	return sc < sctab_n && sctab[sc].name ? &sctab[sc] : NULL;
}

const struct scinfo *scinfo_native(enum arch arch, int nr)
{
	unsigned i;

	if (nr < 0)
		return NULL;
	for (i = 0; i < sctab_n; i++)
		if (sctab[i].name && sctab[i].nr[arch] == nr)
			return &sctab[i];
	return NULL;
}

const struct scinfo *scinfo_by_name(struct str name, unsigned *sc)
{
	unsigned i;

	for (i = 0; i < sctab_n; i++) {
		if (!is_name(sctab[i].name, name))
			continue;
		if (sc)
			*sc = i;
		return &sctab[i];
	}
	return NULL;
}
