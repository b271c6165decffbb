/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets: stream and datagram on loopback, unix, a refused connection. */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static unsigned port_of(long fd)
{
	struct sockaddr_in a;
	socklen_t n = sizeof(a);

	getsockname((int)fd, (struct sockaddr *)&a, &n);
	return ntohs(a.sin_port);
}

/* "7f000001" and the port, little-endian */
static const char *end(unsigned port)
{
	static char text[4][32];
	static int i;

	i = (i + 1) % 4;
	snprintf(text[i], sizeof(text[i]), "7f000001%02x%02x", port & 0xff, port >> 8);
	return text[i];
}

static void stream(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(0x7f000001) } };
	long l, c, a;
	unsigned lp, cp;

	l = SC(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	expect("socket fd=%ld domain=2 type=%d proto=0 flags=4096", l, SOCK_STREAM | SOCK_CLOEXEC);
	expect("bind res=%ld addr=027f0000010000 fd=%ld", SC(SYS_bind, l, &to, sizeof(to)), l);
	expect("listen res=%ld fd=%ld backlog=5", SC(SYS_listen, l, 5), l);
	lp = port_of(l);
	to.sin_port = htons((uint16_t)lp);
	c = SC(SYS_socket, AF_INET, SOCK_STREAM, 6);
	expect("socket fd=%ld domain=2 type=1 proto=6 flags=0", c);
	SC(SYS_connect, c, &to, sizeof(to));
	cp = port_of(c);
	expect("connect res=0 tuple=02%s%s fd=%ld addr=02%s", end(cp), end(lp), c, end(lp));
	a = SC(SYS_accept4, l, 0, 0, SOCK_NONBLOCK);
	expect("accept4 fd=%ld tuple=02%s%s queuepct=0 queuelen=0 queuemax=5 flags=64",
	       a, end(cp), end(lp));
	expect("sendto res=%ld data=6869 fd=%ld size=2 tuple=02%s%s",
	       SC(SYS_sendto, c, "hi", 2, 0, 0, 0), c, end(cp), end(lp));
	expect("shutdown res=%ld fd=%ld how=1", SC(SYS_shutdown, c, 1), c);
	SC(SYS_close, l);
	l = SC(SYS_socket, AF_INET, SOCK_STREAM, 0);
	SC(SYS_connect, l, &to, sizeof(to));
}

static void datagram(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(0x7f000001) } };
	struct sockaddr_in from;
	socklen_t n = sizeof(from);
	unsigned rp, sp;
	long r, s;
	char b[9];

	r = SC(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	SC(SYS_bind, r, &to, sizeof(to));
	rp = port_of(r);
	s = SC(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	SC(SYS_bind, s, &to, sizeof(to));
	sp = port_of(s);
	to.sin_port = htons((uint16_t)rp);
	expect("sendto res=%ld data=796f fd=%ld size=2 tuple=02%s%s",
	       SC(SYS_sendto, s, "yo", 2, 0, &to, sizeof(to)), s, end(sp), end(rp));
	expect("recvfrom res=%ld data=796f tuple=02%s%s fd=%ld size=9",
	       SC(SYS_recvfrom, r, b, 9, 0, &from, &n), end(sp), end(rp), r);
}

static void local(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "sock" };
	int two[2], one = 1;
	long l, c;

	l = SC(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	expect("socket fd=%ld domain=1 type=1 proto=0 flags=0", l);
	expect("bind res=%ld addr=01736f636b00 fd=%ld", SC(SYS_bind, l, &un, sizeof(un)), l);
	expect("setsockopt res=%ld fd=%ld level=1 optname=16 val=0201000000 optlen=4",
	       SC(SYS_setsockopt, l, SOL_SOCKET, SO_PASSCRED, &one, 4), l);
	c = SC(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	expect("socket fd=%ld domain=1 type=1 proto=0 flags=0", c);
	un.sun_path[0] = 'n';
	SC(SYS_connect, c, &un, sizeof(un));
	SC(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, two);
	expect("bind res=-9 addr=016e6f636b00 fd=99");
	SC(SYS_bind, 99, &un, sizeof(un));
}

int main(void)
{
	stream();
	datagram();
	local();
	return done();
}
