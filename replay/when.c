/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/trace/summary.h"
#include "replay/session.h"
#include "replay/when.h"

/* A number of fewer digits than a time in nanoseconds has is an event's. */
#define EVENT_DIGITS	15

static int bad(const char *option, const char *text, struct diag *d)
{
	diag_hint(diag_add(d, DIAG_ERROR, "%s: '%s' is neither an event number nor a time",
			   option, text),
		  "say 1000, 2026-11-22T01:02:03.5Z, 01:02:03.5, @1795311432.5, +10s (after the start) "
		  "or -10s (before the end)");
	return -E_USAGE;
}

/* A file that has no totals is read through; what is wrong with it is told
 * when it is read in earnest. */
static int read_times(const char *path, uint64_t *first, uint64_t *last, struct diag *d)
{
	struct evsource_next n = { 0 };
	struct evsource *s;
	int err = session_open_source(path, &s, d);

	if (err)
		return err;
	for (s->next(s, &n); n.what != EVS_END; s->next(s, &n)) {
		if (n.what != EVS_EVENT)
			continue;
		if (!*first)
			*first = n.ev->ts;
		if (n.ev->ts > *last)
			*last = n.ev->ts;
	}
	s->close(s);
	return 0;
}

static int file_times(const char *path, uint64_t *first, uint64_t *last, struct diag *d)
{
	struct diag quiet = DIAG_INIT;
	struct evsource *s;
	struct summary sum;
	struct input in;
	int err;

	*first = *last = 0;
	if (!strcmp(path, "-")) {
		diag_add(d, DIAG_ERROR, "standard input has no start and end to count from");
		return -E_USAGE;
	}
	err = session_open_source(path, &s, d);
	if (err)
		return err;
	s->close(s);
	input_fd(&in, open(path, O_RDONLY | O_CLOEXEC), NULL, 0);
	err = vtr_summarise(&in, &sum);
	if (!err) {
		*first = sum.first_ts;
		*last = sum.last_ts;
	} else {
		err = read_times(path, first, last, &quiet);
	}
	summary_release(&sum);
	input_release(&in);
	diag_release(&quiet);
	return err;
}

/* Of an alert that tells no date; false: no time of day. */
static bool parse_clock(const char *text, uint64_t *ns)
{
	static const char day[] = "1970-01-01T";
	struct buf full = BUF_INIT;
	bool ok = strlen(text) >= 8 && text[2] == ':' && text[5] == ':';

	buf_addf(&full, "%s%sZ", day, text);
	ok = ok && num_time(buf_str(&full), ns);
	buf_release(&full);
	return ok;
}

static int on_the_day(struct when *w, uint64_t clock, char *const *files, struct diag *d)
{
	const uint64_t day = UINT64_C(86400000000000);
	uint64_t first, last;
	int err = file_times(files[0], &first, &last, d);

	if (err)
		return err;
	w->ts = first - first % day + clock;
	if (w->ts < first && w->ts <= UINT64_MAX - day)
		w->ts += day;
	return 0;
}

static int relative(struct when *w, const char *option, const char *text, char *const *files,
		    size_t nfiles, struct diag *d)
{
	uint64_t first, last, ns;
	int err;

	if (!num_duration(str_of(text + 1), &ns))
		return bad(option, text, d);
	err = file_times(files[*text == '+' ? 0 : nfiles - 1], &first, &last, d);
	if (err)
		return err;
	if (*text == '+')
		w->ts = ns > UINT64_MAX - first ? UINT64_MAX : first + ns;
	else
		w->ts = last > ns ? last - ns : 1;
	return 0;
}

int when_parse(struct when *w, const char *option, const char *text, char *const *files,
	       size_t nfiles, struct diag *d)
{
	struct str s = str_of(text);
	uint64_t clock;

	*w = (struct when){ 0 };
	if (!text)
		return 0;
	if (nfiles && (*text == '+' || *text == '-'))
		return relative(w, option, text, files, nfiles, d);
	if (nfiles && parse_clock(text, &clock))
		return on_the_day(w, clock, files, d);
	if (*text == '#')
		s = str_sub(s, 1, s.len);
	if (s.len <= EVENT_DIGITS && num_u64(s, &w->num) && w->num)
		return 0;
	w->num = 0;
	if (*text != '#' && num_time(s, &w->ts) && w->ts)
		return 0;
	return bad(option, text, d);
}

/* Of an event and a time only the trace knows which is first. */
static bool is_backwards(const struct when_range *r)
{
	return (r->to.num && r->from.num > r->to.num) || (r->to.ts && r->from.ts > r->to.ts);
}

int when_parse_range(struct when_range *r, const struct when_opts *o, char *const *files,
		     size_t nfiles, struct diag *d)
{
	int err = when_parse(&r->from, "--from", o->from, files, nfiles, d);

	err = err ? err : when_parse(&r->to, "--to", o->to, files, nfiles, d);
	if (err || !is_backwards(r))
		return err;
	diag_add(d, DIAG_ERROR, "--from %s lies behind --to %s: nothing is between them",
		 o->from, o->to);
	return -E_USAGE;
}

void when_tell_none(const struct when_opts *o, struct diag *d)
{
	if (o->from && o->to)
		diag_add(d, DIAG_WARNING, "no event lies between --from %s and --to %s: "
			 "nothing was looked at", o->from, o->to);
	else if (o->from || o->to)
		diag_add(d, DIAG_WARNING, "no event lies %s %s: nothing was looked at",
			 o->from ? "behind --from" : "before --to", o->from ? o->from : o->to);
}

int when_options(const struct when_opts *o, const struct opt_args *args,
		 struct session_opts *so, struct diag *d)
{
	struct when_range r;
	int err = when_parse_range(&r, o, args->v, (size_t)args->n, d);

	if (err)
		return err;
	so->from_ts = r.from.ts;
	so->from_num = r.from.num;
	so->to_ts = r.to.ts;
	so->to_num = r.to.num;
	return 0;
}
