/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/num.h"
#include "lib/base/xalloc.h"
#include "tests/reference/answers.h"

static size_t split(char *line, char **v)
{
	size_t n = 0;

	while (line && n < ANSWER_COLUMNS) {
		v[n++] = line;
		line = strchr(line, '\t');
		if (line)
			*line++ = '\0';
	}
	return n;
}

void answers_next(struct answers *a)
{
	ssize_t len = getline(&a->line, &a->cap, a->f);
	size_t n;

	a->num = UINT64_MAX;
	if (len <= 0)
		return;
	if (a->line[len - 1] == '\n')
		a->line[len - 1] = '\0';
	for (n = split(a->line, a->v); n < a->ncols; n++)
		a->v[n] = a->line + strlen(a->line);
	if (!num_u64(str_of(a->v[0]), &a->num))
		a->num = UINT64_MAX;
}

bool answers_open(struct answers *a, const char *path)
{
	struct buf cmd = BUF_INIT;
	size_t i;

	*a = (struct answers){ 0 };
	buf_addf(&cmd, "zstd -dcq --long=24 '%s'", path);
	a->f = popen(cmd.data, "r");
	buf_release(&cmd);
	if (!a->f || getline(&a->line, &a->cap, a->f) <= 0)
		return false;
	a->line[strcspn(a->line, "\n")] = '\0';
	a->header = xstrdup(a->line);
	a->ncols = split(a->header, a->v);
	for (i = 0; i < a->ncols; i++)
		a->names[i] = a->v[i];
	answers_next(a);
	return true;
}

void answers_close(struct answers *a)
{
	if (a->f)
		pclose(a->f);
	free(a->line);
	free(a->header);
}

void answers_escape(struct buf *out, struct str s)
{
	static const char from[] = "\\\n\t\r", to[] = "\\ntr";
	const char *at;
	size_t i;

	for (i = 0; i < s.len; i++) {
		at = s.p[i] ? strchr(from, s.p[i]) : NULL;
		if (at)
			buf_addc(out, '\\');
		buf_addc(out, at ? to[at - from] : s.p[i]);
	}
}
