/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that a process has not finished yet: a signal that ends it (SIGHUP,
 * SIGINT, SIGTERM) removes them first.  A signal that somebody handles or that
 * is ignored when the first one is made stays as it is.
 */
#ifndef LIB_BASE_TEMP_H
#define LIB_BASE_TEMP_H

#include "lib/base/compat.h"

/* As mkostemp(): a new file of mode 0600, open close-on-exec; name ends in XXXXXX
 * and is borrowed until temp_forget().  More than a few at a time are left alone. */
int temp_create(char *name);
/* It has another name, or was removed. */
void temp_forget(const char *name);

#endif
