/* SPDX-License-Identifier: Apache-2.0 */
/*
 * absent FILE: writes data to /dev/null that is not in memory: pages of a file
 * that were mapped and never touched.  Prints how many such writes.
 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/uio.h>

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1, null = open("/dev/null", O_WRONLY);
	char *p = fd < 0 ? MAP_FAILED : mmap(NULL, 32768, PROT_READ, MAP_PRIVATE, fd, 0);
	struct iovec v[2];

	if (p == MAP_FAILED || null < 0)
		return 1;
	madvise(p, 32768, MADV_RANDOM);	/* no page comes along with another */
	v[0] = (struct iovec){ p + 8192, 8 };
	v[1] = (struct iovec){ p + 16384 - 4, 8 };	/* across two pages */
	if (write(null, p, 16) != 16 || writev(null, v, 2) != 16)
		return 1;
	puts("2");
	return 0;
}
