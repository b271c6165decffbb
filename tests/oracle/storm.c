/* SPDX-License-Identifier: Apache-2.0 */
/* storm CALL N: N system calls as fast as they go; prints how many. */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

int main(int argc, char **argv)
{
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0, i;

	if (argc < 3)
		return 2;
	for (i = 0; i < n; i++)
		if (!strcmp(argv[1], "getpid"))
			syscall(SYS_getpid);
		else if (!strcmp(argv[1], "open"))
			syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY, 0));
	printf("%lu\n", n);
	return 0;
}
