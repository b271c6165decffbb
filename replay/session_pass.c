/* SPDX-License-Identifier: Apache-2.0 */
/* What of a trace need not come: columns, types, and events that change nothing or
 * that nobody will have seen. */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "replay/effect_set.h"
#include "replay/session_in.h"

uint64_t *session_columns(const struct session *s)
{
	uint64_t *columns = xcalloc(EV_COUNT, sizeof(*columns));
	unsigned i;

	for (i = 0; i < EV_COUNT; i++)
		columns[i] = session_watches(s, i) || s->opts.paranoid ? UINT64_MAX : effect_needs(i);
	return columns;
}

void session_project(struct session *s)
{
	uint8_t types[(EV_COUNT + 7) / 8];
	struct vtr_projection p = { .payload = !s->opts.no_payload, .columns = s->columns,
				    .ahead = !s->opts.no_ahead };
	unsigned i;

	if (s->opts.types) {
		memcpy(types, s->opts.types, sizeof(types));
		for (i = 0; i < EV_COUNT && !s->opts.no_state; i++)
			if (effect_of_type(i))
				types[i >> 3] |= (uint8_t)(1 << (i & 7));
		p.types = types;
	}
	if (s->opts.no_state) {
		p.from_ts = s->opts.from_ts;
		p.from_num = s->opts.from_num;
	}
	p.to_ts = s->opts.wait ? 0 : s->opts.to_ts;
	vtr_project(s->src, &p);
}

/* What is watched must come, but where events are skipped. */
static void pass_unwatched(struct session *s, bool skipping)
{
	unsigned i;

	s->passing = skipping ? PASS_SKIPPED : PASS_CALM;
	s->pass->unseen = s->skip;
	machine_calm(s->m, s->pass);
	for (i = 0; i < EV_COUNT && !skipping; i++)
		if (s->opts.watched[i >> 3] >> (i & 7) & 1)
			s->pass->way[i] = 0;
	if (s->src)
		vtr_pass(s->src, s->pass);
}

void session_calm(struct session *s)
{
	if (!s->whole || !s->opts.watched)
		return;
	if (!s->pass)
		s->pass = xcalloc(1, sizeof(*s->pass));
	pass_unwatched(s, s->skip);
}

void session_calm_again(struct session *s)
{
	pass_unwatched(s, false);
}

void session_pass_before(struct session *s)
{
	const struct session_opts *o = &s->opts;
	uint64_t last = o->from_num ? o->from_num - 1 : 0;

	if (!(o->from_num || o->from_ts) || o->no_state || o->paranoid || o->types || o->wait ||
	    !vtr_meta_of(s->src))
		return;
	if (!s->pass)
		s->pass = xcalloc(1, sizeof(*s->pass));
	if (o->to_num && o->to_num < last)
		last = o->to_num;
	s->pass->unseen = last > s->num ? last - s->num : 0;
	s->pass->from_ts = o->to_num ? 0 : o->from_ts;	/* which may lie behind that */
	s->pass->to_ts = o->to_ts;
	if (!vtr_is_unseen(s->pass))
		return;
	s->passing = PASS_BEFORE;
	machine_calm(s->m, s->pass);
	vtr_pass(s->src, s->pass);
}

void session_end_before(struct session *s)
{
	s->passing = PASS_NONE;
	vtr_pass(s->src, NULL);
}

/* The source need not give what nobody will have seen by then. */
static void skip_ahead(struct session *s)
{
	if (s->passing == PASS_CALM) {
		pass_unwatched(s, true);
	} else if (s->passing == PASS_SKIPPED) {
		s->pass->unseen = s->skip;
		if (s->src)
			vtr_pass(s->src, s->pass);
	}
}

bool session_ask(struct session *s, const struct session_opts *o)
{
	if (o->ignored != s->opts.ignored || !o->watched || !s->opts.watched)
		return false;
	s->opts.watched = o->watched;
	s->opts.no_payload = o->no_payload;
	free(s->columns);
	s->columns = session_columns(s);
	if (s->src) {
		session_project(s);
		if (s->passing == PASS_CALM)
			pass_unwatched(s, false);
	}
	return true;
}

uint64_t session_skip(struct session *s, uint64_t n)
{
	s->skip = n;
	skip_ahead(s);
	session_next(s);
	s->skip = 0;
	if (!s->skipped)
		return 0;
	s->skipped = false;
	return s->num;
}
