/* SPDX-License-Identifier: Apache-2.0 */
/* A container as the JSON of Falco's "container" events. */
#include "lib/base/compat.h"

#include "capture/ctr.h"
#include "lib/base/jsonw.h"
#include "lib/event/cgroup.h"

struct image {
	struct str repo, tag, digest;
};

/* "host:5000/a/b:1.2@sha256:…"; an image that is named by its id alone has
 * none of the three. */
static struct image split(struct str image, int type)
{
	struct image i = { image, STR(""), STR("") };
	ssize_t at = str_chr(image, '@'), colon, slash;

	if (at >= 0) {
		i.digest = str_sub(image, (size_t)at + 1, image.len);
		i.repo = str_sub(image, 0, (size_t)at);
	}
	colon = str_rchr(i.repo, ':');
	slash = str_rchr(i.repo, '/');
	if (str_starts(i.repo, STR("sha256:")))
		i.repo = STR("");
	else if (colon > slash) {
		i.tag = str_sub(i.repo, (size_t)colon + 1, i.repo.len);
		i.repo = str_sub(i.repo, 0, (size_t)colon);
	} else if (type == CONTAINER_DOCKER && i.repo.len && !i.digest.len) {
		i.tag = STR("latest");
	}
	return i;
}

static void text(struct jsonw *w, const char *key, struct str value)
{
	jsonw_key(w, key);
	jsonw_str(w, value);
}

static void raw(struct jsonw *w, const char *key, const struct buf *value, const char *dflt)
{
	jsonw_key(w, key);
	jsonw_raw(w, value->len ? buf_str(value) : str_of(dflt));
}

static void flag(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

void ctr_json(struct buf *out, const struct ctr *c, struct str full_id)
{
	struct image image = split(buf_str(&c->text[CTR_IMAGE]), c->type);
	struct jsonw w = JSONW_INIT(out);

	jsonw_open(&w);
	jsonw_key(&w, "container");
	jsonw_open(&w);
	jsonw_key(&w, "type");
	jsonw_i64(&w, c->type);
	text(&w, "id", str_sub(full_id, 0, CTR_ID));
	text(&w, "full_id", full_id);
	text(&w, "name", buf_str(&c->text[CTR_NAME]));
	text(&w, "image", buf_str(&c->text[CTR_IMAGE]));
	text(&w, "imageid", buf_str(&c->text[CTR_IMAGE_ID]));
	text(&w, "imagerepo", image.repo);
	text(&w, "imagetag", image.tag);
	text(&w, "imagedigest", image.digest);
	text(&w, "ip", buf_str(&c->text[CTR_IP]));
	text(&w, "User", buf_str(&c->text[CTR_USER]));
	flag(&w, "privileged", c->privileged);
	flag(&w, "host_pid", c->host_pid);
	flag(&w, "host_network", c->host_network);
	flag(&w, "host_ipc", c->host_ipc);
	flag(&w, "is_pod_sandbox", c->is_sandbox);
	text(&w, "pod_sandbox_id", str_sub(buf_str(&c->text[CTR_SANDBOX]), 0, CTR_ID));
	raw(&w, "labels", &c->text[CTR_LABELS], "{}");
	raw(&w, "pod_sandbox_labels", &c->text[CTR_SANDBOX_LABELS], "null");
	raw(&w, "Mounts", &c->text[CTR_MOUNTS], "[]");
	jsonw_close(&w);
	jsonw_close(&w);
}
