/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What consumers of canonical parameters count on: exact sizes, text with a
 * NUL, addresses long enough for their family.  Readers of files that anyone
 * may have written check it where values enter.
 */
#ifndef LIB_EVENT_VALID_H
#define LIB_EVENT_VALID_H

#include "lib/base/compat.h"
#include "lib/event/event.h"

/* A missing parameter is valid. */
bool param_valid(unsigned ptype, struct param p);

#endif
