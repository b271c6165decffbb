/* SPDX-License-Identifier: Apache-2.0 */
/*
 * same [-r] RECORDED.jsonl NOW.jsonl: alerts of a scenario as they were recorded,
 * and as they are when it runs again: by rule and key fields, numbers that no
 * two runs share (pids, ports) made alike, order left aside.  Prints what is
 * missing and what is more, a line each, and a last line of counts.
 */
#include "lib/base/compat.h"

#include "lib/base/io.h"
#include "lib/base/jsonp.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

static const char *const fields[] = {
	"evt.type", "proc.name", "proc.cmdline", "proc.exepath", "proc.pname", "user.name",
	"fd.name", "container.id",
};

/* With -r these are left aside: what container runtimes do of themselves hangs
 * on locks, on chance and on what they find. */
static const char *const runtimes[] = {
	"runc", "conmon", "containerd-shim", "podman", "dockerd", "docker", "containerd",
	"exe", "ctr", "python3",
};

struct keys {
	char **v;
	size_t n, cap;
};

/* ".name.XXXXXX", as mkstemp(3) and rsync make them: how long without the X. */
static size_t without_random(struct str s)
{
	size_t at = s.len;

	while (at && s.p[at - 1] != '/')
		at--;
	if (s.len - at > 8 && s.p[at] == '.' && s.p[s.len - 7] == '.')
		return s.len - 6;
	return s.len;
}

/* How long a run of hexadecimal digits is an id: at least 12 of them, and
 * not in a word. */
static size_t id_len(struct str s, size_t at)
{
	size_t i = at;

	if (at && ((s.p[at - 1] >= 'g' && s.p[at - 1] <= 'z')))
		return 0;
	while (i < s.len && ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
		i++;
	return i - at >= 12 ? i - at : 0;
}

/* Runs of four digits and more, ids of containers and what follows "/proc/",
 * made alike. */
static void alike(struct buf *out, struct str s)
{
	size_t i = 0, from;

	s.len = without_random(s);
	while (i < s.len) {
		if (id_len(s, i)) {
			buf_adds(out, "ID");
			i += id_len(s, i);
		}
		for (from = i; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
		if (i - from >= 4 ||
		    (i > from && from >= 6 && !memcmp(s.p + from - 6, "/proc/", 6)))
			buf_addc(out, 'N');
		else
			buf_add(out, s.p + from, i - from);
		if (i < s.len)
			buf_addc(out, s.p[i++]);
	}
}

/* What is run in a container has runc above it, or what watches over the
 * container when runc is gone already. */
static bool watches(const char *field, struct str name)
{
	size_t i;

	for (i = 0; i < 3 && !strcmp(field, "proc.pname"); i++)
		if (str_eq(name, str_of(runtimes[i])))
			return true;
	return false;
}

static char *key_of(const struct json *a, bool all)
{
	const struct json *f = json_get(a, "output_fields"), *v;
	struct buf b = BUF_INIT, text = BUF_INIT;
	size_t i;

	buf_addstr(&b, json_str(json_get(a, "rule"), "?"));
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		v = json_get(f, fields[i]);
		if (!v || json_type(v) == JSON_NULL)
			continue;
		buf_clear(&text);
		if (json_type(v) == JSON_STRING)
			buf_addstr(&text, json_str(v, ""));
		else
			json_print(v, &text);
		buf_addf(&b, " | %s=", fields[i]);
		if (!all && watches(fields[i], buf_str(&text))) {
			buf_adds(&b, "RUNTIME");
			continue;
		}
		alike(&b, buf_str(&text));
	}
	buf_release(&text);
	return buf_take(&b);
}

static bool is_runtime(const struct json *a)
{
	const struct json *f = json_get(a, "output_fields");
	struct str name = json_str(json_get(f, "proc.name"), "");
	struct str exe = json_str(json_get(f, "proc.exepath"), "");
	size_t i;

	if (str_starts(name, STR("runc:[")))
		return true;
	for (i = 0; i < ARRAY_SIZE(runtimes); i++)
		if (str_eq(name, str_of(runtimes[i])))
			return !str_eq(exe, STR("/bin/sh"));
	return false;
}

static int by_text(const void *a, const void *b, void *ctx UNUSED)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int load(struct keys *k, const char *path, bool all)
{
	struct buf b = BUF_INIT;
	struct diag d = DIAG_INIT;
	struct json *j;
	struct str text;

	*k = (struct keys){ 0 };
	if (io_read_file(path, 64u << 20, &b, &d)) {
		fprintf(stderr, "cannot read %s\n", path);
		return 4;
	}
	text = buf_str(&b);
	while (text.p) {
		j = json_parse(str_cut(&text, '\n'));
		if (json_get(j, "rule") && (all || !is_runtime(j))) {
			XGROW(k->v, k->cap, k->n + 1);
			k->v[k->n++] = key_of(j, all);
		}
		json_free(j);
	}
	sort_stable(k->v, k->n, sizeof(*k->v), by_text, NULL);
	buf_release(&b);
	diag_release(&d);
	return 0;
}

static void keys_release(struct keys *k)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		free(k->v[i]);
	free(k->v);
}

static void tell(const char *what, const char *key)
{
	printf("%s %s\n", what, key);
}

int main(int argc, char **argv)
{
	size_t i = 0, j = 0, same = 0, missing = 0, more = 0;
	struct keys want, got;
	bool all = argc < 2 || strcmp(argv[1], "-r") != 0;
	int c;

	if (argc != 4 - all || load(&want, argv[argc - 2], all) ||
	    load(&got, argv[argc - 1], all))
		return 2;
	while (i < want.n || j < got.n) {
		c = i == want.n ? 1 : j == got.n ? -1 : strcmp(want.v[i], got.v[j]);
		if (c < 0) {
			missing++;
			tell("missing", want.v[i]);
		} else if (c > 0) {
			more++;
			tell("more   ", got.v[j]);
		} else {
			same++;
		}
		i += c <= 0;
		j += c >= 0;
	}
	printf("recorded %zu, now %zu, same %zu, missing %zu, more %zu\n", want.n, got.n, same,
	       missing, more);
	keys_release(&want);
	keys_release(&got);
	return missing || more;
}
