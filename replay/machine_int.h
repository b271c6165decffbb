/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rooms of the machine share and nobody else sees: the tables, and
 * the verbs that change them.  The thread table owns its threads; a group
 * owns nothing and lives while it has threads; parent and child links always
 * agree (check.c says so after every event in tests).
 */
#ifndef REPLAY_MACHINE_INT_H
#define REPLAY_MACHINE_INT_H

#include "lib/base/compat.h"
#include "lib/base/xalloc.h"
#include "lib/trace/reader.h"
#include "lib/event/cgroup.h"
#include "replay/gaps.h"
#include "replay/machine.h"

#define ID_UNKNOWN	0xFFFFFFFFu
#define NS_PER_S	1000000000ull
#define CAPS_ALL	0x1FFFFFFFFFFull	/* up to CAP_CHECKPOINT_RESTORE */

struct tgroup {
	int64_t pid;
	struct thread *first, *last;	/* the main thread, if known, is first */
	uint32_t n;			/* in the table, dead main included */
	uint32_t alive;
	bool reaper;			/* adopts orphans: init or a subreaper */
};

/* The newest enter event of a thread, copied. */
struct enter_event {
	uint16_t type;
	uint8_t nparams;
	size_t cap, used;		/* bytes at data */
	struct param param[8];
	uint8_t data[];
};

/* Users and groups of one container, or of the host. */
struct accounts {
	struct imap users, groups;	/* struct user, struct group */
	struct rstr *container;		/* the key; NULL: the host */
};

struct iface {
	bool v6;
	uint8_t addr[16], mask[16];
};

/* Which caller's clone of which child ended a moment ago (a child can exit
 * before its parent's clone returns). */
struct exit_mark {
	int64_t child, parent;
	uint64_t ts;
};
#define EXIT_MARKS	8192	/* newest exit of each tid modulo this */
#define EXIT_RECENT_NS	(2 * NS_PER_S)

struct machine {
	struct machine_current cur;
	struct enter_event *enter;	/* of the current exit event, or NULL */

	struct imap threads;		/* tid -> struct thread */
	struct thread *last;		/* found last: most events repeat a tid */
	struct imap groups;		/* pid -> struct tgroup */
	bool loading;			/* entries came, machine_loaded() did not */
	bool started;			/* an ordinary event was applied */
	unsigned ignored;		/* ASPECT_xxx */
	uint8_t way[EV_COUNT];		/* of events nobody looks at: apply.c */
	bool stirs[EV_COUNT];		/* events after which somebody may have a socket */
	/* Threads of which an event that passes changes nothing, and those
	 * besides without a socket; NULL: nobody asks. */
	struct vtr_pass *pass;
	uint64_t needs[EV_COUNT];	/* effect_needs(), decoded for the effect */

	int64_t exit_tid;		/* to be removed before the next event, -1 */
	int64_t close_tid, close_fd;	/* likewise; close_tid -1: none */
	struct exit_mark *exits;	/* EXIT_MARKS of them, made when needed */

	struct accounts host_accounts;
	struct smap accounts;		/* container id -> struct accounts */
	struct smap containers;		/* id -> struct container */
	uint64_t containers_seen;
	struct cgroup_memo cgroups;

	struct iface *ifaces;
	size_t nifaces, ifaces_cap;
	uint8_t *server_ports;		/* bitmap of ports of the snapshot */

	uint64_t *switched;		/* last switch of each cpu */
	size_t nswitched;

	struct gaps gaps;

	struct snap_host host;
	char *host_text[2];		/* hostname, arch */

	struct machine_counts counts;
	size_t nfds;			/* in all tables */
	size_t naccounts;		/* users and groups, of all */
	size_t nparts;			/* labels and mounts of all containers */
	size_t enter_bytes;		/* used by enter events that are kept */
	struct rstr_pool texts;		/* every text of the trace that is kept */
	struct buf path, text;		/* scratch of one handler */
	char complaint[200];		/* of machine_check */
};

/* All events of the thread must come again, as machine_stir() of all. */
void machine_stir_thread(struct machine *m, int64_t tid);
/* Nobody will look at this one, which ends soon (vtr_pass.brief), or can any more. */
void machine_keep_brief(struct machine *m, const struct thread *t);
void machine_forget_brief(struct machine *m, int64_t tid);
/* All threads are others now, or somebody will look. */
void machine_stir_anew(struct machine *m);

/* --- thread.c: one thread, and the table --- */

struct thread *thread_new(int64_t tid);
void thread_free(struct machine *m, struct thread *t);
/* t enters the table (it must not hold the tid); false and freed when the
 * table is full. */
bool machine_add_thread(struct machine *m, struct thread *t);
/* The thread, or a placeholder made for an unknown tid; NULL when full. */
struct thread *machine_need_thread(struct machine *m, int64_t tid);
/* t leaves the table and is freed; links must be gone. */
void machine_drop_thread(struct machine *m, struct thread *t);

/* *slot = s, or as much of it as there is room for (MACHINE_TEXTS_MAX). */
static inline void machine_set_text(struct machine *m, struct rstr **slot, struct str s)
{
	if (LIKELY(s.len <= RSTR_LONG))
		rstr_setmem(slot, s.p, s.len);
	else
		rstr_pool_set(&m->texts, slot, s);
}
/* No enter event is kept for t. */
void thread_drop_enter(struct machine *m, struct thread *t);
/* args as in events: strings with NULs between; cmdline follows with the
 * comm t has now. */
void thread_set_args(struct machine *m, struct thread *t, struct str args);
/* Without the kernel's mark that the file is gone by now. */
void thread_set_exepath(struct machine *m, struct thread *t, struct str path);
void thread_set_env(struct machine *m, struct thread *t, struct str env);
/* cgroups as in events; the container follows. */
void thread_set_cgroups(struct machine *m, struct thread *t, struct str cgroups);
/* base may be t's own cwd; the result ends with "/". */
void thread_set_cwd(struct machine *m, struct thread *t, struct str base, struct str path);
void thread_copy_fds(struct machine *m, struct thread *dst, struct thread *src);

/* --- tgroup.c --- */

/* t joins the group of its pid, which is made when there is none. */
void tgroup_join(struct machine *m, struct thread *t);
/* Behind all others, main thread or not (a checkpoint keeps the order). */
void tgroup_append(struct tgroup *g, struct thread *t);
/* t leaves; an empty group is freed. */
void tgroup_leave(struct machine *m, struct thread *t);
struct thread *tgroup_main(const struct tgroup *g);

/* --- proc_tree.c --- */

/* Group and parent of a thread that was just filled in. */
void machine_link(struct machine *m, struct thread *t);
void thread_attach_child(struct thread *parent, struct thread *child);
void thread_detach_child(struct thread *child);
/* The thread is gone: children find a new parent, empty groups go. */
void machine_remove_thread(struct machine *m, int64_t tid);

/* --- descriptors --- */

/* fdtab_put() within the limit of all tables; what is over it is counted. */
struct fd *machine_put_fd(struct machine *m, struct fdtab *tab, int64_t num);
/* A new entry in t's table, nameless, replacing what was there, which also
 * becomes the current descriptor; NULL when there is no room or table. */
struct fd *machine_open_fd(struct machine *m, struct thread *t, int64_t num);
void machine_close_fd(struct machine *m, struct thread *t, int64_t num);
/* Name of the current descriptor; notes whether it changed. */
void machine_name_fd(struct machine *m, struct fd *f, struct str name);
/* A copy of src (of any table) as the current descriptor num of t. */
struct fd *machine_dup_fd(struct machine *m, struct thread *t, const struct fd *src,
			  int64_t num, bool cloexec);

/* --- apply.c --- */

static inline struct param cur_param(const struct machine *m, unsigned i)
{
	return event_param(m->cur.ev, i);
}

#endif
