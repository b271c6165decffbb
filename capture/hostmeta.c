/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <sys/timex.h>
#include <sys/utsname.h>

#include "capture/hostmeta.h"
#include "lib/base/io.h"

const char *hostmeta_arch(void)
{
#if defined(__aarch64__)
	return "aarch64";
#else
	return "x86_64";
#endif
}

/* The first line of a small file; left out when it cannot be read. */
static void from_file(struct vtr_meta *m, const char *key, const char *path)
{
	struct buf b = BUF_INIT;

	if (!io_read_file(path, 4096, &b, NULL)) {
		buf_setlen(&b, strcspn(b.data, "\n"));
		if (b.len)
			vtr_meta_set(m, key, buf_str(&b));
	}
	buf_release(&b);
}

static void from_bytes(struct vtr_meta *m, const char *key, const char *path)
{
	struct buf b = BUF_INIT, hex = BUF_INIT;
	size_t i, start;

	/* an ELF note: 12 bytes of header, "GNU\0", the id */
	if (!io_read_file(path, 4096, &b, NULL)) {
		for (start = 0; start + 16 < b.len; start++) {
			if (memcmp(b.data + start, "\3\0\0\0GNU", 8))
				continue;
			for (i = start + 8; i < b.len && i < start + 28; i++)
				buf_addf(&hex, "%02x", (unsigned char)b.data[i]);
			vtr_meta_set(m, key, buf_str(&hex));
			break;
		}
	}
	buf_release(&hex);
	buf_release(&b);
}

static void ntp_state(struct vtr_meta *m)
{
	struct timex t = { .modes = 0 };
	int state = adjtimex(&t);

	if (state < 0)
		return;
	vtr_meta_set(m, "clock.ntp", str_of(state == TIME_ERROR || t.status & STA_UNSYNC
					    ? "unsynchronized" : "synchronized"));
}

void hostmeta_host(struct vtr_meta *m)
{
	struct buf b = BUF_INIT;
	struct utsname u;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (!uname(&u)) {
		vtr_meta_set(m, "host.name", str_of(u.nodename));
		buf_addf(&b, "%s %s", u.release, u.version);
		vtr_meta_set(m, "host.kernel", buf_str(&b));
	}
	buf_release(&b);
	vtr_meta_set(m, "host.arch", str_of(hostmeta_arch()));
	if (cpus > 0)
		vtr_meta_setu(m, "host.cpus", (uint64_t)cpus);
	from_file(m, "host.machine_id", "/etc/machine-id");
	from_file(m, "host.boot_id", "/proc/sys/kernel/random/boot_id");
	from_bytes(m, "host.kernel_build_id", "/sys/kernel/notes");
	ntp_state(m);
}
