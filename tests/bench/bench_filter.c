/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_filter RULES… : nanoseconds an event costs the conditions of those
 * rule files, all rules switched on, over a mix of events in memory.  Fields
 * cost next to nothing here: what is measured is the engine.
 */
#define VESTIGE_LIVE		/* a bench looks at the clock */
#include "lib/base/compat.h"

#include "analyze/filter/filter.h"
#include "analyze/rule/ruleset.h"
#include "lib/base/io.h"

#define EVENTS	2000000

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

/* Shares as on an ordinary server: mostly input and output. */
static const struct kind kinds[] = {
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
static void fill(const struct kind *k, struct value *v, uint8_t *present)
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
	v[FIELD_PROC_PNAME] = text("systemd");
	v[FIELD_CONTAINER_ID] = text("host");
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

static void run(struct filterset *fs, bool all)
{
	static struct value values[ARRAY_SIZE(kinds)][FIELD_COUNT];
	static uint8_t present[ARRAY_SIZE(kinds)][FIELD_COUNT];
	static uint32_t found[100000];
	struct fake f = { .src = { .get = fake_get } };
	uint8_t schedule[100];
	uint64_t start, hits = 0, evals = 0;
	unsigned i, j, n = 0;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		fill(&kinds[i], values[i], present[i]);
		for (j = 0; j < kinds[i].weight && n < 100; j++)
			schedule[n++] = (uint8_t)i;
	}
	start = now();
	for (i = 0; i < EVENTS; i++) {
		unsigned k = schedule[i * 37u % n];
		const struct filterset_plan *plan;
		size_t c;

		f.src.evtype = kinds[k].evtype;
		f.values = values[k];
		f.present = present[k];
		plan = filterset_plan(fs, f.src.evtype);
		if (!plan->n)
			continue;
		filterset_begin(fs, &f.src);
		evals += plan->n;
		if (all) {
			hits += filterset_sweep(fs, found);
			continue;
		}
		for (c = 0; c < plan->n && !filterset_eval(fs, plan->entry[c]); c++)
			;
		hits += c < plan->n;
	}
	printf("%-5s %6.1f ns per event, %.2f conditions and %.2f fields an event, "
	       "%" PRIu64 " matches\n", all ? "sweep" : "each",
	       (double)(now() - start) / EVENTS, (double)evals / EVENTS,
	       (double)f.gets / EVENTS, hits);
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

static void plans(struct filterset *fs)
{
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		printf("%s%s %zu", i ? ", " : "conditions: ", evtab[kinds[i].evtype].name,
		       filterset_plan(fs, kinds[i].evtype)->n);
	printf("\n");
}

int main(int argc, char **argv)
{
	const struct ruleset_opts opts = { 0 };
	struct ruleset *rs = ruleset_new(&opts);
	struct filterset_stats st;
	uint64_t start = now();
	int i, err = 0;

	for (i = 1; i < argc; i++)
		err |= load(rs, argv[i]);
	if (err || argc < 2 || !rs->fs) {
		fprintf(stderr, "usage: bench_filter RULES…\n");
		return 2;
	}
	st = filterset_stats(rs->fs);
	printf("%zu rules in %.1f ms; %zu checks written, %zu distinct, %zu fields, "
	       "%zu constants\n", rs->n, (double)(now() - start) / 1e6, st.checks_written,
	       st.checks_distinct, st.fields, st.constants);
	plans(rs->fs);
	run(rs->fs, false);
	run(rs->fs, true);
	ruleset_free(rs);
	return 0;
}
