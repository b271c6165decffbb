/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/callnames.h"
#include "lib/base/str.h"
#include "lib/base/xalloc.h"
#include "lib/event/evtab.h"

#if defined(__aarch64__)
#define OWN_ARCH ARCH_ARM64
static const char *const others[] = { "__arm64_compat_sys_" };
#define SPARE 0
#else
#define OWN_ARCH ARCH_X86_64
static const char *const others[] = { "__ia32_sys_", "__ia32_compat_sys_" };
#define SPARE 1		/* of these, none is a 64-bit call's function too */
#endif

/* Functions that are named otherwise than their calls (syscall_64.tbl). */
static const struct {
	const char *call, *function;
} otherwise[] = {
	{ "stat", "newstat" }, { "fstat", "newfstat" }, { "lstat", "newlstat" },
	{ "uname", "newuname" }, { "sendfile", "sendfile64" }, { "umount2", "umount" },
	{ "fadvise64", "fadvise64_64" },
	/* and of 32-bit x86 (syscall_32.tbl) */
	{ "clone", "ia32_clone" }, { "stat", "ia32_stat64" }, { "lstat", "ia32_lstat64" },
	{ "fstat", "ia32_fstat64" },
};

/* Never return to where they were called; what calls of unknown numbers get,
 * where not every kernel lets programs be attached. */
static const char *const never[] = { "exit", "exit_group", "ni_syscall" };

static bool is_one(struct str function)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(never); i++)
		if (str_eq(function, str_of(never[i])))
			return false;
	return true;
}

/* The call a function of ours is of; false: of none we know. */
static bool call_of(struct str function, unsigned *sc)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(otherwise); i++)
		if (str_eq(function, str_of(otherwise[i].function)) &&
		    scinfo_by_name(str_of(otherwise[i].call), sc) &&
		    sctab[*sc].nr[OWN_ARCH] >= 0)
			return true;
	return scinfo_by_name(function, sc) && sctab[*sc].nr[OWN_ARCH] >= 0;
}

/* Cuts a prefix off. */
static bool cut_prefix(struct str *s, const char *prefix)
{
	struct str p = str_of(prefix);

	if (!str_starts(*s, p))
		return false;
	*s = str_mem(s->p + p.len, s->len - p.len);
	return true;
}

/* The row of a call of ours, as the kernel half finds it: rows[0] is that of
 * calls of other numbers, and of other tables. */
static bool own_selected(struct str function, const struct backend_opts *o)
{
	unsigned sc = 0, row = 0;
	int nr;

	if (call_of(function, &sc)) {
		nr = sctab[sc].nr[OWN_ARCH];
		row = nr < SYSCALL_NR_MAX ? o->sc_of_nr[nr] : 0;
	}
	return row ? o->rows[row].select != SEL_NO : callnames_any(o);
}

/* The same for a function of another table: is it recorded, as one of ours
 * (sc_of_nr32) or as what it is (rows[0])? */
static bool other_selected(struct str function, const struct backend_opts *o)
{
	unsigned sc, i;

	if (o->rows[0].select)
		return true;
	if (!call_of(function, &sc))
		return false;
	for (i = 0; i < SYSCALL_NR_MAX; i++)
		if (o->sc_of_nr32[i] && o->sc_of_nr32[i] == sc)
			return true;
	return false;
}

bool callnames_any(const struct backend_opts *o)
{
	return o->rows[0].select != SEL_NO && o->rows[0].select != SEL_COMPAT;
}

bool callnames_wants(struct str name, const struct backend_opts *o, bool spare)
{
	size_t i;

	if (cut_prefix(&name, CALLNAMES_OWN))
		return is_one(name) && own_selected(name, o);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (cut_prefix(&name, others[i]))
			return is_one(name) &&
			       ((spare && i == SPARE) || other_selected(name, o));
	return false;
}

/* Lines are "ffffffff81000000 T name". */
int callnames_find(struct callnames *l, const struct backend_opts *o, bool spare)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[512], *name;

	*l = (struct callnames){ NULL, 0, 0 };
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		name = strchr(line, ' ');
		name = name ? strchr(name + 1, ' ') : NULL;
		if (!name++ || strncmp(name, "__", 2))
			continue;
		name[strcspn(name, "\t\n")] = '\0';
		if (!callnames_wants(str_of(name), o, spare))
			continue;
		if (l->n == l->cap) {
			l->cap = l->cap ? 2 * l->cap : 256;
			l->v = xreallocarray(l->v, l->cap, sizeof(*l->v));
		}
		l->v[l->n++] = xstrndup(name, strlen(name));
	}
	fclose(f);
	return l->n ? 0 : -ESRCH;
}

void callnames_release(struct callnames *l)
{
	while (l->n)
		free(l->v[--l->n]);
	free(l->v);
	*l = (struct callnames){ NULL, 0, 0 };
}
