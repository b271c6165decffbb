/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_scap FILE.scap [rows]: reads a capture to its end and prints
 *
 *	FILE: open OPEN status STATUS events EVENTS rows ROWS
 *
 * With "rows", standard input holds a table whose first three columns are
 * event number, time and type: every row must be an event of the capture, in
 * this order, and in a capture of one section the number must be right.
 */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/err.h"
#include "lib/base/num.h"
#include "lib/scap/reader.h"

struct row {
	uint64_t num, ts;
	struct str type;
};

/* Numbers come from a table we trust no more than anything else. */
static bool number(struct str s, uint64_t *v)
{
	size_t i;

	for (i = 0, *v = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*v = *v * 10 + (uint64_t)(s.p[i] - '0');
	}
	return s.len > 0;
}

static bool next_row(char **line, size_t *cap, struct row *row)
{
	ssize_t n = getline(line, cap, stdin);
	struct str rest, num, ts;

	if (n <= 0)
		return false;
	rest = str_mem(*line, (size_t)n);
	num = str_cut(&rest, '\t');
	ts = str_cut(&rest, '\t');
	row->type = str_cut(&rest, '\t');
	return number(num, &row->num) && number(ts, &row->ts);
}

static bool is_row(struct event *ev, const struct row *row)
{
	return ev->ts == row->ts && str_eq(event_name(ev), row->type);
}

struct tally {
	uint64_t events, rows, misnumbered;
	bool missing;		/* a row that no event is */
};

static void walk(struct evsource *s, bool table, struct tally *t)
{
	struct evsource_next next;
	struct row row = { 0 };
	char *line = NULL;
	size_t cap = 0;
	bool restarted = false, waiting;

	if (table && getline(&line, &cap, stdin) < 0)
		table = false;			/* the header */
	waiting = table && next_row(&line, &cap, &row);
	for (s->next(s, &next); next.what != EVS_END; s->next(s, &next)) {
		restarted |= next.what == EVS_RESTART;
		if (next.what != EVS_EVENT)
			continue;
		t->events++;
		if (!waiting || !is_row(next.ev, &row))
			continue;
		t->rows++;
		t->misnumbered += !restarted && row.num != t->events;
		waiting = next_row(&line, &cap, &row);
	}
	t->missing = waiting;
	if (waiting)
		fprintf(stderr, "no event for row %" PRIu64 " (%.*s)\n", row.num,
			STR_FMT(row.type));
	free(line);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_INIT;
	struct evsource *s = NULL;
	struct tally t = { 0 };
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	int ret, status = 0;

	if (fd < 0) {
		fprintf(stderr, "usage: check_scap FILE.scap [rows]\n");
		return EXIT_USAGE;
	}
	ret = scap_open_fd(&s, fd, NULL, 0, argv[1], &d);
	if (ret) {
		close(fd);
	} else {
		walk(s, argc > 2, &t);
		status = s->status(s);
		s->close(s);
	}
	printf("%s: open %d status %d events %" PRIu64 " rows %" PRIu64 "\n", argv[1],
	       ret, status, t.events, t.rows);
	if (t.misnumbered)
		fprintf(stderr, "%s: %" PRIu64 " rows with another number\n", argv[1],
			t.misnumbered);
	diag_release(&d);
	return t.missing || t.misnumbered;
}
