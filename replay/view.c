/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "replay/segfiles.h"
#include "replay/view.h"
#include "replay/when.h"

/* A point behind the end is none; what is shown is the state of the end. */
static void tell_end(const struct view *v, const struct view_opts *o, const struct when *at,
		     const struct opt_args *args, struct diag *d)
{
	struct diag quiet = DIAG_INIT;
	struct when last = { 0 };

	if (view_is_blank(v) || !session_ended_before(v->s))
		return;
	if (at->ts && when_parse(&last, "--at", "-0s", args->v, (size_t)args->n, &quiet))
		last.ts = at->ts;	/* of a pipe nobody knows any more */
	diag_release(&quiet);
	if (at->num || last.ts < at->ts)
		diag_add(d, DIAG_WARNING, "the trace ends before --at %s: the state of its end "
			 "is shown", o->at);
}

void view_tell_pid(const struct view *v, uint64_t pid, struct diag *d)
{
	size_t i;

	for (i = 0; i < v->nthreads; i++)
		if ((uint64_t)v->threads[i]->pid == pid)
			return;
	if (pid && !view_is_blank(v))
		diag_add(d, DIAG_WARNING, "there is no process %" PRIu64 " at that point", pid);
}

int view_open(struct view *v, const struct view_opts *o, const struct opt_args *args,
	      struct diag *d)
{
	/* No event is shown: a sidecar may stand for any of them, and only what
	 * the machine needs is read. */
	static const uint8_t none[(EV_COUNT + 7) / 8];
	struct session_opts so = {
		.paranoid = o->paranoid, .from_num = UINT64_MAX, .watched = none,
		.no_payload = true,
	};
	struct when at = { 0 };
	int err;

	memset(v, 0, sizeof(*v));
	if (args->n < 1) {
		diag_hint(diag_add(d, DIAG_ERROR, "no trace given"), "name a file, or - for standard input");
		return -E_USAGE;
	}
	if (o->at && strcmp(o->at, "end")) {
		err = when_parse(&at, "--at", o->at, args->v, (size_t)args->n, d);
		if (err)
			return err;
	}
	so.to_ts = at.ts;
	so.to_num = at.num;
	so.state_at = true;
	segfiles_tell_gaps(args->v, (size_t)args->n, d);
	v->s = session_new(args->v, (size_t)args->n, &so, d);
	while (session_next(v->s))
		;
	v->m = session_machine(v->s);
	machine_settle(v->m);
	v->threads = machine_threads(v->m, &v->nthreads);
	tell_end(v, o, &at, args, d);
	return 0;
}

void view_close(struct view *v)
{
	free(v->threads);
	session_free(v->s);
	memset(v, 0, sizeof(*v));
}

bool view_is_blank(const struct view *v)
{
	return !v->nthreads && err_exit(session_status(v->s)) == EXIT_UNREADABLE;
}

int view_status(const struct view *v, int written, struct diag *d)
{
	if (written < 0) {
		diag_add(d, DIAG_ERROR, "cannot write standard output: %s", strerror(errno));
		return err_exit(written);
	}
	return err_exit(session_status(v->s));
}

int view_finish(struct view *v, struct table *t, struct diag *d)
{
	int status = view_status(v, view_is_blank(v) ? 0 : table_print(t), d);

	table_release(t);
	view_close(v);
	return status;
}

bool view_is_process(const struct thread *t)
{
	if (thread_is_main(t) || thread_is_placeholder(t))
		return true;
	return !t->tg_prev;
}

struct str view_user(const struct view *v, const struct thread *t)
{
	static char text[16];
	const struct user *u = machine_user(v->m, rstr_str(t->container_id), t->uid);

	if (!u)
		u = machine_user(v->m, STR(""), t->uid);
	if (u)
		return rstr_str(u->name);
	if (t->uid == UINT32_MAX)
		return STR("");
	snprintf(text, sizeof(text), "%" PRIu32, t->uid);
	return t->uid ? str_of(text) : STR("root");
}

struct str view_command(const struct thread *t)
{
	return t->cmdline->len ? rstr_str(t->cmdline) : rstr_str(t->comm);
}
