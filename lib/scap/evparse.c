/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/scap/evparse.h"
#include "lib/scap/format.h"

/* Parameters must end where the event ends. */
static inline bool params_16(struct event *ev, const uint8_t *lens, size_t left, unsigned n)
{
	const uint8_t *data = lens + 2 * (size_t)n;
	uint32_t len;
	unsigned i;

	left -= 2 * (size_t)n;
	for (i = 0; i < n; i++) {
		len = le16(lens + 2 * i);
		if (UNLIKELY(len > left))
			return false;
		left -= len;
		if (LIKELY(i < EV_PARAMS_MAX))
			ev->param[i] = (struct param){ data, len };
		data += len;
	}
	return !left;
}

static bool params_32(struct event *ev, const uint8_t *lens, size_t left, unsigned n)
{
	const uint8_t *data = lens + 4 * (size_t)n;
	uint32_t len;
	unsigned i;

	left -= 4 * (size_t)n;
	for (i = 0; i < n; i++) {
		len = le32(lens + 4 * i);
		if (len > left)
			return false;
		left -= len;
		if (i < EV_PARAMS_MAX)
			ev->param[i] = (struct param){ data, len };
		data += len;
	}
	return !left;
}

static inline bool params_split(struct event *ev, const uint8_t *p, size_t left, uint32_t n)
{
	bool wide = ev->info->flags & EF_LARGE_PAYLOAD;

	if (UNLIKELY(n > left >> (wide ? 2 : 1)))
		return false;
	ev->nparams = n < EV_PARAMS_MAX ? (uint8_t)n : EV_PARAMS_MAX;
	if (UNLIKELY(wide))
		return params_32(ev, p, left, n);
	return params_16(ev, p, left, n);
}

/* The first writers did not say how many parameters there are: it is the
 * largest number, at most today's, with which the lengths add up. */
static bool params_guess(struct event *ev, const uint8_t *p, size_t left)
{
	unsigned n = ev->info->nwire;

	do {
		if (params_split(ev, p, left, n))
			return true;
	} while (n--);
	return false;
}

/* They also counted three bytes too many in these. */
static bool v1_counted_wrong(unsigned type)
{
	return type == EV_NOTIFICATION_E || type == EV_INFRASTRUCTURE_EVENT_E;
}

enum evparse evparse(const uint8_t *p, size_t len, bool v1, struct event *ev,
		     size_t *slack)
{
	size_t head = v1 ? SCAP_EVHDR_V1 : SCAP_EVHDR;
	uint32_t evlen;
	bool ok;

	if (len < head)
		return EVPARSE_BAD;
	ev->ts = le64(p);
	ev->tid = (int64_t)le64(p + 8);
	evlen = le32(p + 16);
	ev->type = le16(p + 20);
	ev->flags = 0;
	if (v1 && v1_counted_wrong(ev->type) && evlen >= 3)
		evlen -= 3;
	if (evlen < head || evlen > len)
		return EVPARSE_BAD;
	*slack = len - evlen;
	ev->info = ev->type < SCAP_EVENT_TYPES ? evinfo_of(ev->type) : NULL;
	if (UNLIKELY(!ev->info))
		return EVPARSE_UNKNOWN;
	if (UNLIKELY(v1))
		ok = params_guess(ev, p + head, evlen - head);
	else
		ok = params_split(ev, p + head, evlen - head, le32(p + 22));
	return ok ? EVPARSE_OK : EVPARSE_BAD;
}
