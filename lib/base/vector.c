/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "lib/base/vector.h"

#ifdef __x86_64__
__attribute__((target("avx"))) static void clean(void)
{
	_mm256_zeroupper();
}

void vector_clean(void)
{
	if (__builtin_cpu_supports("avx"))
		clean();
}
#else
void vector_clean(void)
{
}
#endif
