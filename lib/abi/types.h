/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Fixed-width types for what kernel and user space share.  bpf/kernel.h and
 * the kernel's own headers bring them along; user space takes them from
 * linux/types.h.
 */
#ifndef LIB_ABI_TYPES_H
#define LIB_ABI_TYPES_H

#if !defined(BPF_KERNEL_H) && !defined(__KERNEL__)
#include <linux/types.h>
#endif

#define ABI_PACKED __attribute__((packed))
#define ABI_ASSERT(what, text) _Static_assert(what, text)

#endif
