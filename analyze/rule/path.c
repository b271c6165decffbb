/* SPDX-License-Identifier: Apache-2.0 */
/* What -r may name: a file, a folder, an archive. */
#include "lib/base/compat.h"

#include <dirent.h>
#include <sys/stat.h>

#include "analyze/rule/archive.h"
#include "analyze/rule/limits.h"
#include "analyze/rule/ruleset.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

static int unreadable(struct ruleset *rs, const char *path, const char *why)
{
	const char *name = arena_strdup(&rs->files, str_of(path));

	load_results_add(&rs->book.results, name, NULL);
	return load_finding(&rs->book.results, LOAD_ERR_FILE_READ, NULL, "%s", why);
}

static int load_archive(struct ruleset *rs, const char *path, struct str bytes)
{
	struct arena a = ARENA_INIT;
	struct buf why = BUF_INIT;
	struct archived *v;
	ssize_t n = rule_archive_read(bytes, &a, &v, &why), i;
	int err = 0;

	if (n < 0)
		err = unreadable(rs, path, why.data);
	else if (!n)
		err = unreadable(rs, path, "the archive holds no *.yaml or *.yml");
	for (i = 0; i < n; i++)
		if (ruleset_load(rs, arena_printf(&a, "%s/%.*s", path, STR_FMT(v[i].name)),
				 v[i].text))
			err = -E_RULES;
	buf_release(&why);
	arena_release(&a);
	return err;
}

static int load_file(struct ruleset *rs, const char *path)
{
	struct buf text = BUF_INIT;
	struct diag d = DIAG_INIT;
	int err = io_read_file(path, ARCHIVE_MAX, &text, &d);

	if (err)
		err = unreadable(rs, path, d.n ? d.items[0].text : err_str(err));
	else if (rule_archive_is(buf_str(&text)))
		err = load_archive(rs, path, buf_str(&text));
	else
		err = ruleset_load(rs, path, buf_str(&text));
	diag_release(&d);
	buf_release(&text);
	return err;
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

static int load_folder(struct ruleset *rs, const char *folder, DIR *dir)
{
	struct buf path = BUF_INIT;
	char **names = NULL;
	size_t n = 0, cap = 0, i;
	struct dirent *e;
	int err = 0;

	while (n < RULEFILES_MAX && (e = readdir(dir)) != NULL) {
		if (!wanted(folder, e->d_name, &path))
			continue;
		XGROW(names, cap, n + 1);
		names[n++] = xstrdup(path.data);
	}
	sort_stable(names, n, sizeof(*names), cmp_names, NULL);
	for (i = 0; i < n; i++) {
		if (load_file(rs, names[i]))
			err = -E_RULES;
		free(names[i]);
	}
	if (n >= RULEFILES_MAX)
		err = unreadable(rs, folder, "the folder has too many files");
	free(names);
	buf_release(&path);
	return err;
}

int ruleset_load_path(struct ruleset *rs, const char *path)
{
	DIR *dir = strcmp(path, "-") ? opendir(path) : NULL;
	int err;

	if (!dir)
		return load_file(rs, path);
	err = load_folder(rs, path, dir);
	closedir(dir);
	return err;
}
