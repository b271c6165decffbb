/* SPDX-License-Identifier: Apache-2.0 */
/* The runtimes' documents. */
#include "lib/base/compat.h"

#include "capture/ctr.h"
#include "lib/base/jsonp.h"
#include "lib/base/jsonw.h"
#include "lib/event/cgroup.h"

void ctr_init(struct ctr *c)
{
	size_t i;

	*c = (struct ctr){ .type = CONTAINER_UNKNOWN };
	for (i = 0; i < CTR_TEXTS; i++)
		buf_init(&c->text[i]);
}

void ctr_release(struct ctr *c)
{
	size_t i;

	for (i = 0; i < CTR_TEXTS; i++)
		buf_release(&c->text[i]);
}

static void set(struct ctr *c, enum ctr_text which, struct str s)
{
	buf_clear(&c->text[which]);
	buf_addstr(&c->text[which], str_sub(s, 0, CTR_TEXT_MAX));
}

/* The text of a member, cut. */
static struct str member(const struct json *j, const char *key)
{
	return str_sub(json_str(json_get(j, key), ""), 0, CTR_TEXT_MAX);
}

/* Adds a member unless the list grows too long. */
static void add_label(struct jsonw *w, struct str key, struct str value)
{
	if (!key.len || !value.p || w->out->len > CTR_LIST_MAX - 2 * CTR_TEXT_MAX)
		return;
	jsonw_keystr(w, str_sub(key, 0, CTR_TEXT_MAX));
	jsonw_str(w, str_sub(value, 0, CTR_TEXT_MAX));
}

static void set_labels(struct buf *out, const struct json *labels)
{
	struct jsonw w = JSONW_INIT(out);
	const struct json *j;

	buf_clear(out);
	jsonw_open(&w);
	for (j = json_type(labels) == JSON_OBJECT ? json_first(labels) : NULL; j; j = json_next(j))
		add_label(&w, str_of(json_key(j)), json_str(j, NULL));
	jsonw_close(&w);
}

static void add_mount(struct jsonw *w, struct str source, struct str dest, bool rw,
		      struct str propagation)
{
	if (w->out->len > CTR_LIST_MAX - 3 * CTR_TEXT_MAX)
		return;
	jsonw_open(w);
	jsonw_key(w, "Source");
	jsonw_str(w, source);
	jsonw_key(w, "Destination");
	jsonw_str(w, dest);
	jsonw_key(w, "Mode");
	jsonw_cstr(w, "");
	jsonw_key(w, "RW");
	jsonw_bool(w, rw);
	jsonw_key(w, "Propagation");
	jsonw_str(w, propagation);
	jsonw_close(w);
}

/* --- OCI bundles --- */

static bool has(const struct json *list, const char *word)
{
	const struct json *j;

	for (j = json_type(list) == JSON_ARRAY ? json_first(list) : NULL; j; j = json_next(j))
		if (str_eq(json_str(j, ""), str_of(word)))
			return true;
	return false;
}

static struct str propagation_of(const struct json *options)
{
	static const char *const words[] = {
		"private", "rprivate", "shared", "rshared", "slave", "rslave",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (has(options, words[i]))
			return str_of(words[i]);
	return STR("");
}

static bool is_docker_home(struct str source, struct str full_id, struct str *home)
{
	ssize_t name = str_rchr(source, '/'), at = str_find(source, STR("/containers/"));

	if (at < 0 || name < 0 || !full_id.len)
		return false;
	*home = str_sub(source, 0, (size_t)name);
	return str_eq(str_sub(*home, (size_t)at + sizeof("/containers/") - 1, home->len), full_id);
}

/* What the user had mounted: not the runtime's own files, which lie in
 * folders named by the id. */
static void oci_mounts(struct ctr *c, const struct json *list, struct str full_id)
{
	struct str sandbox = buf_str(&c->text[CTR_SANDBOX]), home;
	struct jsonw w = JSONW_INIT(&c->text[CTR_MOUNTS]);
	const struct json *j;

	buf_clear(w.out);
	jsonw_array(&w);
	for (j = json_type(list) == JSON_ARRAY ? json_first(list) : NULL; j; j = json_next(j)) {
		const struct json *options = json_get(j, "options");
		struct str source = member(j, "source"), dest = member(j, "destination");

		if (is_docker_home(source, full_id, &home))
			set(c, CTR_HOME, home);
		if (!has(options, "bind") && !has(options, "rbind"))
			continue;
		if (str_find(source, full_id) >= 0 ||
		    (sandbox.len && str_find(source, sandbox) >= 0))
			continue;
		add_mount(&w, source, dest, !has(options, "ro"), propagation_of(options));
	}
	jsonw_end(&w);
}

/* Of the host: not in the list of new namespaces. */
static bool hosts(const struct json *linux_, const char *type)
{
	const struct json *list = json_get(linux_, "namespaces"), *j;

	for (j = json_type(list) == JSON_ARRAY ? json_first(list) : NULL; j; j = json_next(j))
		if (str_eq(json_str(json_get(j, "type"), ""), str_of(type)))
			return false;
	return true;
}

static void oci_namespaces(struct ctr *c, const struct json *root)
{
	const struct json *linux_ = json_get(root, "linux");

	c->host_pid = hosts(linux_, "pid");
	c->host_network = hosts(linux_, "network");
	c->host_ipc = hosts(linux_, "ipc");
}

/* The runtimes do not write it down: nothing hidden, /sys can be written,
 * and the capability that matters. */
static bool looks_privileged(const struct json *root)
{
	const struct json *mounts = json_get(root, "mounts"), *j;
	const struct json *caps = json_get(json_get(root, "process"), "capabilities");
	bool sys = false;

	if (json_first(json_get(json_get(root, "linux"), "maskedPaths")))
		return false;
	for (j = json_type(mounts) == JSON_ARRAY ? json_first(mounts) : NULL; j; j = json_next(j))
		if (str_eq(json_str(json_get(j, "destination"), ""), STR("/sys")))
			sys = !has(json_get(j, "options"), "ro");
	return sys && has(json_get(caps, "bounding"), "CAP_SYS_ADMIN");
}

/* Labels as the node's agent sets them, from the annotations of containerd's
 * CRI; CRI-O has them by their own names. */
static void cri_labels(struct ctr *c, const struct json *notes, bool pod)
{
	static const struct {
		const char *label, *note;
	} names[] = {
		{ "io.kubernetes.container.name", "io.kubernetes.cri.container-name" },
		{ "io.kubernetes.pod.name", "io.kubernetes.cri.sandbox-name" },
		{ "io.kubernetes.pod.namespace", "io.kubernetes.cri.sandbox-namespace" },
		{ "io.kubernetes.pod.uid", "io.kubernetes.cri.sandbox-uid" },
	};
	struct buf *out = &c->text[pod ? CTR_SANDBOX_LABELS : CTR_LABELS];
	struct jsonw w = JSONW_INIT(out);
	size_t i;

	buf_clear(out);
	jsonw_open(&w);
	for (i = pod; i < ARRAY_SIZE(names); i++) {
		struct str value = member(notes, names[i].note);

		if (!value.len)
			value = member(notes, names[i].label);
		if (value.len)
			add_label(&w, str_of(names[i].label), value);
	}
	jsonw_close(&w);
}

static void first_of(struct ctr *c, enum ctr_text which, const struct json *notes,
		     const char *a, const char *b)
{
	struct str value = member(notes, a);

	set(c, which, value.len ? value : member(notes, b));
}

static void oci_kubernetes(struct ctr *c, const struct json *notes)
{
	struct str type;

	first_of(c, CTR_NAME, notes, "io.kubernetes.cri.container-name",
		 "io.kubernetes.container.name");
	first_of(c, CTR_IMAGE, notes, "io.kubernetes.cri.image-name",
		 "io.kubernetes.cri-o.ImageName");
	first_of(c, CTR_SANDBOX, notes, "io.kubernetes.cri.sandbox-id",
		 "io.kubernetes.cri-o.SandboxID");
	type = member(notes, "io.kubernetes.cri.container-type");
	if (!type.len)
		type = member(notes, "io.kubernetes.cri-o.ContainerType");
	c->is_sandbox = str_eq(type, STR("sandbox"));
	if (c->is_sandbox)
		buf_clear(&c->text[CTR_NAME]);
	if (member(notes, "io.kubernetes.pod.uid").len ||
	    member(notes, "io.kubernetes.cri.sandbox-uid").len) {
		cri_labels(c, notes, false);
		cri_labels(c, notes, true);
	}
}

static int oci_type(const struct json *notes)
{
	struct str manager = member(notes, "io.container.manager");

	if (str_eq(manager, STR("libpod")))
		return CONTAINER_PODMAN;
	if (str_eq(manager, STR("cri-o")) || member(notes, "io.kubernetes.cri-o.ContainerType").len)
		return CONTAINER_CRIO;
	return CONTAINER_CONTAINERD;
}

static void oci_user(struct ctr *c, const struct json *root)
{
	int64_t uid = json_i64(json_get(json_get(json_get(root, "process"), "user"), "uid"), 0);
	struct buf *out = &c->text[CTR_USER];

	buf_clear(out);
	if (uid || c->type != CONTAINER_PODMAN)
		buf_addi(out, uid);
}

bool ctr_oci(struct ctr *c, struct str text, struct str full_id)
{
	struct json *root = json_parse(text);
	const struct json *notes = json_get(root, "annotations");

	if (!json_get(root, "ociVersion")) {
		json_free(root);
		return false;
	}
	c->type = oci_type(notes);
	oci_kubernetes(c, notes);
	oci_namespaces(c, root);
	c->privileged = c->type == CONTAINER_PODMAN ?
		str_eq(member(notes, "io.podman.annotations.privileged"), STR("TRUE")) :
		looks_privileged(root);
	oci_mounts(c, json_get(root, "mounts"), full_id);
	oci_user(c, root);
	json_free(root);
	return true;
}

void ctr_oci_pod(struct ctr *c, struct str text)
{
	struct json *root = json_parse(text);

	if (json_get(root, "ociVersion"))
		oci_namespaces(c, root);
	json_free(root);
}

/* --- podman --- */

bool ctr_podman(struct ctr *c, struct str text, struct str full_id)
{
	struct json *root = json_parse(text), *more;
	const struct json *j = json_type(root) == JSON_ARRAY ? json_first(root) : NULL;

	while (j && !str_eq(json_str(json_get(j, "id"), ""), full_id))
		j = json_next(j);
	if (j) {
		more = json_parse(json_str(json_get(j, "metadata"), ""));
		set(c, CTR_NAME, json_str(json_first(json_get(j, "names")), ""));
		set(c, CTR_IMAGE_ID, member(j, "image"));
		set(c, CTR_IMAGE, member(more, "image-name"));
		json_free(more);
	}
	json_free(root);
	return j;
}

/* --- docker --- */

static void docker_mounts(struct ctr *c, const struct json *list)
{
	struct jsonw w = JSONW_INIT(&c->text[CTR_MOUNTS]);
	const struct json *j;

	buf_clear(w.out);
	jsonw_array(&w);
	for (j = json_type(list) == JSON_OBJECT ? json_first(list) : NULL; j; j = json_next(j))
		add_mount(&w, member(j, "Source"), member(j, "Destination"),
			  json_bool(json_get(j, "RW"), false), member(j, "Propagation"));
	jsonw_end(&w);
}

static struct str docker_ip(const struct json *root)
{
	const struct json *nets = json_get(json_get(root, "NetworkSettings"), "Networks"), *j;
	struct str ip;

	for (j = json_type(nets) == JSON_OBJECT ? json_first(nets) : NULL; j; j = json_next(j)) {
		ip = member(j, "IPAddress");
		if (ip.len)
			return ip;
	}
	return STR("");
}

bool ctr_docker(struct ctr *c, struct str text)
{
	struct json *root = json_parse(text);
	const struct json *config = json_get(root, "Config");
	struct str name = member(root, "Name"), id = member(root, "Image");

	if (json_type(config) != JSON_OBJECT) {
		json_free(root);
		return false;
	}
	c->type = CONTAINER_DOCKER;
	set(c, CTR_NAME, str_starts(name, STR("/")) ? str_sub(name, 1, name.len) : name);
	set(c, CTR_IMAGE, member(config, "Image"));
	set(c, CTR_IMAGE_ID, str_starts(id, STR("sha256:")) ? str_sub(id, 7, id.len) : id);
	set(c, CTR_USER, member(config, "User"));
	set(c, CTR_IP, docker_ip(root));
	set_labels(&c->text[CTR_LABELS], json_get(config, "Labels"));
	docker_mounts(c, json_get(root, "MountPoints"));
	json_free(root);
	return true;
}

void ctr_docker_host(struct ctr *c, struct str text)
{
	struct json *root = json_parse(text);

	if (json_type(root) == JSON_OBJECT) {
		c->privileged = json_bool(json_get(root, "Privileged"), false);
		c->host_network = str_eq(member(root, "NetworkMode"), STR("host"));
		c->host_pid = str_eq(member(root, "PidMode"), STR("host"));
		c->host_ipc = str_eq(member(root, "IpcMode"), STR("host"));
	}
	json_free(root);
}
