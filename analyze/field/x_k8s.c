/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pods.  Names are labels the kubelet gives to containers; addresses and
 * labels of the pod are kept with its sandbox container.
 */
#include "lib/base/compat.h"

#include "analyze/field/container_of.h"

#define ID_LEN 12

static bool pod_label(struct fieldctx *c, const char *key, struct value *v)
{
	struct ctr k;

	return ctr_known(c, &k) && k.m &&
	       label_value(k.m->labels, k.m->nlabels, str_of(key), &v->s);
}

GETTER(K8S_POD_NAME) { return pod_label(c, "io.kubernetes.pod.name", v); }
GETTER(K8S_NS_NAME) { return pod_label(c, "io.kubernetes.pod.namespace", v); }
GETTER(K8S_POD_ID) { return pod_label(c, "io.kubernetes.pod.uid", v); }
GETTER(K8S_POD_UID) { return pod_label(c, "io.kubernetes.pod.uid", v); }

GETTER(K8S_POD_FULL_SANDBOX_ID)
{
	struct ctr k;

	return ctr_known(c, &k) && val_str(v, k.m ? rstr_str(k.m->sandbox_id) : STR(""));
}

GETTER(K8S_POD_SANDBOX_ID)
{
	struct ctr k;

	if (!ctr_known(c, &k))
		return false;
	return val_str(v, k.m ? str_sub(rstr_str(k.m->sandbox_id), 0, ID_LEN) : STR(""));
}

/*
 * Who tells about the pod's network: the container when it has a CNI result
 * of its own, else its sandbox (*out NULL: the host, when there is none).
 * False when the sandbox is not known.
 */
static bool pod_of(struct fieldctx *c, const struct container **out)
{
	struct str sandbox;
	struct ctr k;

	if (!ctr_known(c, &k))
		return false;
	*out = k.m;
	if (!k.m || rstr_str(k.m->cni_json).len)
		return true;
	sandbox = str_sub(rstr_str(k.m->sandbox_id), 0, ID_LEN);
	*out = sandbox.len ? machine_container(c->m, sandbox) : NULL;
	return *out || !sandbox.len;
}

GETTER(K8S_POD_IP)
{
	const struct container *pod;

	return pod_of(c, &pod) && val_str(v, pod ? rstr_str(pod->ip) : STR(""));
}

GETTER(K8S_POD_CNI_JSON)
{
	const struct container *pod;

	return pod_of(c, &pod) && val_str(v, pod ? rstr_str(pod->cni_json) : STR(""));
}

/* The sandbox's labels where it alone has the network, else the copy the
 * container carries. */
static bool pod_labels(struct fieldctx *c, const struct container_label **l, size_t *n)
{
	const struct container *pod;
	struct ctr k;

	if (!ctr_known(c, &k))
		return false;
	if (pod_of(c, &pod) && pod != k.m) {
		*l = pod ? pod->labels : NULL;
		*n = pod ? pod->nlabels : 0;
	} else {
		*l = k.m ? k.m->sandbox_labels : NULL;
		*n = k.m ? k.m->nsandbox_labels : 0;
	}
	return true;
}

GETTER(K8S_POD_LABEL)
{
	const struct container_label *l;
	size_t n;

	return pod_labels(c, &l, &n) && label_value(l, n, ref->key, &v->s);
}

GETTER(K8S_POD_LABELS)
{
	const struct container_label *l;
	size_t n;

	return pod_labels(c, &l, &n) && val_str(v, labels_text(c, l, n));
}
