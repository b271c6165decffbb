/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/evtab.h"
#include "replay/effect_set.h"

bool effect_of_type(unsigned type)
{
	static const bool has[EV_COUNT] = {
#define EFFECT(event, function, arg) [EV_##event] = true,
#include "replay/effects.def"
#undef EFFECT
	};

	return type < EV_COUNT && has[type];
}

#define BIT(i) (1ull << (i))

uint64_t effect_needs(unsigned type)
{
	static const uint64_t needs[EV_COUNT] = {
#define NEEDS(event, params) [EV_##event] = params,
#include "replay/needs.def"
#undef NEEDS
	};
	const struct evinfo *info = evinfo_of(type);
	uint64_t own;

	if (!info)
		return UINT64_MAX;
	own = needs[type] ? needs[type] : effect_of_type(type) ? UINT64_MAX : 0;
	return info->flags & EF_USES_FD && info->fd >= 0 ? own | BIT(info->fd) : own;
}
