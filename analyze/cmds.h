/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of vestige-analyze, one file each. */
#ifndef ANALYZE_CMDS_H
#define ANALYZE_CMDS_H

#include "lib/base/compat.h"
#include "lib/base/cmd.h"

extern const struct opt analyze_opts[], rules_opts[], list_opts[], events_opts[];
extern const struct opt report_opts[], test_opts[];
int cmd_analyze(struct opt_args *args, struct diag *d);
int cmd_rules(struct opt_args *args, struct diag *d);
int cmd_list(struct opt_args *args, struct diag *d);
int cmd_events(struct opt_args *args, struct diag *d);
int cmd_test(struct opt_args *args, struct diag *d);
int cmd_report(struct opt_args *args, struct diag *d);

/* Value of --tz in seconds east of UTC (NULL: 0), or -E_USAGE. */
int tz_option(const char *s, int32_t *out, struct diag *d);

#endif
