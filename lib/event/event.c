/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/event.h"

struct str event_text(const struct event *ev, unsigned i)
{
	struct param p = event_param(ev, i);
	const uint8_t *nul;
	struct str s;

	if (!p.len)
		return (struct str){ NULL, 0 };
	nul = memchr(p.p, '\0', p.len);
	s = str_mem(p.p, nul ? (size_t)(nul - p.p) : p.len);
	/* How very old recorders wrote a NULL pointer. */
	if (p.len == sizeof("(NULL)") && str_eq(s, STR("(NULL)")))
		return STR("<NA>");
	return s;
}

bool event_retval(const struct event *ev, int64_t *ret)
{
	const struct evinfo *info = ev->info;
	unsigned ptype;

	if (!ev_is_exit(ev->type) || !(info->source & EC_SYSCALL) || !info->nparams)
		return false;
	ptype = info->params[0].ptype;
	if (ptype == PT_SYSCALLID || !ptype_size[ptype])
		return false;
	return param_int(event_param(ev, 0), ptype_is_signed(ptype), ret);
}

static struct str generic_name(const struct event *ev)
{
	uint64_t sc = event_u64(ev, P_GENERIC_X_ID, 0);
	const struct scinfo *info = sc ? scinfo_of((unsigned)sc) : NULL;

	/* A recorder newer than its number table still tells the native
	 * number; captures name no architecture, so x86_64 is assumed. */
	if (!info && ev->nparams > P_GENERIC_X_nativeID)
		info = scinfo_native(ARCH_X86_64, (int)event_u64(ev, P_GENERIC_X_nativeID, UINT16_MAX));
	return str_of(info ? info->name : "unknown");
}

struct str event_name(struct event *ev)
{
	struct str name;

	switch (ev->type) {
	case EV_GENERIC_X:
		event_params(ev);
		return generic_name(ev);
	case EV_ASYNCEVENT_E:
		event_params(ev);
		name = event_text(ev, P_ASYNCEVENT_E_name);
		return name.p ? name : str_of(ev->info->name);
	default:
		return str_of(ev->info->name);
	}
}
