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
