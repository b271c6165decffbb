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

static struct rstr *text_of(const struct json *obj, const char *key)
{
	struct str s = json_str(json_get(obj, key), "");

	return rstr_new(s.p, s.len);
}

static size_t count(const struct json *list)
{
	const struct json *j;
	size_t n = 0;

	for (j = json_first(list); j; j = json_next(j))
		n++;
	return n;
}

static struct container_label *read_labels(const struct json *obj, size_t *n)
{
	struct container_label *v;
	const struct json *j;
	size_t i = 0;

	*n = json_type(obj) == JSON_OBJECT ? count(obj) : 0;
	if (!*n)
		return NULL;
	v = xcalloc(*n, sizeof(*v));
	for (j = json_first(obj); j; j = json_next(j), i++) {
		struct str key = str_of(json_key(j)), value = json_str(j, "");

		v[i].key = rstr_new(key.p, key.len);
		v[i].value = rstr_new(value.p, value.len);
	}
	return v;
}

static void read_mounts(struct container *c, const struct json *list)
{
	const struct json *j;
	size_t i = 0;

	c->nmounts = json_type(list) == JSON_ARRAY ? count(list) : 0;
	if (!c->nmounts)
		return;
	c->mounts = xcalloc(c->nmounts, sizeof(*c->mounts));
	for (j = json_first(list); j; j = json_next(j), i++) {
		c->mounts[i].source = text_of(j, "Source");
		c->mounts[i].dest = text_of(j, "Destination");
		c->mounts[i].mode = text_of(j, "Mode");
		c->mounts[i].rw = json_bool(json_get(j, "RW"), false);
		c->mounts[i].propagation = text_of(j, "Propagation");
	}
}

static struct container *read_container(const struct json *j)
{
	struct container *c = xcalloc(1, sizeof(*c));
	int64_t type = json_i64(json_get(j, "type"), CONTAINER_UNKNOWN);

	c->type = type >= 0 && type <= CONTAINER_UNKNOWN ? (int32_t)type : CONTAINER_UNKNOWN;
	c->id = text_of(j, "id");
	c->full_id = text_of(j, "full_id");
	c->name = text_of(j, "name");
	c->image = text_of(j, "image");
	c->image_id = text_of(j, "imageid");
	c->repo = text_of(j, "imagerepo");
	c->tag = text_of(j, "imagetag");
	c->digest = text_of(j, "imagedigest");
	c->ip = text_of(j, "ip");
	c->cni_json = text_of(j, "cni_json");
	c->sandbox_id = text_of(j, "pod_sandbox_id");
	c->user = text_of(j, "User");
	c->privileged = json_bool(json_get(j, "privileged"), false);
	c->host_pid = json_bool(json_get(j, "host_pid"), false);
	c->host_network = json_bool(json_get(j, "host_network"), false);
	c->host_ipc = json_bool(json_get(j, "host_ipc"), false);
	c->is_sandbox = json_bool(json_get(j, "is_pod_sandbox"), false);
	c->labels = read_labels(json_get(j, "labels"), &c->nlabels);
	c->sandbox_labels = read_labels(json_get(j, "pod_sandbox_labels"), &c->nsandbox_labels);
	read_mounts(c, json_get(j, "Mounts"));
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

static void forget(struct machine *m, struct str id)
{
	struct container *old = smap_get(&m->containers, id);

	if (!old)
		return;
	smap_del(&m->containers, id);
	container_free(old);
}

void machine_set_container(struct machine *m, struct str text)
{
	struct json *root = json_parse(text);
	const struct json *body = body_of(root);
	const struct container *old;
	struct container *c;

	if (body && json_str(json_get(body, "id"), "").len) {
		c = read_container(body);
		old = smap_get(&m->containers, rstr_str(c->id));
		c->seen = old ? old->seen : m->containers_seen++;
		if (!old && m->containers.live >= CONTAINERS_MAX) {
			container_free(c);
		} else {
			forget(m, rstr_str(c->id));
			smap_put(&m->containers, rstr_str(c->id), c);
		}
	}
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
