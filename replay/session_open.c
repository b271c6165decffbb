/* SPDX-License-Identifier: Apache-2.0 */
/* One trace as a source: which format it is, its content tells. */
#include "lib/base/compat.h"

#include <fcntl.h>

#include "lib/base/err.h"
#include "lib/scap/reader.h"
#include "lib/trace/input.h"
#include "lib/trace/reader.h"
#include "replay/asm/asm.h"
#include "replay/session.h"

#define PROBE_LEN	64

static ssize_t read_head(int fd, uint8_t *head, size_t len, const struct input_wait *wait)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, head + got, len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n && (!wait || input_gone(fd) || !wait->more(wait->ctx)))
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static int not_ours(const char *name, size_t len, struct diag *d)
{
	if (!len) {
		diag_off(d, DIAG_ERROR, name, 0, "the file is empty");
		return -E_EMPTY;
	}
	diag_hint(diag_off(d, DIAG_ERROR, name, 0, "neither a .vtr trace nor a .scap capture"),
		  "a trace is made by 'vestige capture -w FILE'");
	return -E_FOREIGN;
}

static int open_by_content(struct evsource **out, int fd, const char *name, bool any,
			   const struct input_wait *wait, struct diag *d)
{
	static const struct {
		bool (*probe)(const void *head, size_t len);
		int (*open)(struct evsource **out, int fd, const void *head, size_t len,
			    const char *name, struct diag *d);
	} formats[] = {
		{ vtr_probe, vtr_open_fd },
		{ scap_probe, scap_open_fd },
		{ asm_probe, asm_open_fd },
	};
	uint8_t head[PROBE_LEN];
	ssize_t len = read_head(fd, head, sizeof(head), wait);
	size_t i;

	if (len < 0) {
		diag_off(d, DIAG_ERROR, name, 0, "cannot read: %s", strerror(errno));
		return -E_READ;
	}
	if (wait && vtr_probe(head, (size_t)len))
		return vtr_open_wait(out, fd, head, (size_t)len, name, wait, d);
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		if (formats[i].probe(head, (size_t)len))
			return formats[i].open(out, fd, head, (size_t)len, name, d);
	}
	if (any && len && !memchr(head, '\0', (size_t)len) && head[0] != 0x1f)
		return asm_open_fd(out, fd, head, (size_t)len, name, d);
	return not_ours(name, (size_t)len, d);
}

static int open_source(const char *path, bool any, struct evsource **out,
		       const struct input_wait *wait, struct diag *d)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	const char *name = is_stdin ? "standard input" : path;
	int r;

	if (fd < 0) {
		diag_off(d, DIAG_ERROR, name, -1, "cannot open: %s", strerror(errno));
		return -E_OPEN;
	}
	r = open_by_content(out, fd, name, any, wait, d);
	if (r < 0)
		close(fd);
	return r;
}

int session_open_wait(const char *path, struct evsource **out, const struct input_wait *wait,
		      struct diag *d)
{
	return open_source(path, false, out, wait, d);
}

int session_open_source(const char *path, struct evsource **out, struct diag *d)
{
	return open_source(path, false, out, NULL, d);
}

int session_open_any(const char *path, struct evsource **out, struct diag *d)
{
	return open_source(path, true, out, NULL, d);
}
