/* SPDX-License-Identifier: Apache-2.0 */
/* container: metadata as a recorder would have got it from the runtime. */
#include "lib/base/compat.h"

#include "lib/base/jsonw.h"
#include "lib/event/cgroup.h"
#include "replay/asm/asm_in.h"

#define ID_LEN		64
#define SHORT_LEN	12

/* How runtimes name the cgroup of a container. */
static const struct {
	const char *word;
	enum container_type type;
	const char *path;
} runtimes[] = {
	{ "docker", CONTAINER_DOCKER, "/docker/%s" },
	{ "podman", CONTAINER_PODMAN, "/machine.slice/libpod-%s.scope" },
	{ "cri", CONTAINER_CRI, "/kubepods.slice/cri-containerd-%s.scope" },
	{ "containerd", CONTAINER_CONTAINERD, "/default/%s" },
	{ "cri-o", CONTAINER_CRIO, "/kubepods.slice/crio-%s.scope" },
};

/* Twelve digits become 64 by repeating them. */
static const char *full_id(struct asm_state *s, const struct word *w)
{
	char *id = arena_alloc(&s->line, ID_LEN + 1);
	size_t i;

	for (i = 0; i < w->v.len && strchr("0123456789abcdefABCDEF", w->v.p[i]) && w->v.p[i]; i++)
		;
	if (i < w->v.len || (w->v.len != SHORT_LEN && w->v.len != ID_LEN)) {
		diag_hint(asm_error(&s->t, w->raw.p, "'%.*s' is no container id",
				    STR_FMT(w->v)), "12 hexadecimal digits, or all 64");
		return NULL;
	}
	for (i = 0; i < ID_LEN; i++)
		id[i] = w->v.p[i % w->v.len];
	id[ID_LEN] = '\0';
	return id;
}

/* The runtime of a container that a line declared; docker. */
static size_t runtime_of(struct asm_state *s, const char *id)
{
	const struct container *c = machine_container(s->m, str_mem(id, SHORT_LEN));
	size_t i;

	for (i = 0; c && i < ARRAY_SIZE(runtimes); i++)
		if ((int32_t)runtimes[i].type == c->type)
			return i;
	return 0;
}

struct str asm_container_cgroups(struct asm_state *s, const struct word *w)
{
	static const char *const subsystems[] = { "cpuset", "cpu", "memory" };
	const char *id = full_id(s, w);
	struct buf b = BUF_INIT;
	struct str out;
	size_t i;

	if (!id)
		return STR("");
	for (i = 0; i < ARRAY_SIZE(subsystems); i++) {
		const char *path = runtimes[runtime_of(s, id)].path;
		struct str before = str_sub(str_of(path), 0, (size_t)str_find(str_of(path),
									     STR("%s")));

		buf_addf(&b, "%s=%.*s%s%s", subsystems[i], STR_FMT(before), id,
			 path + before.len + 2);
		buf_addc(&b, '\0');
	}
	out = arena_str(&s->line, buf_str(&b));
	buf_release(&b);
	return out;
}

static bool add_type(struct asm_state *s, const struct word *w, struct jsonw *j)
{
	const char *names[ARRAY_SIZE(runtimes)], *near;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(runtimes); i++) {
		names[i] = runtimes[i].word;
		if (str_eq(w->v, str_of(names[i]))) {
			jsonw_key(j, "type");
			jsonw_u64(j, runtimes[i].type);
			return true;
		}
	}
	near = str_nearest(w->v, names, ARRAY_SIZE(names));
	diag_hint(asm_error(&s->t, w->raw.p, "'%.*s' is no container runtime", STR_FMT(w->v)),
		  near ? "did you mean '%s'?" : "docker, podman, cri, containerd or cri-o", near);
	return false;
}

/* "registry/nginx:1.25" */
static void add_image(struct str image, struct jsonw *j)
{
	ssize_t colon = str_rchr(image, ':'), slash = str_rchr(image, '/');
	size_t end = colon > slash ? (size_t)colon : image.len;

	jsonw_key(j, "image");
	jsonw_str(j, image);
	jsonw_key(j, "imagerepo");
	jsonw_str(j, str_sub(image, 0, end));
	jsonw_key(j, "imagetag");
	jsonw_str(j, end < image.len ? str_sub(image, end + 1, image.len) : STR(""));
}

static bool is_bool(struct str s)
{
	return str_eq(s, STR("true")) || str_eq(s, STR("false"));
}

static bool one_key(struct asm_state *s, const struct word *w, struct jsonw *j)
{
	if (!w->key.p) {
		asm_complain_member(s, SNAP_CONTAINER, w);
		return false;
	}
	if (str_eq(w->key, STR("type")))
		return add_type(s, w, j);
	if (str_eq(w->key, STR("image"))) {
		add_image(w->v, j);
		return true;
	}
	jsonw_keystr(j, w->key);
	if (is_bool(w->v) && !w->quoted)
		jsonw_raw(j, w->v);
	else
		jsonw_str(j, w->v);
	return true;
}

static bool build(struct asm_state *s, const char *id, struct jsonw *j)
{
	bool ok = true, type = false;
	unsigned i;

	jsonw_open(j);
	jsonw_key(j, "container");
	jsonw_open(j);
	jsonw_key(j, "id");
	jsonw_str(j, str_mem(id, SHORT_LEN));
	jsonw_key(j, "full_id");
	jsonw_cstr(j, id);
	for (i = 2; i < s->w.n; i++) {
		type |= s->w.v[i].key.p && str_eq(s->w.v[i].key, STR("type"));
		ok &= one_key(s, &s->w.v[i], j);
	}
	if (!type) {
		jsonw_key(j, "type");
		jsonw_u64(j, CONTAINER_DOCKER);
	}
	jsonw_close(j);
	jsonw_close(j);
	return ok;
}

bool asm_container(struct asm_state *s, bool exact, struct snap_item *out)
{
	struct buf b = BUF_INIT;
	struct jsonw j = JSONW_INIT(&b);
	const char *id;
	bool ok;

	if (exact || (s->w.n == 2 && s->w.v[1].key.p))
		return s->w.n == 1 || asm_member(s, out, &s->w.v[1]);
	if (s->w.n < 2 || s->w.v[1].key.p) {
		diag_hint(asm_error(&s->t, s->w.v[0].raw.p, "container needs its id"),
			  "container 3ad7b26ded6d name=web image=nginx:1.25");
		return false;
	}
	id = full_id(s, &s->w.v[1]);
	if (!id)
		return false;
	ok = build(s, id, &j);
	out->container.json = arena_str(&s->line, buf_str(&b));
	buf_release(&b);
	return ok;
}
