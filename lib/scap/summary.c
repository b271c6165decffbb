/* SPDX-License-Identifier: Apache-2.0 */
/* What the reader says when it came to the end. */
#include "lib/base/compat.h"

#include "lib/base/err.h"
#include "lib/scap/private.h"

static void feed_trouble(struct scap_reader *r)
{
	const struct feed_end *e = feed_end(r->in.feed);

	if (e->garbage >= 0)
		diag_off(r->d, DIAG_WARNING, r->name, e->garbage,
			 "bytes after the gzip data are not gzip; ignored");
	if (e->err == -E_READ)
		scap_damage(r, e->err, (uint64_t)e->offset, "cannot read: %s",
			    strerror(e->sys));
	else if (e->err)
		scap_damage(r, e->err, (uint64_t)e->offset, "%s", e->why);
}

static void count(struct scap_reader *r, uint64_t n, const char *what)
{
	if (n)
		diag_off(r->d, DIAG_WARNING, r->name, -1, "%" PRIu64 " %s", n, what);
}

static void unknown_blocks(struct scap_reader *r)
{
	uint64_t n = r->stats.unknown_blocks;

	if (n)
		diag_off(r->d, DIAG_WARNING, r->name, (int64_t)r->unknown_off,
			 "skipped %" PRIu64 " block%s of no known use, the first of type 0x%" PRIx32,
			 n, str_count(n, "", "s"), r->unknown_type);
}

static void unconvertible(struct scap_reader *r)
{
	unsigned i;

	for (i = 0; i < SCAP_EVENT_TYPES; i++)
		if (r->failed[i])
			diag_off(r->d, DIAG_WARNING, r->name, -1,
				 "left out %" PRIu32 " %s event%s (type %u) of an old form nothing current corresponds to",
				 r->failed[i], evtab[i].name,
				 str_count(r->failed[i], "", "s"), i);
}

void scap_summary(struct scap_reader *r)
{
	if (r->summed)
		return;
	r->summed = r->ended = true;
	feed_trouble(r);
	if (!r->any_events && r->stats.captures && !r->status)
		scap_damage(r, -E_EMPTY, stream_offset(&r->in), "no events in the file");
	unknown_blocks(r);
	unconvertible(r);
	count(r, r->stats.bad_events > 1 ? r->stats.bad_events : 0,
	      "events in all had contradicting lengths and were left out");
	count(r, r->stats.bad_params > 1 ? r->stats.bad_params : 0,
	      "events in all had a parameter of a wrong size and were left out");
	count(r, r->stats.fixed_params > 1 ? r->stats.fixed_params : 0,
	      "events in all had a parameter repaired");
	count(r, lift_unpaired(r->lift),
	      "parameters of exit events are missing: the enter event before was another call's");
	count(r, lift_forgotten(r->lift),
	      "enter events were forgotten before their exit: too many threads at once");
}
