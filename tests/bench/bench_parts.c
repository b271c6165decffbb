/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the time of `vestige analyze` goes: bench_parts FILE.vtr RULES…
 * runs the same code in layers, each in this thread's processor time, the
 * best of three: frames inflated, columns decoded, the machine kept, rules
 * asked; what a layer costs is what it adds.
 */
#define VESTIGE_LIVE		/* a bench looks at the clock */
#include "lib/base/compat.h"

#include "analyze/field/context.h"
#include "analyze/rule/engine.h"
#include "analyze/rule/ruleset.h"
#include "analyze/rule/select.h"
#include "lib/base/io.h"
#include "replay/effect_set.h"
#include "replay/session.h"
#include "tests/bench/bench_blocks.h"

#define RUNS	3

struct job {
	char *file;
	struct buf bytes;		/* of it */
	struct engine engine;
	struct session_opts opts;
	uint8_t watched[(EV_COUNT + 7) / 8];
	uint64_t columns[EV_COUNT];
};

static double seconds(clock_t from)
{
	return (double)(clock() - from) / CLOCKS_PER_SEC;
}

static bool is_watched(const struct job *j, unsigned type)
{
	return j->watched[type >> 3] >> (type & 7) & 1;
}

/* Through a session; rules: also ask them.  Seconds. */
static double run(struct job *j, bool state, bool rules, uint64_t *events)
{
	struct session_opts opts = j->opts;
	struct diag d = DIAG_INIT;
	struct fieldctx fields;
	struct session *s;
	clock_t from = clock();
	uint64_t n = 0;
	double t;

	opts.no_state = !state;
	s = session_new(&j->file, 1, &opts, &d);
	fieldctx_init(&fields, session_machine(s));
	for (; session_next(s); n++) {
		if (!rules)
			continue;
		fieldctx_begin(&fields);
		engine_event(&j->engine, &fields.src);
	}
	*events = n + session_unwatched(s);
	fieldctx_release(&fields);
	session_free(s);
	diag_release(&d);
	t = seconds(from);
	return t;
}

/* What a job of several does before its part: no event is looked at. */
static double skip(struct job *j)
{
	struct diag d = DIAG_INIT;
	clock_t from = clock();
	struct session *s = session_new(&j->file, 1, &j->opts, &d);

	session_skip(s, UINT64_MAX);
	session_free(s);
	diag_release(&d);
	return seconds(from);
}

static void put(const char *what, double s, double all, uint64_t events)
{
	printf("  %-34s %7.1f ms %5.1f %% %7.1f ns/event\n", what, s * 1e3,
	       100 * s / all, s * 1e9 / (double)events);
}

static double less(double *best, double t)
{
	if (!*best || t < *best)
		*best = t;
	return *best;
}

static void measure(struct job *j)
{
	double decode, inflate, d = 0, z = 0, heads = 0, state = 0, all = 0, skipped = 0;
	uint64_t events;
	int i;

	for (i = 0; i < RUNS; i++) {
		bench_blocks(&j->bytes, &(struct blocks_asked){ j->watched, j->columns,
							 j->opts.no_payload },
			     &decode, &inflate);
		less(&d, decode);
		less(&z, inflate);
		less(&heads, run(j, false, false, &events));
		less(&state, run(j, true, false, &events));
		less(&all, run(j, true, true, &events));
		less(&skipped, skip(j));
	}
	printf("where the time of analysis goes (%" PRIu64 " events, loading rules left out):\n",
	       events);
	put("inflate", z, all, events);
	put("decode columns", d - z, all, events);
	put("walk, checksums, events, state", state - d, all, events);
	put("rules", all - state, all, events);
	put("all", all, all, events);
	printf("  (reading the heads of all events alone: %.1f ms)\n", heads * 1e3);
	put("before the part of a second job", skipped, all, events);
}

int main(int argc, char **argv)
{
	static const struct select_step everything = { .enable = true, .text = "*" };
	struct ruleset_opts ro = { .suggested_output = true };
	struct ruleset *rs = ruleset_new(&ro);
	struct diag d = DIAG_INIT;
	struct job j = { .file = argv[1] };
	unsigned asks;
	int i;

	if (argc < 3 || io_read_file(argv[1], (size_t)1 << 31, &j.bytes, &d))
		return EXIT_FAILURE;
	if (ruleset_load_paths(rs, (const char *const *)argv + 2, (size_t)argc - 2))
		return EXIT_FAILURE;
	ruleset_select(rs, &everything, 1, PRI_DEBUG, NULL);
	engine_init(&j.engine, rs, MATCH_FIRST, STR("syscall"));
	engine_watched(&j.engine, j.watched);
	asks = engine_asks(&j.engine);
	j.opts = (struct session_opts){
		.watched = j.watched, .no_payload = !(asks & ASKS_PAYLOAD),
		.ignored = (asks & ASKS_MEMORY ? 0 : ASPECT_MEMORY) |
			   (asks & ASKS_CONNECTED ? 0 : ASPECT_CONNECTED),
	};
	for (i = 0; i < EV_COUNT; i++)
		j.columns[i] = is_watched(&j, i) ? UINT64_MAX : effect_needs(i);
	measure(&j);
	engine_release(&j.engine);
	ruleset_free(rs);
	buf_release(&j.bytes);
	diag_release(&d);
	return EXIT_SUCCESS;
}
