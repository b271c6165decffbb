/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/cgroup.h"

#define ID_LEN		64	/* hex digits of a full container id */
#define SHORT_LEN	12	/* of them are the id */

/*
 * One way a runtime names a cgroup: prefix, id, suffix.  Tried in this
 * order, all engines for one path before the next path.
 */
struct layout {
	enum container_type type;
	struct str prefix, suffix;
};

#define S(lit)	{ "" lit, sizeof(lit) - 1 }
static const struct layout layouts[] = {
	{ CONTAINER_PODMAN, S("/libpod-"), S(".scope") },
	{ CONTAINER_PODMAN, S("/libpod-"), S(".scope/container") },
	{ CONTAINER_PODMAN, S("/libpod-"), S("") },
	{ CONTAINER_PODMAN, S("/libpod-payload-"), S(".scope") },
	{ CONTAINER_PODMAN, S("/libpod-payload-"), S(".scope/container") },
	{ CONTAINER_PODMAN, S("/libpod-payload-"), S("") },
	{ CONTAINER_DOCKER, S("/"), S("") },
	{ CONTAINER_DOCKER, S("/docker-"), S(".scope") },
	{ CONTAINER_CRI, S("/"), S("") },
	{ CONTAINER_CRI, S("/crio-"), S("") },
	{ CONTAINER_CRI, S("/cri-containerd-"), S(".scope") },
	{ CONTAINER_CRI, S("/crio-"), S(".scope") },
	{ CONTAINER_CRI, S(":cri-containerd:"), S("") },
	{ CONTAINER_CRI, S("/docker-"), S(".scope") },
	{ CONTAINER_CRI, S("/nerdctl-"), S(".scope") },
};
#undef S

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool all_hex(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (!is_hex(s.p[i]))
			return false;
	}
	return true;
}

/* Where needle occurs last in s, or -1. */
static ssize_t find_last(struct str s, struct str needle)
{
	size_t i;

	if (needle.len > s.len)
		return -1;
	for (i = s.len - needle.len + 1; i-- > 0;) {
		if (!memcmp(s.p + i, needle.p, needle.len))
			return (ssize_t)i;
	}
	return -1;
}

/* The text between the last prefix and the last suffix. */
static bool between(struct str path, struct str prefix, struct str suffix, struct str *out)
{
	ssize_t from = find_last(path, prefix), to;

	if (from < 0)
		return false;
	from += (ssize_t)prefix.len;
	to = suffix.len ? find_last(path, suffix) : (ssize_t)path.len;
	if (to < from)
		return false;
	*out = str_sub(path, (size_t)from, (size_t)to);
	return true;
}

static bool match_layout(const struct layout *l, struct str path, struct str *id)
{
	if (!between(path, l->prefix, l->suffix, id) || id->len != ID_LEN || !all_hex(*id))
		return false;
	id->len = SHORT_LEN;
	return true;
}

/* Length of the longest name at s: letters and digits, with single '.', '_'
 * or '-' inside. */
static size_t name_len(struct str s)
{
	size_t i = 0, good = 0;

	while (i < s.len) {
		if (is_alnum(s.p[i]))
			good = ++i;
		else if (i && i == good && strchr("._-", s.p[i]) && s.p[i])
			i++;
		else
			break;
	}
	return good;
}

/*
 * containerd: the first directory whose name is a namespace ("/default/")
 * is the prefix; the id may be any short name when the path is no unit of
 * systemd.
 */
static bool match_containerd(struct str path, struct str *id)
{
	struct str prefix = { NULL, 0 };
	size_t i, n;

	for (i = 0; i + 2 < path.len; i++) {
		if (path.p[i] != '/')
			continue;
		n = name_len(str_sub(path, i + 1, path.len));
		if (n && i + 1 + n < path.len && path.p[i + 1 + n] == '/') {
			prefix = str_sub(path, i, i + n + 2);
			break;
		}
	}
	if (!prefix.len || !between(path, prefix, STR(""), id))
		return false;
	if (id->len == ID_LEN && all_hex(*id)) {
		id->len = SHORT_LEN;
		return true;
	}
	if (!id->len || id->len > ID_LEN || str_ends(path, STR(".service")) ||
	    str_ends(path, STR(".slice")) || str_ends(path, STR(".scope")))
		return false;
	if (id->len > SHORT_LEN)
		id->len = SHORT_LEN;
	return true;
}

static bool match_lxc(struct str path, struct str *id)
{
	static const struct str marks[] = {
		{ "/lxc/", 5 }, { "/lxc.payload/", 13 }, { "/lxc.payload.", 13 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		ssize_t at = str_find(path, marks[i]);
		struct str rest;

		if (at < 0)
			continue;
		rest = str_sub(path, (size_t)at + marks[i].len, path.len);
		*id = str_cut(&rest, '/');
		return id->len > 0;
	}
	return false;
}

static bool cut_suffix(struct str *s, struct str suffix)
{
	if (!str_ends(*s, suffix))
		return false;
	s->len -= suffix.len;
	return true;
}

static bool match_libvirt(struct str path, struct str *id)
{
	struct str s = path;
	ssize_t at;

	if (cut_suffix(&s, STR(".libvirt-lxc"))) {
		at = str_rchr(s, '/');
		*id = str_sub(s, (size_t)(at + 1), s.len);
		return id->len > 0;
	}
	at = str_find(path, STR("-lxc\\x2"));
	if (at >= 0 && (cut_suffix(&s, STR(".scope")) || cut_suffix(&s, STR(".scope/libvirt")))) {
		*id = str_sub(s, (size_t)at + sizeof("-lxc\\x2"), s.len);
		return id->len > 0;
	}
	at = str_find(path, STR("/libvirt/lxc/"));
	if (at < 0)
		return false;
	*id = str_sub(path, (size_t)at + sizeof("/libvirt/lxc/") - 1, path.len);
	return id->len > 0;
}

static bool match_bpm(struct str path, struct str *id)
{
	ssize_t at = str_find(path, STR("bpm-")), end;
	size_t i;

	if (at < 0)
		return false;
	*id = str_sub(path, (size_t)at + 4, path.len);
	end = str_find(*id, STR(".scope"));
	if (end >= 0)
		id->len = (size_t)end;
	for (i = 0; i < id->len; i++) {
		if (!is_alnum(id->p[i]) && (!strchr("._-", id->p[i]) || !id->p[i]))
			return false;
	}
	return id->len > 0;
}

bool cgroup_container(struct str path, struct str *id, enum container_type *type)
{
	static const struct {
		enum container_type type;
		bool (*match)(struct str path, struct str *id);
	} others[] = {
		{ CONTAINER_CONTAINERD, match_containerd },
		{ CONTAINER_LXC, match_lxc },
		{ CONTAINER_LIBVIRT_LXC, match_libvirt },
		{ CONTAINER_BPM, match_bpm },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		if (match_layout(&layouts[i], path, id)) {
			*type = layouts[i].type;
			return true;
		}
	}
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		if (others[i].match(path, id)) {
			*type = others[i].type;
			return true;
		}
	}
	return false;
}

const char *container_type_name(int type)
{
	static const char *const names[] = {
		[CONTAINER_DOCKER] = "docker", [CONTAINER_LXC] = "lxc",
		[CONTAINER_LIBVIRT_LXC] = "libvirt-lxc", [CONTAINER_MESOS] = "mesos",
		[CONTAINER_RKT] = "rkt", [CONTAINER_CUSTOM] = "custom",
		[CONTAINER_CRI] = "cri", [CONTAINER_CONTAINERD] = "containerd",
		[CONTAINER_CRIO] = "cri-o", [CONTAINER_BPM] = "bpm",
		[CONTAINER_STATIC] = "static", [CONTAINER_PODMAN] = "podman",
	};

	if (type == CONTAINER_HOST)
		return "host";
	if (type == CONTAINER_UNKNOWN)
		return "unknown";
	return type >= 0 && (size_t)type < ARRAY_SIZE(names) ? names[type] : NULL;
}

/* --- lists --- */

static struct str subsystem_name(struct str s)
{
	if (str_eq(s, STR("perf")))
		return STR("perf_event");
	if (str_eq(s, STR("mem")))
		return STR("memory");
	if (str_eq(s, STR("io")))
		return STR("blkio");
	return s;
}

void cgroup_normalise(struct buf *out, struct str raw)
{
	while (raw.p && raw.len) {
		struct str path = str_cut(&raw, '\0'), sub;
		ssize_t mark;

		if (str_chr(path, '=') < 0)
			continue;
		sub = str_cut(&path, '=');
		mark = str_find(sub, STR("_cgroup"));
		if (mark >= 0)
			sub.len = (size_t)mark;
		buf_addstr(out, subsystem_name(sub));
		buf_addc(out, '=');
		buf_addstr(out, path);
		buf_addc(out, '\0');
	}
}

bool cgroup_list_container(struct str list, struct str *id, enum container_type *type)
{
	while (list.p && list.len) {
		struct str path = str_cut(&list, '\0');

		str_cut(&path, '=');
		if (path.p && cgroup_container(path, id, type))
			return true;
	}
	return false;
}

struct str cgroup_full_id(struct str list, struct str id)
{
	const char *end = list.p + list.len;

	while (id.p + id.len < end && id.len < ID_LEN &&
	       (is_alnum(id.p[id.len]) || strchr("._-", id.p[id.len])) && id.p[id.len])
		id.len++;
	return id;
}

static void entry_release(struct cgroup_memo_entry *e)
{
	rstr_put(e->raw);
	rstr_put(e->list);
	rstr_put(e->id);
	memset(e, 0, sizeof(*e));
}

void cgroup_memo_clear(struct cgroup_memo *c)
{
	size_t i;

	for (i = 0; i < CGROUP_MEMO; i++)
		entry_release(&c->e[i]);
	if (c->scratch.data)
		buf_release(&c->scratch);
}

const struct cgroup_memo_entry *cgroup_memo_get(struct cgroup_memo *c, struct str raw)
{
	uint64_t hash = str_hash(raw);
	struct cgroup_memo_entry *e = &c->e[hash % CGROUP_MEMO];
	enum container_type type;
	struct str id;

	if (e->raw && e->hash == hash && str_eq(rstr_str(e->raw), raw))
		return e;
	entry_release(e);
	if (!c->scratch.data)
		buf_init(&c->scratch);
	buf_clear(&c->scratch);
	cgroup_normalise(&c->scratch, raw);
	e->hash = hash;
	e->raw = rstr_new(raw.p, raw.len);
	e->list = rstr_new(c->scratch.data, c->scratch.len);
	e->id = cgroup_list_container(buf_str(&c->scratch), &id, &type) ?
		rstr_new(id.p, id.len) : rstr_empty();
	return e;
}
