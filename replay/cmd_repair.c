/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/trace/repair.h"
#include "lib/trace/verify.h"
#include "replay/outfile.h"
#include "replay/trace_verbs.h"

static struct outfile_opts o;

const struct opt repair_opts[] = {
	OUTFILE_OPTS(o),
	OPT_END
};

/* Of the original: what repair leaves behind (seals, the index) may lie, too. */
static bool is_intact(struct input *in)
{
	struct verify_report v = { 0 };
	bool ok = input_seek(in, 0) && !vtr_verify(in, NULL, &v);

	verify_report_release(&v);
	return ok;
}

static int tell(const char *path, const struct repair_report *r, bool intact, struct diag *d)
{
	diag_off(d, DIAG_NOTE, path, -1, "%" PRIu64 " %s with %" PRIu64 " %s %s saved",
		 r->blocks, str_count(r->blocks, "block", "blocks"), r->events,
		 str_count(r->events, "event", "events"), str_count(r->blocks, "was", "were"));
	if (r->damaged)
		diag_off(d, DIAG_WARNING, path, -1, "%" PRIu64 " %s damaged; %" PRIu64
			 " %s known to be missing", r->damaged,
			 str_count(r->damaged, "place is", "places are"), r->lost,
			 str_count(r->lost, "event is", "events are"));
	if (r->cut)
		diag_off(d, DIAG_WARNING, path, -1, "the end is missing");
	else if (r->lost_unknown)
		diag_off(d, DIAG_WARNING, path, -1, "more events may be missing at the end: "
			 "nothing that is left tells how many");
	if (r->modified)
		diag_hint(diag_off(d, DIAG_WARNING, path, -1, "%" PRIu64 " %s what was sealed: "
				   "the copy has them as they are", r->modified,
				   str_count(r->modified, "block is not", "blocks are not")),
			  "`vestige verify` of the original names them: it is the evidence");
	if (r->misplaced)
		diag_off(d, DIAG_WARNING, path, -1, "%" PRIu64 " %s out of place, or more than once: "
			 "the copy has each once, by its number", r->misplaced,
			 str_count(r->misplaced, "block stands", "blocks stand"));
	if (r->unplaced)
		diag_off(d, DIAG_WARNING, path, -1, "%" PRIu64 " %s left out, with %" PRIu64
			 " %s: their numbers are those of others", r->unplaced,
			 str_count(r->unplaced, "block was", "blocks were"), r->unplaced_events,
			 str_count(r->unplaced_events, "event", "events"));
	if (r->again)
		diag_off(d, DIAG_WARNING, path, -1, "%" PRIu64 " %s there more than once, and as "
			 "often in the copy", r->again, str_count(r->again, "segment is", "segments are"));
	if (r->damaged || r->modified || r->misplaced || r->unplaced || r->again)
		return -E_DAMAGED;
	if (r->cut || intact)
		return r->cut ? -E_CUT : 0;
	diag_hint(diag_off(d, DIAG_WARNING, path, -1, "all of it was saved, but it is not as it "
			   "was sealed"), "`vestige verify` says what is wrong with it");
	return -E_DAMAGED;
}

int cmd_repair(struct opt_args *args, struct diag *d)
{
	struct repair_report r = { 0 };
	const char *from = args->v[0];
	bool intact = true;
	struct outfile f;
	struct input in;
	int err;

	if (!two_operands(args, "repair", d))
		return EXIT_USAGE;
	err = input_open(&in, args->v[0], d);
	if (err)
		return err_exit(err);
	if (!input_size(&in) && !input_seek(&in, 0)) {	/* read twice */
		diag_add(d, DIAG_ERROR, "repair needs a file: a pipe cannot be read twice");
		input_release(&in);
		return EXIT_UNREADABLE;
	}
	err = outfile_open(&f, args->v[1], (struct outfile_from){ &from, 1 }, &o, d);
	if (!err) {
		err = vtr_repair(&in, &f.opts, outfile_write, &f, &r);
		if (err && err_exit(err) != EXIT_ENVIRONMENT)
			input_tell(args->v[0], err, d);
		err = outfile_close(&f, err);
	}
	if (!err)
		intact = is_intact(&in);
	input_release(&in);
	return err_exit(err ? err : tell(args->v[0], &r, intact, d));
}
