/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints beside a trace: used when they fit, passed over when not. */
#include "lib/base/compat.h"

#include <sys/stat.h>

#include "tests/unit/unit.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "replay/session.h"
#include "replay/sidecar.h"
#include "replay/when.h"
#include "tests/replay/noise.h"
#include "tests/replay/points.h"

#define EVENTS 3000

static char dir[] = "/tmp/vestige-sidecar-XXXXXX", path[64], sidecar[64];

static int64_t prepare(uint32_t seed, uint64_t lost_at)
{
	struct evsource *z = noise_new(seed, EVENTS, lost_at);
	int64_t n;

	if (!path[0]) {
		ck_assert_ptr_nonnull(mkdtemp(dir));
		snprintf(path, sizeof(path), "%s/t.vtr", dir);
		snprintf(sidecar, sizeof(sidecar), "%s/t.vtr.vtx", dir);
	}
	n = points_prepare(z, path, 100);
	z->close(z);
	return n;
}

static void tidy(void)
{
	unlink(path);
	unlink(sidecar);
	rmdir(dir);
	path[0] = '\0';
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
}

START_TEST(any_point_is_the_same)
{
	ck_assert_int_gt(prepare((uint32_t)_i + 1, _i % 2 ? 700 : 0), 5);
	ck_assert_uint_eq(points_compare(path, (uint32_t)_i, 24), 0);
	tidy();
}
END_TEST

/* What the sidecar is worth now: 1 used, 0 not, with the warnings told. */
static int used(size_t *warnings)
{
	static const struct sidecar_bound end = { .from_num = UINT64_MAX };
	struct machine *m = machine_new();
	struct diag d = DIAG_INIT;
	struct checkpoint cp;
	int r = sidecar_find(path, &end, &cp, m, &d);

	*warnings = d.warnings;
	ck_assert_uint_eq(d.errors, 0);
	diag_release(&d);
	machine_free(m);
	return r;
}

static void read_all(const char *name, struct buf *b)
{
	struct diag d = DIAG_INIT;

	ck_assert_int_eq(io_read_file(name, 1 << 24, b, &d), 0);
	diag_release(&d);
}

static void write_all(const char *name, const void *p, size_t len)
{
	FILE *f = fopen(name, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, len, f), len);
	fclose(f);
}

START_TEST(of_another_trace)
{
	struct buf a = BUF_INIT;
	size_t warnings;

	prepare(1, 0);
	ck_assert_int_eq(used(&warnings), 1);
	ck_assert_uint_eq(warnings, 0);
	read_all(path, &a);
	a.data[a.len / 2] ^= 1;		/* same size, same seal: not seen here */
	write_all(path, a.data, a.len - 1);
	ck_assert_int_eq(used(&warnings), 0);
	ck_assert_uint_eq(warnings, 1);
	buf_clear(&a);
	prepare(1, 0);
	read_all(sidecar, &a);
	prepare(2, 0);
	write_all(sidecar, a.data, a.len);
	ck_assert_int_eq(used(&warnings), 0);
	ck_assert_uint_eq(warnings, 1);
	unlink(sidecar);
	ck_assert_int_eq(used(&warnings), 0);
	ck_assert_uint_eq(warnings, 0);		/* none at all is no trouble */
	buf_release(&a);
	tidy();
}
END_TEST

/* Only who has the key can make one that is believed. */
START_TEST(of_somebody_else)
{
	char key[80], other[80];
	size_t warnings;

	prepare(5, 0);
	snprintf(key, sizeof(key), "%s/mine", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	setenv("VESTIGE_INDEX_KEY", other, 1);
	ck_assert_int_eq(used(&warnings), 0);		/* there is no such key */
	ck_assert_uint_eq(warnings, 1);
	ck_assert_int_ne(access(other, F_OK), 0);	/* and asking made none */
	prepare(5, 0);
	ck_assert_int_eq(used(&warnings), 1);
	setenv("VESTIGE_INDEX_KEY", key, 1);
	prepare(6, 0);
	setenv("VESTIGE_INDEX_KEY", other, 1);
	ck_assert_int_eq(used(&warnings), 0);
	ck_assert_uint_eq(warnings, 1);
	setenv("VESTIGE_INDEX_KEY", key, 1);
	ck_assert_int_eq(used(&warnings), 1);
	ck_assert_int_eq(chmod(key, 0644), 0);		/* then it is everybody's */
	ck_assert_int_eq(used(&warnings), 0);
	unlink(key);
	unlink(other);
	tidy();
}
END_TEST

/* Cut anywhere, and flipped bits everywhere: never another answer. */
START_TEST(damage_is_passed_over)
{
	struct buf a = BUF_INIT;
	size_t i, warnings, step;

	prepare(3, 0);
	read_all(sidecar, &a);
	step = a.len / 100 + 1;
	for (i = 0; i < a.len; i += step) {
		write_all(sidecar, a.data, i);
		ck_assert_int_eq(used(&warnings), 0);
		ck_assert_uint_eq(warnings, i > 0);
		a.data[i] = (char)(a.data[i] ^ 0x10);
		write_all(sidecar, a.data, a.len);
		if (i % 16 == 0)
			ck_assert_uint_eq(points_compare(path, (uint32_t)i, 4), 0);
		a.data[i] = (char)(a.data[i] ^ 0x10);
	}
	buf_release(&a);
	tidy();
}
END_TEST

START_TEST(damaged_traces_get_none)
{
	struct sidecar_made made;
	struct buf a = BUF_INIT;
	struct diag d = DIAG_INIT;

	prepare(4, 0);
	unlink(sidecar);
	read_all(path, &a);
	a.data[a.len / 2] ^= 1;
	write_all(path, a.data, a.len);
	ck_assert_int_lt(sidecar_make(path, 1, &made, &d), 0);
	ck_assert_int_ne(access(sidecar, F_OK), 0);
	a.data[a.len / 2] ^= 1;
	write_all(path, a.data, a.len / 2);		/* cut: that is met at the end */
	ck_assert_int_eq(sidecar_make(path, 1, &made, &d), -E_CUT);
	ck_assert_int_eq(access(sidecar, F_OK), 0);
	ck_assert_uint_eq(points_compare(path, 9, 8), 0);
	diag_release(&d);
	buf_release(&a);
	tidy();
}
END_TEST

START_TEST(points_of_a_trace)
{
	char *files[] = { path };
	struct diag d = DIAG_INIT;
	struct when w;

	prepare(5, 0);
	ck_assert_int_eq(when_parse(&w, "--at", "17", files, 1, &d), 0);
	ck_assert_uint_eq(w.num, 17);
	ck_assert_int_eq(when_parse(&w, "--at", "#18", files, 1, &d), 0);
	ck_assert_uint_eq(w.num, 18);
	ck_assert_int_eq(when_parse(&w, "--at", "@2", files, 1, &d), 0);
	ck_assert_uint_eq(w.ts, 2000000000);
	ck_assert_int_eq(when_parse(&w, "--at", "+1us", files, 1, &d), 0);
	ck_assert_uint_eq(w.ts, 1000002000);
	ck_assert_int_eq(when_parse(&w, "--at", "-1us", files, 1, &d), 0);
	ck_assert_uint_eq(w.ts, 1000000000 + EVENTS * 1000 - 1000 - (EVENTS % 50 ? 0 : 1000));
	ck_assert_int_eq(when_parse(&w, "--at", "00:00:01.5", files, 1, &d), 0);
	ck_assert_uint_eq(w.ts, 1500000000);
	ck_assert_int_eq(when_parse(&w, "--at", "00:00:00", files, 1, &d), 0);
	ck_assert_uint_eq(w.ts, 86400000000000);	/* the trace begins later that day */
	ck_assert_int_lt(when_parse(&w, "--at", "00:00", files, 1, &d), 0);
	ck_assert_int_lt(when_parse(&w, "--at", "24:00:00", files, 1, &d), 0);
	ck_assert_int_eq(when_parse(&w, "--at", NULL, files, 1, &d), 0);
	ck_assert(!w.ts && !w.num);
	ck_assert_int_lt(when_parse(&w, "--at", "soon", files, 1, &d), 0);
	ck_assert_int_lt(when_parse(&w, "--at", "#x", files, 1, &d), 0);
	ck_assert_int_lt(when_parse(&w, "--at", "0", files, 1, &d), 0);
	ck_assert_int_lt(when_parse(&w, "--at", "+", files, 1, &d), 0);
	diag_release(&d);
	tidy();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sidecar");
	TCase *tc = tcase_create("sidecar");

	tcase_add_loop_test(tc, any_point_is_the_same, 0, 4);
	tcase_add_test(tc, of_another_trace);
	tcase_add_test(tc, of_somebody_else);
	tcase_add_test(tc, damage_is_passed_over);
	tcase_add_test(tc, damaged_traces_get_none);
	tcase_add_test(tc, points_of_a_trace);
	tcase_set_timeout(tc, UNIT_TIMEOUT);
	suite_add_tcase(s, tc);
	return unit_finish(s, false);
}
