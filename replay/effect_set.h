/* SPDX-License-Identifier: Apache-2.0 */
/* Which events change the machine, by replay/effects.def, and by what. */
#ifndef REPLAY_EFFECT_SET_H
#define REPLAY_EFFECT_SET_H

#include "lib/base/compat.h"

bool effect_of_type(unsigned type);
/* The parameters (bit i: parameter i) the machine looks at in an event of this
 * type; those of replay/needs.def are known to be few. */
uint64_t effect_needs(unsigned type);

#endif
