/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/base/jsonp.h"
#include "lib/event/cgroup.h"
#include "replay/container.h"
#include "replay/machine_int.h"

static void labels_free(struct container_label *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		rstr_put(v[i].key);
		rstr_put(v[i].value);
	}
	free(v);
}

void container_free(struct container *c)
{
	struct rstr *strings[] = {
		c->id, c->full_id, c->name, c->image, c->image_id, c->repo, c->tag,
		c->digest, c->ip, c->cni_json, c->sandbox_id, c->user,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(strings); i++)
		rstr_put(strings[i]);
	for (i = 0; i < c->nmounts; i++) {
		rstr_put(c->mounts[i].source);
		rstr_put(c->mounts[i].dest);
		rstr_put(c->mounts[i].mode);
		rstr_put(c->mounts[i].propagation);
	}
	free(c->mounts);
	labels_free(c->labels, c->nlabels);
	labels_free(c->sandbox_labels, c->nsandbox_labels);
	free(c);
}

size_t container_parts(const struct container *c)
{
	return c->nmounts + c->nlabels + c->nsandbox_labels;
}

static struct rstr *text_of(struct machine *m, const struct json *obj, const char *key)
{
	return rstr_pool_new(&m->texts, json_str(json_get(obj, key), ""));
}

static size_t count(const struct json *list)
{
	const struct json *j;
	size_t n = 0;

	for (j = json_first(list); j; j = json_next(j))
		n++;
	return n;
}

/* So many labels or mounts: all of a list or none, which is counted. */
static size_t take_room(struct machine *m, size_t n)
{
	if (n > CONTAINER_PARTS_MAX - m->nparts) {
		m->counts.entries_dropped += n;
		return 0;
	}
	m->nparts += n;
	return n;
}

static struct container_label *read_labels(struct machine *m, const struct json *obj,
					   size_t *n)
{
	struct container_label *v;
	const struct json *j;
	size_t i = 0;

	*n = json_type(obj) == JSON_OBJECT ? take_room(m, count(obj)) : 0;
	if (!*n)
		return NULL;
	v = xcalloc(*n, sizeof(*v));
	for (j = json_first(obj); j; j = json_next(j), i++) {
		v[i].key = rstr_pool_new(&m->texts, str_of(json_key(j)));
		v[i].value = rstr_pool_new(&m->texts, json_str(j, ""));
	}
	return v;
}

static void read_mounts(struct machine *m, struct container *c, const struct json *list)
{
	const struct json *j;
	size_t i = 0;

	c->nmounts = json_type(list) == JSON_ARRAY ? take_room(m, count(list)) : 0;
	if (!c->nmounts)
		return;
	c->mounts = xcalloc(c->nmounts, sizeof(*c->mounts));
	for (j = json_first(list); j; j = json_next(j), i++) {
		c->mounts[i].source = text_of(m, j, "Source");
		c->mounts[i].dest = text_of(m, j, "Destination");
		c->mounts[i].mode = text_of(m, j, "Mode");
		c->mounts[i].rw = json_bool(json_get(j, "RW"), false);
		c->mounts[i].propagation = text_of(m, j, "Propagation");
	}
}

static struct container *read_container(struct machine *m, const struct json *j)
{
	struct container *c = xcalloc(1, sizeof(*c));
	int64_t type = json_i64(json_get(j, "type"), CONTAINER_UNKNOWN);

	c->type = type >= 0 && type <= CONTAINER_UNKNOWN ? (int32_t)type : CONTAINER_UNKNOWN;
	c->id = text_of(m, j, "id");
	c->full_id = text_of(m, j, "full_id");
	c->name = text_of(m, j, "name");
	c->image = text_of(m, j, "image");
	c->image_id = text_of(m, j, "imageid");
	c->repo = text_of(m, j, "imagerepo");
	c->tag = text_of(m, j, "imagetag");
	c->digest = text_of(m, j, "imagedigest");
	c->ip = text_of(m, j, "ip");
	c->cni_json = text_of(m, j, "cni_json");
	c->sandbox_id = text_of(m, j, "pod_sandbox_id");
	c->user = text_of(m, j, "User");
	c->privileged = json_bool(json_get(j, "privileged"), false);
	c->host_pid = json_bool(json_get(j, "host_pid"), false);
	c->host_network = json_bool(json_get(j, "host_network"), false);
	c->host_ipc = json_bool(json_get(j, "host_ipc"), false);
	c->is_sandbox = json_bool(json_get(j, "is_pod_sandbox"), false);
	c->labels = read_labels(m, json_get(j, "labels"), &c->nlabels);
	c->sandbox_labels = read_labels(m, json_get(j, "pod_sandbox_labels"), &c->nsandbox_labels);
	read_mounts(m, c, json_get(j, "Mounts"));
	return c;
}

/* The object with the metadata, or NULL. */
static const struct json *body_of(const struct json *root)
{
	const struct json *body = json_get(root, "container");

	if (!body)
		body = root;
	return json_type(body) == JSON_OBJECT ? body : NULL;
}

static void drop(struct machine *m, struct container *c)
{
	m->nparts -= container_parts(c);
	container_free(c);
}

static void forget(struct machine *m, struct str id)
{
	struct container *old = smap_get(&m->containers, id);

	if (!old)
		return;
	smap_del(&m->containers, id);
	drop(m, old);
}

/* In the place of one of its name. */
static void keep(struct machine *m, const struct json *body)
{
	struct str id = json_str(json_get(body, "id"), "");
	const struct container *old = smap_get(&m->containers, id);
	uint64_t seen = old ? old->seen : m->containers_seen;
	struct container *c;

	if ((!old && m->containers.live >= CONTAINERS_MAX) || id.len > MACHINE_KEY_MAX) {
		m->counts.entries_dropped++;
		return;
	}
	m->containers_seen += !old;
	forget(m, id);
	c = read_container(m, body);
	c->seen = seen;
	smap_put(&m->containers, rstr_str(c->id), c);
}

void machine_set_container(struct machine *m, struct str text)
{
	struct json *root = json_parse(text);
	const struct json *body = body_of(root);

	if (body && json_str(json_get(body, "id"), "").len)
		keep(m, body);
	json_free(root);
}

void machine_del_container(struct machine *m, struct str text)
{
	struct json *root = json_parse(text);
	const struct json *body = body_of(root);

	if (body)
		forget(m, json_str(json_get(body, "id"), ""));
	json_free(root);
}

const struct container *machine_container(const struct machine *m, struct str id)
{
	return smap_get(&m->containers, id);
}

void containers_release(struct machine *m)
{
	struct smap_entry *e;

	for (e = smap_next(&m->containers, NULL); e; e = smap_next(&m->containers, e))
		container_free(e->value);
	smap_release(&m->containers);
}

const struct container **machine_containers(const struct machine *m, size_t *n)
{
	const struct container **v = xreallocarray(NULL, m->containers.live + 1, sizeof(*v));
	struct smap_entry *e;

	*n = 0;
	for (e = smap_next(&m->containers, NULL); e; e = smap_next(&m->containers, e))
		v[(*n)++] = e->value;
	return v;
}
