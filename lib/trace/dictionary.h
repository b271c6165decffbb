/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The zstd dictionary of format version 2, for what is small: descriptions of
 * kinds, META, SNAPSHOT, and blocks of few events.  Part of the format: the
 * file lib/trace/dictionary-1 is never changed (doc/TRACE-FORMAT.md has its
 * digest).  tools/mkdict.c made it.
 */
#ifndef LIB_TRACE_DICTIONARY_H
#define LIB_TRACE_DICTIONARY_H

#include "lib/base/compat.h"

extern const uint8_t dictionary_1[];
extern const size_t dictionary_1_size;

#endif
