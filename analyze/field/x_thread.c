/* SPDX-License-Identifier: Apache-2.0 */
/* The thread of the event: ids, capabilities, cgroups, resources. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

#define SELF (c->cur->thread)

/* Present without a thread, too. */
GETTER(THREAD_TID) { return val_i64(v, c->cur->ev->tid); }
GETTER(THREAD_ISMAIN) { return SELF && val_u64(v, thread_is_main(SELF)); }

GETTER(THREAD_NAMETID)
{
	size_t n = work_begin(c);

	if (!SELF)
		return false;
	buf_addstr(&c->work, rstr_str(SELF->comm));
	buf_addi(&c->work, c->cur->ev->tid);
	return val_str(v, work_end(c, n));
}

static bool cap_names(struct fieldctx *c, uint64_t set, struct value *v)
{
	static const char *const names[] = {
		"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL",
		"SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE",
		"NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
		"SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT",
		"SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME",
		"SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL",
		"SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM",
		"BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
	};
	size_t n = work_begin(c), begin = n;
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(set & (UINT64_C(1) << i)))
			continue;
		if (c->work.len > begin)
			buf_addc(&c->work, ' ');
		buf_adds(&c->work, "CAP_");
		buf_adds(&c->work, names[i]);
	}
	return val_str(v, work_end(c, n));
}

GETTER(THREAD_CAP_PERMITTED) { return SELF && cap_names(c, SELF->cap_permitted, v); }
GETTER(THREAD_CAP_INHERITABLE) { return SELF && cap_names(c, SELF->cap_inheritable, v); }
GETTER(THREAD_CAP_EFFECTIVE) { return SELF && cap_names(c, SELF->cap_effective, v); }

/* Time on a cpu, known where context switches were recorded. */
GETTER(THREAD_EXECTIME)
{
	return val_u64(v, SELF && c->cur->ev->type == EV_SCHEDSWITCH_6_E ? SELF->exectime : 0);
}

GETTER(THREAD_TOTEXECTIME) { return SELF && val_u64(v, SELF->totexectime); }

GETTER(THREAD_CGROUPS)
{
	struct str s;

	if (!SELF)
		return false;
	s = text_join(c, rstr_str(SELF->cgroups));
	return s.len && val_str(v, s);
}

GETTER(THREAD_CGROUP)
{
	struct str rest, s;

	if (!SELF)
		return false;
	rest = rstr_str(SELF->cgroups);
	while (text_next(&rest, &s)) {
		struct str name = str_cut(&s, '=');

		if (str_eq(name, ref->key))
			return val_str(v, s.p ? s : STR(""));
	}
	return false;
}

GETTER(PROC_NTHREADS) { return SELF && val_u64(v, machine_nthreads(SELF)); }

/* Threads besides the main one, which may have ended before them. */
GETTER(PROC_NCHILDS)
{
	const struct thread *main;
	unsigned n;

	if (!SELF)
		return false;
	n = machine_nthreads(SELF);
	main = machine_main_thread(c->m, SELF);
	return val_u64(v, n && main && !main->dead ? n - 1 : n);
}

/* Memory in kB: of the process (its main thread), or of the thread, where
 * only main threads have any. */
static bool main_kb(const struct fieldctx *c, size_t member, struct value *v)
{
	const struct thread *t = SELF ? machine_main_thread(c->m, SELF) : NULL;

	return SELF && val_u64(v, t ? *(const uint32_t *)((const char *)t + member) : 0);
}

GETTER(PROC_VMSIZE) { return main_kb(c, offsetof(struct thread, vmsize), v); }
GETTER(PROC_VMRSS) { return main_kb(c, offsetof(struct thread, vmrss), v); }
GETTER(PROC_VMSWAP) { return main_kb(c, offsetof(struct thread, vmswap), v); }
GETTER(THREAD_PFMAJOR) { return SELF && val_u64(v, SELF->pfmajor); }
GETTER(THREAD_PFMINOR) { return SELF && val_u64(v, SELF->pfminor); }

static bool own_kb(const struct fieldctx *c, uint64_t kb, uint64_t unit, struct value *v)
{
	return val_u64(v, thread_is_main(SELF) ? kb * unit : 0);
}

GETTER(THREAD_VMSIZE) { return SELF && own_kb(c, SELF->vmsize, 1, v); }
GETTER(THREAD_VMRSS) { return SELF && own_kb(c, SELF->vmrss, 1, v); }
GETTER(THREAD_VMSIZE_B) { return SELF && own_kb(c, SELF->vmsize, 1024, v); }
GETTER(THREAD_VMRSS_B) { return SELF && own_kb(c, SELF->vmrss, 1024, v); }

/*
 * Per cent of a cpu since the previous procinfo event of the thread, at most
 * 100; 0 for the first.  The times seen last are kept by thread and field,
 * for conditions and outputs apart.
 */
enum cpu_kind { CPU_ALL, CPU_USER, CPU_SYSTEM, CPU_KINDS };

static bool cpu_usage(struct fieldctx *c, enum field_place place, enum cpu_kind kind,
		      struct value *v)
{
	struct event *ev = c->cur->ev;
	uint64_t key, now, last;

	if (!SELF || ev->type != EV_PROCINFO_E)
		return false;
	event_params(ev);
	now = kind == CPU_SYSTEM ? 0 : event_u64(ev, P_PROCINFO_E_cpu_usr, 0);
	now += kind == CPU_USER ? 0 : event_u64(ev, P_PROCINFO_E_cpu_sys, 0);
	key = ((uint64_t)ev->tid * CPU_KINDS + kind) * 2 + (place == FIELD_IN_OUTPUT);
	last = (uint64_t)(uintptr_t)imap_get(&c->cpu_last, key);
	v->d = last && now > last ? (double)(now - last) / (NS_PER_S / 100) : 0;
	if (v->d > 100)
		v->d = 100;
	if (now)
		imap_put(&c->cpu_last, key, (void *)(uintptr_t)now);
	return true;
}

GETTER(THREAD_CPU) { return cpu_usage(c, place, CPU_ALL, v); }
GETTER(THREAD_CPU_USER) { return cpu_usage(c, place, CPU_USER, v); }
GETTER(THREAD_CPU_SYSTEM) { return cpu_usage(c, place, CPU_SYSTEM, v); }
