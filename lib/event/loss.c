/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"

enum { EVENTS, PARTS };

#define PARTS_FIRST	16	/* reasons from here to PARTS_LAST are of parts */
#define PARTS_LAST	0xff

static const struct {
	uint32_t num;
	uint8_t of;
	const char *name, *text;
} reasons[] = {
#define LOSS_REASON(id, num, name, of, text) { num, of, name, text },
#include "schema/losses.def"
#undef LOSS_REASON
};

#define LOSS_REASON(id, num, name, of, text)					\
	_Static_assert((of == PARTS) == (num >= PARTS_FIRST && num <= PARTS_LAST),	\
		       "parts are told from events by the number: " name);
#include "schema/losses.def"
#undef LOSS_REASON

static const struct {
	const char *name;
	unsigned hides;
} classes[LOSS_CLASSES] = {
	[0] = { "unknown", HIDES_BOTH },
#define LOSS_CLASS(id, num, name, hides, text) [num] = { name, hides },
#include "schema/losses.def"
#undef LOSS_CLASS
};

const char *loss_reason_name(uint32_t reason)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].num == reason)
			return reasons[i].name;
	return NULL;
}

const char *loss_reason_text(uint32_t reason)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].num == reason)
			return reasons[i].text;
	return "of a kind this version does not know";
}

const char *loss_class_name(uint32_t cls)
{
	return cls < LOSS_CLASSES ? classes[cls].name : NULL;
}

bool loss_reason_of(struct str name, uint32_t *reason)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (!str_eq(name, str_of(reasons[i].name)))
			continue;
		*reason = reasons[i].num;
		return true;
	}
	return false;
}

bool loss_class_of(struct str name, uint32_t *cls)
{
	uint32_t i;

	for (i = 0; i < LOSS_CLASSES; i++) {
		if (!str_eq(name, str_of(classes[i].name)))
			continue;
		*cls = i;
		return true;
	}
	return false;
}

bool loss_is_events(const struct evloss *loss)
{
	return loss->reason < PARTS_FIRST || loss->reason > PARTS_LAST;
}

unsigned loss_hides(const struct evloss *loss)
{
	if (!loss_is_events(loss))
		return HIDES_NOTHING;
	return loss->cls < LOSS_CLASSES ? classes[loss->cls].hides : HIDES_BOTH;
}

/* --- totals --- */

static struct loss_total *row(struct loss_totals *t, uint32_t reason, uint32_t cls)
{
	size_t i = t->n;

	while (i && (t->v[i - 1].reason > reason ||
		     (t->v[i - 1].reason == reason && t->v[i - 1].cls > cls)))
		i--;
	if (i && t->v[i - 1].reason == reason && t->v[i - 1].cls == cls)
		return &t->v[i - 1];
	XGROW(t->v, t->cap, t->n + 1);
	memmove(&t->v[i + 1], &t->v[i], (t->n - i) * sizeof(*t->v));
	t->n++;
	t->v[i] = (struct loss_total){ .reason = reason, .cls = cls };
	return &t->v[i];
}

/* A trace may name any number: those nobody knows share two rows. */
static uint32_t known_reason(const struct evloss *loss)
{
	if (loss_reason_name(loss->reason))
		return loss->reason;
	return loss_is_events(loss) ? LOSS_UNKNOWN : PARTS_LAST;
}

void loss_totals_add(struct loss_totals *t, const struct evloss *loss)
{
	struct loss_total *r = row(t, known_reason(loss),
				   loss->cls < LOSS_CLASSES ? loss->cls : 0);

	r->blocks++;
	r->count = num_add(r->count, loss->count);
	r->unknown += !loss->count;
	if (loss->from_ts && (!r->from_ts || loss->from_ts < r->from_ts))
		r->from_ts = loss->from_ts;
	if (loss->to_ts > r->to_ts)
		r->to_ts = loss->to_ts;
}

void loss_totals_release(struct loss_totals *t)
{
	free(t->v);
	*t = (struct loss_totals){ 0 };
}
