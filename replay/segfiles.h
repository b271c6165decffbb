/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are segments of one recording: their METAs name the one before. */
#ifndef REPLAY_SEGFILES_H
#define REPLAY_SEGFILES_H

#include "lib/base/compat.h"
#include "lib/base/diag.h"

/* Is this file the segment after that one?  Then one machine reads both.  Only
 * regular files are looked into. */
bool segfiles_follow(const char *before, const char *path);
/* Does file i, which is not the first, continue a segment other than the one in
 * front of it?  Then what lies between is not among the files. */
bool segfiles_gap_before(char *const *files, size_t i);
/* Warns of each such file. */
void segfiles_tell_gaps(char *const *files, size_t n, struct diag *d);

#endif
