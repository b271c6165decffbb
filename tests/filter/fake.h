/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fieldsource made of text: "openat proc.name=cat fd.num=3 fd.types=[a,b]
 * proc.aname={bash,init}".  The first word is the event's name (its newest
 * exit event), then fields with values: bare, "quoted" with the escapes of
 * conditions, [list] or {several candidates}.  What is not named is absent.
 */
#ifndef TESTS_FILTER_FAKE_H
#define TESTS_FILTER_FAKE_H

#include "lib/base/compat.h"
#include "analyze/field/source.h"
#include "lib/base/arena.h"

#define FAKE_FIELDS	64

struct fake {
	struct fieldsource src;		/* first */
	struct arena a;
	struct str name[FAKE_FIELDS];
	struct value value[FAKE_FIELDS];
	size_t n;
	unsigned gets;			/* values asked for since the start */
};

/* False with a sentence on stderr when the line is wrong. */
bool fake_parse(struct fake *f, struct str line);
void fake_release(struct fake *f);
/* The newest exit event (else the newest at all) of that name; -1: none. */
int fake_event(struct str name);

#endif
