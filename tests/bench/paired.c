/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paired FLOOR-OBJECT LOOP CALLS ROUNDS MS: the loop (tests/bench/loop) under
 * each program of floor.bpf.c and under the recorder's own, a short while
 * each, round after round: what else the machine does meets all alike.  CALLS
 * are the loop's system calls ("openat,close").  Records are drained and
 * dropped.  Prints for each the best round's operations per second of
 * processor time, and its share of the best without a program.
 */
#include "lib/base/compat.h"

#include <bpf/libbpf.h>
#include <sys/wait.h>

#include "capture/driver.h"
#include "capture/select.h"
#include "lib/base/buf.h"
#include "lib/event/evtab.h"

struct kind {
	const char *name;
	struct bpf_program *prog;
	struct bpf_link *link;
	struct backend *b;		/* NULL: a floor, or nothing */
	double best;
};

enum { NONE, CHECK, RECORD, PAYLOAD, UNSELECTED, SELECTED, ALL, KINDS };

static struct kind kinds[KINDS] = {
	[NONE] = { "none" }, [CHECK] = { "floor_check" }, [RECORD] = { "floor_record" },
	[PAYLOAD] = { "floor_payload" }, [UNSELECTED] = { "unselected" },
	[SELECTED] = { "selected" }, [ALL] = { "all" },
};

static struct ring_buffer *floor_ring;

static int drop(void *ctx UNUSED, void *data UNUSED, size_t n UNUSED)
{
	return 0;
}

static void die(const char *what)
{
	fprintf(stderr, "paired: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void mark(struct bpf_object *o, const char *calls)
{
	struct bpf_map *m = bpf_object__find_map_by_name(o, ".rodata");
	uint64_t *wanted;
	size_t size;
	unsigned sc;

	wanted = m ? (uint64_t *)(uintptr_t)bpf_map__initial_value(m, &size) : NULL;
	if (!wanted)
		die("no bitmap");
	for (; *calls; calls += strcspn(calls, ","), calls += *calls == ',') {
		struct str name = str_mem(calls, strcspn(calls, ","));

		if (!scinfo_by_name(name, &sc))
			die(calls);
		wanted[sctab[sc].nr[ARCH_X86_64] / 64] |=
			1ULL << sctab[sc].nr[ARCH_X86_64] % 64;
	}
}

static void open_floor(const char *file, const char *calls)
{
	struct bpf_object *o = bpf_object__open_file(file, NULL);
	struct bpf_program *p;
	int i;

	if (!o)
		die(file);
	mark(o, calls);
	bpf_object__for_each_program(p, o) {
		bpf_program__set_autoload(p, true);
		for (i = CHECK; i <= PAYLOAD; i++)
			if (!strcmp(kinds[i].name, bpf_program__name(p)))
				kinds[i].prog = p;
	}
	if (bpf_object__load(o))
		die(file);
	floor_ring = ring_buffer__new(bpf_object__find_map_fd_by_name(o, "ring"), drop, NULL, NULL);
}

static void open_own(struct kind *k, const struct select_opts *calls)
{
	static struct backend_opts o;
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;

	memset(&o, 0, sizeof(o));
	o.attach = ATTACH_TRACEPOINT;
	o.ctl = (struct rec_ctl){ .abi = REC_ABI_VERSION, .self = (uint32_t)getpid(),
				  .snap_read = 80, .snap_write = 80,
				  .ring_bytes = 64 << 20, .flags = CTL_TREE };
	if (select_calls(&o, calls, ARCH_X86_64, &d) || driver_open(&k->b, "bpf", &o, &d)) {
		diag_render(&d, &b);
		fprintf(stderr, "%s", b.data);
		exit(2);
	}
}

static void drain(struct kind *k)
{
	unsigned cpu;
	uint32_t len;

	if (!k->b) {
		ring_buffer__consume(floor_ring);
		return;
	}
	for (cpu = 0; cpu < k->b->ncpus; cpu++)
		while (k->b->ops->peek(k->b, cpu, &len))
			k->b->ops->take(k->b, cpu);
}

static double run(struct kind *k, char *loop, char *name, char *ms)
{
	char *argv[] = { loop, name, ms, NULL };
	unsigned long n = 0, cpu = 1, wall;
	struct diag d = DIAG_INIT;
	int out[2], gate[2], status;
	char text[100];
	ssize_t got;
	pid_t pid;

	if (pipe(out) || pipe(gate))
		die("pipe");
	pid = fork();
	if (!pid) {
		close(gate[1]);
		if (read(gate[0], text, 1) != 1)	/* attached */
			_exit(127);
		dup2(out[1], 1);
		execv(loop, argv);
		_exit(127);
	}
	if (k->prog && !(k->link = bpf_program__attach(k->prog)))
		die("attach");
	if (k->b && ((k->b->ops->follow(k->b, (uint32_t)pid, &d)) || k->b->ops->start(k->b, &d)))
		die("start");
	if (write(gate[1], "", 1) != 1)
		die("gate");
	close(gate[0]);
	close(gate[1]);
	close(out[1]);
	while (!waitpid(pid, &status, WNOHANG)) {
		usleep(5000);
		drain(k);
	}
	if (k->b)
		k->b->ops->stop(k->b);
	if (k->link)
		bpf_link__destroy(k->link);
	k->link = NULL;
	drain(k);
	got = read(out[0], text, sizeof(text) - 1);
	close(out[0]);
	text[got > 0 ? got : 0] = '\0';
	if (sscanf(text, "%lu %lu %lu", &n, &cpu, &wall) != 3)
		die("the loop");
	return (double)n * 1e6 / (double)(cpu ? cpu : 1);
}

/* floor_payload takes it from there, as long as argument 2 says. */
static bool data_at_argument_1(const char *loop)
{
	return !strcmp(loop, "read") || !strcmp(loop, "write");
}

int main(int argc, char **argv)
{
	struct select_opts none = { .names = "getppid" }, some = { .names = argc > 3 ? argv[3] : "" };
	struct select_opts all = { .set = SELECT_ALL };
	char loop[4096], *slash;
	int i, r;

	if (argc != 6)
		return 2;
	snprintf(loop, sizeof(loop), "%s", argv[0]);
	slash = strrchr(loop, '/');
	snprintf(slash + 1, sizeof(loop) - (size_t)(slash + 1 - loop), "loop");
	open_floor(argv[1], argv[3]);
	open_own(&kinds[UNSELECTED], &none);
	open_own(&kinds[SELECTED], &some);
	open_own(&kinds[ALL], &all);
	for (r = 0; r < (int)strtoul(argv[4], NULL, 10); r++)
		for (i = 0; i < KINDS; i++) {
			double got;

			if (i == PAYLOAD && !data_at_argument_1(argv[2]))
				continue;
			got = run(&kinds[i], loop, argv[2], argv[5]);
			if (got > kinds[i].best)
				kinds[i].best = got;
		}
	for (i = 0; i < KINDS; i++)
		if (kinds[i].best > 0)
			printf("%-15s %-15s %12.0f %7.3f %10.1f\n", argv[2], kinds[i].name,
			       kinds[i].best, kinds[i].best / kinds[NONE].best,
			       1e9 / kinds[i].best - 1e9 / kinds[NONE].best);
	return 0;
}
