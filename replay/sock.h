/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Socket descriptors: addresses as parameters carry them (PT_SOCKADDR,
 * PT_SOCKTUPLE), their names, and which end is the client.
 */
#ifndef REPLAY_SOCK_H
#define REPLAY_SOCK_H

#include "lib/base/compat.h"
#include "lib/base/buf.h"
#include "lib/event/event.h"
#include "replay/machine.h"

enum { SOCK_AF_UNIX = 1, SOCK_AF_INET = 2, SOCK_AF_INET6 = 10, SOCK_AF_NETLINK = 16 };

/* A decoded address or pair of addresses. */
struct sockaddrs {
	uint8_t family;			/* SOCK_AF_xxx, 0: not usable */
	uint8_t sip[16], dip[16];	/* network order; IPv4 in the first 4 */
	uint16_t sport, dport;
	uint64_t usrc, udst;
	struct str path;		/* unix */
};

/* Both check lengths; false when p is missing, cut or of another family.  An
 * address alone comes out as the source. */
bool sock_parse_tuple(struct param p, struct sockaddrs *out);
bool sock_parse_addr(struct param p, struct sockaddrs *out);
/* IPv4-mapped IPv6 becomes IPv4 (both ends must be; all-zero counts). */
void sock_unmap(struct sockaddrs *a);

/* "10.0.0.1" or "::1". */
void sock_print_ip(struct buf *out, bool v6, const uint8_t *ip);
/* "10.0.0.1:80" or "::1:80". */
void sock_print_end(struct buf *out, bool v6, const uint8_t *ip, uint16_t port);
/* "sip:sport->dip:dport"; unix: "source->dest path" in hex. */
void sock_print_tuple(struct buf *out, const struct sockaddrs *a);
/* The ends an IP descriptor has, as a tuple or a server's address. */
void sock_print_ends(struct buf *out, const struct fd *f);
/*
 * The name calls give an IP descriptor: ports only where the protocol has
 * them, "<unknown>" where the protocol is not known.  An IPv6 socket that
 * was given IPv4 ends is one of those, as in Falco.
 */
void sock_print_name(struct buf *out, const struct fd *f);

/* Store both ends; false when the descriptor already has them, in either
 * direction.  The type must be set before. */
bool sock_store(struct fd *f, const struct sockaddrs *a);
void sock_swap(struct fd *f);
static inline bool sock_has_role(const struct fd *f)
{
	return f->flags & (FDF_ROLE_CLIENT | FDF_ROLE_SERVER);
}
static inline void sock_set_role(struct fd *f, uint16_t role)
{
	f->flags = (uint16_t)((f->flags & ~(FDF_ROLE_CLIENT | FDF_ROLE_SERVER)) | role);
}
/* Guess the role from the ports the process uses. */
void sock_guess_role(const struct fdtab *tab, struct fd *f, bool incoming);
/* An end that is all zero gets the address the recorded machine would use. */
void sock_infer_ends(const struct machine *m, struct fd *f);

/*
 * What our own views tell of a socket and no field does, because Falco forgets
 * it (struct fd.aside): where a connect in vain was to go and why it failed
 * (FDF_CONN_FAILED), or the port the kernel chose for a listener that asked for
 * none, which an accept tells.
 */
struct sock_aside {
	bool v6;
	uint8_t ip[16];			/* network order; IPv4 in the first 4 */
	uint16_t port;			/* host order; 0: not told */
	uint16_t error;			/* errno of the connect */
};

bool sock_aside(const struct fd *f, struct sock_aside *out);	/* false: nothing */
void sock_set_aside(struct fd *f, const struct sock_aside *a);	/* NULL: forget */
/* Where a bound or listening IP socket waits; false: it does not. */
bool sock_waits_at(const struct fd *f, struct sock_aside *out);
/* Would who waits there be told of a connection to this address? */
bool sock_takes_in(const struct sock_aside *at, bool v6, const uint8_t *ip);
/* "refused", "timed out", …; "failed" for what has no word of its own. */
const char *sock_failure(uint16_t error);
/* SOCK_STREAM etc. and IPPROTO_xxx to enum l4proto. */
uint8_t sock_l4proto(uint32_t type, uint32_t protocol);

#endif
