/* SPDX-License-Identifier: Apache-2.0 */
/* What -r may name: a file, a folder, an archive. */
#include "lib/base/compat.h"

#include <dirent.h>
#include <sys/stat.h>

#include "analyze/rule/archive.h"
#include "analyze/rule/limits.h"
#include "analyze/rule/rulefiles.h"
#include "analyze/rule/ruleset_in.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

struct reading {
	struct rulefiles *files;
	struct arena *a;		/* names and bytes */
};

static void add_bad(struct reading *r, const char *name, const char *why)
{
	rulefiles_add(r->files, arena_strdup(r->a, str_of(name)), STR(""),
		      arena_strdup(r->a, str_of(why)));
}

static void add(struct reading *r, const char *name, struct str text)
{
	rulefiles_add(r->files, arena_strdup(r->a, str_of(name)),
		      arena_str(r->a, text), NULL);
}

static void add_archive(struct reading *r, const char *path, struct str bytes)
{
	struct arena a = ARENA_INIT;
	struct buf why = BUF_INIT;
	struct archived *v;
	ssize_t n = rule_archive_read(bytes, &a, &v, &why), i;

	if (n < 0)
		add_bad(r, path, why.data);
	else if (!n)
		add_bad(r, path, "the archive holds no *.yaml or *.yml");
	for (i = 0; i < n; i++)
		add(r, arena_printf(&a, "%s/%.*s", path, STR_FMT(v[i].name)), v[i].text);
	buf_release(&why);
	arena_release(&a);
}

static void add_file(struct reading *r, const char *path)
{
	struct buf text = BUF_INIT;
	struct diag d = DIAG_INIT;
	int err = io_read_file(path, ARCHIVE_MAX, &text, &d);

	if (err)
		add_bad(r, path, d.n ? d.items[0].text : err_str(err));
	else if (rule_archive_is(buf_str(&text)))
		add_archive(r, path, buf_str(&text));
	else
		add(r, path, buf_str(&text));
	diag_release(&d);
	buf_release(&text);
}

static int cmp_names(const void *a, const void *b, void *ctx UNUSED)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Regular files ending in .yaml or .yml; symbolic links to such count. */
static bool wanted(const char *folder, const char *name, struct buf *path)
{
	struct stat st;

	if (!str_ends(str_of(name), STR(".yaml")) && !str_ends(str_of(name), STR(".yml")))
		return false;
	buf_clear(path);
	buf_addf(path, "%s/%s", folder, name);
	return !stat(path->data, &st) && S_ISREG(st.st_mode);
}

static void add_folder(struct reading *r, const char *folder, DIR *dir)
{
	struct buf path = BUF_INIT;
	char **names = NULL;
	size_t n = 0, cap = 0, i;
	struct dirent *e;

	while (n < RULEFILES_MAX && (e = readdir(dir)) != NULL) {
		if (!wanted(folder, e->d_name, &path))
			continue;
		XGROW(names, cap, n + 1);
		names[n++] = xstrdup(path.data);
	}
	sort_stable(names, n, sizeof(*names), cmp_names, NULL);
	for (i = 0; i < n; i++) {
		add_file(r, names[i]);
		free(names[i]);
	}
	if (!n)
		add_bad(r, folder, "the folder holds no *.yaml or *.yml");
	else if (n >= RULEFILES_MAX)
		add_bad(r, folder, "the folder has too many files");
	free(names);
	buf_release(&path);
}

static void add_path(struct reading *r, const char *path)
{
	DIR *dir = strcmp(path, "-") ? opendir(path) : NULL;

	if (!dir) {
		add_file(r, path);
		return;
	}
	add_folder(r, path, dir);
	closedir(dir);
}

static int unreadable(struct ruleset *rs, const struct rulefile *f)
{
	load_results_add(&rs->book.results, f->name, NULL);
	return load_finding(&rs->book.results, LOAD_ERR_FILE_READ, NULL, "%s", f->why);
}

int ruleset_load_paths(struct ruleset *rs, const char *const *paths, size_t n)
{
	struct reading r = { rulefiles_new(), &rs->files };
	const struct rulefile *f;
	int err = 0;
	size_t i;

	XGROW(rs->read, rs->read_cap, rs->nread + 1);
	rs->read[rs->nread++] = r.files;
	for (i = 0; i < n; i++)
		add_path(&r, paths[i]);
	while ((f = rulefiles_next(r.files)) != NULL)
		if (f->why ? unreadable(rs, f) : ruleset_take(rs, &f->tree, f->err, &f->e))
			err = -E_RULES;
	return err;
}
