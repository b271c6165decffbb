/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine: every process, thread, descriptor, user and container as it
 * was at one point of the trace.  machine_apply() is the only way events get
 * in.  The semantics are Falco's (libs 0.25.4) where rules can see them;
 * differences stand in doc/COMPATIBILITY.md.
 *
 * Nothing here looks at the machine we run on.  Memory is bounded by what is
 * alive in the trace, not by the trace's length, and by the limits below,
 * whatever a trace makes up; what they leave out is counted.
 */
#ifndef REPLAY_MACHINE_H
#define REPLAY_MACHINE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/rstr.h"
#include "lib/event/event.h"
#include "lib/event/source.h"
#include "lib/event/snapshot.h"
#include "replay/fdtab.h"

#define MACHINE_THREADS_MAX	262144
#define MACHINE_FDS_MAX		(1u << 20)	/* per process */
#define MACHINE_FDS_TOTAL_MAX	(4u << 20)	/* of all processes: 700 MB */
#define MACHINE_ANCESTORS_MAX	1024		/* looked at, going up from a process */
#define MACHINE_ADOPTIONS_MAX	64		/* of one process; then it has no parent */
/* Bytes of all texts longer than RSTR_LONG, each counted once; what there is
 * no room for is cut to that.  More than twice what a block of a .vtr can hold,
 * and some thousand times what the reference captures come to (13 KB). */
#define MACHINE_TEXTS_MAX	(256u << 20)
#define MACHINE_CGROUPS_MAX	65536		/* bytes of a thread's list; more is cut */
#define MACHINE_KEY_MAX		RSTR_LONG	/* of a container's id; others are none */
#define MACHINE_ENTERS_MAX	(64u << 20)	/* bytes of all enter events kept */

/* Thread flags are clone_flags table bits plus these (same numbers as the
 * table's names where it has them). */
enum {
	TF_CLONE_FILES = 1 << 0,
	TF_CLONE_NEWPID = 1 << 6,
	TF_CLONE_PARENT = 1 << 8,
	TF_CLONE_THREAD = 1 << 13,
	TF_CLONE_INVERTED = 1 << 16,	/* made by its own clone exit */
	TF_NAME_CHANGED = 1 << 17,
	TF_CLOSED = 1 << 18,
	TF_CLONE_NEWUSER = 1 << 20,
	TF_PIPE_SRC = 1 << 21,		/* had its stdout replaced by dup */
	TF_PIPE_DST = 1 << 22,		/* had its stdin replaced by dup */
	TF_CLONE_VFORK = 1 << 27,
	TF_CHILD_IN_PIDNS = 1 << 29,
	TF_IS_MAIN_THREAD = 1 << 30,
};

#define NO_ENTER	UINT16_MAX	/* none was told of the thread */

struct tgroup;		/* threads of one process */

struct thread {
	/* What every event touches, together. */
	int64_t tid, pid, ptid;		/* pid -1: placeholder, see below */
	int64_t last_fd;		/* descriptor of its last call, -1: none */
	uint32_t flags;			/* TF_xxx */
	uint16_t last_enter;		/* type of its last enter event, or NO_ENTER: no
					 * exit event could belong to any so far */
	struct tgroup *group;		/* NULL for placeholders */
	struct fdtab fds;		/* use machine_fdtab(): threads share */

	int64_t vtid, vpid, sid, vpgid, pgid;
	uint32_t uid, gid, loginuid;	/* 0xFFFFFFFF: unknown or unset */
	struct rstr *comm, *exe, *exepath;
	struct rstr *args;		/* NUL-terminated strings, argv[0] excluded */
	struct rstr *cmdline;		/* comm and args as they were when args came */
	struct rstr *env;		/* NUL-terminated NAME=VALUE; main threads */
	struct rstr *cwd;		/* ends with "/"; main threads */
	struct rstr *root;
	struct rstr *cgroups;		/* NUL-terminated subsystem=path */
	struct rstr *container_id;	/* empty: the host */
	uint32_t nargs;
	uint32_t tty;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	bool exe_writable, exe_upper, exe_lower, exe_memfd;
	bool dead;			/* exited, removed with the next event */
	uint64_t exe_ino, exe_ctime, exe_mtime;
	uint64_t exe_ctime_since_clone;	/* clone time - exe ctime */
	uint64_t exe_ctime_since_pidns;
	uint64_t clone_ts, lastexec_ts, pidns_init_start_ts;
	int64_t fdlimit;
	uint32_t vmsize, vmrss, vmswap;
	uint64_t pfmajor, pfminor;
	uint64_t exectime, totexectime;	/* from switch events */
	struct thread *tg_next, *tg_prev;	/* of its group, main thread first */
	struct thread *parent;		/* NULL: none known */
	struct thread *first_child, *next_sibling, *prev_sibling;
	int64_t reaper_tid;		/* -1: not told */
	uint8_t adopted;		/* how often its parent has died */
	uint32_t gaps;			/* told when it last was whole (gaps.h) */
	/* Enter event kept for its exit (old captures only); see apply.c. */
	struct enter_event *enter;
};

/* A thread whose tid was seen but whose start was not: pid -1, comm and exe
 * "<NA>", no ids.  Present so that rules see what Falco sees. */
static inline bool thread_is_placeholder(const struct thread *t)
{
	return t->pid == -1;
}

static inline bool thread_is_main(const struct thread *t)
{
	return t->tid == t->pid || (t->flags & TF_IS_MAIN_THREAD);
}

struct user {
	uint32_t uid, gid;
	struct rstr *name, *home, *shell, *container;
};

struct group {
	uint32_t gid;
	struct rstr *name, *container;
};

struct container_mount {
	struct rstr *source, *dest, *mode, *propagation;
	bool rw;
};

struct container_label {
	struct rstr *key, *value;
};

/* Metadata of one container, from a "container" event or the snapshot. */
struct container {
	struct rstr *id;		/* 12 characters: the key */
	struct rstr *full_id, *name, *image, *image_id, *repo, *tag, *digest;
	struct rstr *ip, *cni_json, *sandbox_id, *user;
	int32_t type;			/* container.type number of state semantics */
	bool privileged, host_pid, host_network, host_ipc, is_sandbox;
	struct container_mount *mounts;
	size_t nmounts;
	struct container_label *labels, *sandbox_labels;
	size_t nlabels, nsandbox_labels;
	uint64_t seen;			/* order of arrival, for listings */
};

/* The event just applied, as filters see it: after its own effect. */
struct machine_current {
	struct event *ev;
	struct thread *thread;		/* NULL: the event has none */
	int64_t fd;			/* last descriptor; -1: none */
	struct fd *fdinfo;		/* its entry or NULL */
	bool fd_name_changed;
	bool fd_answered;		/* the call told how a connection begun went, ... */
	bool fd_refused;		/* ... or that there will be none */
	uint64_t first_ts;		/* of the first event applied (evt.reltime) */
};

/* errno of the current call when it failed, else 0. */
static inline int64_t machine_current_error(const struct machine_current *c)
{
	int64_t ret;

	if (!c->ev)
		return 0;
	event_params(c->ev);
	if (!event_retval(c->ev, &ret) || ret >= 0)
		return 0;
	return ret > INT64_MIN ? -ret : INT64_MAX;	/* a lying trace may tell any */
}

struct machine_counts {			/* for `info` and tests */
	uint64_t events, threads_added, threads_dropped, placeholders;
	uint64_t fds_added, fds_dropped, lookups_failed;
	uint64_t texts_cut;		/* or, of an enter event, not kept */
	uint64_t entries_dropped;	/* users, groups, containers, their labels and mounts */
	size_t threads_peak, fds_peak;
};

struct machine;

struct machine *machine_new(void);
void machine_free(struct machine *m);
/* Forget everything (a new capture begins). */
void machine_reset(struct machine *m);

/* State from before the first event.  Strings are copied. */
void machine_load(struct machine *m, const struct snap_item *item);
/* All entries are in: build dependencies, containers, socket roles.  Called
 * implicitly by the first machine_apply() after a machine_load(); nothing is
 * done where none came. */
void machine_loaded(struct machine *m);

/*
 * Apply one event: finish what the previous one scheduled (closes, exits),
 * find thread and descriptor, take the effect.  The result is in
 * machine_current(m).  Returns true when filters may see the event (not for
 * state-only ones and those the machine consumes: user and group records).
 */
bool machine_apply(struct machine *m, struct event *ev);
/* Is it one of the records that open a capture and only fill tables? */
bool machine_preamble(unsigned type);
/* What nobody may look at; events that change nothing else then pass. */
enum machine_aspect {
	ASPECT_MEMORY = 1,	/* vmsize, vmrss, vmswap of threads */
	ASPECT_CONNECTED = 2,	/* FDF_CONNECTED and its kin, of descriptors */
};
/* Nobody will look at these (ASPECT_xxx; 0: all are kept).  Lasts. */
void machine_ignore(struct machine *m, unsigned aspects);
/*
 * The same for an event nobody will look at: the machine is afterwards as
 * machine_apply() would leave it, but machine_current() tells nothing.
 * Parameters beyond effect_needs() may be missing.
 */
bool machine_pass(struct machine *m, struct event *ev);
/*
 * Events that need not even be passed are told in p from here on (vtr_pass());
 * p is borrowed for the life of the machine.
 */
struct vtr_pass;
void machine_calm(struct machine *m, struct vtr_pass *p);
/* So many were left out. */
void machine_passed(struct machine *m, uint64_t n);
/* All must pass again: something comes between. */
void machine_stir(struct machine *m);
/* Finish what the last event left for the next, closes and exits, and what was
 * loaded since.  For who looks at the machine between events; the current event
 * is gone then. */
void machine_settle(struct machine *m);
const struct machine_current *machine_current(const struct machine *m);
/* Something is known to be missing here: what that hides is noted (gaps.h). */
void machine_loss(struct machine *m, const struct evloss *loss);

/* Lookups; NULL when unknown.  Pointers are good until the next apply. */
struct thread *machine_thread(const struct machine *m, int64_t tid);
struct thread *machine_main_thread(const struct machine *m, const struct thread *t);
/* The parent process's main thread; NULL when not in the table. */
struct thread *machine_parent(const struct machine *m, const struct thread *t);
/* n times machine_parent, starting at t's own main thread (n = 0). */
struct thread *machine_ancestor(const struct machine *m, const struct thread *t, unsigned n);
/*
 * Walk "any ancestor" as Falco does: *it starts NULL; each call gives the
 * next one up, NULL at the end.  Loops end the walk.
 */
struct thread *machine_next_ancestor(const struct machine *m, const struct thread *t,
				     struct thread *it, unsigned *steps);
/* Leader by session or group id (state semantics section 11); which is
 * one of LEADER_xxx. */
enum machine_leader { LEADER_SID, LEADER_VPGID, LEADER_PGID };
struct thread *machine_leader(const struct machine *m, const struct thread *t,
			      enum machine_leader which);
unsigned machine_nthreads(const struct thread *t);	/* alive, of its process */
/* The descriptor table t uses; NULL only for a group whose main is unknown. */
struct fdtab *machine_fdtab(const struct machine *m, struct thread *t);
struct str machine_cwd(const struct machine *m, const struct thread *t);
struct str machine_env(const struct machine *m, const struct thread *t);
bool thread_in_child_pidns(const struct thread *t);

const struct user *machine_user(const struct machine *m, struct str container, uint32_t uid);
const struct group *machine_group(const struct machine *m, struct str container, uint32_t gid);
const struct container *machine_container(const struct machine *m, struct str id);
/* Is this address one of the recorded machine's interfaces? */
bool machine_is_local_addr(const struct machine *m, bool v6, const uint8_t *addr);
const struct snap_host *machine_host(const struct machine *m);
const struct machine_counts *machine_counts(const struct machine *m);

/* Every thread by ascending tid in a malloc'd array (free it). */
struct thread **machine_threads(const struct machine *m, size_t *n);

/* Resolve a path against a directory descriptor of t (-100: cwd); appends
 * the absolute form to out (state semantics section 6). */
void machine_resolve(const struct machine *m, struct thread *t, int64_t dirfd,
		     struct str path, struct buf *out);

/* Invariants; NULL when all hold, else a sentence (static buffer in m). */
const char *machine_check(struct machine *m);

#endif
