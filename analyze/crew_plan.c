/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "analyze/crew_in.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/trace/reader.h"
#include "lib/trace/summary.h"
#include "replay/sidecar.h"

/* Events of a .vtr file, 0: not known. */
static uint64_t events_of(const char *path)
{
	struct summary s = { 0 };
	struct input in;
	uint64_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return 0;
	input_fd(&in, fd, NULL, 0);
	if (input_size(&in)) {
		if (!vtr_summarise(&in, &s))
			n = s.events;
		summary_release(&s);
	}
	input_release(&in);
	return n;
}

/* Of all files, when each is a trace of known length. */
static uint64_t events_of_all(const struct crew *c)
{
	uint64_t sum = 0, n;
	size_t i;

	for (i = 0; i < c->nfiles; i++) {
		n = events_of(c->files[i]);
		if (!n)
			return 0;
		sum += n;
	}
	return sum;
}

/* Is this file the segment after that one?  Then one machine reads both. */
static bool is_next_segment(const char *before, const char *path)
{
	enum { TRAILER = VTR_HEADER + VTR_TRAILER_BODY };	/* the file's last bytes */
	int fd = open(before, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct diag quiet = DIAG_INIT;
	uint8_t digest[VTR_DIGEST];
	struct evsource *src;
	off_t size;
	bool yes = false;

	if (fd < 0)
		return false;
	size = lseek(fd, 0, SEEK_END);
	if (size > TRAILER && sidecar_digest(fd, (uint64_t)(size - TRAILER), digest) &&
	    !session_open_source(path, &src, &quiet)) {
		yes = vtr_meta_of(src) && vtr_continues(src, digest);
		src->close(src);
	}
	close(fd);
	diag_release(&quiet);
	return yes;
}

/* How many files from i on are one trace. */
static size_t group_of(const struct crew *c, size_t i)
{
	size_t n = 1;

	while (i + n < c->nfiles && is_next_segment(c->files[i + n - 1], c->files[i + n]))
		n++;
	return n;
}

/* Parts of the one trace, one behind the other. */
static void plan_trace(struct crew_plan *p, const struct crew *c, uint64_t events)
{
	uint64_t first = c->opts->from_num;
	size_t i;

	if (c->opts->to_num && c->opts->to_num < events)
		events = c->opts->to_num;
	if (first > events)
		first = events;
	for (i = 0; i < p->n; i++) {
		p->parts[i].turn = (uint32_t)i;
		p->parts[i].first = first;
		p->parts[i].events = events;
		p->parts[i].workers = (unsigned)p->n;
		p->parts[i].behind = (unsigned)(p->n - i);
		p->parts[i].mine = &p->shared[i];
		p->parts[i].before = i ? &p->shared[i - 1] : NULL;
	}
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

bool crew_can(const struct crew *c)
{
	size_t i;

	if (c->jobs < 2 || !c->nfiles)
		return false;
	for (i = 0; i < c->nfiles; i++)
		if (!strcmp(c->files[i], "-"))
			return false;
	if (group_of(c, 0) == c->nfiles)
		return events_of_all(c);
	/* Where one file ends the reading of all, who is behind it cannot know. */
	return !c->opts->to_num && !c->opts->to_ts;
}

int crew_plan(struct crew_plan *p, const struct crew *c)
{
	uint64_t events;
	size_t i;

	*p = (struct crew_plan){ .n = c->jobs,
				 .shared_bytes = c->jobs * sizeof(*p->shared) };
	p->shared = mmap(NULL, p->shared_bytes, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->shared == MAP_FAILED) {
		p->shared = NULL;
		p->n = 0;
		diag_add(c->d, DIAG_ERROR, "cannot share memory: %s", strerror(errno));
		return -E_ENV;
	}
	find_groups(p, c);
	p->parts = xcalloc(p->n, sizeof(*p->parts));
	for (i = 0; i < p->n; i++)
		p->parts[i] = (struct crew_part){
			.groups = p->groups, .ngroups = p->ngroups, .mine = p->shared,
		};
	events = p->ngroups == 1 ? events_of_all(c) : 0;
	if (events)
		plan_trace(p, c, events);
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
}
