/* SPDX-License-Identifier: Apache-2.0 */
/* Why a rule fires at an event, or does not: its condition's parts with the
 * values they have there. */
#ifndef ANALYZE_REPORT_WHY_H
#define ANALYZE_REPORT_WHY_H

#include "lib/base/compat.h"
#include "lib/base/jsonw.h"
#include "analyze/field/source.h"
#include "analyze/rule/parts.h"

/* An event, and whose it is, on a line each. */
#define EVENT_LINE	"*%evt.num %evt.time %evt.type %evt.args"
#define PROCESS_LINE	"*%proc.name (%proc.pid) of %proc.pname: %proc.cmdline, user " \
			"%user.name, container %container.id"

/*
 * A line a part, set in by depth: '>' where it decided, its value, the macro
 * that begins here, the part, and what its fields are.  p has been evaluated
 * at the current event of src.  before: put in front of every line.
 */
void why_text(const struct parts *p, struct fieldsource *src, const char *before,
	      struct buf *out);
/* The tree as nested objects. */
void why_json(const struct parts *p, struct fieldsource *src, struct jsonw *w);
/* The first check that decided, as why_text() prints it without its place;
 * false: there is none. */
bool why_decider(const struct parts *p, struct fieldsource *src, struct buf *out);

#endif
