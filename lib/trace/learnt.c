/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/learnt.h"

const uint8_t learnt_1[] = {
#include "lib/trace/learnt_1.inc"
};
const size_t learnt_1_size = sizeof(learnt_1);
