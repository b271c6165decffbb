/* SPDX-License-Identifier: Apache-2.0 */
/* When the event happened.  "Local" means the offset the caller asked for:
 * nothing here looks at the time zone of the machine it runs on. */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "analyze/field/getters.h"

/* v as n digits with leading zeros. */
static void add_digits(struct buf *out, uint64_t v, unsigned n)
{
	char *p = buf_grow(out, n);
	unsigned i;

	for (i = n; i-- > 0; v /= 10)
		p[i] = (char)('0' + v % 10);
	p[n] = '\0';
	out->len += n;
}

void time_add_hms(struct buf *out, uint64_t ts, int32_t tz, bool ns)
{
	int64_t s = (int64_t)(ts / NS_PER_S) + tz;
	unsigned day_s = (unsigned)((s % 86400 + 86400) % 86400);

	add_digits(out, day_s / 3600, 2);
	buf_addc(out, ':');
	add_digits(out, day_s / 60 % 60, 2);
	buf_addc(out, ':');
	add_digits(out, day_s % 60, 2);
	if (ns) {
		buf_addc(out, '.');
		add_digits(out, ts % NS_PER_S, 9);
	}
}

void time_add_date(struct buf *out, uint64_t ts, int32_t tz)
{
	struct civil t = num_civil(ts, tz);

	add_digits(out, (uint64_t)t.year, 4);
	buf_addc(out, '-');
	add_digits(out, t.month, 2);
	buf_addc(out, '-');
	add_digits(out, t.day, 2);
}

void time_add_zone(struct buf *out, int32_t tz)
{
	uint32_t min = (uint32_t)(tz < 0 ? -tz : tz) / 60;

	buf_addc(out, tz < 0 ? '-' : '+');
	add_digits(out, min / 60, 2);
	add_digits(out, min % 60, 2);
}

static bool time_of_day(struct fieldctx *c, struct value *v, bool ns)
{
	size_t n = work_begin(c);

	time_add_hms(&c->work, c->cur->ev->ts, c->tz_offset_s, ns);
	return val_str(v, work_end(c, n));
}

static bool date_and_time(struct fieldctx *c, struct value *v, bool ns)
{
	size_t n = work_begin(c);

	time_add_date(&c->work, c->cur->ev->ts, c->tz_offset_s);
	buf_addc(&c->work, ' ');
	time_add_hms(&c->work, c->cur->ev->ts, c->tz_offset_s, ns);
	return val_str(v, work_end(c, n));
}

GETTER(EVT_TIME) { return time_of_day(c, v, true); }
GETTER(EVT_TIME_S) { return time_of_day(c, v, false); }
GETTER(EVT_OUTPUTTIME) { return time_of_day(c, v, true); }
GETTER(EVT_DATETIME) { return date_and_time(c, v, true); }
GETTER(EVT_DATETIME_S) { return date_and_time(c, v, false); }

GETTER(EVT_TIME_ISO8601)
{
	size_t n = work_begin(c);

	time_add_date(&c->work, c->cur->ev->ts, 0);
	buf_addc(&c->work, 'T');
	time_add_hms(&c->work, c->cur->ev->ts, 0, true);
	time_add_zone(&c->work, 0);
	return val_str(v, work_end(c, n));
}

GETTER(EVT_RAWTIME) { return val_u64(v, c->cur->ev->ts); }
GETTER(EVT_RAWTIME_S) { return val_u64(v, c->cur->ev->ts / NS_PER_S); }
GETTER(EVT_RAWTIME_NS) { return val_u64(v, c->cur->ev->ts % NS_PER_S); }

static uint64_t reltime(const struct fieldctx *c)
{
	return c->cur->ev->ts - c->cur->first_ts;
}

GETTER(EVT_RELTIME) { return val_u64(v, reltime(c)); }
GETTER(EVT_RELTIME_S) { return val_u64(v, reltime(c) / NS_PER_S); }
GETTER(EVT_RELTIME_NS) { return val_u64(v, reltime(c) % NS_PER_S); }

/* Since this field was last asked for, 0 the first time.  Conditions and
 * outputs remember apart, as separate users of the field would. */
static uint64_t deltatime(struct fieldctx *c, enum field_place place, unsigned which)
{
	uint64_t *last = &c->delta_ts[place == FIELD_IN_OUTPUT][which];
	uint64_t ts = c->cur->ev->ts, delta = *last ? ts - *last : 0;

	*last = ts;
	return delta;
}

GETTER(EVT_DELTATIME) { return val_u64(v, deltatime(c, place, 0)); }
GETTER(EVT_DELTATIME_S) { return val_u64(v, deltatime(c, place, 1) / NS_PER_S); }
GETTER(EVT_DELTATIME_NS) { return val_u64(v, deltatime(c, place, 2) % NS_PER_S); }

/* Deprecated: latencies need enter events, which exist no longer. */
GETTER(EVT_LATENCY) { return val_u64(v, 0); }
GETTER(EVT_LATENCY_S) { return val_u64(v, 0); }
GETTER(EVT_LATENCY_NS) { return val_u64(v, 0); }
GETTER(EVT_LATENCY_HUMAN) { return val_cstr(v, "0ns"); }
GETTER(EVT_WAIT_LATENCY) { return val_u64(v, 0); }

/* The event's own time: the condition compares |evt - TS| with its constant. */
GETTER(EVT_AROUND)
{
	uint64_t ts = c->cur->ev->ts, at = (uint64_t)ref->index;

	return val_u64(v, ts > at ? ts - at : at - ts);
}
