/* SPDX-License-Identifier: Apache-2.0 */
/* Folders to case files, in order of their paths. */
#include "lib/base/compat.h"

#include <dirent.h>
#include <sys/stat.h>

#include "analyze/test/case.h"
#include "analyze/test/limits.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "lib/base/sort.h"
#include "lib/base/xalloc.h"

#define SUITE	"suite.yaml"
#define CASE	"case.yaml"

struct finder {
	struct cases *c;
	const struct find_opts *o;
	struct diag *d;
	unsigned depth;
};

static bool is_yaml(struct str name)
{
	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml"));
}

static const char *folder_of(struct arena *a, const char *path)
{
	ssize_t slash = str_rchr(str_of(path), '/');

	if (slash < 0)
		return ".";
	return arena_strdup(a, str_sub(str_of(path), 0, slash ? (size_t)slash : 1));
}

static struct testcase *add_broken(struct finder *f, const char *path)
{
	struct testcase *t;

	XGROW(f->c->v, f->c->cap, f->c->n + 1);
	t = &f->c->v[f->c->n++];
	*t = (struct testcase){ .file = path, .name = "", .title = path, .baseline = -1 };
	t->at = (struct place){ path, 0, 0 };
	return t;
}

/* The tree of a file, or NULL with a broken case. */
static const struct yfile *load(struct finder *f, const char *path)
{
	struct yfile *y = ARENA_NEW(&f->c->a, struct yfile);
	struct yerror e = YERROR_INIT;
	struct buf b = BUF_INIT;
	struct diag d = DIAG_INIT;
	struct testcase *t = NULL;
	struct diag_item *it;

	if (io_read_file(path, TEST_FILE_MAX, &b, &d)) {
		t = add_broken(f, path);
		diag_off(&t->broken, DIAG_ERROR, path, -1, "%s",
			 d.n ? d.items[0].text : "cannot be read");
	} else if (yfile_parse(y, path, arena_str(&f->c->a, buf_str(&b)), &f->c->a, &e)) {
		t = add_broken(f, path);
		it = diag_at(&t->broken, DIAG_ERROR, path, e.line + 1, e.col + 1, "%s",
			     e.msg.data);
		diag_excerpt(it, yfile_line(y, e.off));
	} else if (y->ndocs != 1) {
		t = add_broken(f, path);
		diag_off(&t->broken, DIAG_ERROR, path, -1,
			 y->ndocs ? "more than one document; cases are a list 'cases:'" :
				    "the file is empty");
	}
	buf_release(&e.msg);
	buf_release(&b);
	diag_release(&d);
	return t ? NULL : y;
}

static void parse_list(struct finder *f, const struct scope *s, const struct ynode *list,
		       const char *path)
{
	struct testcase *t;
	uint32_t i;

	if (list->kind != Y_SEQ || !list->n) {
		t = add_broken(f, path);
		case_wrong(t, list, "'cases' is a list of cases");
		return;
	}
	for (i = 0; i < list->n; i++) {
		struct scope one = { list->seq[i], s->file, s->folder, s };

		if (list->seq[i]->kind != Y_MAP) {
			t = add_broken(f, path);
			case_wrong(t, list->seq[i], "a case is a map of keys");
			continue;
		}
		case_parse(f->c, &one, path, false, f->o);
	}
}

/* A file of cases; one whose top is a list holds rules. */
static void take_file(struct finder *f, const char *path, const struct scope *up,
		      bool folder_case)
{
	const struct yfile *y;
	const struct ynode *list;
	struct scope *s;

	if (f->c->n >= TEST_CASES_MAX)
		return;
	y = load(f, path);
	if (!y || y->docs[0]->kind == Y_SEQ)
		return;
	if (y->docs[0]->kind != Y_MAP) {
		case_wrong(add_broken(f, path), y->docs[0], "a case file is a map of keys");
		return;
	}
	s = ARENA_NEW(&f->c->a, struct scope);
	*s = (struct scope){ y->docs[0], path, folder_of(&f->c->a, path), up };
	list = ynode_get(s->map, "cases");
	if (list)
		parse_list(f, s, list, path);
	else
		case_parse(f->c, s, folder_case ? s->folder : path, folder_case, f->o);
}

static int cmp_names(const void *a, const void *b, void *ctx UNUSED)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a folder, sorted. */
static char **names_in(const char *folder, size_t *n)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	char **v = NULL;
	size_t cap = 0;

	*n = 0;
	if (!dir)
		return NULL;
	while (*n < TEST_CASES_MAX && (e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		XGROW(v, cap, *n + 2);
		v[(*n)++] = xstrdup(e->d_name);
	}
	closedir(dir);
	sort_stable(v, *n, sizeof(*v), cmp_names, NULL);
	return v ? v : xcalloc(1, sizeof(*v));
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static const struct scope *suite_scope(struct finder *f, const char *folder,
				       const struct scope *up)
{
	const char *path = arena_printf(&f->c->a, "%s/" SUITE, folder);
	const struct yfile *y;
	struct scope *s;

	if (access(path, F_OK))
		return up;
	y = load(f, path);
	if (!y)
		return up;
	if (y->docs[0]->kind != Y_MAP || ynode_get(y->docs[0], "cases")) {
		case_wrong(add_broken(f, path), y->docs[0], "a " SUITE " is a map of defaults");
		return up;
	}
	s = ARENA_NEW(&f->c->a, struct scope);
	*s = (struct scope){ y->docs[0], path, folder, up };
	return s;
}

static int take_folder(struct finder *f, const char *folder, const struct scope *up)
{
	char **names;
	size_t n, i;

	names = names_in(folder, &n);
	if (!names) {
		diag_off(f->d, DIAG_ERROR, folder, -1, "cannot read the folder: %s",
			 strerror(errno));
		return -E_OPEN;
	}
	up = suite_scope(f, folder, up);
	f->depth++;
	for (i = 0; i < n; i++) {
		const char *path = arena_printf(&f->c->a, "%s/%s", folder, names[i]);

		if (is_folder(path)) {
			const char *one = arena_printf(&f->c->a, "%s/" CASE, path);

			if (!access(one, F_OK))
				take_file(f, one, suite_scope(f, path, up), true);
			else if (f->depth < TEST_DEPTH_MAX)
				take_folder(f, path, up);
		} else if (is_yaml(str_of(names[i])) && strcmp(names[i], SUITE)) {
			take_file(f, path, up, false);
		}
		free(names[i]);
	}
	f->depth--;
	free(names);
	return 0;
}

/* suite.yaml of the folders above count too, as far as the path names them. */
static const struct scope *scopes_above(struct finder *f, const char *path)
{
	struct str s = str_of(path);
	const struct scope *up = NULL;
	size_t i;

	for (i = 1; i < s.len; i++)
		if (s.p[i] == '/')
			up = suite_scope(f, arena_strdup(&f->c->a, str_sub(s, 0, i)), up);
	return up;
}

int cases_find(struct cases *c, const char *path, const struct find_opts *o, struct diag *d)
{
	struct finder f = { .c = c, .o = o, .d = d };
	const char *kept, *one;
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	kept = arena_strdup(&c->a, str_mem(path, len));
	one = arena_printf(&c->a, "%s/" CASE, kept);
	if (access(kept, F_OK)) {
		diag_off(d, DIAG_ERROR, kept, -1, "%s", strerror(errno));
		return -E_OPEN;
	}
	if (!is_folder(kept))
		take_file(&f, kept, scopes_above(&f, kept), false);
	else if (!access(one, F_OK))
		take_file(&f, one, suite_scope(&f, kept, scopes_above(&f, kept)), true);
	else
		return take_folder(&f, kept, scopes_above(&f, kept));
	return 0;
}

void cases_release(struct cases *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		diag_release(&c->v[i].broken);
	free(c->v);
	arena_release(&c->a);
	*c = (struct cases){ 0 };
}
