/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct report: what a page about traces says, as plain data.
 *
 * analyze/collect.c fills it in one pass over the traces; every renderer
 * (html*.c, md.c, json.c, export.c) only reads it.  Everything is in the
 * report's arena, in order of first appearance: the same traces and rules
 * give the same report.  Texts of rules belong to the rule set, which must
 * outlive it.  Bytes of the trace are kept as they are, cut to
 * REPORT_TEXT_MAX; making them harmless is each renderer's duty (escape.h).
 */
#ifndef ANALYZE_REPORT_REPORT_H
#define ANALYZE_REPORT_REPORT_H

#include "lib/base/compat.h"
#include "lib/base/arena.h"
#include "lib/base/str.h"
#include "analyze/field/behind.h"

/* What is kept; the rest is counted in struct report_rest. */
#define REPORT_TEXT_MAX		4096	/* bytes of one text, ... */
#define REPORT_TEXTS_MAX	(256u << 20)	/* ... and of all; then each is cut to ... */
#define REPORT_TEXT_SHORT	256
#define REPORT_ALERTS_MAX	100000
#define REPORT_PROCS_MAX	65536
#define REPORT_FILES_MAX	262144	/* (process, path) pairs */
#define REPORT_PATHS_MAX	131072
#define REPORT_PEERS_MAX	65536	/* (process, peer) pairs */
#define REPORT_LISTENS_MAX	4096
#define REPORT_EXECS_MAX	65536
#define REPORT_EXECS_PER_PROC	64
#define REPORT_CONTAINERS_MAX	4096
#define REPORT_ALERT_BYTES_MAX	(64u << 20)
#define REPORT_PROC_DEPTH	64	/* ancestors looked up at once */
#define REPORT_QUIET		24	/* processes in detail when no rule fired */
#define REPORT_NONE		UINT32_MAX

enum fileop {
#define FILEOP(id, key, word) FILEOP_##id,
#include "schema/fileops.def"
#undef FILEOP
	FILEOP_COUNT
};
/* Ops that leave something behind, or run it. */
#define FILEOPS_CHANGE	(~(1u << FILEOP_READ | 1u << FILEOP_OPEN | 1u << FILEOP_REFUSED))
extern const char *const fileop_key[FILEOP_COUNT];	/* "read", … in data */
extern const char *const fileop_word[FILEOP_COUNT];	/* in sentences */

struct tactic {
	const char *id, *slug, *name;
};
enum {
#define TACTIC(id, slug, name) +1
	TACTIC_COUNT = 0
#include "schema/attack.def"
#undef TACTIC
};
extern const struct tactic tactics[TACTIC_COUNT];
/* Index of the tactic a tag names, or -1. */
int tactic_of_tag(struct str tag);
/* "T1059" or "T1059.004". */
bool tag_is_technique(struct str tag);

enum report_verdict {
	VERDICT_INTACT,		/* every checksum and the digest chain agree */
	VERDICT_FAILED,		/* bytes were changed or are missing */
	VERDICT_CUT,		/* all that is there is intact, the end is missing */
	VERDICT_UNCHECKED,	/* the format carries no checksums, or a pipe */
	VERDICT_UNREADABLE,
};

struct report_meta {
	struct str key, value;
};

struct report_breach {
	const char *text;
	uint64_t block, offset, from_ts, to_ts;
};
#define REPORT_BREACHES		20

struct report_signer {
	char key[65];
	uint64_t segments;		/* of the trace, that it signed */
};

struct report_trace {
	struct str path, host, arch, kernel;
	enum report_verdict verdict;
	struct str why;			/* a sentence for all but INTACT */
	bool sealed;
	char sha256[65];		/* of the file; "" when it was a pipe */
	char chain[65];			/* end of the digest chain; "" when none */
	char key[65];			/* that signed it last; "" when none */
	struct report_signer *signers;
	size_t nsigners;
	uint64_t segments, is_signed;	/* of these */
	uint64_t bytes, first_ts, last_ts, events;
	uint64_t lost, lost_blocks;	/* events known to be missing; gaps */
	bool lost_unknown;		/* a gap of unknown number */
	uint64_t left_out;		/* data of events, to keep room for events */
	uint64_t truncated, late;	/* events */
	uint64_t placeholders, dropped_threads, dropped_fds;	/* of the machine */
	uint64_t dropped_entries, cut_texts;
	uint64_t snapshot_procs;	/* 0: no process table */
	uint64_t plain_io;		/* calls like read and write; 0: not recorded */
	uint64_t captures;		/* concatenated in the file */
	bool gap_before;		/* a segment between the file before and this one is missing */
	struct report_breach *breaches;
	size_t nbreaches;
	uint64_t breaches_all;
	struct report_meta *meta;
	size_t nmeta;
};

struct report_rulefile {
	struct str name;
	char sha256[65];
	uint64_t bytes;
};

struct report_rule {			/* one that fired */
	struct str name, desc, condition, output;
	struct str file;		/* where it is defined */
	uint32_t line;
	unsigned priority;		/* enum priority */
	struct str *tags;
	size_t ntags;
	uint64_t matches, first_ts, last_ts;
	uint32_t first[5];		/* alerts */
	size_t nfirst;
};

struct report_alert {
	uint64_t ts, num, lost_before;
	uint32_t trace, rule, proc;	/* proc may be REPORT_NONE */
	bool lost_unknown;
	struct behind behind;		/* gaps in its history */
	struct str text;		/* the rule's output, rendered */
	struct str object;		/* file or peer of the event, may be empty */
};

struct report_exec {
	uint64_t ts;
	uint32_t proc, next;		/* next of the process, or REPORT_NONE */
	struct str exe, cmdline;
};

struct report_file {
	uint32_t proc, path, path2;	/* path2: the old name of a rename or link */
	uint32_t next;			/* of the process */
	uint32_t ops;			/* bits of enum fileop */
	uint32_t count[FILEOP_COUNT];	/* read and write: calls */
	uint64_t read, written;		/* bytes */
	uint64_t first_ts, last_ts;
};

struct report_path {
	struct str name;
	uint32_t trace;
	uint64_t made_ts;		/* created or written in the trace; 0: not */
	uint32_t maker;			/* process */
};

struct report_peer {
	uint32_t proc, next;
	bool inbound, v6, failed;	/* failed: no connection succeeded */
	const char *reason;		/* why the last that failed did */
	uint8_t l4;			/* enum l4proto numbers of fd.l4proto */
	const char *proto;		/* "tcp", "udp", … */
	struct str local, remote;	/* addresses as text */
	uint16_t lport, rport;		/* the first seen of the ephemeral one */
	uint64_t begun;			/* of conns, those whose end was not seen */
	uint64_t sent, received, conns, first_ts, last_ts;
};

struct report_listen {
	uint32_t proc, trace;
	const char *proto;
	struct str addr;
	uint16_t port;			/* 0: the kernel's choice, not told */
	uint64_t ts;			/* 0: before the trace */
};

enum report_role { ROLE_NONE, ROLE_ABOVE, ROLE_BELOW, ROLE_ALERTED };

struct report_proc {
	int64_t pid, ppid;
	uint32_t parent, trace, container;	/* indexes or REPORT_NONE */
	uint32_t first_child, last_child, next_sibling;
	bool placeholder, before, exited;	/* before: lived when the trace began */
	uint64_t start_ts, end_ts, seen_ts;	/* seen: first event */
	int64_t exit_code;
	const char *signal;		/* that ended it, or NULL */
	struct str comm, exe, cmdline, user, login, cwd;
	struct str who;			/* user, "uid 65534" without a name, or "" */
	uint32_t uid, loginuid, tty;
	uint64_t events;
	uint32_t first_exec, last_exec, nexecs;
	uint32_t first_file, last_file, nfiles;
	uint32_t first_peer, last_peer, npeers;
	uint64_t nalerts;
	unsigned worst;			/* enum priority, when nalerts */
	uint32_t first_alert;
	enum report_role role;
};

struct report_newexec {			/* run after it was made in the trace */
	uint32_t path, proc;		/* proc: who ran it first */
	uint64_t ts, runs;
	bool memfd;
};

struct report_pair {			/* a program starting another */
	struct str parent, child;
	uint64_t count;
	uint32_t proc;			/* the first child */
	uint64_t ts;
};

struct report_container {
	struct str id, name, image, pod, ns;
	bool privileged;
	uint64_t procs, alerts;
	uint32_t trace;
};

struct report_rest {			/* what the caps above left out */
	uint64_t alerts, procs, files, peers, listens, execs, containers, texts;
};

struct report {
	struct arena a;
	const char *title;		/* or NULL */
	struct str command;		/* as it could be typed again */
	const char *matching;		/* "first" or "all" */
	size_t rules_loaded, rules_on;
	uint64_t alerts_all;		/* kept or not */
	uint64_t by_priority[8];
	uint64_t alerts_behind;		/* of them, those whose history has a gap */
	uint64_t first_ts, last_ts, events;
#define REPORT_VEC(type, name) struct type *name; size_t n##name, name##_cap
	REPORT_VEC(report_trace, traces);
	REPORT_VEC(report_rulefile, rulefiles);
	REPORT_VEC(report_rule, rules);
	REPORT_VEC(report_alert, alerts);
	REPORT_VEC(report_proc, procs);
	REPORT_VEC(report_exec, execs);
	REPORT_VEC(report_file, files);
	REPORT_VEC(report_path, paths);
	REPORT_VEC(report_peer, peers);
	REPORT_VEC(report_listen, listens);
	REPORT_VEC(report_newexec, newexecs);
	REPORT_VEC(report_pair, pairs);
	REPORT_VEC(report_container, containers);
#undef REPORT_VEC
	uint32_t *sus;			/* processes to show in detail, worst first;
					 * the busiest when no rule fired */
	size_t nsus;
	struct report_rest rest;
};

void report_release(struct report *r);

/*
 * After collecting: roles of processes (alerted, below, above), the order of
 * r->sus, pairs sorted with the rarest first.
 */
void report_finish(struct report *r);

/* --- what several renderers ask --- */

/* All processes, the one with most events first; malloc'd. */
uint32_t *report_busiest(const struct report *r);

/* Name for a sentence: "bash (812)". */
struct buf;
void report_proc_name(const struct report *r, uint32_t proc, struct buf *out);
/* The port of a listener, "?" where only the kernel knows it. */
void report_listen_port(const struct report_listen *l, struct buf *out);
/* An address chosen, nothing sent: connect(2) on a datagram socket. */
bool report_peer_silent(const struct report_peer *p);
/* Is it known how many bytes went either way?  Not where reads and writes were
 * not recorded, and no other call moved any. */
bool report_peer_counted(const struct report *r, const struct report_peer *p);
/* How the connections ended when none is known to have succeeded, or "". */
const char *report_peer_end(const struct report_peer *p);
/* "HH:MM:SS.mmm" and "YYYY-MM-DD HH:MM:SS.mmm". */
void report_clock(struct buf *out, uint64_t ts);
void report_when(struct buf *out, uint64_t ts);
/* "3.2 s", "4 min 10 s"; "1.4 MiB". */
void report_span(struct buf *out, uint64_t ns);
void report_bytes(struct buf *out, uint64_t n);
/* "1 234 567" */
void report_num(struct buf *out, uint64_t n);
const char *verdict_name(enum report_verdict v);	/* "intact", … */
/* The worst of the traces. */
enum report_verdict report_verdict(const struct report *r);

/* Why there is no alert, as a sentence: no rule fired, or none was on. */
const char *report_no_alert(const struct report *r);

/* Equal alerts in a row (one rule, one process) as one. */
struct report_run {
	uint32_t first;			/* alert */
	uint64_t count, last_ts;
};
/* In order of time, malloc'd. */
struct report_run *report_runs(const struct report *r, size_t *n);

/* The story: sentences of facts in order, raw bytes, each in the arena. */
enum fact_kind { FACT_PLAIN, FACT_BAD, FACT_WARN };
struct report_fact {
	enum fact_kind kind;
	const char *label;		/* "Who" */
	struct str text;
};
struct report_fact *report_facts(const struct report *r, struct arena *a, size_t *n);
/* The story in a few sentences (facts without label), raw bytes; malloc'd,
 * the texts in the arena.  None when there are no events. */
struct report_fact *report_headline(const struct report *r, struct arena *a, size_t *n);
void report_headline_text(const struct report *r, struct buf *out);

/* One renderer per --format; out is the whole output. */
void report_html(const struct report *r, struct buf *out);
void report_md(const struct report *r, struct buf *out);
void report_json(const struct report *r, struct buf *out);
void report_timesketch_csv(const struct report *r, struct buf *out);
void report_timesketch_jsonl(const struct report *r, struct buf *out);
void report_navigator(const struct report *r, struct buf *out);
void report_dot(const struct report *r, struct buf *out);
void report_alerts_csv(const struct report *r, struct buf *out);

#endif
