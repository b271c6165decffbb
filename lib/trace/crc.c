/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <isa-l/crc.h>

#include "lib/base/vector.h"
#include "lib/trace/crc.h"

uint32_t crc32_of(uint32_t crc, const void *p, size_t len)
{
	crc = crc32_gzip_refl(crc, p, len);
	vector_clean();
	return crc;
}
