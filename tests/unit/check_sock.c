/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, names, roles and what socket calls do to descriptors. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "replay/sock.h"
#include "tests/unit/evbuild.h"
#include "tests/unit/world.h"

enum { AF_U = 1, AF_4 = 2, AF_6 = 10 };
enum { TCP = 6, UDP = 17, STREAM = 1, DGRAM = 2, RAW = 3 };

static struct world w;

static void server(void)
{
	struct snap_item eth = {
		.kind = SNAP_IFACE,
		.iface = { .addr = { 10, 0, 0, 7 }, .mask = { 255, 255, 255, 0 } },
	};

	world_init(&w);
	machine_load(w.m, &eth);
	world_proc(&w, 1, 1, 0, "init");
	world_proc(&w, 100, 100, 1, "srv");
}

static void sock(int64_t fd, int domain, int type, int proto)
{
	world_begin(&w, EV_SOCKET_SOCKET_X, 100);
	evb_int(&w.b, P_SOCKET_SOCKET_X_fd, fd);
	evb_int(&w.b, P_SOCKET_SOCKET_X_domain, domain);
	evb_int(&w.b, P_SOCKET_SOCKET_X_type, type);
	evb_int(&w.b, P_SOCKET_SOCKET_X_proto, proto);
	world_apply(&w);
}

static void bind_to(int64_t fd, const char *addr)
{
	world_begin(&w, EV_SOCKET_BIND_X, 100);
	evb_int(&w.b, P_SOCKET_BIND_X_res, 0);
	evb_int(&w.b, P_SOCKET_BIND_X_fd, fd);
	evb_addr(&w.b, P_SOCKET_BIND_X_addr, addr);
	world_apply(&w);
}

static void connect_to(int64_t fd, int64_t res, const char *src, const char *dst)
{
	world_begin(&w, EV_SOCKET_CONNECT_X, 100);
	evb_int(&w.b, P_SOCKET_CONNECT_X_res, res);
	evb_int(&w.b, P_SOCKET_CONNECT_X_fd, fd);
	evb_tuple(&w.b, P_SOCKET_CONNECT_X_tuple, src, dst);
	world_apply(&w);
}

static void send_to(int64_t fd, const char *src, const char *dst)
{
	world_begin(&w, EV_SOCKET_SENDTO_X, 100);
	evb_int(&w.b, P_SOCKET_SENDTO_X_res, 4);
	evb_int(&w.b, P_SOCKET_SENDTO_X_fd, fd);
	evb_tuple(&w.b, P_SOCKET_SENDTO_X_tuple, src, dst);
	world_apply(&w);
}

static void recv_from(int64_t fd, const char *src, const char *dst)
{
	world_begin(&w, EV_SOCKET_RECVFROM_X, 100);
	evb_int(&w.b, P_SOCKET_RECVFROM_X_res, 4);
	evb_int(&w.b, P_SOCKET_RECVFROM_X_fd, fd);
	evb_tuple(&w.b, P_SOCKET_RECVFROM_X_tuple, src, dst);
	world_apply(&w);
}

#define ck_name(fd, want) ck_assert_text(rstr_str(world_fd(&w, 100, fd)->name), want)

START_TEST(parse)
{
	static const uint8_t v4[] = { 2, 10, 0, 0, 1, 80, 0, 10, 0, 0, 2, 0x90, 0x1f };
	struct sockaddrs a;
	uint32_t n;

	ck_assert(sock_parse_tuple((struct param){ v4, sizeof(v4) }, &a));
	ck_assert_uint_eq(a.sport, 80);
	ck_assert_uint_eq(a.dport, 8080);
	for (n = 0; n < sizeof(v4); n++)
		ck_assert(!sock_parse_tuple((struct param){ v4, n }, &a));
	ck_assert(!sock_parse_tuple((struct param){ (const uint8_t *)"\x05xxx", 4 }, &a));
	ck_assert(!sock_parse_addr((struct param){ NULL, 0 }, &a));
	/* A unix path needs no NUL. */
	ck_assert(sock_parse_addr((struct param){ (const uint8_t *)"\x01/run/x", 7 }, &a));
	ck_assert_text(a.path, "/run/x");
	ck_assert(sock_parse_addr((struct param){ (const uint8_t *)"\x01", 1 }, &a));
	ck_assert_uint_eq(a.path.len, 0);
}
END_TEST

START_TEST(protocols)
{
	ck_assert_uint_eq(sock_l4proto(STREAM, 0), L4_TCP);
	ck_assert_uint_eq(sock_l4proto(DGRAM | 0x80800, 0), L4_UDP);
	ck_assert_uint_eq(sock_l4proto(RAW, 1), L4_RAW);
	ck_assert_uint_eq(sock_l4proto(DGRAM, 1), L4_ICMP);
	ck_assert_uint_eq(sock_l4proto(RAW, 255), L4_RAW);
	ck_assert_uint_eq(sock_l4proto(RAW, 58), L4_UNKNOWN);
}
END_TEST

START_TEST(socket_types)
{
	server();
	sock(3, AF_4, STREAM, 0);
	ck_assert_uint_eq(world_fd(&w, 100, 3)->type, FD_IPV4_SOCK);
	ck_name(3, "");
	sock(3, AF_U, STREAM, 0);
	ck_assert_uint_eq(world_fd(&w, 100, 3)->type, FD_UNIX_SOCK);
	sock(3, 16, RAW, 0);
	ck_assert_uint_eq(world_fd(&w, 100, 3)->type, FD_NETLINK);
	sock(3, 17, RAW, 768);
	ck_assert_uint_eq(world_fd(&w, 100, 3)->type, FD_UNKNOWN);
	sock(-97, AF_4, STREAM, 0);
	ck_assert_uint_eq(world_get(&w, 100)->fds.n, 1);
	world_release(&w);
}
END_TEST

START_TEST(tcp_client)
{
	struct fd *f;

	server();
	sock(3, AF_4, STREAM, TCP);
	connect_to(3, -111, "10.0.0.7:4000", "10.0.0.9:80");
	ck_name(3, "");
	ck_assert(!(world_fd(&w, 100, 3)->flags & FDF_CONNECTED));
	connect_to(3, -115, "10.0.0.7:4000", "10.0.0.9:80");
	f = world_fd(&w, 100, 3);
	ck_name(3, "10.0.0.7:4000->10.0.0.9:80");
	ck_assert(f->flags & FDF_ROLE_CLIENT);
	ck_assert(f->flags & FDF_CONNECTED);
	/* A tuple on a named TCP socket is not news. */
	send_to(3, "1.2.3.4:1", "5.6.7.8:2");
	ck_name(3, "10.0.0.7:4000->10.0.0.9:80");
	world_release(&w);
}
END_TEST

START_TEST(tcp_server)
{
	struct fd *f;

	server();
	sock(3, AF_4, STREAM, TCP);
	bind_to(3, "0.0.0.0:80");
	f = world_fd(&w, 100, 3);
	ck_assert_uint_eq(f->type, FD_IPV4_SERVSOCK);
	ck_assert_uint_eq(f->l4proto, L4_TCP);
	ck_assert(f->flags & FDF_ROLE_SERVER);
	ck_name(3, "0.0.0.0:80");
	world_begin(&w, EV_SOCKET_ACCEPT4_6_X, 100);
	evb_int(&w.b, P_SOCKET_ACCEPT4_6_X_fd, 4);
	evb_tuple(&w.b, P_SOCKET_ACCEPT4_6_X_tuple, "10.0.0.9:5000", "10.0.0.7:80");
	evb_int(&w.b, P_SOCKET_ACCEPT4_6_X_flags, 0x1000);
	world_apply(&w);
	f = world_fd(&w, 100, 4);
	ck_name(4, "10.0.0.9:5000->10.0.0.7:80");
	ck_assert_uint_eq(f->l4proto, L4_TCP);
	ck_assert(f->flags & FDF_ROLE_SERVER);
	ck_assert(f->flags & FDF_CONNECTED);
	ck_assert_int_eq(machine_current(w.m)->fd, 4);
	world_release(&w);
}
END_TEST

START_TEST(bind_without_a_port)
{
	server();
	sock(3, AF_4, DGRAM, UDP);
	bind_to(3, "10.0.0.7:0");
	ck_assert_uint_eq(world_fd(&w, 100, 3)->type, FD_IPV4_SOCK);
	ck_name(3, "10.0.0.7:0");
	world_release(&w);
}
END_TEST

/* What our own views tell leaves what fields see as it was. */
START_TEST(a_listener_without_a_port)
{
	struct sock_aside at;
	struct fd *f;

	server();
	sock(3, AF_4, STREAM, TCP);
	bind_to(3, "10.0.0.7:0");
	ck_assert(!sock_waits_at(world_fd(&w, 100, 3), &at));
	world_call(&w, EV_SOCKET_LISTEN_X, 100, 0, P_SOCKET_LISTEN_X_fd, 3);
	f = world_fd(&w, 100, 3);
	ck_assert_uint_eq(f->type, FD_IPV4_SOCK);
	ck_assert(!sock_has_role(f) && !f->sport);
	ck_name(3, "10.0.0.7:0");
	ck_assert(sock_waits_at(f, &at));
	ck_assert(!at.v6 && !at.port && !memcmp(at.ip, "\x0a\0\0\7", 4));
	world_begin(&w, EV_SOCKET_ACCEPT_5_X, 100);
	evb_int(&w.b, P_SOCKET_ACCEPT_5_X_fd, 4);
	evb_tuple(&w.b, P_SOCKET_ACCEPT_5_X_tuple, "10.0.0.9:5000", "10.0.0.7:4711");
	world_apply(&w);
	f = world_fd(&w, 100, 3);
	ck_assert(sock_waits_at(f, &at));
	ck_assert_uint_eq(at.port, 4711);
	ck_assert_uint_eq(f->sport, 0);
	world_release(&w);
}
END_TEST

START_TEST(a_connection_refused)
{
	struct sock_aside at;
	struct fd *f;

	server();
	sock(3, AF_4, STREAM, TCP);
	world_begin(&w, EV_SOCKET_CONNECT_X, 100);
	evb_int(&w.b, P_SOCKET_CONNECT_X_res, -111);
	evb_int(&w.b, P_SOCKET_CONNECT_X_fd, 3);
	evb_addr(&w.b, P_SOCKET_CONNECT_X_addr, "10.0.0.9:80");
	world_apply(&w);
	f = world_fd(&w, 100, 3);
	ck_assert(machine_current(w.m)->fd_refused);
	ck_assert(f->flags & FDF_CONN_FAILED);
	ck_assert(sock_aside(f, &at));
	ck_assert_uint_eq(at.port, 80);
	ck_assert_str_eq(sock_failure(at.error), "refused");
	ck_assert(!sock_has_role(f) && !f->dport && !(f->flags & FDF_CONNECTED));
	connect_to(3, 0, "10.0.0.7:4000", "10.0.0.9:80");
	f = world_fd(&w, 100, 3);
	ck_assert(!(f->flags & FDF_CONN_FAILED) && !f->aside);
	world_release(&w);
}
END_TEST

static void so_error(int64_t fd, int64_t error)
{
	uint8_t val[9] = { 1 };

	put_le64(val + 1, (uint64_t)error);
	world_begin(&w, EV_SOCKET_GETSOCKOPT_X, 100);
	evb_int(&w.b, P_SOCKET_GETSOCKOPT_X_res, 0);
	evb_int(&w.b, P_SOCKET_GETSOCKOPT_X_fd, fd);
	evb_int(&w.b, P_SOCKET_GETSOCKOPT_X_level, 1);
	evb_int(&w.b, P_SOCKET_GETSOCKOPT_X_optname, 4);
	evb_bytes(&w.b, P_SOCKET_GETSOCKOPT_X_val, val, sizeof(val));
	world_apply(&w);
}

START_TEST(a_connection_in_progress)
{
	server();
	sock(3, AF_4, STREAM, TCP);
	connect_to(3, -115, "10.0.0.7:4000", "10.0.0.9:80");
	ck_assert(world_fd(&w, 100, 3)->flags & FDF_CONN_PENDING);
	so_error(3, 0);
	ck_assert(machine_current(w.m)->fd_answered);
	ck_assert(!(world_fd(&w, 100, 3)->flags & (FDF_CONN_PENDING | FDF_CONN_FAILED)));
	so_error(3, -110);			/* of something that came later */
	ck_assert(!machine_current(w.m)->fd_answered);
	sock(4, AF_4, STREAM, TCP);
	connect_to(4, -115, "10.0.0.7:4001", "10.0.0.9:81");
	so_error(4, -111);
	ck_assert(world_fd(&w, 100, 4)->flags & FDF_CONN_FAILED);
	ck_name(4, "10.0.0.7:4001->10.0.0.9:81");
	world_release(&w);
}
END_TEST

START_TEST(looking_changes_nothing)
{
	server();
	sock(3, AF_4, STREAM, TCP);
	machine_settle(w.m);
	machine_loaded(w.m);
	ck_assert(!sock_has_role(world_fd(&w, 100, 3)));
	world_release(&w);
}
END_TEST

START_TEST(mapped_addresses)
{
	server();
	sock(3, AF_6, STREAM, TCP);
	bind_to(3, "::|8080");
	ck_assert_uint_eq(world_fd(&w, 100, 3)->type, FD_IPV4_SERVSOCK);
	ck_name(3, ":::8080");
	world_begin(&w, EV_SOCKET_ACCEPT_5_X, 100);
	evb_int(&w.b, P_SOCKET_ACCEPT_5_X_fd, 4);
	evb_tuple(&w.b, P_SOCKET_ACCEPT_5_X_tuple, "::ffff:10.0.0.9|5000",
		  "::ffff:10.0.0.7|8080");
	world_apply(&w);
	ck_assert_uint_eq(world_fd(&w, 100, 4)->type, FD_IPV4_SOCK);
	ck_name(4, "10.0.0.9:5000->10.0.0.7:8080");
	/* The protocol of an IPv6 socket is lost on the way to IPv4. */
	sock(5, AF_6, STREAM, TCP);
	connect_to(5, 0, "::ffff:10.0.0.7|4000", "::ffff:10.0.0.9|80");
	ck_assert_uint_eq(world_fd(&w, 100, 5)->type, FD_IPV4_SOCK);
	ck_name(5, "<unknown>");
	/* Real IPv6 stays. */
	sock(6, AF_6, STREAM, TCP);
	connect_to(6, 0, "2001:db8::1|4000", "2001:db8::2|80");
	ck_assert_uint_eq(world_fd(&w, 100, 6)->type, FD_IPV6_SOCK);
	ck_name(6, "2001:db8::1:4000->2001:db8::2:80");
	world_release(&w);
}
END_TEST

START_TEST(datagrams)
{
	struct fd *f;

	server();
	sock(3, AF_4, DGRAM, UDP);
	/* The address is filled in from the interfaces. */
	send_to(3, "0.0.0.0:4000", "10.0.0.9:53");
	ck_name(3, "10.0.0.7:4000->10.0.0.9:53");
	ck_assert(machine_current(w.m)->fd_name_changed);
	ck_assert(world_fd(&w, 100, 3)->flags & FDF_ROLE_CLIENT);
	/* The answer is the same exchange. */
	recv_from(3, "10.0.0.9:53", "10.0.0.7:4000");
	ck_name(3, "10.0.0.7:4000->10.0.0.9:53");
	ck_assert(!machine_current(w.m)->fd_name_changed);
	/* Another peer. */
	recv_from(3, "10.0.0.10:53", "10.0.0.7:4000");
	ck_name(3, "10.0.0.7:4000->10.0.0.10:53");
	/* A server: the peer is the client, also when we write. */
	sock(4, AF_4, DGRAM, UDP);
	bind_to(4, "10.0.0.7:53");
	recv_from(4, "10.0.0.9:999", "10.0.0.7:53");
	f = world_fd(&w, 100, 4);
	ck_assert_uint_eq(f->type, FD_IPV4_SOCK);
	ck_name(4, "10.0.0.9:999->10.0.0.7:53");
	send_to(4, "10.0.0.7:53", "10.0.0.11:999");
	ck_name(4, "10.0.0.11:999->10.0.0.7:53");
	world_release(&w);
}
END_TEST

START_TEST(a_datagram_from_an_unknown_socket)
{
	server();
	send_to(9, "10.0.0.7:1", "10.0.0.9:2");
	ck_assert_uint_eq(world_fd(&w, 100, 9)->type, FD_IPV4_SOCK);
	ck_assert_uint_eq(world_fd(&w, 100, 9)->l4proto, L4_UDP);
	ck_name(9, "10.0.0.7:1->10.0.0.9:2");
	/* But not by reading, nor unix. */
	recv_from(10, "10.0.0.7:1", "10.0.0.9:2");
	ck_assert_ptr_null(world_fd(&w, 100, 10));
	send_to(10, "/a", "/b");
	ck_assert_ptr_null(world_fd(&w, 100, 10));
	world_release(&w);
}
END_TEST

START_TEST(raw_sockets_have_no_ports)
{
	server();
	sock(3, AF_4, RAW, 1);
	send_to(3, "10.0.0.7:0", "10.0.0.9:0");
	ck_name(3, "10.0.0.7->10.0.0.9");
	world_release(&w);
}
END_TEST

START_TEST(unix_sockets)
{
	server();
	sock(3, AF_U, STREAM, 0);
	bind_to(3, "/run/s");
	ck_name(3, "/run/s");
	sock(4, AF_U, STREAM, 0);
	connect_to(4, 0, "/ignored", "/run/s");
	ck_name(4, "aa->bb /run/s");
	ck_assert_uint_eq(world_fd(&w, 100, 4)->usrc, 0xaa);
	world_begin(&w, EV_SOCKET_SOCKETPAIR_X, 100);
	evb_int(&w.b, P_SOCKET_SOCKETPAIR_X_res, 0);
	evb_int(&w.b, P_SOCKET_SOCKETPAIR_X_fd1, 5);
	evb_int(&w.b, P_SOCKET_SOCKETPAIR_X_fd2, 6);
	evb_int(&w.b, P_SOCKET_SOCKETPAIR_X_source, 1);
	evb_int(&w.b, P_SOCKET_SOCKETPAIR_X_peer, 2);
	world_apply(&w);
	ck_assert_uint_eq(world_fd(&w, 100, 6)->usrc, 2);
	ck_assert_uint_eq(world_fd(&w, 100, 6)->udst, 1);
	world_release(&w);
}
END_TEST

START_TEST(sockets_of_the_snapshot)
{
	struct snap_item item = { .kind = SNAP_FD };
	struct snap_fd *f = &item.fd;

	server();
	*f = (struct snap_fd){ .tid = 100, .fd = 3, .type = FD_IPV4_SERVSOCK, .sport = 80,
			       .l4proto = L4_TCP };
	machine_load(w.m, &item);
	*f = (struct snap_fd){ .tid = 100, .fd = 4, .type = FD_IPV4_SOCK, .sport = 80,
			       .dport = 5000, .l4proto = L4_TCP,
			       .sip = { 10, 0, 0, 7 }, .dip = { 10, 0, 0, 9 } };
	machine_load(w.m, &item);
	f->fd = 5;
	f->sport = 4000;
	f->dport = 81;
	machine_load(w.m, &item);
	world_tick(&w);
	/* We listen on 80, so the peer is the client and stands first. */
	ck_name(4, "10.0.0.9:5000->10.0.0.7:80");
	ck_assert(world_fd(&w, 100, 4)->flags & FDF_ROLE_SERVER);
	ck_name(5, "10.0.0.7:4000->10.0.0.9:81");
	ck_assert(world_fd(&w, 100, 5)->flags & FDF_ROLE_CLIENT);
	ck_assert(world_fd(&w, 100, 5)->flags & FDF_CONNECTED);
	ck_name(3, "0.0.0.0:80");
	world_release(&w);
}
END_TEST

UNIT_MAIN("sock", parse, protocols, socket_types, tcp_client, tcp_server, bind_without_a_port,
	  a_listener_without_a_port, a_connection_refused, a_connection_in_progress,
	  looking_changes_nothing,
	  mapped_addresses, datagrams, a_datagram_from_an_unknown_socket,
	  raw_sockets_have_no_ports, unix_sockets, sockets_of_the_snapshot)
