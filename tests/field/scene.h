/* SPDX-License-Identifier: Apache-2.0 */
/* A hand-made machine and events for tests of the extractors. */
#ifndef TESTS_FIELD_SCENE_H
#define TESTS_FIELD_SCENE_H

#include "lib/base/compat.h"
#include "analyze/field/context.h"

#define T0 UINT64_C(1700000000000000000)	/* 2023-11-14 22:13:20 UTC */

struct scene {
	struct machine *m;
	struct fieldctx c;
	struct event ev;
	uint8_t bytes[8192];
	size_t used;
	uint64_t num;
};

/* init(1) - sshd(100) - bash(200) with users, an interface and descriptors. */
void scene_init(struct scene *s);
void scene_release(struct scene *s);

/* Build the next event, parameter by parameter, then apply it. */
void ev_begin(struct scene *s, unsigned type, int64_t tid);
void ev_int(struct scene *s, unsigned size, uint64_t v);
void ev_text(struct scene *s, const char *text);
void ev_bytes(struct scene *s, const void *p, size_t n);
void ev_none(struct scene *s);
void ev_apply(struct scene *s);

#endif
