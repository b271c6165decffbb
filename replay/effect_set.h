/* SPDX-License-Identifier: Apache-2.0 */
/* Which events change the machine, by replay/effects.def. */
#ifndef REPLAY_EFFECT_SET_H
#define REPLAY_EFFECT_SET_H

#include "lib/base/compat.h"

bool effect_of_type(unsigned type);

#endif
