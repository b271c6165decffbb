/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "lib/event/loss.h"
#include "replay/gaps.h"
#include "replay/machine_int.h"

#define ANCESTORS_MAX	64

static void take(struct gap *to, const struct gap *g)
{
	to->last = g->last;
	to->hides |= g->hides;
	to->unknown |= g->unknown;
	to->process = num_add(to->process, g->process);
	to->fds = num_add(to->fds, g->fds);
	if (!to->from_ts || (g->from_ts && g->from_ts < to->from_ts))
		to->from_ts = g->from_ts;
	if (g->to_ts > to->to_ts)
		to->to_ts = g->to_ts;
}

/* Half as many, each twice as long: who is younger than the one and older
 * than the other is then taken for older. */
static void halve(struct gaps *g)
{
	size_t i;

	for (i = 0; i + 1 < g->n; i += 2) {
		g->v[i / 2] = g->v[i];
		take(&g->v[i / 2], &g->v[i + 1]);
	}
	if (i < g->n)
		g->v[i / 2] = g->v[i];
	g->n = (g->n + 1) / 2;
}

void gaps_add(struct gaps *g, const struct evloss *loss)
{
	unsigned hides = loss_hides(loss);

	if (!hides || g->told == UINT32_MAX)
		return;
	if (g->n == GAPS_MAX)
		halve(g);
	XGROW(g->v, g->cap, g->n + 1);
	g->v[g->n++] = (struct gap){
		.last = ++g->told, .hides = hides,
		.from_ts = loss->from_ts, .to_ts = loss->to_ts,
		.process = hides & HIDES_PROCESS ? loss->count : 0,
		.fds = hides & HIDES_FDS ? loss->count : 0,
		.unknown = loss->count ? 0 : hides,
	};
}

void gaps_release(struct gaps *g)
{
	free(g->v);
	*g = (struct gaps){ 0 };
}

bool gaps_since(const struct gaps *g, uint32_t since, unsigned hides, struct behind *out)
{
	struct gap sum = { 0 };
	size_t i;

	for (i = g->n; i && g->v[i - 1].last > since; i--)
		if (g->v[i - 1].hides & hides)
			take(&sum, &g->v[i - 1]);
	if (!sum.last)
		return false;
	out->from_ts = sum.from_ts;
	out->to_ts = sum.to_ts;
	out->events = hides & HIDES_PROCESS ? sum.process : sum.fds;
	out->unknown = sum.unknown & hides;
	return true;
}

/* A descriptor that is not known was opened behind a gap, if there is one. */
static bool fd_behind(const struct machine *m, struct behind *out)
{
	const struct machine_current *c = &m->cur;

	if (!c->ev || !(c->ev->info->flags & (EF_USES_FD | EF_CREATES_FD)) || c->fd < 0)
		return false;
	return gaps_since(&m->gaps, c->fdinfo ? c->fdinfo->gaps : 0, HIDES_FDS, out);
}

static bool ancestor_behind(const struct machine *m, const struct thread *t, struct behind *out)
{
	unsigned n;

	for (n = 0; n < ANCESTORS_MAX && (t = machine_parent(m, t)); n++) {
		out->pid = t->pid;
		if (gaps_since(&m->gaps, t->gaps, HIDES_PROCESS, out))
			return true;
	}
	return false;
}

bool machine_behind(const struct machine *m, struct behind *out)
{
	const struct thread *t = m->cur.thread, *main;

	*out = (struct behind){ 0 };
	if (LIKELY(!m->gaps.n) || !t)
		return false;
	main = machine_main_thread(m, t);
	main = main ? main : t;
	out->pid = thread_is_placeholder(t) ? t->tid : t->pid;
	if (gaps_since(&m->gaps, main->gaps, HIDES_PROCESS, out))
		out->whose = BEHIND_PROCESS;
	else if (fd_behind(m, out))
		out->whose = BEHIND_FD;
	else if (ancestor_behind(m, main, out))
		out->whose = BEHIND_ANCESTOR;
	return out->whose != BEHIND_NOTHING;
}
