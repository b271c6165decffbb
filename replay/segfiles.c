/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lib/trace/format.h"
#include "lib/trace/reader.h"
#include "replay/segfiles.h"
#include "replay/session.h"
#include "replay/sidecar.h"

/* What a segment after this file names as its parent. */
static bool end_digest(const char *path, uint8_t digest[VTR_DIGEST])
{
	enum { TRAILER = VTR_HEADER + VTR_TRAILER_BODY };	/* the file's last bytes */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	off_t size;
	bool ok;

	if (fd < 0)
		return false;
	size = lseek(fd, 0, SEEK_END);
	ok = size > TRAILER && sidecar_digest(fd, (uint64_t)(size - TRAILER), digest);
	close(fd);
	return ok;
}

/* A pipe can be read but once. */
static bool is_file(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && !stat(path, &st) && S_ISREG(st.st_mode);
}

/* NULL: no file that can be looked into. */
static struct evsource *peek(const char *path)
{
	struct diag quiet = DIAG_INIT;
	struct evsource *src = NULL;

	if (is_file(path) && session_open_source(path, &src, &quiet))
		src = NULL;
	diag_release(&quiet);
	return src;
}

bool segfiles_follow(const char *before, const char *path)
{
	uint8_t digest[VTR_DIGEST];
	struct evsource *src;
	bool yes;

	if (!is_file(before) || !end_digest(before, digest))
		return false;
	src = peek(path);
	if (!src)
		return false;
	yes = vtr_continues(src, digest);
	src->close(src);
	return yes;
}

static bool is_later_segment(const char *path)
{
	struct evsource *src = peek(path);
	const struct vtr_meta *m = src ? vtr_meta_of(src) : NULL;
	bool yes = m && vtr_meta_get(m, "segment.parent");

	if (src)
		src->close(src);
	return yes;
}

bool segfiles_gap_before(char *const *files, size_t i)
{
	return i && is_later_segment(files[i]) && !segfiles_follow(files[i - 1], files[i]);
}

void segfiles_tell_gaps(char *const *files, size_t n, struct diag *d)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (segfiles_gap_before(files, i))
			diag_off(d, DIAG_WARNING, files[i], -1, "continues a segment that is not "
				 "the file before it: what lies between is not known");
}
