/* SPDX-License-Identifier: Apache-2.0 */
/* vestige.after_loss*: what gaps may have hidden of the current event. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"
#include "replay/gaps.h"

GETTER(VESTIGE_AFTER_LOSS)
{
	struct behind b;

	return val_u64(v, machine_behind(c->m, &b));
}

GETTER(VESTIGE_AFTER_LOSS_WHOSE)
{
	struct behind b;

	return machine_behind(c->m, &b) && val_cstr(v, behind_whose_name(b.whose));
}

GETTER(VESTIGE_AFTER_LOSS_EVENTS)
{
	struct behind b;

	return machine_behind(c->m, &b) && b.events && val_u64(v, b.events);
}
