/* SPDX-License-Identifier: Apache-2.0 */
/* What runtimes leave on disk about containers, and what hostile files do. */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "capture/ctr.h"
#include "lib/base/jsonp.h"
#include "lib/event/cgroup.h"
#include "tests/unit/unit.h"

#define HEX16	"0123456789abcdef"
#define ID	HEX16 HEX16 HEX16 HEX16
#define POD	"fedcba9876543210" HEX16 HEX16 HEX16

#define TEXT(array) str_mem(array, sizeof(array) - 1)

static char dir[64];
static struct ctr c;

static void set_up(void)
{
	snprintf(dir, sizeof(dir), "/tmp/vestige-ctr.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ctr_init(&c);
}

static void tear_down(void)
{
	char cmd[128];

	ctr_release(&c);
	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	ck_assert_int_eq(system(cmd), 0);
}

static const char *text(enum ctr_text which)
{
	return c.text[which].len ? c.text[which].data : "";
}

static const char docker[] = "{\"ID\":\"" ID "\",\"Name\":\"/shop\",\"Image\":\"sha256:1a64\","
	"\"Config\":{\"Image\":\"lab/toolbox:2.0\",\"User\":\"1001\",\"Labels\":{\"a\":\"b\",\"n\":7}},"
	"\"NetworkSettings\":{\"Networks\":{\"x\":{\"IPAddress\":\"\"},\"y\":{\"IPAddress\":\"172.17.0.2\"}}},"
	"\"MountPoints\":{\"/host\":{\"Source\":\"/\",\"Destination\":\"/host\",\"RW\":true,"
	"\"Propagation\":\"rslave\"}}}";

START_TEST(docker_container)
{
	struct buf out = BUF_INIT;

	set_up();
	ck_assert(ctr_docker(&c, TEXT(docker)));
	ctr_docker_host(&c, STR("{\"Privileged\":true,\"NetworkMode\":\"host\",\"PidMode\":\"\"}"));
	ck_assert_int_eq(c.type, CONTAINER_DOCKER);
	ctr_json(&out, &c, STR(ID));
	ck_assert_str_eq(out.data, "{\"container\":{\"type\":0,\"id\":\"0123456789ab\",\"full_id\":\"" ID
		"\",\"name\":\"shop\",\"image\":\"lab/toolbox:2.0\",\"imageid\":\"1a64\","
		"\"imagerepo\":\"lab/toolbox\",\"imagetag\":\"2.0\",\"imagedigest\":\"\","
		"\"ip\":\"172.17.0.2\",\"User\":\"1001\",\"privileged\":true,\"host_pid\":false,"
		"\"host_network\":true,\"host_ipc\":false,\"is_pod_sandbox\":false,"
		"\"pod_sandbox_id\":\"\",\"labels\":{\"a\":\"b\"},\"pod_sandbox_labels\":null,"
		"\"Mounts\":[{\"Source\":\"/\",\"Destination\":\"/host\",\"Mode\":\"\",\"RW\":true,"
		"\"Propagation\":\"rslave\"}]}}");
	buf_release(&out);
	tear_down();
}
END_TEST

START_TEST(image_names)
{
	static const struct {
		const char *image, *want;
		int type;
	} t[] = {
		{ "busybox", "\"imagerepo\":\"busybox\",\"imagetag\":\"latest\"", CONTAINER_DOCKER },
		{ "busybox", "\"imagerepo\":\"busybox\",\"imagetag\":\"\"", CONTAINER_PODMAN },
		{ "h:5000/a/b", "\"imagerepo\":\"h:5000/a/b\",\"imagetag\":\"\"", CONTAINER_PODMAN },
		{ "h:5000/a/b:1@sha256:ff", "\"imagerepo\":\"h:5000/a/b\",\"imagetag\":\"1\","
		  "\"imagedigest\":\"sha256:ff\"", CONTAINER_DOCKER },
		{ "sha256:0123", "\"imagerepo\":\"\",\"imagetag\":\"\"", CONTAINER_DOCKER },
		{ "", "\"imagerepo\":\"\",\"imagetag\":\"\"", CONTAINER_DOCKER },
	};
	struct buf out = BUF_INIT;
	size_t i;

	set_up();
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		buf_clear(&out);
		buf_clear(&c.text[CTR_IMAGE]);
		buf_adds(&c.text[CTR_IMAGE], t[i].image);
		c.type = t[i].type;
		ctr_json(&out, &c, STR(ID));
		ck_assert_msg(strstr(out.data, t[i].want) != NULL, "%s: %s", t[i].image, out.data);
	}
	buf_release(&out);
	tear_down();
}
END_TEST

#define CRI(type, sys, masked, caps) \
	"{\"ociVersion\":\"1.0\",\"process\":{\"user\":{\"uid\":5},\"capabilities\":{\"bounding\":[" \
	caps "]}},\"annotations\":{\"io.kubernetes.cri.container-name\":\"main\"," \
	"\"io.kubernetes.cri.container-type\":\"" type "\"," \
	"\"io.kubernetes.cri.image-name\":\"lab/x:1\",\"io.kubernetes.cri.sandbox-id\":\"" POD "\"," \
	"\"io.kubernetes.cri.sandbox-name\":\"web\",\"io.kubernetes.cri.sandbox-namespace\":\"shop\"," \
	"\"io.kubernetes.cri.sandbox-uid\":\"1-2\"},\"linux\":{\"maskedPaths\":[" masked "]," \
	"\"namespaces\":[{\"type\":\"network\",\"path\":\"/proc/1/ns/net\"},{\"type\":\"pid\"}]}," \
	"\"mounts\":[{\"destination\":\"/sys\",\"source\":\"sysfs\",\"options\":[" sys "]}," \
	"{\"destination\":\"/etc/hosts\",\"source\":\"/s/" POD "/hosts\",\"options\":[\"rbind\"]}," \
	"{\"destination\":\"/h\",\"source\":\"/etc\",\"options\":[\"rbind\",\"rprivate\",\"ro\"]}]}"

START_TEST(cri_container)
{
	set_up();
	ck_assert(ctr_oci(&c, STR(CRI("container", "\"ro\"", "", "\"CAP_SYS_ADMIN\"")), STR(ID)));
	ck_assert_int_eq(c.type, CONTAINER_CONTAINERD);
	ck_assert_str_eq(text(CTR_NAME), "main");
	ck_assert_str_eq(text(CTR_IMAGE), "lab/x:1");
	ck_assert_str_eq(text(CTR_USER), "5");
	ck_assert_str_eq(text(CTR_SANDBOX), POD);
	ck_assert_str_eq(text(CTR_LABELS), "{\"io.kubernetes.container.name\":\"main\","
		"\"io.kubernetes.pod.name\":\"web\",\"io.kubernetes.pod.namespace\":\"shop\","
		"\"io.kubernetes.pod.uid\":\"1-2\"}");
	ck_assert_str_eq(text(CTR_SANDBOX_LABELS), "{\"io.kubernetes.pod.name\":\"web\","
		"\"io.kubernetes.pod.namespace\":\"shop\",\"io.kubernetes.pod.uid\":\"1-2\"}");
	ck_assert_str_eq(text(CTR_MOUNTS), "[{\"Source\":\"/etc\",\"Destination\":\"/h\",\"Mode\":\"\","
		"\"RW\":false,\"Propagation\":\"rprivate\"}]");
	ck_assert(!c.privileged && !c.host_pid && !c.host_network && c.host_ipc && !c.is_sandbox);
	/* its pod's own container tells whose network it is */
	ctr_oci_pod(&c, STR("{\"ociVersion\":\"1\",\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]}}"));
	ck_assert(c.host_network);
	ck_assert(ctr_oci(&c, STR(CRI("sandbox", "\"ro\"", "", "")), STR(POD)));
	ck_assert(c.is_sandbox);
	ck_assert_str_eq(text(CTR_NAME), "");
	tear_down();
}
END_TEST

START_TEST(privileged_by_its_marks)
{
	set_up();
	ck_assert(ctr_oci(&c, STR(CRI("container", "\"rw\"", "", "\"CAP_SYS_ADMIN\"")), STR(ID)));
	ck_assert(c.privileged);
	ck_assert(ctr_oci(&c, STR(CRI("container", "\"rw\"", "\"/proc/kcore\"", "\"CAP_SYS_ADMIN\"")), STR(ID)));
	ck_assert(!c.privileged);
	ck_assert(ctr_oci(&c, STR(CRI("container", "\"rw\"", "", "\"CAP_CHOWN\"")), STR(ID)));
	ck_assert(!c.privileged);
	tear_down();
}
END_TEST

static const char podman[] = "[{\"id\":\"other\",\"names\":[\"no\"]},{\"id\":\"" ID "\",\"names\":[\"app\",\"b\"],"
	"\"image\":\"69a8\",\"metadata\":\"{\\\"image-name\\\":\\\"localhost/small:1.0\\\"}\"}]";

START_TEST(podman_container)
{
	set_up();
	ck_assert(ctr_oci(&c, STR("{\"ociVersion\":\"1\",\"annotations\":{\"io.container.manager\":\"libpod\","
		"\"io.podman.annotations.privileged\":\"TRUE\"}}"), STR(ID)));
	ck_assert_int_eq(c.type, CONTAINER_PODMAN);
	ck_assert(c.privileged);
	ck_assert_str_eq(text(CTR_USER), "");
	ck_assert(!ctr_podman(&c, TEXT(podman), STR(POD)));
	ck_assert(ctr_podman(&c, TEXT(podman), STR(ID)));
	ck_assert_str_eq(text(CTR_NAME), "app");
	ck_assert_str_eq(text(CTR_IMAGE), "localhost/small:1.0");
	ck_assert_str_eq(text(CTR_IMAGE_ID), "69a8");
	tear_down();
}
END_TEST

/* Every beginning of every document, and every document with a byte changed:
 * some answer, JSON again, never longer than it may be. */
START_TEST(damaged_documents)
{
	static const struct str docs[] = {
		{ docker, sizeof(docker) - 1 }, { podman, sizeof(podman) - 1 },
		{ CRI("container", "", "", ""), sizeof(CRI("container", "", "", "")) - 1 },
	};
	struct buf text_ = BUF_INIT, out = BUF_INIT;
	struct json *j;
	size_t d, i;

	set_up();
	for (d = 0; d < ARRAY_SIZE(docs); d++)
		for (i = 0; i < 2 * docs[d].len; i++) {
			buf_clear(&text_);
			buf_clear(&out);
			buf_addstr(&text_, i < docs[d].len ? str_sub(docs[d], 0, i) : docs[d]);
			if (i >= docs[d].len)
				text_.data[i - docs[d].len] ^= (char)(1 + i % 96);
			ctr_oci(&c, buf_str(&text_), STR(ID));
			ctr_docker(&c, buf_str(&text_));
			ctr_podman(&c, buf_str(&text_), STR(ID));
			ctr_docker_host(&c, buf_str(&text_));
			ctr_oci_pod(&c, buf_str(&text_));
			ctr_json(&out, &c, STR(ID));
			j = json_parse(buf_str(&out));
			ck_assert_ptr_nonnull(j);
			json_free(j);
		}
	buf_release(&text_);
	buf_release(&out);
	tear_down();
}
END_TEST

START_TEST(long_texts_are_cut)
{
	struct buf doc = BUF_INIT, out = BUF_INIT;
	int i;

	set_up();
	buf_adds(&doc, "{\"Name\":\"");
	buf_pad(&doc, 'n', 5000);
	buf_adds(&doc, "\",\"Config\":{\"Labels\":{\"a\":\"b\"");
	for (i = 0; i < 200; i++) {
		buf_addf(&doc, ",\"l%d\":\"", i);
		buf_pad(&doc, '\x01' + 64, 3000);
		buf_adds(&doc, "\"");
	}
	buf_adds(&doc, "}},\"MountPoints\":{\"a\":{\"Source\":\"/s\"}");
	for (i = 0; i < 200; i++) {
		buf_addf(&doc, ",\"m%d\":{\"Source\":\"", i);
		buf_pad(&doc, '/', 3000);
		buf_adds(&doc, "\"}");
	}
	buf_adds(&doc, "}}");
	ck_assert(ctr_docker(&c, buf_str(&doc)));
	ck_assert_uint_eq(c.text[CTR_NAME].len, CTR_TEXT_MAX);
	ctr_json(&out, &c, STR(ID));
	ck_assert_uint_lt(out.len, 65536 / 2);
	buf_release(&doc);
	buf_release(&out);
	tear_down();
}
END_TEST

/* put PATH TEXT: a file under dir, with its folders. */
static void put(const char *path, const char *what)
{
	char full[512], *slash;
	int fd;

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	for (slash = full + strlen(dir) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0700);
		*slash = '/';
	}
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, what, strlen(what)), (int)strlen(what));
	close(fd);
}

static void link_to(const char *path, const char *target)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	ck_assert_int_eq(symlink(target, full), 0);
}

static struct ctr_find finder(void)
{
	char proc[80];

	snprintf(proc, sizeof(proc), "%s/proc", dir);
	put("proc/self/ns/x", "");
	link_to("proc/self/ns/mnt", "mnt:[1]");
	return (struct ctr_find){ .proc = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				  .root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
}

/* A process's mount namespace; ours is 1. */
static void see(const char *pid, const char *files)
{
	char path[64];

	snprintf(path, sizeof(path), "proc/%s/ns/x", pid);
	put(path, "");
	snprintf(path, sizeof(path), "proc/%s/ns/mnt", pid);
	link_to(path, files);
}

static void close_finder(struct ctr_find *f)
{
	ctr_find_release(f);
	close(f->proc);
	close(f->root);
}

#define STAT(pid, comm, ppid) #pid " (" comm ") S " #ppid " 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5 0"

START_TEST(found_by_the_shim)
{
	struct ctr_find f;

	set_up();
	f = finder();
	put("proc/9/comm", "sleep\n");
	put("proc/9/stat", STAT(9, "sleep", 7));
	put("proc/7/comm", "containerd-shim\n");
	put("proc/7/stat", STAT(7, "containerd-shim", 1));
	see("7", "mnt:[1]");
	link_to("proc/7/cwd", "/odd/place/" POD);	/* it serves a pod */
	put("odd/place/" ID "/config.json", CRI("container", "\"ro\"", "", ""));
	put("odd/place/" POD "/config.json", CRI("sandbox", "\"ro\"", "", ""));
	ck_assert_int_eq(ctr_find(&f, &c, STR(ID), 9), 0);
	ck_assert_str_eq(text(CTR_NAME), "main");
	/* and where one was, others are, when their processes are gone */
	ctr_release(&c);
	ctr_init(&c);
	ck_assert_int_eq(ctr_find(&f, &c, STR(POD), 0), 0);
	ck_assert(c.is_sandbox);
	close_finder(&f);
	tear_down();
}
END_TEST

START_TEST(found_by_conmon)
{
	static const char args[] = "conmon\0-b\0/st/oc/" ID "/userdata\0-n\0app";
	struct ctr_find f;
	char path[512];
	int fd;

	set_up();
	f = finder();
	put("proc/9/comm", "sleep\n");
	put("proc/9/stat", STAT(9, "sleep", 7));
	put("proc/7/comm", "conmon\n");
	put("proc/7/stat", STAT(7, "conmon", 1));
	see("7", "mnt:[1]");
	snprintf(path, sizeof(path), "%s/proc/7/cmdline", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_gt((int)write(fd, args, sizeof(args)), 0);
	close(fd);
	put("st/oc/" ID "/userdata/config.json",
	    "{\"ociVersion\":\"1\",\"annotations\":{\"io.container.manager\":\"libpod\"}}");
	put("st/oc/containers.json", podman);
	ck_assert_int_eq(ctr_find(&f, &c, STR(ID), 9), 0);
	ck_assert_str_eq(text(CTR_NAME), "app");
	/* the conmon around a nested one tells nothing of that */
	ctr_release(&c);
	ctr_init(&c);
	ck_assert_int_ne(ctr_find(&f, &c, STR(POD), 9), 0);
	close_finder(&f);
	tear_down();
}
END_TEST

/* A process of the container that would tell of it itself. */
START_TEST(not_told_by_itself)
{
	static const char *const sees[] = { "mnt:[2]", NULL };
	struct ctr_find f;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sees); i++) {
		set_up();
		f = finder();
		put("proc/7/comm", "containerd-shim\n");
		put("proc/7/stat", STAT(7, "containerd-shim", 1));
		if (sees[i])
			see("7", sees[i]);
		link_to("proc/7/cwd", "/mine/" ID);
		put("mine/" ID "/config.json", CRI("container", "\"ro\"", "", ""));
		ck_assert_int_ne(ctr_find(&f, &c, STR(ID), 7), 0);
		ck_assert_uint_eq(f.nroots, 0);
		close_finder(&f);
		tear_down();
	}
}
END_TEST

START_TEST(found_where_docker_keeps_it)
{
	struct ctr_find f;

	set_up();
	f = finder();
	put("run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/" ID "/config.json",
	    "{\"ociVersion\":\"1\",\"mounts\":[{\"destination\":\"/etc/hosts\",\"source\":"
	    "\"/data/docker/containers/" ID "/hosts\",\"options\":[\"rbind\"]}]}");
	put("data/docker/containers/" ID "/config.v2.json", docker);
	put("data/docker/containers/" ID "/hostconfig.json", "{\"Privileged\":true}");
	ck_assert_int_eq(ctr_find(&f, &c, STR(ID), 0), 0);
	ck_assert_str_eq(text(CTR_NAME), "shop");
	ck_assert(c.privileged);
	close_finder(&f);
	tear_down();
}
END_TEST

/* Links, pipes, folders and large files in place of what is expected. */
START_TEST(odd_files)
{
	static const char at[] = "run/containers/storage/overlay-containers/" ID "/userdata/config.json";
	struct ctr_find f;
	char full[512];

	set_up();
	f = finder();
	put("real.json", "{\"ociVersion\":\"1\"}");
	put(at, "");
	snprintf(full, sizeof(full), "%s/%s", dir, at);
	ck_assert_int_ne(ctr_find(&f, &c, STR(ID), 0), 0);
	unlink(full);
	snprintf(full, sizeof(full), "%s/real.json", dir);
	link_to(at, full);
	ck_assert_int_ne(ctr_find(&f, &c, STR(ID), 0), 0);
	snprintf(full, sizeof(full), "%s/%s", dir, at);
	unlink(full);
	ck_assert_int_eq(mkfifo(full, 0600), 0);
	ck_assert_int_ne(ctr_find(&f, &c, STR(ID), 0), 0);
	unlink(full);
	put(at, "{\"ociVersion\":\"1\"}");
	ck_assert_int_eq(ctr_find(&f, &c, STR(ID), 0), 0);
	ck_assert_int_eq(truncate(full, CTR_FILE_MAX + 1), 0);
	ck_assert_int_ne(ctr_find(&f, &c, STR(ID), 0), 0);
	ck_assert_int_ne(ctr_find(&f, &c, STR("../../../../real"), 0), 0);
	ck_assert_int_ne(ctr_find(&f, &c, STR(".."), 0), 0);
	close_finder(&f);
	tear_down();
}
END_TEST

UNIT_MAIN("ctr", docker_container, image_names, cri_container, privileged_by_its_marks,
	  podman_container, damaged_documents, long_texts_are_cut, found_by_the_shim,
	  found_by_conmon, not_told_by_itself, found_where_docker_keeps_it, odd_files)
