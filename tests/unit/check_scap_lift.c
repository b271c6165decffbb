/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/xalloc.h"
#include "lib/scap/evparse.h"
#include "lib/scap/lift.h"
#include "lib/scap/limits.h"
#include "lib/scap/recipe.h"
#include "tests/scap/build.h"
#include "tests/unit/unit.h"

static struct event make(unsigned type, int64_t tid, unsigned n, const struct param *p)
{
	struct event ev = {
		.ts = 1, .tid = tid, .type = (uint16_t)type, .info = &evtab[type],
		.nparams = (uint8_t)n,
	};

	if (n)		/* an event without parameters has no array either */
		if (n)
		memcpy(ev.param, p, n * sizeof(*p));
	return ev;
}

#define MAKE(type, tid, ...)							\
	make(type, tid, sizeof((struct param[]){ __VA_ARGS__ }) / sizeof(struct param),	\
	     (const struct param[]){ __VA_ARGS__ })

static struct lift *fresh(void)
{
	struct lift *l = NULL;

	ck_assert_int_eq(lift_new(&l), 0);
	return l;
}

/* A well-formed event with `n` parameters of the types the table names. */
static struct event well_formed(unsigned type, unsigned n)
{
	static const uint8_t some[16] = { 2, 1 };
	struct event ev = make(type, 9, 0, NULL);
	unsigned i;

	ev.nparams = (uint8_t)n;
	for (i = 0; i < n; i++) {
		uint32_t size = ptype_size[evtab[type].params[i].ptype];

		ev.param[i] = size ? (struct param){ some, size } : NOTHING;
	}
	return ev;
}

/* What came out is of today's schema. */
static void check_current(const struct param_rules *rules, struct event *ev, unsigned was)
{
	struct buf scratch = BUF_INIT;

	ck_assert_ptr_eq(ev->info, &evtab[ev->type]);
	if (ev_is_exit(ev->type)) {
		ck_assert_uint_eq(ev->nparams, ev->info->nwire);
		ck_assert_msg(!(ev->info->flags & EF_OLD_VERSION), "type %u", was);
	}
	ck_assert_msg(params_check(rules, ev, &scratch) == PARAMS_GOOD,
		      "type %u → %u", was, ev->type);
	buf_release(&scratch);
}

/* Every row leads to a current event whose parameters fit their types, with
 * its enter event stored and without. */
START_TEST(every_row)
{
	struct param_rules *rules = xcalloc(1, sizeof(*rules));
	struct recipes *all = xcalloc(1, sizeof(*all));
	unsigned i, type, store, seen = 0;

	param_rules_init(rules);
	ck_assert(recipes_init(all));
	for (type = 0; type < 454; type++) {
		for (i = 0; i < all->n[type]; i++) {
			const struct recipe *r = &all->v[all->first[type] + i];

			ck_assert_uint_eq(r->type, type);
			for (store = 0; store < 2; store++) {
				struct lift *l = fresh();
				struct event enter = well_formed(type & ~1U,
								 evtab[type & ~1U].nparams);
				struct event ev = well_formed(type, r->nparams);
				enum lift_result got;

				if (store && ev_is_exit(type))
					lift_event(l, &enter);
				got = lift_event(l, &ev);
				if (r->action == STORE)
					ck_assert_int_eq(got, LIFT_STORED);
				else
					ck_assert_msg(got == LIFT_DELIVER || got == LIFT_STORED,
						      "%s (%u), %u parameters: %d",
						      evtab[type].name, type, r->nparams, got);
				if (got == LIFT_DELIVER)
					check_current(rules, &ev, type);
				lift_free(l);
			}
			seen++;
		}
	}
	ck_assert_uint_ge(seen, 250);
	recipes_release(all);
	free(all);
	free(rules);
}
END_TEST

START_TEST(current_events_are_left_alone)
{
	struct lift *l = fresh();

	ck_assert(lift_current(l, EV_SYSCALL_CLOSE_X, 2));
	ck_assert(!lift_current(l, EV_SYSCALL_CLOSE_X, 1));
	ck_assert(!lift_current(l, EV_SYSCALL_CLOSE_E, 1));
	/* Not the converter's: any number of parameters. */
	ck_assert(lift_current(l, EV_USER_ADDED_E, 6));
	ck_assert(lift_current(l, EV_USER_ADDED_E, 3));
	ck_assert(!lift_current(l, EV_CONTAINER_JSON_X, 0));
	lift_free(l);
}
END_TEST

/* read(2) of an old recorder: descriptor and size come from the enter event. */
START_TEST(enter_then_exit)
{
	struct lift *l = fresh();
	struct event e = MAKE(EV_SYSCALL_READ_E, 9, U64(5), U32(100));
	struct event x = MAKE(EV_SYSCALL_READ_X, 9, U64(3), BYTES("abc"));
	struct event again;

	again = x;
	ck_assert_int_eq(lift_event(l, &e), LIFT_STORED);
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.type, EV_SYSCALL_READ_X);
	ck_assert_uint_eq(x.nparams, 4);
	ck_assert_int_eq(event_i64(&x, P_SYSCALL_READ_X_res, -1), 3);
	ck_assert_int_eq(event_i64(&x, P_SYSCALL_READ_X_fd, -1), 5);
	ck_assert_uint_eq(event_u64(&x, P_SYSCALL_READ_X_size, 0), 100);
	/* The enter event served; the next exit gets defaults. */
	ck_assert_int_eq(lift_event(l, &again), LIFT_DELIVER);
	ck_assert_int_eq(event_i64(&again, P_SYSCALL_READ_X_fd, -1), 0);
	ck_assert_uint_eq(again.param[P_SYSCALL_READ_X_fd].len, 8);
	lift_free(l);
}
END_TEST

START_TEST(threads_do_not_mix)
{
	struct lift *l = fresh();
	struct event e1 = MAKE(EV_SYSCALL_CLOSE_E, 1, U64(11));
	struct event e2 = MAKE(EV_SYSCALL_CLOSE_E, 2, U64(22));
	struct event x1 = MAKE(EV_SYSCALL_CLOSE_X, 1, U64(0));
	struct event x2 = MAKE(EV_SYSCALL_CLOSE_X, 2, U64(0));

	lift_event(l, &e1);
	lift_event(l, &e2);
	ck_assert_int_eq(lift_event(l, &x1), LIFT_DELIVER);
	ck_assert_int_eq(lift_event(l, &x2), LIFT_DELIVER);
	ck_assert_int_eq(event_i64(&x1, P_SYSCALL_CLOSE_X_fd, -1), 11);
	ck_assert_int_eq(event_i64(&x2, P_SYSCALL_CLOSE_X_fd, -1), 22);
	lift_free(l);
}
END_TEST

/* Another call's enter event gives nothing: missing, not zero. */
START_TEST(wrong_enter)
{
	struct lift *l = fresh();
	struct event e = MAKE(EV_SYSCALL_CLOSE_E, 1, U64(11));
	struct event x = MAKE(EV_SYSCALL_READ_X, 1, U64(0), NOTHING);

	lift_event(l, &e);
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.nparams, 4);
	ck_assert_uint_eq(x.param[P_SYSCALL_READ_X_fd].len, 0);
	ck_assert_uint_eq(lift_unpaired(l), 2);
	lift_free(l);
}
END_TEST

/* A new type altogether; what no one knows is empty. */
START_TEST(openat_changes_type)
{
	struct lift *l = fresh();
	struct event e = MAKE(EV_SYSCALL_OPENAT_E, 9, U64(-100), TEXT("/etc/passwd"),
			      U32(1), U32(0));
	struct event x = MAKE(EV_SYSCALL_OPENAT_X, 9, U64(3));

	ck_assert_int_eq(lift_event(l, &e), LIFT_STORED);
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.type, EV_SYSCALL_OPENAT_2_X);
	ck_assert_ptr_eq(x.info, &evtab[EV_SYSCALL_OPENAT_2_X]);
	ck_assert_uint_eq(x.nparams, 7);
	ck_assert_int_eq(event_i64(&x, P_SYSCALL_OPENAT_2_X_fd, -1), 3);
	ck_assert_int_eq(event_i64(&x, P_SYSCALL_OPENAT_2_X_dirfd, -1), -100);
	ck_assert_text(event_text(&x, P_SYSCALL_OPENAT_2_X_name), "/etc/passwd");
	ck_assert_uint_eq(x.param[P_SYSCALL_OPENAT_2_X_dev].len, 0);
	/* Without its enter event: "?" means empty. */
	x = MAKE(EV_SYSCALL_OPENAT_X, 9, U64(3));
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.param[P_SYSCALL_OPENAT_2_X_dirfd].len, 0);
	lift_free(l);
}
END_TEST

/* From the oldest execve to today's through every version between. */
START_TEST(execve_all_the_way)
{
	struct lift *l = fresh();
	struct event x = MAKE(EV_SYSCALL_EXECVE_8_X, 9, U64(0), TEXT("/bin/ls"),
			      TEXT("-l"), U64(9), U64(9), U64(1), TEXT("/"), U64(1024));

	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.type, EV_SYSCALL_EXECVE_19_X);
	ck_assert_uint_eq(x.nparams, evtab[EV_SYSCALL_EXECVE_19_X].nwire);
	ck_assert_text(event_text(&x, 1), "/bin/ls");
	ck_assert_text(event_text(&x, 6), "/");
	ck_assert_uint_eq(x.param[13].len, 0);
	lift_free(l);
}
END_TEST

/* Enter events that filters see: stored and delivered, or passed. */
START_TEST(visible_enter_events)
{
	struct lift *l = fresh();
	struct event c = MAKE(EV_SOCKET_CONNECT_E, 9, U64(3),
			      BYTES("\2\x7f\0\0\1\x50\0"));
	struct event o = MAKE(EV_SYSCALL_OPEN_E, 9, TEXT("a"), U32(1), U32(0));
	struct event x = MAKE(EV_SOCKET_CONNECT_X, 9, U64(0), NOTHING);

	ck_assert_int_eq(lift_event(l, &c), LIFT_DELIVER);
	ck_assert_int_eq(lift_event(l, &o), LIFT_DELIVER);
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_int_eq(event_i64(&x, P_SOCKET_CONNECT_X_fd, -1), 3);
	lift_free(l);
}
END_TEST

/* Nobody is not root. */
START_TEST(default_ids)
{
	const struct evinfo *info = &evtab[EV_SYSCALL_SETRESUID_X];
	struct lift *l = fresh();
	struct event x = MAKE(EV_SYSCALL_SETUID_X, 9, U64(0));
	unsigned type, i, n = 0;

	/* These recipes say "?": missing. */
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.param[1].len, 0);
	ck_assert_uint_eq(info->params[1].ptype, PT_UID);
	/* Where one says default, it is all ones. */
	for (type = 1; type < 454; type += 2) {
		struct event ev;

		if (!evtab[type].name || !(evtab[type].flags & EF_CONVERTER_MANAGED))
			continue;
		for (i = 0; i < evtab[type].nparams; i++) {
			struct event was = well_formed(type, i);

			ev = was;
			if (lift_event(l, &ev) != LIFT_DELIVER)
				continue;
			if (ev.type != type || evtab[type].params[i].ptype != PT_UID ||
			    !ev.param[i].len)
				continue;
			ck_assert_uint_eq(event_u64(&ev, i, 0), UINT32_MAX);
			n++;
		}
	}
	lift_free(l);
}
END_TEST

START_TEST(container_becomes_json)
{
	struct lift *l = fresh();
	struct event e = MAKE(EV_CONTAINER_E, -1, TEXT("3ad7b26ded6d"), U32(0),
			      TEXT("na\"me"), TEXT("busybox"));

	ck_assert_int_eq(lift_event(l, &e), LIFT_DELIVER);
	ck_assert_uint_eq(e.type, EV_CONTAINER_JSON_2_E);
	ck_assert_text(event_text(&e, 0),
		       "{\"id\":\"3ad7b26ded6d\",\"type\":0,\"name\":\"na\\\"me\","
		       "\"image\":\"busybox\"}");
	lift_free(l);
}
END_TEST

START_TEST(what_cannot_be_lifted)
{
	struct lift *l = fresh();
	struct event e = MAKE(EV_SYSCALL_READ_X, 9, U64(0));	/* no such form */
	struct event many = well_formed(EV_SYSCALL_CLOSE_X, 2);
	struct event unused = make(EV_CONTAINER_JSON_X, 9, 0, NULL);

	ck_assert_int_eq(lift_event(l, &e), LIFT_FAILED);
	/* A newer recorder's: what we know of it is delivered. */
	many.nparams = 3;
	many.param[2] = TEXT("from the future");
	ck_assert_int_eq(lift_event(l, &many), LIFT_DELIVER);
	ck_assert_uint_eq(many.nparams, 2);
	ck_assert_int_eq(lift_event(l, &unused), LIFT_DROPPED);
	lift_free(l);
}
END_TEST

/* The store is bounded in threads and in bytes; the oldest go. */
START_TEST(store_is_bounded)
{
	size_t big = 60000, n = SCAP_STORED_BYTES / big + 20;
	char *name = xmalloc(big);
	struct lift *l = fresh();
	struct event e, x;
	int64_t tid;

	for (tid = 0; tid < SCAP_STORED_MAX + 10; tid++) {
		e = MAKE(EV_SYSCALL_CLOSE_E, tid, U64(tid));
		ck_assert_int_eq(lift_event(l, &e), LIFT_STORED);
	}
	ck_assert_uint_eq(lift_forgotten(l), 10);
	x = MAKE(EV_SYSCALL_CLOSE_X, 9, U64(0));
	lift_event(l, &x);
	ck_assert_int_eq(event_i64(&x, 1, -1), 0);	/* forgotten: default */
	x = MAKE(EV_SYSCALL_CLOSE_X, 10, U64(0));
	lift_event(l, &x);
	ck_assert_int_eq(event_i64(&x, 1, -1), 10);

	memset(name, 'x', big - 1);
	name[big - 1] = '\0';
	for (tid = 0; tid < (int64_t)n; tid++) {
		e = MAKE(EV_SYSCALL_UNLINK_E, 100000 + tid, U32(0));
		e.param[0] = (struct param){ (const uint8_t *)name, (uint32_t)big };
		ck_assert_int_eq(lift_event(l, &e), LIFT_STORED);
	}
	ck_assert_uint_gt(lift_forgotten(l), SCAP_STORED_MAX / 2);
	x = MAKE(EV_SYSCALL_UNLINK_X, 100000 + (int64_t)n - 1, U64(0));
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.param[1].len, big);
	x = MAKE(EV_SYSCALL_UNLINK_X, 100000, U64(0));
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.param[1].len, 0);
	lift_clear(l);
	x = MAKE(EV_SYSCALL_UNLINK_X, 100000 + (int64_t)n - 1, U64(0));
	ck_assert_int_eq(lift_event(l, &x), LIFT_DELIVER);
	ck_assert_uint_eq(x.param[1].len, 0);
	free(name);
	lift_free(l);
}
END_TEST

UNIT_MAIN("scap_lift", every_row, current_events_are_left_alone, enter_then_exit,
	  threads_do_not_mix, wrong_enter, openat_changes_type, execve_all_the_way,
	  visible_enter_events, default_ids, container_becomes_json,
	  what_cannot_be_lifted, store_is_bounded)
