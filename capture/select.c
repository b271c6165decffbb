/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "capture/select.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/event/raw.h"
#include "lib/event/raw_tab.h"

static void fill_row(struct rawrow *row, const struct rawinfo *info)
{
	unsigned i;

	row->nops = info->nslots;
	row->cls = (uint8_t)(info->cls & 0xff);
	row->condarg = info->condarg;
	row->condmask = info->condmask;
	row->flags = 0;
	if (info->event == EV_SOCKET_SENDMMSG_X || info->event == EV_SOCKET_RECVMMSG_X)
		row->flags |= ROWF_EACH;
	if (!info->nslots)
		row->flags |= ROWF_BARE;
	if (info->nslots == 1 && info->slots[0].op == ROP_UBUF && info->slots[0].a == A1 &&
	    (info->slots[0].b == A2 || info->slots[0].b == RET))
		row->flags |= ROWF_DATA;
	if (info->nslots == 1 && info->slots[0].op == ROP_USTR &&
	    (info->slots[0].a == A0 || info->slots[0].a == A1))
		row->flags |= ROWF_NAME;
	for (i = 0; i < info->nslots; i++) {
		if (info->slots[i].op == ROP_FDPATH && info->slots[i].a == RET)
			row->flags |= ROWF_OPEN;
		row->op[i] = (struct rawop){ info->slots[i].op, info->slots[i].a,
					     info->slots[i].b, 0 };
	}
}

static void fill_tables(struct backend_opts *o, enum arch arch)
{
	const struct rawinfo *info;
	unsigned i;

	for (i = 0; i < sctab_n && i < SYSCALL_SC_MAX; i++) {
		info = rawinfo_syscall(i);
		if (!info)
			continue;
		fill_row(&o->rows[i], info);
		if (sctab[i].nr[arch] >= 0 && sctab[i].nr[arch] < SYSCALL_NR_MAX)
			o->sc_of_nr[sctab[i].nr[arch]] = (uint16_t)i;
	}
	for (i = 0; i < REC_TP_COUNT; i++) {
		fill_row(&o->tps[i], rawinfo_tracepoint(i));
		o->tps[i].select = SEL_YES;
	}
}

/* Which results of a call: the scheduler's tracepoints tell the others. */
static unsigned results_of(unsigned sc)
{
	switch (sctab[sc].exit_event) {
	case EV_SYSCALL_EXECVE_19_X:
	case EV_SYSCALL_EXECVEAT_X:
		return SEL_FAILED;
	case EV_SYSCALL_CLONE_20_X:
	case EV_SYSCALL_CLONE3_X:
	case EV_SYSCALL_FORK_20_X:
	case EV_SYSCALL_VFORK_20_X:
		return SEL_NONZERO;
	default:
		return SEL_YES;
	}
}

static void pick(struct backend_opts *o, unsigned sc)
{
	o->rows[sc].select = (uint8_t)results_of(sc);
}

static void pick_set(struct backend_opts *o, enum select_set set)
{
	const struct rawinfo *info;
	unsigned i;

	for (i = 1; i < sctab_n && i < SYSCALL_SC_MAX; i++) {
		info = rawinfo_syscall(i);
		if (!info)
			continue;
		if (set == SELECT_ALL) {
			o->rows[i].condmask = 0;
			pick(o, i);
		} else if (sctab[i].sets & (SC_STATE | SC_RULES) || info->cls & RAWF_DFLT) {
			pick(o, i);
		}
	}
	/* Calls of unknown number, and those of the 32-bit table. */
	o->rows[0].select = set == SELECT_ALL ? SEL_YES : SEL_COMPAT;
}

/* 32-bit calls that are like a selected one; the rest are row 0's. */
static void pick_compat(struct backend_opts *o, enum arch arch)
{
	static const uint16_t like[SYSCALL_NR_MAX] = {
#define LIKE32(nr, sc) [nr] = sc,
#include "schema/syscalls32.def"
#undef LIKE32
	};
	unsigned i;

	for (i = 0; i < SYSCALL_NR_MAX && arch == ARCH_X86_64; i++)
		if (like[i] && o->rows[like[i]].select)
			o->sc_of_nr32[i] = like[i];
}

static int unknown_name(struct str name, struct diag *d)
{
	const char **names = xcalloc(sctab_n, sizeof(*names)), *near;
	struct diag_item *it;
	size_t i, n = 0;

	for (i = 0; i < sctab_n; i++)
		if (raw_has_call(i))
			names[n++] = sctab[i].name;
	near = str_nearest(name, names, n);
	it = diag_add(d, DIAG_ERROR, "no system call is named '%.*s'", (int)name.len, name.p);
	if (near)
		diag_hint(it, "did you mean '%s'?", near);
	else
		diag_hint(it, "'vestige list syscalls' lists them");
	free(names);
	return -E_USAGE;
}

static int pick_names(struct backend_opts *o, const char *names, struct diag *d)
{
	const char *p = names, *end;
	struct str name;
	unsigned sc;

	for (; *p; p = *end ? end + 1 : end) {
		end = p + strcspn(p, ",");
		name = str_mem(p, (size_t)(end - p));
		if (!name.len)
			continue;
		if (!scinfo_by_name(name, &sc) || sc >= SYSCALL_SC_MAX)
			return unknown_name(name, d);
		if (!raw_has_call(sc)) {
			diag_add(d, DIAG_ERROR, "'%.*s' is no system call a recorder sees",
				 STR_FMT(name));
			return -E_USAGE;
		}
		o->rows[sc].condmask = 0;
		pick(o, sc);
	}
	return 0;
}

/* What the machine needs to know who and what the others are about. */
static void pick_state(struct backend_opts *o)
{
	unsigned i;

	for (i = 1; i < sctab_n && i < SYSCALL_SC_MAX; i++)
		if (sctab[i].sets & SC_STATE && rawinfo_syscall(i))
			pick(o, i);
	o->rows[0].select = SEL_COMPAT;
}

static void only_failed(struct backend_opts *o)
{
	unsigned i;

	for (i = 0; i < SYSCALL_SC_MAX; i++)
		if (o->rows[i].select)
			o->rows[i].select = SEL_FAILED;
}

int select_calls(struct backend_opts *b, const struct select_opts *o, enum arch arch,
		 struct diag *d)
{
	int ret = 0;

	fill_tables(b, arch);
	if (o->names) {
		ret = pick_names(b, o->names, d);
	} else if (o->rule_names) {
		pick_state(b);
		ret = pick_names(b, o->rule_names, d);
	} else {
		pick_set(b, o->set);
	}
	if (o->failed)
		only_failed(b);
	pick_compat(b, arch);
	return ret;
}

unsigned select_count(const struct backend_opts *o)
{
	unsigned i, n = 0;

	for (i = 1; i < SYSCALL_SC_MAX; i++)
		n += o->rows[i].select != SEL_NO;
	return n;
}
