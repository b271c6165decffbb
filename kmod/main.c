/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/module.h>

#include "kmod/vestige.h"

static int __init vestige_init(void)
{
	int ret;

	if (!path_self_check()) {
		pr_err("vestige: this kernel's mounts are not laid out as expected\n");
		return -ENODEV;
	}
	ret = probe_init();
	if (!ret)
		ret = device_make();
	return ret;
}

/* Nobody has the device open, so no probe is registered. */
static void __exit vestige_exit(void)
{
	device_gone();
	retry_exit();
}

module_init(vestige_init);
module_exit(vestige_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("vestige: records system calls for forensic replay");
MODULE_VERSION(VESTIGE_VERSION);
