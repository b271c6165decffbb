/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/num.h"

#define NS_PER_S	1000000000u
#define S_PER_DAY	86400

struct unit {
	const char *name;
	uint64_t scale;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Leading digits as a number; false when there are none or too many. */
static bool take_digits(struct str *s, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < s->len && is_digit(s->p[i]); i++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s->p[i] - '0'), &v))
			return false;
	}
	if (!i)
		return false;
	*s = str_sub(*s, i, s->len);
	*out = v;
	return true;
}

/* ".5" as billionths; nothing there is 0.  More than nine digits: false. */
static bool take_fraction(struct str *s, uint32_t *billionths)
{
	uint32_t v = 0;
	size_t i, n;

	*billionths = 0;
	if (!s->len || s->p[0] != '.')
		return true;
	for (n = 1; n < s->len && is_digit(s->p[n]); n++)
		;
	if (n == 1 || n > 10)
		return false;
	for (i = 1; i <= 9; i++)
		v = v * 10 + (i < n ? (uint32_t)(s->p[i] - '0') : 0);
	*s = str_sub(*s, n, s->len);
	*billionths = v;
	return true;
}

bool num_u64(struct str s, uint64_t *out)
{
	uint64_t v;

	if (!take_digits(&s, &v) || s.len)
		return false;
	*out = v;
	return true;
}

bool num_i64(struct str s, int64_t *out)
{
	bool minus = s.len && s.p[0] == '-';
	uint64_t v;

	if (minus || (s.len && s.p[0] == '+'))
		s = str_sub(s, 1, s.len);
	if (!num_u64(s, &v) || v > (uint64_t)INT64_MAX + minus)
		return false;
	*out = minus ? (int64_t)-v : (int64_t)v;
	return true;
}

static bool scaled(struct str s, const struct unit *units, size_t n, uint64_t *out)
{
	unsigned __int128 v;
	uint32_t fraction;
	uint64_t whole;
	size_t i;

	if (!take_digits(&s, &whole) || !take_fraction(&s, &fraction))
		return false;
	for (i = 0; i < n; i++) {
		if (!str_eq(s, str_of(units[i].name)))
			continue;
		v = (unsigned __int128)whole * units[i].scale +
		    (unsigned __int128)fraction * units[i].scale / NS_PER_S;
		if (v > UINT64_MAX)
			return false;
		*out = (uint64_t)v;
		return true;
	}
	return false;
}

bool num_size(struct str s, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "", 1 }, { "K", 1ull << 10 }, { "M", 1ull << 20 },
		{ "G", 1ull << 30 }, { "T", 1ull << 40 }, { "k", 1ull << 10 },
		{ "m", 1ull << 20 }, { "g", 1ull << 30 }, { "t", 1ull << 40 },
		{ "KiB", 1ull << 10 }, { "MiB", 1ull << 20 },
		{ "GiB", 1ull << 30 }, { "TiB", 1ull << 40 },
	};

	return scaled(s, units, ARRAY_SIZE(units), bytes);
}

bool num_duration(struct str s, uint64_t *ns)
{
	static const struct unit units[] = {
		{ "", NS_PER_S }, { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
		{ "s", NS_PER_S }, { "m", 60ull * NS_PER_S },
		{ "h", 3600ull * NS_PER_S }, { "d", S_PER_DAY * (uint64_t)NS_PER_S },
	};

	return scaled(s, units, ARRAY_SIZE(units), ns);
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_in(int64_t year, unsigned month)
{
	static const unsigned char days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Days since 1970-01-01.  Years are counted from March, so that the leap day
 * is the last of its year, and in eras of 400 years (146097 days).
 */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil_from_days(int64_t days, struct civil *c)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	c->day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	c->month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	c->year = yoe + era * 400 + (c->month <= 2);
}

struct civil num_civil(uint64_t epoch_ns, int32_t utc_offset_s)
{
	int64_t s = (int64_t)(epoch_ns / NS_PER_S) + utc_offset_s;
	int64_t days = (s >= 0 ? s : s - (S_PER_DAY - 1)) / S_PER_DAY;
	unsigned rest = (unsigned)(s - days * S_PER_DAY);
	struct civil c = {
		.hour = rest / 3600,
		.min = rest / 60 % 60,
		.sec = rest % 60,
		.ns = (uint32_t)(epoch_ns % NS_PER_S),
	};

	civil_from_days(days, &c);
	return c;
}

/* Exactly n digits. */
static bool take_fixed(struct str *s, size_t n, unsigned *out)
{
	struct str part = str_sub(*s, 0, n);
	uint64_t v;

	if (part.len != n || !num_u64(part, &v))
		return false;
	*s = str_sub(*s, n, s->len);
	*out = (unsigned)v;
	return true;
}

static bool take_char(struct str *s, const char *any)
{
	if (!s->len || !s->p[0] || !strchr(any, s->p[0]))
		return false;
	*s = str_sub(*s, 1, s->len);
	return true;
}

/* "Z", "+02:00", "-0530" or nothing, in seconds east of UTC. */
static bool take_zone(struct str *s, int32_t *offset)
{
	bool west = s->len && s->p[0] == '-';
	unsigned h, m;

	*offset = 0;
	if (!s->len || take_char(s, "Zz"))
		return true;
	if (!take_char(s, "+-") || !take_fixed(s, 2, &h))
		return false;
	take_char(s, ":");
	if (!take_fixed(s, 2, &m) || h > 23 || m > 59)
		return false;
	*offset = (int32_t)(h * 3600 + m * 60) * (west ? -1 : 1);
	return true;
}

bool num_utc_offset(struct str s, int32_t *seconds)
{
	int32_t offset = 0;

	if (!s.len || (!str_eq(s, STR("UTC")) && (!take_zone(&s, &offset) || s.len)))
		return false;
	*seconds = offset;
	return true;
}

static bool take_clock(struct str *s, unsigned *seconds, uint32_t *ns)
{
	unsigned h, m, sec = 0;

	*ns = 0;
	if (!take_fixed(s, 2, &h) || !take_char(s, ":") || !take_fixed(s, 2, &m))
		return false;
	if (take_char(s, ":") && (!take_fixed(s, 2, &sec) || !take_fraction(s, ns)))
		return false;
	if (h > 23 || m > 59 || sec > 59)
		return false;
	*seconds = h * 3600 + m * 60 + sec;
	return true;
}

static bool compose(int64_t seconds, uint32_t ns, uint64_t *out)
{
	uint64_t v;

	if (seconds < 0 ||
	    __builtin_mul_overflow((uint64_t)seconds, NS_PER_S, &v) ||
	    __builtin_add_overflow(v, ns, &v))
		return false;
	*out = v;
	return true;
}

static bool parse_civil(struct str s, uint64_t *out)
{
	unsigned year, month, day, seconds = 0;
	uint32_t ns = 0;
	int32_t offset = 0;

	if (!take_fixed(&s, 4, &year) || !take_char(&s, "-") ||
	    !take_fixed(&s, 2, &month) || !take_char(&s, "-") ||
	    !take_fixed(&s, 2, &day))
		return false;
	if (!month || month > 12 || !day || day > days_in(year, month))
		return false;
	if (s.len && (!take_char(&s, "Tt ") || !take_clock(&s, &seconds, &ns) ||
		      !take_zone(&s, &offset)))
		return false;
	if (s.len)
		return false;
	return compose(days_from_civil(year, month, day) * S_PER_DAY + seconds -
		       offset, ns, out);
}

static bool parse_epoch(struct str s, uint64_t *out)
{
	uint64_t seconds;
	uint32_t ns;

	if (!take_digits(&s, &seconds) || !take_fraction(&s, &ns) || s.len)
		return false;
	return seconds <= INT64_MAX && compose((int64_t)seconds, ns, out);
}

bool num_time(struct str s, uint64_t *ns)
{
	if (s.len && s.p[0] == '@')
		return parse_epoch(str_sub(s, 1, s.len), ns);
	if (s.len >= 16 && num_u64(s, ns))
		return true;
	return parse_civil(s, ns);
}

/* v in the n places from `at` on, leading zeros. */
static void put_fixed(char *at, uint64_t v, unsigned n)
{
	for (; n; n--, v /= 10)
		at[n - 1] = (char)('0' + v % 10);
}

void num_iso8601(struct buf *out, uint64_t epoch_ns)
{
	char text[] = "YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ";
	struct civil c = num_civil(epoch_ns, 0);

	put_fixed(text, (uint64_t)c.year, 4);
	put_fixed(text + 5, c.month, 2);
	put_fixed(text + 8, c.day, 2);
	put_fixed(text + 11, c.hour, 2);
	put_fixed(text + 14, c.min, 2);
	put_fixed(text + 17, c.sec, 2);
	put_fixed(text + 20, c.ns, 9);
	buf_add(out, text, sizeof(text) - 1);
}
