/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fnmatch.h>

#include "analyze/filter/match.h"
#include "lib/base/xalloc.h"
#include "tests/unit/unit.h"

static struct arena arena;

static void setup(void)
{
	arena = (struct arena)ARENA_INIT;
}

static void teardown(void)
{
	arena_release(&arena);
}

/* The i-th text over an alphabet, shortest first. */
static void nth(char *out, const char *alphabet, unsigned i)
{
	unsigned n = (unsigned)strlen(alphabet);

	while (i) {
		i--;
		*out++ = alphabet[i % n];
		i /= n;
	}
	*out = '\0';
}

/* Every short pattern on every short text gives what fnmatch(3) gives. */
START_TEST(globs_are_fnmatch)
{
	char pattern[16], text[16];
	unsigned p, t, bad = 0;

	for (p = 0; p < 8000; p++) {
		nth(pattern, "a*?[]!-\\b", p);
		for (t = 0; t < 160; t++) {
			bool want, got, fold;

			nth(text, "ab]-A", t);
			want = !fnmatch(pattern, text, 0);
			got = glob_match(str_of(pattern), false, str_of(text));
			fold = glob_has(glob_new(&arena, str_of(pattern), false), str_of(text));
			if ((want != got || got != fold) && bad++ < 10)
				printf("glob %s on %s: fnmatch %d, ours %d, compiled %d\n",
				       pattern, text, want, got, fold);
		}
		arena_clear(&arena);
	}
	ck_assert_uint_eq(bad, 0);
}
END_TEST

START_TEST(globs_with_classes)
{
	static const char *const patterns[] = {
		"[[:alpha:]]", "[[:digit:]x]", "[![:upper:]]", "[[:space:]]", "[[.a.]-c]",
		"[[=b=]]", "[[:punct:]]", "[a-]", "[]-a]", "[[:nope:]]", "[\\]]", "[[:alpha:",
	};
	char text[2] = "";
	unsigned i, c;

	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		for (c = 1; c < 127; c++) {
			text[0] = (char)c;
			ck_assert_msg(glob_match(str_of(patterns[i]), false, str_of(text)) ==
				      !fnmatch(patterns[i], text, 0), "%s on %02x", patterns[i], c);
		}
	}
}
END_TEST

/* Pieces of brackets, put together well and badly. */
static const char *const pieces[] = {
	"a", "b", "A", "z", "Z", "[", "]", "[.", "[=", "[:", ".]", "=]", ":]", "-", "*", "?",
	"\\", "!", "^", "/", ":", "alpha", "[[.a.]]", "[[=a=]]", "[[:lower:]]", "[[:upper:]b]",
	"[a-", "[[.-.]", "[Z-b]", "@", "\xff", "[[.ab.]]", "[[:nope:]]",
};

static void put_together(char *out, unsigned most, unsigned *seed)
{
	unsigned n;

	*out = '\0';
	for (n = (*seed >> 16) % most; n; n--) {
		*seed = *seed * 1103515245 + 12345;
		out = stpcpy(out, pieces[(*seed >> 16) % ARRAY_SIZE(pieces)]);
	}
	*seed = *seed * 1103515245 + 12345;
}

START_TEST(brackets_are_fnmatch_whatever_they_say)
{
	char pattern[128], text[64];
	unsigned seed = 1, i, fold, bad = 0;
	bool want;

	for (i = 0; i < 300000; i++) {
		put_together(pattern, 9, &seed);
		put_together(text, 4, &seed);
		for (fold = 0; fold < 2; fold++) {
			want = !fnmatch(pattern, text, fold ? FNM_CASEFOLD : 0);
			if (want != glob_match(str_of(pattern), fold, str_of(text)) && bad++ < 10)
				printf("glob %s on %s, fold %u: fnmatch %d\n", pattern, text,
				       fold, want);
		}
	}
	ck_assert_uint_eq(bad, 0);
}
END_TEST

START_TEST(globs_do_not_explode)
{
	struct buf text = BUF_INIT, pattern = BUF_INIT;
	unsigned i;

	for (i = 0; i < 20000; i++)
		buf_addc(&text, 'a');
	for (i = 0; i < 100; i++)
		buf_adds(&pattern, "*a");
	buf_addc(&pattern, 'b');
	ck_assert(!glob_match(buf_str(&pattern), false, buf_str(&text)));
	buf_release(&text);
	buf_release(&pattern);
}
END_TEST

START_TEST(text_sets)
{
	struct str v[200];
	struct strset *set;
	unsigned i;

	for (i = 0; i < 200; i++)
		v[i] = str_of(arena_printf(&arena, "item%u", i % 150));
	set = strset_new(&arena, v, 200);
	for (i = 0; i < 200; i++)
		ck_assert(strset_may(set, v[i].len) && strset_has(set, v[i], strset_hash(v[i])));
	ck_assert(!strset_has(set, STR("item150"), strset_hash(STR("item150"))));
	ck_assert(!strset_may(set, 3));
	v[0] = STR("");
	set = strset_new(&arena, v, 1);
	ck_assert(strset_has(set, STR(""), strset_hash(STR(""))));
}
END_TEST

START_TEST(number_sets)
{
	uint64_t v[100];
	unsigned i, n;

	for (i = 0; i < 100; i++)
		v[i] = (i * 7919u) % 1000 * 2;
	for (n = 0; n <= 100; n += 4) {
		struct numset *set = numset_new(&arena, v, n);

		for (i = 0; i < n; i++)
			ck_assert(numset_has(set, v[i]) && !numset_has(set, v[i] + 1));
	}
}
END_TEST

START_TEST(affixes)
{
	const struct str v[] = { STR("/etc"), STR("/usr/bin"), STR(""), STR("x") };
	struct affixset *set = affixset_new(&arena, v, 2, false);

	ck_assert(affixset_has(set, STR("/etc/passwd")));
	ck_assert(!affixset_has(set, STR("/et")));
	ck_assert(!affixset_has(set, STR("a/etc")));
	set = affixset_new(&arena, v, 2, true);
	ck_assert(affixset_has(set, STR("a/etc")));
	ck_assert(!affixset_has(set, STR("/etc/")));
	ck_assert(affixset_has(affixset_new(&arena, v, 4, false), STR("")));
}
END_TEST

START_TEST(paths)
{
	const struct str v[] = { STR("/etc"), STR("/home/*/dir"), STR("/var/log/a?"),
				 STR("/usr/lib/x") };
	struct pathset *set = pathset_new(&arena, v, 4);
	static const struct {
		const char *path;
		bool is;
	} cases[] = {
		{ "/etc", true }, { "/etc/x/y", true }, { "/etcx", false }, { "/", false },
		{ "", false }, { "/home/a/dir", true }, { "/home/a/dir/x", true },
		{ "/home/a/other", false }, { "/home/dir", false }, { "/var/log/ab/c", true },
		{ "/var/log/abc", false }, { "//etc//x", true }, { "etc", true },
		{ "/usr/lib", false }, { "/usr/lib/x", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(pathset_has(set, str_of(cases[i].path)) == cases[i].is, "%s",
			      cases[i].path);
	ck_assert(pathset_has(pathset_new(&arena, &STR("/"), 1), STR("")));
}
END_TEST

/* Every level matches both branches: a walk that tried them one after the
 * other would take 2^40 steps. */
START_TEST(paths_do_not_backtrack)
{
	struct buf p = BUF_INIT;
	struct str v[80];
	unsigned i, j;

	for (i = 0; i < 80; i++) {
		buf_clear(&p);
		for (j = 0; j < 40; j++)
			buf_adds(&p, (i + j) % 2 ? "/a" : "/*");
		buf_addf(&p, "/end%u", i);
		v[i] = arena_str(&arena, buf_str(&p));
	}
	buf_clear(&p);
	for (j = 0; j < 40; j++)
		buf_adds(&p, "/a");
	ck_assert(!pathset_has(pathset_new(&arena, v, 80), buf_str(&p)));
	buf_adds(&p, "/end7/x");
	ck_assert(pathset_has(pathset_new(&arena, v, 80), buf_str(&p)));
	buf_release(&p);
}
END_TEST

START_TEST(services)
{
	uint16_t port;

	ck_assert(service_port(STR("http"), &port) && port == 80);
	ck_assert(service_port(STR("https"), &port) && port == 443);
	ck_assert(service_port(STR("domain"), &port) && port == 53);
	ck_assert(service_port(STR("ssh"), &port) && port == 22);
	ck_assert(!service_port(STR("htt"), &port));
	ck_assert(!service_port(STR("httpx"), &port));
	ck_assert(!service_port(STR(""), &port));
}
END_TEST

static bool icontains_slowly(struct str s, struct str lower)
{
	size_t i, j;

	for (i = 0; i + lower.len <= s.len; i++) {
		for (j = 0; j < lower.len && ascii_lower(s.p[i + j]) == lower.p[j]; j++)
			;
		if (j == lower.len)
			return true;
	}
	return false;
}

/* Every short needle in every short text; one that is no letter has one form. */
START_TEST(either_case)
{
	static const char letters[] = "aAbB1", lower[] = "ab1";
	char text[5], needle[3];
	unsigned n, k, i, len, nlen;

	for (n = 0; n < 3125 * 6; n++) {		/* 5^5, 0 to 5 of them */
		for (i = 0, k = n / 6; i < 5; i++, k /= 5)
			text[i] = letters[k % 5];
		len = n % 6;
		for (k = 0; k < 27 * 4; k++) {
			needle[0] = lower[k / 4 % 3];
			needle[1] = lower[k / 12 % 3];
			needle[2] = lower[k / 36 % 3];
			nlen = k % 4;
			ck_assert(icontains(str_mem(text, len), str_mem(needle, nlen)) ==
				  icontains_slowly(str_mem(text, len), str_mem(needle, nlen)));
		}
	}
}
END_TEST

UNIT_MAIN_WITH("filter_match", setup, teardown,
	       globs_are_fnmatch, globs_with_classes, brackets_are_fnmatch_whatever_they_say,
	       globs_do_not_explode, text_sets, number_sets, affixes, paths, paths_do_not_backtrack,
	       services, either_case)
