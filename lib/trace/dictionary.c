/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/trace/dictionary.h"

const uint8_t dictionary_1[] = {
#include "lib/trace/dictionary_1.inc"
};
const size_t dictionary_1_size = sizeof(dictionary_1);
