/* SPDX-License-Identifier: Apache-2.0 */
/* Container metadata: the JSON of "container" events into struct container. */
#ifndef REPLAY_CONTAINER_H
#define REPLAY_CONTAINER_H

#include "lib/base/compat.h"
#include "lib/base/str.h"
#include "replay/machine.h"

#define CONTAINERS_MAX	(1u << 16)
#define CONTAINER_PARTS_MAX	(1u << 18)	/* labels and mounts, of all */

/* Add or update from {"container": {...}} (or the bare inner object, as the
 * oldest captures have it); text that is no such JSON is ignored. */
void machine_set_container(struct machine *m, struct str json);
/* Likewise: forget the container it names. */
void machine_del_container(struct machine *m, struct str json);
void container_free(struct container *c);
size_t container_parts(const struct container *c);
void containers_release(struct machine *m);
/* Every container in the order of arrival, malloc'd (free it). */
const struct container **machine_containers(const struct machine *m, size_t *n);

#endif
