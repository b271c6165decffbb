/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields that have no value on any event of a system call trace: those of
 * other event sources, those that would need another machine's knowledge
 * (names of addresses), and those Falco kept only for old rules to load.
 */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

#define NEVER(id) GETTER(id) { return false; }

/* Only plugins know. */
NEVER(EVT_PLUGINNAME)
NEVER(EVT_PLUGININFO)

/* Internal to other tools. */
NEVER(EVT_LATENCY_QUANTIZED)
NEVER(EVT_INFRA_DOCKER_NAME)
NEVER(EVT_INFRA_DOCKER_CONTAINER_ID)
NEVER(EVT_INFRA_DOCKER_CONTAINER_NAME)
NEVER(EVT_INFRA_DOCKER_CONTAINER_IMAGE)

/* Offline code asks no name server. */
NEVER(FD_CIP_NAME)
NEVER(FD_SIP_NAME)
NEVER(FD_LIP_NAME)
NEVER(FD_RIP_NAME)

/* Probes and Kubernetes objects beyond pods: gone from Falco. */
NEVER(CONTAINER_HEALTHCHECK)
NEVER(CONTAINER_LIVENESS_PROBE)
NEVER(CONTAINER_READINESS_PROBE)
NEVER(PROC_IS_CONTAINER_HEALTHCHECK)
NEVER(PROC_IS_CONTAINER_LIVENESS_PROBE)
NEVER(PROC_IS_CONTAINER_READINESS_PROBE)
NEVER(K8S_RC_NAME)
NEVER(K8S_RC_ID)
NEVER(K8S_RC_LABEL)
NEVER(K8S_RC_LABELS)
NEVER(K8S_SVC_NAME)
NEVER(K8S_SVC_ID)
NEVER(K8S_SVC_LABEL)
NEVER(K8S_SVC_LABELS)
NEVER(K8S_NS_ID)
NEVER(K8S_NS_LABEL)
NEVER(K8S_NS_LABELS)
NEVER(K8S_RS_NAME)
NEVER(K8S_RS_ID)
NEVER(K8S_RS_LABEL)
NEVER(K8S_RS_LABELS)
NEVER(K8S_DEPLOYMENT_NAME)
NEVER(K8S_DEPLOYMENT_ID)
NEVER(K8S_DEPLOYMENT_LABEL)
NEVER(K8S_DEPLOYMENT_LABELS)

/* Audit events of a Kubernetes API server come from files of their own. */
#define FIELD(id, name, type, list, arg, flags, fmt, cls, help) NEVER(id)
#include "schema/fields-k8saudit.def"
#undef FIELD
