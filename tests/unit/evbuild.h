/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events made by hand:
 *
 *	evb_begin(&b, EV_SYSCALL_CLOSE_X, tid);
 *	evb_int(&b, P_SYSCALL_CLOSE_X_fd, 3);
 *	machine_apply(m, evb_end(&b));
 *
 * Parameters not set are missing.  Each event is 1 ms after the one before.
 */
#ifndef TESTS_UNIT_EVBUILD_H
#define TESTS_UNIT_EVBUILD_H

#include "lib/base/compat.h"
#include "lib/event/event.h"

struct evb {
	struct event ev;
	uint64_t ts, num;
	size_t len;
	uint8_t data[32768];
};

#define EVB_INIT { .ts = 1700000000000000000u }

void evb_begin(struct evb *b, unsigned type, int64_t tid);
/* In the size of the parameter's type; 8 bytes for variable ones. */
void evb_int(struct evb *b, unsigned param, int64_t v);
void evb_str(struct evb *b, unsigned param, const char *s);
/* What does not fit is cut. */
void evb_bytes(struct evb *b, unsigned param, const void *p, size_t len);
/* PT_SOCKADDR and PT_SOCKTUPLE from text: "10.0.0.1:80", "::1|80" for IPv6,
 * "/path" for unix; a tuple is two of them. */
void evb_addr(struct evb *b, unsigned param, const char *end);
void evb_tuple(struct evb *b, unsigned param, const char *src, const char *dst);
struct event *evb_end(struct evb *b);

#endif
