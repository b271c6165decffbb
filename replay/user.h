/* SPDX-License-Identifier: Apache-2.0 */
/* Users and groups, of the host and of containers; known only from the trace. */
#ifndef REPLAY_USER_H
#define REPLAY_USER_H

#include "lib/base/compat.h"
#include "lib/event/snapshot.h"
#include "replay/machine.h"

#define ACCOUNTS_MAX	(1u << 20)	/* users and groups, of all containers */
#define ACCOUNT_CONTAINERS_MAX	(1u << 16)

void machine_set_user(struct machine *m, const struct snap_user *u);
void machine_set_group(struct machine *m, const struct snap_group *g);
void machine_del_user(struct machine *m, struct str container, uint32_t uid);
void machine_del_group(struct machine *m, struct str container, uint32_t gid);
void accounts_release_all(struct machine *m);
void user_free(struct user *u);
void group_free(struct group *g);

/* Every user, host first, then containers as they came, by ascending uid, in
 * a malloc'd array (free it). */
const struct user **machine_users(const struct machine *m, size_t *n);

#endif
