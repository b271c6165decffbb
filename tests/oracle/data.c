/* SPDX-License-Identifier: Apache-2.0 */
/* Bulk data: sizes, the first bytes, the snap length (80). */
#include "lib/base/compat.h"

#include "tests/oracle/oracle.h"

#include <sys/mman.h>
#include <sys/uio.h>

int main(void)
{
	static char big[300], in[300];
	struct iovec v[3] = { { (void *)"ab", 2 }, { NULL, 0 }, { (void *)"cdefg", 5 } };
	long fd = SC(SYS_memfd_create, "d", 0), i;
	char hex[161];
	void *p;

	memset(big, 'Z', sizeof(big));
	for (i = 0; i < 80; i++)
		memcpy(hex + 2 * i, "5a", 3);
	expect("write res=3 data=616263 fd=%ld size=3", fd);
	SC(SYS_write, fd, "abc", 3);
	expect("write res=300 data=%s fd=%ld size=300", hex, fd);
	SC(SYS_write, fd, big, 300);
	expect("write res=-14 data=<NA> fd=%ld size=5", fd);
	SC(SYS_write, fd, 8, 5);
	expect("lseek res=0 fd=%ld offset=0 whence=0", fd);
	SC(SYS_lseek, fd, 0, 0);
	expect("read res=3 data=616263 fd=%ld size=3", fd);
	SC(SYS_read, fd, in, 3);
	expect("pread res=1 data=63 fd=%ld size=1 pos=2", fd);
	SC(SYS_pread64, fd, in, 1, 2);
	expect("pwrite res=2 data=7879 fd=%ld size=2 pos=7", fd);
	SC(SYS_pwrite64, fd, "xy", 2, 7);
	expect("writev res=7 data=61626364656667 fd=%ld size=7", fd);
	SC(SYS_writev, fd, v, 3);
	expect("read res=%ld data=<NA> fd=-1 size=9", SC(SYS_read, -1, in, 9));
	expect("ioctl res=%ld fd=%ld request=21505 argument=0", SC(SYS_ioctl, fd, 0x5401, 0), fd);

	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	expect("mprotect res=0 addr=%lu length=4096 prot=5", (unsigned long)p);
	SC(SYS_mprotect, p, 4096, PROT_READ | PROT_EXEC);
	return done();
}
