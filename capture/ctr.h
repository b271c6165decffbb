/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What container runtimes leave on disk about a container: its name, image,
 * pod, mounts, whether it is privileged.  The files are the runtime's, what
 * stands in them (names, labels, paths of mounts) is the user's: nothing is
 * believed to be well formed, and every text is cut.
 *
 * Parsers take text; ctr_find() takes directory descriptors.  Both are
 * tested on saved files.
 */
#ifndef CAPTURE_CTR_H
#define CAPTURE_CTR_H

#include "lib/base/buf.h"
#include "lib/base/compat.h"
#include "lib/base/str.h"

#define CTR_ID		12		/* bytes of an id that events know it by */
#define CTR_FULL_ID	64
#define CTR_TEXT_MAX	1024		/* a name, a label, a path */
#define CTR_LIST_MAX	(12u << 10)	/* all labels, or all mounts, as JSON */
#define CTR_FILE_MAX	(1u << 20)	/* a runtime's file about one container */
#define CTR_STORE_MAX	(8u << 20)	/* podman's, about all of them */

enum ctr_text {
	CTR_NAME, CTR_IMAGE, CTR_IMAGE_ID, CTR_DIGEST, CTR_IP, CTR_USER,
	CTR_SANDBOX,			/* id of the pod's own container */
	CTR_LABELS, CTR_SANDBOX_LABELS,	/* JSON object; empty: none */
	CTR_MOUNTS,			/* JSON array; empty: none */
	CTR_HOME,			/* folder of docker's own files about it */
	CTR_TEXTS
};

struct ctr {
	int type;			/* enum container_type */
	bool privileged, host_pid, host_network, host_ipc, is_sandbox;
	struct buf text[CTR_TEXTS];
};

void ctr_init(struct ctr *c);
void ctr_release(struct ctr *c);

/*
 * Add what a document says; false, and nothing changed for good, when it is
 * not one of its kind.  full_id: of the container.
 */
/* config.json of an OCI bundle (podman, containerd, CRI-O). */
bool ctr_oci(struct ctr *c, struct str text, struct str full_id);
/* The same of the pod's own container: which namespaces are the host's. */
void ctr_oci_pod(struct ctr *c, struct str text);
/* podman's containers.json: name and image. */
bool ctr_podman(struct ctr *c, struct str text, struct str full_id);
/* docker's config.v2.json and hostconfig.json. */
bool ctr_docker(struct ctr *c, struct str text);
void ctr_docker_host(struct ctr *c, struct str text);

/* {"container":{...}}, the data of Falco's "container" events. */
void ctr_json(struct buf *out, const struct ctr *c, struct str full_id);

/* Where runtimes were found to keep their files, so far. */
#define CTR_ROOTS 8
struct ctr_find {
	int proc, root;			/* directories: /proc and / */
	struct {
		char *before, *after;	/* of a full id, in the path of a bundle */
	} roots[CTR_ROOTS];
	unsigned nroots;
};
void ctr_find_release(struct ctr_find *f);
/*
 * Look a container up: by the files of the runtime's process above pid (one
 * in the container; 0: not known), where others were found, and where
 * runtimes keep them unless told otherwise.  c is initialised.
 * 0 or -E_READ: nothing is told of it.
 */
int ctr_find(struct ctr_find *f, struct ctr *c, struct str full_id, int64_t pid);

#endif
