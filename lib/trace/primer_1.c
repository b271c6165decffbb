/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/primer.h"

const uint8_t primer_1[] = {
#include "lib/trace/primer_1.inc"
};
const size_t primer_1_size = sizeof(primer_1);
