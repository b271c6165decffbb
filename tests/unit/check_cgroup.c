/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/cgroup.h"
#include "tests/unit/unit.h"

#define HEX16	"0123456789abcdef"
#define HEX64	HEX16 HEX16 HEX16 HEX16
#define SHORT	"0123456789ab"

static const struct {
	const char *path, *id;
	int type;
} paths[] = {
	{ "/", NULL, 0 },
	{ "", NULL, 0 },
	{ "/user.slice/user-0.slice/session-1.scope", NULL, 0 },
	{ "/system.slice/ssh.service", NULL, 0 },
	{ "/docker/" HEX64, SHORT, CONTAINER_DOCKER },
	{ "/" HEX64, SHORT, CONTAINER_DOCKER },
	{ "/system.slice/docker-" HEX64 ".scope", SHORT, CONTAINER_DOCKER },
	{ "/machine.slice/libpod-" HEX64 ".scope", SHORT, CONTAINER_PODMAN },
	{ "/machine.slice/libpod-" HEX64 ".scope/container", SHORT, CONTAINER_PODMAN },
	{ "/libpod_parent/libpod-" HEX64, SHORT, CONTAINER_PODMAN },
	{ "/a/libpod-payload-" HEX64, SHORT, CONTAINER_PODMAN },
	{ "/kubepods/pod1/crio-" HEX64, SHORT, CONTAINER_CRI },
	{ "/kubepods/cri-containerd-" HEX64 ".scope", SHORT, CONTAINER_CRI },
	{ "/system.slice/containerd.service/x:cri-containerd:" HEX64, SHORT, CONTAINER_CRI },
	{ "/nerdctl-" HEX64 ".scope", SHORT, CONTAINER_CRI },
	{ "/default/web", "web", CONTAINER_CONTAINERD },
	{ "/libpod_parent/conmon", "conmon", CONTAINER_CONTAINERD },
	{ "/default/averyveryverylongname", "averyveryver", CONTAINER_CONTAINERD },
	{ "/default/unit.service", NULL, 0 },
	{ "/lxc/box/sub", "box/sub", CONTAINER_CONTAINERD },
	{ "/lxc/box", "box", CONTAINER_CONTAINERD },
	{ "/lxc.payload.box", "box", CONTAINER_LXC },
	{ "/x-/machine/name.libvirt-lxc", "name.libvirt", CONTAINER_CONTAINERD },
	{ "/name.libvirt-lxc", "name", CONTAINER_LIBVIRT_LXC },
	{ "/machine-lxc\\x2d1234\\x2dvm.scope", "1234\\x2dvm", CONTAINER_LIBVIRT_LXC },
	{ "/bpm-abc_1.scope", "abc_1", CONTAINER_BPM },
	{ "/bpm-", NULL, 0 },
	{ "/bpm-a b", NULL, 0 },
	/* One digit short, one too many, no hex. */
	{ "/docker-" HEX16 HEX16 HEX16 "0123456789abcde.scope", NULL, 0 },
	{ "/docker-" HEX64 "0.scope", NULL, 0 },
	{ "/docker-" HEX16 HEX16 HEX16 "0123456789abcdeg.scope", NULL, 0 },
};

START_TEST(layouts)
{
	enum container_type type;
	struct str id;
	bool found = cgroup_container(str_of(paths[_i].path), &id, &type);

	if (!paths[_i].id) {
		ck_assert_msg(!found, "%s: got '%.*s'", paths[_i].path, STR_FMT(id));
		return;
	}
	ck_assert_msg(found, "%s", paths[_i].path);
	ck_assert_text(id, paths[_i].id);
	ck_assert_int_eq(type, paths[_i].type);
}
END_TEST

START_TEST(normal_form)
{
	static const char raw[] = "mem=/a\0io=/b\0perf=/c\0cpu_cgroup=/d\0broken\0x=y=z";
	struct buf b = BUF_INIT;

	cgroup_normalise(&b, str_mem(raw, sizeof(raw) - 1));
	ck_assert(str_eq(buf_str(&b),
			 STR("memory=/a\0blkio=/b\0perf_event=/c\0cpu=/d\0x=y=z\0")));
	buf_clear(&b);
	cgroup_normalise(&b, STR(""));
	ck_assert_uint_eq(b.len, 0);
	buf_release(&b);
}
END_TEST

START_TEST(first_match_of_a_list)
{
	enum container_type type;
	struct str id;

	ck_assert(cgroup_list_container(STR("cpu=/\0memory=/docker/" HEX64 "\0x=/default/web\0"),
					&id, &type));
	ck_assert_text(id, SHORT);
	ck_assert(!cgroup_list_container(STR("cpu=/\0memory=/\0"), &id, &type));
	ck_assert(!cgroup_list_container(STR(""), &id, &type));
}
END_TEST

START_TEST(memo_shares)
{
	struct cgroup_memo c;
	const struct cgroup_memo_entry *e;
	struct rstr *list;

	memset(&c, 0, sizeof(c));
	e = cgroup_memo_get(&c, STR("mem=/default/web\0"));
	ck_assert_text(rstr_str(e->id), "web");
	list = e->list;
	ck_assert_ptr_eq(cgroup_memo_get(&c, STR("mem=/default/web\0"))->list, list);
	ck_assert_uint_eq(cgroup_memo_get(&c, STR("mem=/\0"))->id->len, 0);
	cgroup_memo_clear(&c);
}
END_TEST

START_TEST(type_names)
{
	ck_assert_str_eq(container_type_name(CONTAINER_DOCKER), "docker");
	ck_assert_str_eq(container_type_name(CONTAINER_HOST), "host");
	ck_assert_ptr_null(container_type_name(-1));
	ck_assert_ptr_null(container_type_name(12));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroup");
	TCase *tc = tcase_create("cgroup");

	tcase_add_loop_test(tc, layouts, 0, (int)ARRAY_SIZE(paths));
	tcase_add_test(tc, normal_form);
	tcase_add_test(tc, first_match_of_a_list);
	tcase_add_test(tc, memo_shares);
	tcase_add_test(tc, type_names);
	tcase_set_timeout(tc, UNIT_TIMEOUT);
	suite_add_tcase(s, tc);
	return unit_finish(s, false);
}
