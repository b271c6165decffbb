/* SPDX-License-Identifier: Apache-2.0 */
/* A machine that was saved and restored is the machine that was saved. */
#include "lib/base/compat.h"

#include "tests/unit/unit.h"
#include "lib/base/xalloc.h"
#include "lib/event/loss.h"
#include "replay/checkpoint.h"
#include "replay/gaps.h"
#include "replay/container.h"
#include "tests/unit/evgen.h"
#include "tests/unit/world.h"

static uint32_t noise(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void must_hold(struct machine *m)
{
	const char *why = machine_check(m);

	ck_assert_msg(!why, "%s", why);
}

static bool same_state(struct machine *a, struct machine *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	ck_assert(machine_save(a, &x));
	ck_assert(machine_save(b, &y));
	same = str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

static struct machine *copy_of(struct machine *m)
{
	struct machine *copy = machine_new();
	struct buf b = BUF_INIT;

	ck_assert(machine_save(m, &b));
	ck_assert(machine_restore(copy, b.data, b.len));
	must_hold(copy);
	buf_release(&b);
	return copy;
}

/* Any history: from any event on the copy lives the same life. */
START_TEST(goes_on_as_the_original)
{
	enum { LEN = 60000 };
	uint32_t seed = (uint32_t)_i * 7919 + 3;
	struct machine *m = machine_new(), *copy = NULL;
	uint8_t *p = xmalloc(LEN);
	static struct evgen g;
	struct snap_item item;
	struct event *ev;
	size_t i;

	for (i = 0; i < LEN; i++)
		p[i] = (uint8_t)noise(&seed);
	evgen_init(&g, p, LEN);
	for (i = 0; i < 20; i++) {
		evgen_snap(&g, &item);
		machine_load(m, &item);
	}
	while ((ev = evgen_event(&g))) {
		machine_apply(m, ev);
		if (copy)
			machine_apply(copy, ev);
		if (ev->num % 100 == 0) {
			struct evloss loss = { .count = ev->num, .to_ts = ev->ts,
					       .cls = (uint32_t)(ev->num / 100 % 9) };

			machine_loss(m, &loss);
			if (copy)
				machine_loss(copy, &loss);
		}
		if (ev->num % 64)
			continue;
		if (copy)
			ck_assert_msg(same_state(m, copy), "before event %" PRIu64, ev->num);
		machine_free(copy);
		copy = copy_of(m);
		ck_assert(same_state(m, copy));
	}
	machine_free(copy);
	machine_free(m);
	free(p);
}
END_TEST

static void some_life(struct world *w)
{
	static const char json[] = "{\"container\":{\"id\":\"0123456789ab\",\"type\":0,"
		"\"name\":\"web\",\"labels\":{\"a\":\"b\"},\"Mounts\":[{\"Source\":\"/s\","
		"\"Destination\":\"/d\",\"Mode\":\"\",\"RW\":true,\"Propagation\":\"p\"}]}}";
	struct snap_item user = { .kind = SNAP_USER, .user = {
		.uid = 5, .gid = 6, .name = STR("five"), .home = STR("/5"),
		.container = STR("0123456789ab") } };
	struct snap_item group = { .kind = SNAP_GROUP, .group = { .gid = 6, .name = STR("six") } };
	struct snap_item host = { .kind = SNAP_HOST, .host = {
		.ncpus = 2, .hostname = STR("box"), .arch = STR("x86_64") } };
	struct snap_item box = { .kind = SNAP_CONTAINER, .container = {
		str_mem(json, sizeof(json) - 1) } };

	world_init(w);
	machine_load(w->m, &host);
	machine_load(w->m, &user);
	machine_load(w->m, &group);
	machine_load(w->m, &box);
	world_proc(w, 1, 1, 0, "init");
	world_proc(w, 100, 100, 1, "sh");
	world_open(w, 100, 3, "/etc/passwd");
	world_open(w, 100, 4, "/etc/group");
	world_clone(w, 100, 101, 0, 101);
	world_clone(w, 100, 102, TF_CLONE_THREAD, 102);
	world_tick(w);
}

START_TEST(everything_is_there)
{
	struct machine *copy;
	struct behind gap;
	struct world w;
	size_t n;

	some_life(&w);
	machine_loss(w.m, &(struct evloss){ .count = 3, .reason = LOSS_RING, .cls = 1 });
	copy = copy_of(w.m);
	machine_free(w.m);
	w.m = copy;
	world_chdir(&w, 101, "/");
	ck_assert(machine_behind(w.m, &gap));
	ck_assert_int_eq(gap.whose, BEHIND_PROCESS);
	ck_assert_uint_eq(gap.events, 3);
	world_exec(&w, 101, "sh", "");
	copy = copy_of(w.m);
	ck_assert_uint_eq(machine_thread(copy, 101)->gaps, 1);
	ck_assert_str_eq(machine_thread(copy, 101)->comm->s, "sh");
	ck_assert_ptr_eq(machine_thread(copy, 101)->parent, machine_thread(copy, 100));
	ck_assert_uint_eq(machine_nthreads(machine_thread(copy, 100)), 2);
	ck_assert_str_eq(fdtab_get(&machine_thread(copy, 101)->fds, 4)->name->s, "/etc/group");
	ck_assert_str_eq(machine_user(copy, STR("0123456789ab"), 5)->home->s, "/5");
	ck_assert_str_eq(machine_group(copy, STR(""), 6)->name->s, "six");
	ck_assert(str_eq(machine_host(copy)->hostname, STR("box")));
	free(machine_containers(copy, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(machine_container(copy, STR("0123456789ab"))->nmounts, 1);
	ck_assert_uint_eq(machine_container(copy, STR("0123456789ab"))->nlabels, 1);
	machine_free(copy);
	world_release(&w);
}
END_TEST

/* What the last event scheduled happens to the copy as well. */
START_TEST(what_is_due_stays_due)
{
	struct machine *copy;
	struct world w;

	some_life(&w);
	world_close(&w, 100, 4);
	copy = copy_of(w.m);
	ck_assert_ptr_nonnull(fdtab_get(&machine_thread(copy, 100)->fds, 4));
	machine_settle(copy);
	ck_assert_ptr_null(fdtab_get(&machine_thread(copy, 100)->fds, 4));
	machine_free(copy);
	world_exit(&w, 101, 1);
	copy = copy_of(w.m);
	ck_assert_ptr_nonnull(machine_thread(copy, 101));
	machine_settle(copy);
	ck_assert_ptr_null(machine_thread(copy, 101));
	machine_free(copy);
	world_release(&w);
}
END_TEST

START_TEST(not_inside_a_snapshot)
{
	struct buf b = BUF_INIT;
	struct world w;

	world_init(&w);
	world_proc(&w, 1, 1, 0, "init");
	ck_assert(!machine_save(w.m, &b));
	ck_assert_uint_eq(b.len, 0);
	world_tick(&w);
	ck_assert(machine_save(w.m, &b));
	buf_release(&b);
	world_release(&w);
}
END_TEST

/* Restore refuses, or gives a machine that stands and can go on. */
static void try(const void *p, size_t len)
{
	struct machine *m = machine_new();
	struct world w;

	if (machine_restore(m, p, len)) {
		must_hold(m);
		world_init(&w);
		machine_free(w.m);
		w.m = m;
		world_tick(&w);
		world_open(&w, 100, 9, "/x");
		world_exit(&w, 100, 1);
		world_tick(&w);
		world_release(&w);
		return;
	}
	ck_assert_uint_eq(machine_counts(m)->events, 0);
	machine_free(m);
}

START_TEST(damage_is_refused_or_harmless)
{
	struct buf b = BUF_INIT, bad = BUF_INIT;
	struct machine *m = machine_new();
	struct world w;
	size_t i, bit;

	some_life(&w);
	ck_assert(machine_save(w.m, &b));
	for (i = 0; i < b.len; i++) {
		ck_assert(!machine_restore(m, b.data, i));	/* cut */
		for (bit = 0; bit < 8; bit++) {
			buf_clear(&bad);
			buf_addstr(&bad, buf_str(&b));
			bad.data[i] = (char)(bad.data[i] ^ 1 << bit);
			try(bad.data, bad.len);
		}
	}
	buf_addc(&b, 0);
	ck_assert(!machine_restore(m, b.data, b.len));		/* something behind it */
	machine_free(m);
	buf_release(&bad);
	buf_release(&b);
	world_release(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("checkpoint");
	TCase *tc = tcase_create("checkpoint");

	tcase_add_loop_test(tc, goes_on_as_the_original, 0, 6);
	tcase_add_test(tc, everything_is_there);
	tcase_add_test(tc, what_is_due_stays_due);
	tcase_add_test(tc, not_inside_a_snapshot);
	tcase_add_test(tc, damage_is_refused_or_harmless);
	tcase_set_timeout(tc, UNIT_TIMEOUT);
	suite_add_tcase(s, tc);
	return unit_finish(s, false);
}
