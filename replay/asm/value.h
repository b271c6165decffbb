/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of parameters and snapshot members as text, and back.  What is
 * printed reads back as the same bytes; where no readable form would,
 * b"..." is printed.
 */
#ifndef REPLAY_ASM_VALUE_H
#define REPLAY_ASM_VALUE_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/event/event.h"
#include "replay/asm/token.h"

/* Names that user and group lines gave, to numbers + 1 as pointers. */
struct asm_ids {
	struct smap users, groups;
	struct arena a;			/* of the names */
};

/*
 * The value of word w for a parameter, in wire encoding; it lives in a or in
 * the text.  False: it was complained about.
 */
bool asm_value(struct asm_text *t, const struct evparam *info, const struct word *w,
	       const struct asm_ids *ids, struct arena *a, struct param *out);
/* The text of a parameter's bytes (not missing). */
void asm_print_value(const struct evparam *info, struct param p, struct buf *out);

/* Is this parameter a list of NUL-terminated texts (args, env, cgroups)? */
bool asm_is_list(const struct evparam *info);

/* Any number: decimal, 0x, 0 for octal, a sign. */
bool asm_number(struct str s, int64_t *out);
/* A number of schema/snapshot.def's scalar members, which may be -1. */
bool asm_id(const struct word *w, const struct smap *names, uint32_t *out);
/* "unset" texts and times: nanoseconds, or a time or duration in words. */
bool asm_time(struct str s, uint64_t *ns);

/* An address with its port, or a unix path; family 0: none of them. */
struct asm_addr {
	uint8_t family;			/* SOCK_AF_xxx */
	uint8_t ip[16];			/* network order; IPv4 in the first 4 */
	uint16_t port;
	uint64_t kernel[2];		/* unix: both ends */
	struct str path;
};
bool asm_addr(struct str s, struct asm_addr *out);
/* "a->b", or one address alone (far, *two false). */
bool asm_tuple(struct str s, struct asm_addr *near, struct asm_addr *far, bool *two);
bool asm_ip(struct str s, bool *v6, uint8_t *ip);
/* PT_SOCKTUPLE and PT_SOCKADDR bytes in a. */
struct param asm_tuple_bytes(const struct asm_addr *near, const struct asm_addr *far,
			     struct arena *a);
struct param asm_addr_bytes(const struct asm_addr *addr, struct arena *a);

/* A word as it can be read back: plain, or quoted with escapes. */
void asm_print_text(struct str s, struct buf *out);
void asm_print_bytes(struct str s, struct buf *out);	/* b"..." */
/* [a b c] of NUL-terminated texts, or b"..." where they are not. */
void asm_print_list(struct str s, struct buf *out);
/* "[::1]:80", "10.0.0.1:80" */
void asm_print_end(bool v6, const uint8_t *ip, uint16_t port, struct buf *out);

#endif
