/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's own state; its rooms are collect*.c. */
#ifndef ANALYZE_COLLECT_IN_H
#define ANALYZE_COLLECT_IN_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "analyze/collect.h"
#include "analyze/field/context.h"
#include "replay/session.h"
#include "replay/sock.h"

/* What an event is for a report, by event number. */
enum act {
	ACT_NONE, ACT_IO, ACT_OPEN, ACT_CREAT, ACT_EXEC, ACT_EXIT, ACT_CONNECT, ACT_ACCEPT,
	ACT_LISTEN, ACT_SOCKOPT, ACT_DELETE, ACT_MAKE, ACT_MODE, ACT_FDMODE, ACT_RENAME, ACT_LINK,
};

struct collector {
	struct report *r;
	struct session *s;
	struct machine *m;
	const struct machine_current *cur;
	struct engine engine;
	struct fieldctx fields;
	struct event *ev;
	uint8_t act[EV_COUNT];		/* enum act */
	bool plain[EV_COUNT];		/* read, write and their kin */
	uint32_t trace;			/* index of the current one */
	const char *file;		/* what session_file said */
	struct imap by_pid;		/* key of a process -> index + 1 */
	struct imap by_act;		/* process << 32 | path -> index + 1 of files */
	struct smap by_path;		/* "trace\0path" -> index + 1 */
	struct smap by_peer, by_listen, by_pair, by_container;
	struct imap by_newexec;		/* path -> index + 1 */
	uint32_t *rule_index;		/* of the set -> index of the report, or NONE */
	struct arena keys;		/* of the maps */
	struct buf work, key, cut;
	uint64_t lost_since;		/* events, since the last alert */
	bool lost_since_unknown;
	size_t alert_bytes, text_bytes;
	struct {			/* sockets that listened before the trace */
		int64_t tid;
		uint8_t l4;
		struct sock_aside at;
	} *old_listens;
	size_t nold, old_cap;
	struct {			/* listeners of which no port is told yet */
		uint32_t listen;	/* of the report */
		int64_t fd;
		uint8_t l4;
		struct sock_aside at;
	} *portless;
	size_t nportless, portless_cap;
};

/* A text of the trace for the report: copied, cut to REPORT_TEXT_MAX. */
struct str collect_text(struct collector *c, struct str s);
void *collect_index(uint32_t i);		/* as a map's value */
uint32_t collect_index_of(const void *value);	/* or REPORT_NONE for NULL */

/* collect_trace.c: before the pass: digests, verification, META. */
int collect_trace(struct collector *c, const char *path, struct diag *d);

/* collect_proc.c */
/* The record of the thread's process, made when new; NONE past the cap. */
uint32_t collect_proc(struct collector *c, struct thread *t);
void collect_exec(struct collector *c, uint32_t proc, struct thread *t);
void collect_exit(struct collector *c, uint32_t proc, struct thread *t);
/* A new machine: pids mean other processes from here on. */
void collect_forget(struct collector *c);
uint32_t collect_container(struct collector *c, struct str id);

/* collect_io.c */
void collect_acts(struct collector *c);
void collect_io(struct collector *c, uint32_t proc, struct thread *t);
/* An executable was run: was it made in this trace? */
void collect_ran(struct collector *c, uint32_t proc, struct str exe, bool memfd);
void collect_ran_script(struct collector *c, uint32_t proc, struct thread *t);
/* File or peer the current event is about, for an alert; may be empty. */
struct str collect_object(struct collector *c, struct thread *t);

/* collect_net.c */
/* A connection; begun: how it went is not told yet. */
void collect_peer(struct collector *c, uint32_t proc, const struct fd *f, bool begun);
void collect_traffic(struct collector *c, uint32_t proc, const struct fd *f, uint64_t n,
		     bool sent);
/* One that failed at once; how one begun earlier went. */
void collect_failure(struct collector *c, uint32_t proc, const struct fd *f);
void collect_answer(struct collector *c, uint32_t proc, const struct fd *f);
void collect_addr(struct buf *out, bool v6, const uint8_t *ip);
struct str collect_addr_text(struct collector *c, bool v6, const uint8_t *ip);
const char *collect_proto(uint8_t l4);

/* collect_listen.c */
void collect_listen(struct collector *c, uint32_t proc, const struct fd *f);
/* f was accepted: its own port may be one the kernel had chosen for a listener. */
void collect_told_port(struct collector *c, uint32_t proc, const struct fd *f);
void collect_old_listens(struct collector *c);

#endif
