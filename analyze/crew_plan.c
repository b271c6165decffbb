/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sys/mman.h>

#include "analyze/crew_in.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/trace/summary.h"
#include "replay/segfiles.h"
#include "replay/sidecar.h"

#define CREW_HELPS_MAX	15	/* for each worker */

/* Of all files, when each is a trace of known length; 0: not to be shared out. */
static uint64_t events_of_all(const struct crew *c)
{
	uint64_t sum = 0, n;
	size_t i;

	for (i = 0; i < c->nfiles; i++) {
		n = vtr_events_of(c->files[i]);
		if (!n || n >= CREW_EVENTS_MAX - sum)
			return 0;
		sum += n;
	}
	return sum;
}

/* How many files from i on are one trace. */
static size_t group_of(const struct crew *c, size_t i)
{
	size_t n = 1;

	while (i + n < c->nfiles && segfiles_follow(c->files[i + n - 1], c->files[i + n]))
		n++;
	return n;
}

/* The events of the one trace that are shown: from where (0: all) to where. */
static void shown(const struct crew *c, uint64_t *first, uint64_t *events)
{
	*events = c->events;
	if (c->opts->to_num && c->opts->to_num < *events)
		*events = c->opts->to_num;
	*first = c->opts->from_num < *events ? c->opts->from_num : *events;
}

uint64_t crew_second_part(const struct crew *c)
{
	uint64_t first, events;

	shown(c, &first, &events);
	return crew_next_part(first, events, c->jobs);
}

/* Parts of the one trace, one behind the other. */
static void plan_trace(struct crew_plan *p, const struct crew *c)
{
	uint64_t first, events;
	size_t i;

	shown(c, &first, &events);
	for (i = 0; i < p->n; i++) {
		p->parts[i].first = first;
		p->parts[i].events = events;
		p->parts[i].workers = (unsigned)p->n;
		p->parts[i].behind = (unsigned)(p->n - i);
		p->parts[i].mine = &p->shared[i];
		p->parts[i].before = i ? &p->shared[i - 1] : NULL;
	}
	if (p->n > 1)
		p->parts[1].ahead = c->ahead;	/* who is behind would have far to go */
	atomic_store(&p->shared[0].limit, CREW_END_OPEN << CREW_END_SHIFT);
	if (c->nfiles == 1 && !c->opts->no_sidecar)
		p->npoints = sidecar_points(c->files[0], &p->points);
}

/* The last place before this event where reading can begin; 0: there is none. */
static uint64_t point_before(const struct crew_plan *p, uint64_t num)
{
	uint64_t best = 0;
	size_t i;

	for (i = 0; i < p->npoints; i++)
		if (p->points[i] < num && p->points[i] > best)
			best = p->points[i];
	return best;
}

/* What it takes to begin a part, in events looked at. */
#define PART_COST	20000

uint64_t crew_part_cost(const struct crew *c)
{
	return c->part_cost ? c->part_cost : PART_COST;
}

/* Events of the part that one more worker would spare its worker. */
static uint64_t gain(const struct crew_plan *p, size_t at)
{
	const struct crew_part *part = &p->parts[at];
	uint64_t now = atomic_load(&part->mine->at);
	uint64_t end = crew_end_of(part->mine, part->events), half, from, cost;

	if (!now || end <= now)
		return 0;
	half = (end - now) / 2;
	from = point_before(p, now + half);
	cost = p->part_cost + (now + half - from) / CREW_PASSED_AS_ONE;
	return from && half > cost ? half - cost : 0;
}

bool crew_plan_help(struct crew_plan *p, const bool *at_work)
{
	uint64_t best = 0, n;
	size_t i, from = 0;

	if (p->n == p->max || !p->npoints)
		return false;
	for (i = 0; i < p->n; i++) {
		if (at_work[i] && !atomic_load(&p->shared[i].at))
			return false;		/* it is not known yet whose part it cuts */
		n = at_work[i] ? gain(p, i) : 0;
		if (n > best) {
			best = n;
			from = i;
		}
	}
	if (!best)
		return false;
	p->parts[p->n] = p->parts[from];
	p->parts[p->n].before = &p->shared[from];
	p->parts[p->n].mine = &p->shared[p->n];
	p->parts[p->n].behind = 1;
	p->parts[p->n].helps = true;
	p->parts[p->n].ahead = NULL;
	p->n++;
	return true;
}

static void find_groups(struct crew_plan *p, const struct crew *c)
{
	size_t i, n;

	p->groups = xcalloc(c->nfiles, sizeof(*p->groups));
	for (i = 0; i < c->nfiles; i += n) {
		n = group_of(c, i);
		p->groups[p->ngroups++] = (struct crew_group){ c->files + i, n };
	}
}

int crew_jobs(uint64_t jobs, struct diag *d)
{
	if (jobs <= CREW_JOBS_MAX)
		return 0;
	diag_hint(diag_add(d, DIAG_ERROR, "--jobs: %" PRIu64 " are too many", jobs),
		  "up to %d, best as many as there are processors", CREW_JOBS_MAX);
	return -E_USAGE;
}

bool crew_can(struct crew *c)
{
	size_t i;

	if (c->jobs < 2 || !c->nfiles)
		return false;
	if (c->events)
		return true;		/* asked before */
	for (i = 0; i < c->nfiles; i++)
		if (!strcmp(c->files[i], "-"))
			return false;
	if (group_of(c, 0) == c->nfiles) {
		c->events = events_of_all(c);
		return c->events;
	}
	return true;
}

int crew_plan(struct crew_plan *p, const struct crew *c)
{
	size_t i;

	*p = (struct crew_plan){ .n = c->jobs, .max = c->jobs * (1 + CREW_HELPS_MAX),
				 .part_cost = crew_part_cost(c) };
	p->shared_bytes = p->max * sizeof(*p->shared);
	p->shared = mmap(NULL, p->shared_bytes, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->shared == MAP_FAILED) {
		p->shared = NULL;
		p->n = p->max = 0;
		diag_add(c->d, DIAG_ERROR, "cannot share memory: %s", strerror(errno));
		return -E_ENV;
	}
	find_groups(p, c);
	p->parts = xcalloc(p->max, sizeof(*p->parts));
	for (i = 0; i < p->n; i++)
		p->parts[i] = (struct crew_part){
			.groups = p->groups, .ngroups = p->ngroups, .mine = p->shared,
		};
	if (c->events)
		plan_trace(p, c);
	else if (p->n > p->ngroups)
		p->n = p->ngroups;
	return 0;
}

void crew_plan_release(struct crew_plan *p)
{
	if (p->shared)
		munmap(p->shared, p->shared_bytes);
	free(p->parts);
	free(p->groups);
	free(p->points);
}
