/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a member of a kernel object at an address.  Since 6.2 an address may
 * be given its type (bpf_rdonly_cast) and is then read by one instruction,
 * which faults into zero; before that, by a helper's call.  The loader says
 * which (may_cast); the verifier drops the other way.
 */
#ifndef BPF_PEEK_BPF_H
#define BPF_PEEK_BPF_H

#include "bpf/kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

extern void *bpf_rdonly_cast(const void *obj, u32 type) __ksym __weak;

const volatile __u8 may_cast;

#define CAST(type, p) ((type *)bpf_rdonly_cast((const void *)(p), bpf_core_type_id_kernel(type)))
#define PEEK(type, p, member) ({					\
	u64 at_ = (u64)(p);						\
	typeof(((type *)0)->member) peeked_;				\
	if (may_cast)							\
		peeked_ = CAST(type, at_)->member;			\
	else								\
		peeked_ = BPF_CORE_READ((type *)at_, member);		\
	peeked_;							\
})

#endif
