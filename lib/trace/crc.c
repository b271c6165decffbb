/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>

#include "lib/base/le.h"
#include "lib/trace/crc.h"

/* Slicing by eight: table[k][b] is b's remainder after k more zero bytes. */
static uint32_t table[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill(void)
{
	unsigned i, k;
	uint32_t c;

	for (i = 0; i < 256; i++) {
		c = i;
		for (k = 0; k < 8; k++)
			c = (c >> 1) ^ (0xedb88320u & (0 - (c & 1)));
		table[0][i] = c;
	}
	for (k = 1; k < 8; k++)
		for (i = 0; i < 256; i++)
			table[k][i] = table[0][table[k - 1][i] & 255] ^
				      (table[k - 1][i] >> 8);
}

uint32_t crc32_of(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t a, b;

	pthread_once(&once, fill);
	crc = ~crc;
	for (; len >= 8; len -= 8, p += 8) {
		a = le32(p) ^ crc;
		b = le32(p + 4);
		crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^
		      table[5][a >> 16 & 255] ^ table[4][a >> 24] ^
		      table[3][b & 255] ^ table[2][b >> 8 & 255] ^
		      table[1][b >> 16 & 255] ^ table[0][b >> 24];
	}
	while (len--)
		crc = table[0][(crc ^ *p++) & 255] ^ (crc >> 8);
	return ~crc;
}
