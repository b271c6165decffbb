/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers, from the metadata events of the trace.  The host counts as a
 * container called "host" about which there is nothing more to say.
 */
#include "lib/base/compat.h"

#include <fnmatch.h>

#include "lib/base/jsonp.h"
#include "analyze/field/container_of.h"

#define ID_LEN 12		/* containers are known by so much of their id */

/* The id inside a metadata event's JSON; p NULL: none. */
static struct str id_in_json(struct fieldctx *c, struct str text)
{
	struct json *root = json_parse(text);
	const struct json *o = json_get(root, "container");
	struct str id = json_str(json_get(o ? o : root, "id"), "");

	id = id.len ? arena_str(&c->scratch, str_sub(id, 0, ID_LEN)) : str_mem(NULL, 0);
	json_free(root);
	return id;
}

static bool id_of_event(struct fieldctx *c, struct str *id)
{
	struct event *ev = c->cur->ev;
	unsigned data;

	switch (ev->type) {
	case EV_ASYNCEVENT_E:
		event_params(ev);
		if (!str_starts(event_text(ev, P_ASYNCEVENT_E_name), STR("container")))
			return false;
		data = P_ASYNCEVENT_E_data;
		break;
	case EV_CONTAINER_JSON_E:
		data = P_CONTAINER_JSON_E_json;
		break;
	case EV_CONTAINER_JSON_2_E:
		data = P_CONTAINER_JSON_2_E_json;
		break;
	default:
		return false;
	}
	event_params(ev);
	*id = id_in_json(c, event_text(ev, data));
	return id->p;
}

bool ctr_of(struct fieldctx *c, struct ctr *out)
{
	if (c->cur->thread)
		out->id = rstr_str(c->cur->thread->container_id);
	else if (!id_of_event(c, &out->id))
		return false;
	out->m = out->id.len ? machine_container(c->m, out->id) : NULL;
	return true;
}

bool ctr_known(struct fieldctx *c, struct ctr *out)
{
	return ctr_of(c, out) && (out->m || !out->id.len);
}

GETTER(CONTAINER_ID)
{
	struct ctr k;

	if (!ctr_of(c, &k))
		return false;
	return val_str(v, k.id.len ? k.id : STR("host"));
}

/* A text member of the metadata; host is what the host has instead. */
static bool text_of(struct fieldctx *c, size_t member, const char *host, struct value *v)
{
	struct ctr k;

	if (!ctr_known(c, &k))
		return false;
	if (!k.m)
		return val_cstr(v, host);
	return val_rstr(v, *(struct rstr *const *)((const char *)k.m + member));
}

#define TEXT(member, host) text_of(c, offsetof(struct container, member), host, v)

GETTER(CONTAINER_FULL_ID) { return TEXT(full_id, "host"); }
GETTER(CONTAINER_NAME) { return TEXT(name, "host"); }
GETTER(CONTAINER_IMAGE) { return TEXT(image, ""); }
GETTER(CONTAINER_IMAGE_ID) { return TEXT(image_id, ""); }
GETTER(CONTAINER_IMAGE_REPOSITORY) { return TEXT(repo, ""); }
GETTER(CONTAINER_IMAGE_TAG) { return TEXT(tag, ""); }
GETTER(CONTAINER_IMAGE_DIGEST) { return TEXT(digest, ""); }
GETTER(CONTAINER_IP) { return TEXT(ip, ""); }
GETTER(CONTAINER_CNI_JSON) { return TEXT(cni_json, ""); }

static bool flag_of(struct fieldctx *c, size_t member, struct value *v)
{
	struct ctr k;

	return ctr_known(c, &k) &&
	       val_u64(v, k.m && *((const bool *)k.m + member));
}

#define FLAG(member) flag_of(c, offsetof(struct container, member), v)

GETTER(CONTAINER_PRIVILEGED) { return FLAG(privileged); }
GETTER(CONTAINER_HOST_PID) { return FLAG(host_pid); }
GETTER(CONTAINER_HOST_NETWORK) { return FLAG(host_network); }
GETTER(CONTAINER_HOST_IPC) { return FLAG(host_ipc); }

GETTER(CONTAINER_TYPE)
{
	static const char *const names[] = {
		"docker", "lxc", "libvirt-lxc", "mesos", "rkt", "custom", "cri",
		"containerd", "cri-o", "bpm", "static", "podman",
	};
	struct ctr k;

	if (!ctr_known(c, &k))
		return false;
	if (!k.m)
		return val_cstr(v, "host");
	if (k.m->type < 0 || (size_t)k.m->type >= ARRAY_SIZE(names))
		return val_cstr(v, "");
	return val_cstr(v, names[k.m->type]);
}

/* Start of the container's pid namespace. */
GETTER(CONTAINER_START_TS)
{
	const struct thread *t = c->cur->thread;

	return t && t->pidns_init_start_ts && val_u64(v, t->pidns_init_start_ts);
}

GETTER(CONTAINER_DURATION)
{
	const struct thread *t = c->cur->thread;

	return t && t->pidns_init_start_ts &&
	       val_u64(v, c->cur->ev->ts - t->pidns_init_start_ts);
}

/* Mounts: found by number, or by a glob over one of their ends. */
static bool glob_fits(struct fieldctx *c, struct str glob, const struct rstr *text)
{
	return !fnmatch(arena_strdup(&c->scratch, glob), rstr_str(text).p, 0);
}

static const struct container_mount *mount_of(struct fieldctx *c, const struct fieldref *ref,
					      bool by_dest)
{
	const struct container_mount *mt;
	struct ctr k;
	size_t i;

	if (!ctr_known(c, &k) || !k.m)
		return NULL;
	if (ref->argkind == REF_INDEX)
		return ref->index >= 0 && (uint64_t)ref->index < k.m->nmounts ?
		       &k.m->mounts[ref->index] : NULL;
	for (i = 0; i < k.m->nmounts; i++) {
		mt = &k.m->mounts[i];
		if (glob_fits(c, ref->key, by_dest ? mt->dest : mt->source))
			return mt;
	}
	return NULL;
}

static void add_mount(struct buf *out, const struct container_mount *mt)
{
	const struct rstr *const parts[] = { mt->source, mt->dest, mt->mode };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		buf_addstr(out, rstr_str(parts[i]));
		buf_addc(out, ':');
	}
	buf_adds(out, mt->rw ? "true:" : "false:");
	buf_addstr(out, rstr_str(mt->propagation));
}

GETTER(CONTAINER_MOUNTS)
{
	size_t begin, i;
	struct ctr k;

	if (!ctr_known(c, &k))
		return false;
	begin = work_begin(c);
	for (i = 0; k.m && i < k.m->nmounts; i++) {
		if (i)
			buf_addc(&c->work, ',');
		add_mount(&c->work, &k.m->mounts[i]);
	}
	return val_str(v, work_end(c, begin));
}

GETTER(CONTAINER_MOUNT)
{
	const struct container_mount *mt = mount_of(c, ref, false);
	size_t begin = work_begin(c);

	if (!mt)
		return false;
	add_mount(&c->work, mt);
	return val_str(v, work_end(c, begin));
}

static bool mount_text(struct value *v, const struct container_mount *mt, size_t member)
{
	return mt && val_rstr(v, *(struct rstr *const *)((const char *)mt + member));
}

#define MOUNT(member, by_dest) \
	mount_text(v, mount_of(c, ref, by_dest), offsetof(struct container_mount, member))

GETTER(CONTAINER_MOUNT_SOURCE) { return MOUNT(source, true); }
GETTER(CONTAINER_MOUNT_DEST) { return MOUNT(dest, false); }
GETTER(CONTAINER_MOUNT_MODE) { return MOUNT(mode, false); }
GETTER(CONTAINER_MOUNT_PROPAGATION) { return MOUNT(propagation, false); }

GETTER(CONTAINER_MOUNT_RDWR)
{
	const struct container_mount *mt = mount_of(c, ref, false);

	return mt && val_cstr(v, mt->rw ? "true" : "false");
}

/* Labels. */
bool label_value(const struct container_label *l, size_t n, struct str key, struct str *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(rstr_str(l[i].key), key)) {
			*out = rstr_str(l[i].value);
			return true;
		}
	return false;
}

struct str labels_text(struct fieldctx *c, const struct container_label *l, size_t n)
{
	size_t begin = work_begin(c), i;
	bool first = true;

	for (i = 0; i < n; i++) {
		if (str_starts(rstr_str(l[i].key), STR("annotation.")) ||
		    str_starts(rstr_str(l[i].key), STR("io.kubernetes.")))
			continue;
		if (!first)
			buf_adds(&c->work, ", ");
		first = false;
		buf_addstr(&c->work, rstr_str(l[i].key));
		if (!rstr_str(l[i].value).len)
			continue;
		buf_addc(&c->work, ':');
		buf_addstr(&c->work, rstr_str(l[i].value));
	}
	return work_end(c, begin);
}

GETTER(CONTAINER_LABEL)
{
	struct ctr k;

	return ctr_known(c, &k) && k.m &&
	       label_value(k.m->labels, k.m->nlabels, ref->key, &v->s);
}

GETTER(CONTAINER_LABELS)
{
	struct ctr k;

	if (!ctr_known(c, &k))
		return false;
	return val_str(v, k.m ? labels_text(c, k.m->labels, k.m->nlabels) : STR(""));
}
