/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a runtime keeps its files about a container.  The process that
 * watches over a container is above those in it: containerd's shim works in
 * the folder (bundle) of its first container, conmon is told it by -b.
 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "capture/ctr.h"
#include "capture/snap.h"
#include "lib/base/err.h"
#include "lib/base/xalloc.h"
#include "lib/event/cgroup.h"

#define ABOVE_MAX	16	/* processes between it and what watches over it */

/* Where bundles are unless somebody moved them: before and after the id. */
static const struct {
	const char *before, *after;
} usual[] = {
	{ "/run/containerd/io.containerd.runtime.v2.task/k8s.io/", "" },
	{ "/run/containerd/io.containerd.runtime.v2.task/moby/", "" },
	{ "/run/containerd/io.containerd.runtime.v2.task/default/", "" },
	{ "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/", "" },
	{ "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/", "" },
	{ "/var/lib/containers/storage/overlay-containers/", "/userdata" },
	{ "/run/containers/storage/overlay-containers/", "/userdata" },
};

void ctr_find_release(struct ctr_find *f)
{
	unsigned i;

	for (i = 0; i < f->nroots; i++) {
		free(f->roots[i].before);
		free(f->roots[i].after);
	}
	f->nroots = 0;
}

/* A regular file of the root directory, whole; no link at its end, no
 * waiting for whoever holds the other end of a pipe. */
static bool slurp(const struct ctr_find *f, const char *path, size_t max, struct buf *out)
{
	int fd = *path == '/' ? openat(f->root, path + 1, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
				       O_NONBLOCK | O_NOCTTY) : -1;
	struct stat st;
	ssize_t n = -1;

	buf_clear(out);
	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && (uint64_t)st.st_size <= max) {
		do {
			n = read(fd, buf_grow(out, 65536), 65536);
			if (n > 0)
				out->len += (size_t)n;
		} while (n > 0 && out->len <= max);
	}
	close(fd);
	return !n && out->len;
}

static bool slurp_in(const struct ctr_find *f, struct str dir, const char *name, size_t max,
		     struct buf *out)
{
	struct buf path = BUF_INIT;
	bool ok;

	buf_addstr(&path, dir);
	buf_addc(&path, '/');
	buf_adds(&path, name);
	ok = slurp(f, path.data, max, out);
	buf_release(&path);
	return ok;
}

static struct str dir_of(struct str path)
{
	ssize_t slash = str_rchr(path, '/');

	return slash > 0 ? str_sub(path, 0, (size_t)slash) : STR("");
}

static bool docker_files(const struct ctr_find *f, struct ctr *c, struct str home)
{
	struct buf text = BUF_INIT;
	bool ok;

	ok = slurp_in(f, home, "config.v2.json", CTR_FILE_MAX, &text) &&
	     ctr_docker(c, buf_str(&text));
	if (ok && slurp_in(f, home, "hostconfig.json", CTR_FILE_MAX, &text))
		ctr_docker_host(c, buf_str(&text));
	buf_release(&text);
	return ok;
}

static void podman_files(const struct ctr_find *f, struct ctr *c, struct str bundle,
			 struct str full_id)
{
	struct str store = dir_of(dir_of(bundle));
	struct buf text = BUF_INIT;

	if (!slurp_in(f, store, "containers.json", CTR_STORE_MAX, &text) ||
	    !ctr_podman(c, buf_str(&text), full_id))
		if (slurp_in(f, store, "volatile-containers.json", CTR_STORE_MAX, &text))
			ctr_podman(c, buf_str(&text), full_id);
	buf_release(&text);
}

/* A pod's namespaces are those of its own container, in the folder beside. */
static void pod_files(const struct ctr_find *f, struct ctr *c, struct str bundle)
{
	struct str pod = buf_str(&c->text[CTR_SANDBOX]), above = dir_of(bundle);
	struct buf dir = BUF_INIT, text = BUF_INIT;

	if (pod.len && !c->is_sandbox && str_chr(pod, '/') < 0) {
		buf_addstr(&dir, above);
		buf_addc(&dir, '/');
		buf_addstr(&dir, pod);
		if (slurp_in(f, buf_str(&dir), "config.json", CTR_FILE_MAX, &text))
			ctr_oci_pod(c, buf_str(&text));
	}
	buf_release(&text);
	buf_release(&dir);
}

/* What a bundle tells, and what lies around it. */
static bool from_bundle(const struct ctr_find *f, struct ctr *c, struct str bundle,
			struct str full_id)
{
	struct buf text = BUF_INIT;
	bool ok = slurp_in(f, bundle, "config.json", CTR_FILE_MAX, &text) &&
		  ctr_oci(c, buf_str(&text), full_id);

	if (ok && c->text[CTR_HOME].len)
		docker_files(f, c, buf_str(&c->text[CTR_HOME]));
	else if (ok && c->type == CONTAINER_PODMAN)
		podman_files(f, c, bundle, full_id);
	else if (ok)
		pod_files(f, c, bundle);
	buf_release(&text);
	return ok;
}

/* The word after option -b of a NUL-terminated command line. */
static struct str bundle_option(struct str cmdline)
{
	while (cmdline.p && cmdline.len)
		if (str_eq(str_cut(&cmdline, '\0'), STR("-b")))
			return str_cut(&cmdline, '\0');
	return STR("");
}

/*
 * Does this process see the files we see?  One in a container may call itself
 * what it likes, and point at what it wrote itself (/proc/self/root/...).
 */
static bool is_outside(const struct ctr_find *f, const char *dir)
{
	struct buf ours = BUF_INIT, its = BUF_INIT;
	char path[48];
	bool same;

	snprintf(path, sizeof(path), "%s/ns/mnt", dir);
	same = !snap_link(f->proc, "self/ns/mnt", &ours) && !snap_link(f->proc, path, &its) &&
	       str_eq(buf_str(&ours), buf_str(&its));
	buf_release(&ours);
	buf_release(&its);
	return same;
}

/* The folder that the runtime's process `dir` (of /proc) works for. */
static bool bundle_of(struct ctr_find *f, const char *dir, struct str full_id, struct buf *out)
{
	struct buf comm = BUF_INIT, text = BUF_INIT;
	char path[48];
	struct str found = STR("");
	bool shim = false;

	snprintf(path, sizeof(path), "%s/comm", dir);
	if (!snap_read(f->proc, path, &comm)) {
		shim = str_starts(buf_str(&comm), STR("containerd-shim"));
		snprintf(path, sizeof(path), shim ? "%s/cwd" : "%s/cmdline", dir);
		if (shim && !snap_link(f->proc, path, &text))
			found = buf_str(&text);
		else if (str_eq(buf_str(&comm), STR("conmon\n")) && !snap_read(f->proc, path, &text))
			found = bundle_option(buf_str(&text));
		if ((!shim && str_find(found, full_id) < 0) || !is_outside(f, dir))
			found = STR("");	/* another's, around this one */
	}
	buf_clear(out);
	if (shim && found.len) {	/* a pod's shim has several: side by side */
		buf_addstr(out, dir_of(found));
		buf_addc(out, '/');
		buf_addstr(out, full_id);
	} else {
		buf_addstr(out, found);
	}
	buf_release(&text);
	buf_release(&comm);
	return out->len;
}

static int64_t parent_of(const struct ctr_find *f, const char *dir)
{
	struct buf text = BUF_INIT;
	struct snap_stat st;
	char path[48];
	int64_t ppid = 0;

	snprintf(path, sizeof(path), "%s/stat", dir);
	if (!snap_read(f->proc, path, &text) && snap_parse_stat(buf_str(&text), &st))
		ppid = st.ppid;
	buf_release(&text);
	return ppid;
}

static void learn(struct ctr_find *f, struct str bundle, struct str full_id)
{
	ssize_t at = str_find(bundle, full_id);
	struct str before, after;
	unsigned i;

	if (at < 0 || f->nroots == CTR_ROOTS)
		return;
	before = str_sub(bundle, 0, (size_t)at);
	after = str_sub(bundle, (size_t)at + full_id.len, bundle.len);
	for (i = 0; i < f->nroots; i++)
		if (str_eq(str_of(f->roots[i].before), before) &&
		    str_eq(str_of(f->roots[i].after), after))
			return;
	f->roots[i].before = xstrndup(before.p, before.len);
	f->roots[i].after = xstrndup(after.p, after.len);
	f->nroots++;
}

static bool by_process(struct ctr_find *f, struct ctr *c, struct str full_id, int64_t pid)
{
	struct buf bundle = BUF_INIT;
	bool found = false;
	char dir[24];
	int i;

	for (i = 0; i < ABOVE_MAX && pid > 1 && !found; i++) {
		snprintf(dir, sizeof(dir), "%" PRId64, pid);
		found = bundle_of(f, dir, full_id, &bundle) &&
			from_bundle(f, c, buf_str(&bundle), full_id);
		pid = parent_of(f, dir);
	}
	if (found)
		learn(f, buf_str(&bundle), full_id);
	buf_release(&bundle);
	return found;
}

static bool at(const struct ctr_find *f, struct ctr *c, const char *before, const char *after,
	       struct str full_id)
{
	struct buf bundle = BUF_INIT;
	bool found;

	buf_adds(&bundle, before);
	buf_addstr(&bundle, full_id);
	buf_adds(&bundle, after);
	found = from_bundle(f, c, buf_str(&bundle), full_id);
	buf_release(&bundle);
	return found;
}

int ctr_find(struct ctr_find *f, struct ctr *c, struct str full_id, int64_t pid)
{
	struct buf home = BUF_INIT;
	bool found;
	size_t i;

	if (str_chr(full_id, '/') >= 0 || str_starts(full_id, STR(".")))
		return -E_READ;
	found = by_process(f, c, full_id, pid);
	for (i = 0; i < f->nroots && !found; i++)
		found = at(f, c, f->roots[i].before, f->roots[i].after, full_id);
	for (i = 0; i < ARRAY_SIZE(usual) && !found; i++)
		found = at(f, c, usual[i].before, usual[i].after, full_id);
	if (!found) {
		buf_adds(&home, "/var/lib/docker/containers/");
		buf_addstr(&home, full_id);
		found = docker_files(f, c, buf_str(&home));
	}
	buf_release(&home);
	return found ? 0 : -E_READ;
}
