#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The kernel module on arm64: built for Debian's 6.1 and loaded in a small machine
# of that kind, where it records, reads memory that was not there, and is
# treated badly.
LIVE_HERE=no
. "$(dirname "$0")/../live/live.sh"
. "$src/tests/qemu/qemu.sh"

[ "${VESTIGE_KMOD:-}" != no ] || { echo "tested elsewhere: VESTIGE_KMOD=no"; exit 77; }
for tool in qemu-system-aarch64 aarch64-linux-gnu-gcc cpio dpkg-deb; do
	command -v $tool >/dev/null || { echo "cannot run here: not installed: $tool"; exit 77; }
done

# apt for another architecture, with a state of its own.
cache=$QEMU_CACHE/arm64
mkdir -p "$cache/lists/partial" "$cache/archives/partial" && : >"$cache/status" || exit 99
apt="-o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State::Lists=$cache/lists
	-o Dir::Cache=$cache -o Dir::State::status=$cache/status"
unavailable() {
	echo "cannot run here: $* for arm64 cannot be fetched"
	exit 77
}
# deb PACKAGE: its path.
deb() {
	find "$cache" -maxdepth 1 -name "$1_*.deb" | sort | tail -n 1 | grep . || {
		[ -n "$(find "$cache/lists" -maxdepth 1 -name '*_Packages*' -print -quit)" ] ||
			apt-get $apt update -qq >/dev/null 2>&1
		(cd "$cache" && apt-get $apt download -qq "$1:arm64" >/dev/null 2>&1)
		find "$cache" -maxdepth 1 -name "$1_*.deb" | sort | tail -n 1 | grep .
	}
}
release=$(qemu_release 6.1) && host=$(qemu_headers 6.1 2>/dev/null) || unavailable "kernel 6.1"
common=${host%/usr/src/*}
release=${release%-amd64}-arm64
for package in linux-image-$release linux-headers-$release busybox-static; do
	deb=$(deb "$package") || unavailable "$package"
	dpkg-deb -x "$deb" "$tmp/debs" || exit 99
done

# Scripts and common headers are those of this machine's architecture.
headers=$tmp/debs/usr/src/linux-headers-$release
echo "include $(echo "$common"/usr/src/linux-headers-*-common)/Makefile" >"$headers/Makefile"
mkdir -p "$tmp/debs/usr/lib"
for folder in "$common"/usr/lib/linux-kbuild-*; do
	ln -s "$folder" "$tmp/debs/usr/lib/" || exit 99
done
mkdir "$tmp/ko" && cp "$src"/kmod/* "$tmp/ko/" || exit 99
MAKEFLAGS= MAKELEVEL= make -s -C "$tmp/ko" KDIR="$headers" VESTIGE_TOP="$src" W=1 ARCH=arm64 \
	CROSS_COMPILE=aarch64-linux-gnu- >"$tmp/make.log" 2>&1 ||
	{ cat "$tmp/make.log"; fail "the module does not build"; }
! grep -E 'warning|error' "$tmp/make.log" || fail "the module builds with warnings"

# Programs that need no libraries: no recorder, but the same backend.
mkdir "$tmp/include"
grep -v 'define HAVE_BPF' "$build/config.h" | sed 's/\(NO_BPF_WHY\) .*/\1 "not built"/' >"$tmp/include/config.h"
program() {
	to=$1
	shift
	aarch64-linux-gnu-gcc -static -O1 -std=gnu11 -pthread -I"$tmp/include" -I"$src" -I"$build" \
		-DVESTIGE_LIVE -o "$tmp/$to" "$@" 2>"$tmp/cc.log" ||
		{ cat "$tmp/cc.log"; fail "$to does not build"; }
}
base=$(find "$src/lib/base" -name '*.c' | sort | grep -vE '/(json.|digest|cmd|opt.*)\.c$')
program records "$src/tests/kmod/records.c" "$src"/capture/be_kmod.c "$src"/capture/driver.c \
	"$src"/capture/select.c "$src"/capture/command.c "$src"/lib/event/*.c $base
program fuzz "$src/tests/kmod/fuzz.c"
program absent "$src/tests/kmod/absent.c"
program storm "$src/tests/oracle/storm.c"

root=$tmp/root
qemu_root "$root"
cp "$tmp/debs/bin/busybox" "$root/bin/busybox"
for name in records fuzz absent storm ko/vestige.ko; do
	cp "$tmp/$name" "$root/root/"
done
cat >"$root/root/run.sh" <<'RUN'
b=/bin/busybox
$b insmod /root/vestige.ko || exit 1
$b dd if=/dev/urandom of=/tmp/file bs=4096 count=8 2>/dev/null
/root/records kmod $b mkdir /tmp/made >/tmp/mkdir || exit 1
$b grep -q '^mkdirat .* ret=0 .* | name 0: 2f746d702f6d61646500$' /tmp/mkdir || { $b cat /tmp/mkdir; exit 1; }
$b grep -q '^process_exec .*| exe 0: .*2f62696e2f62757379626f7800$' /tmp/mkdir || { $b cat /tmp/mkdir; exit 1; }
n=$(/root/records kmod /root/storm getpid 20000 | $b grep -c ' nr=172 ')
[ "$n" = 20000 ] || { echo "$n calls of 20000"; exit 1; }
/root/records kmod /root/absent /tmp/file >/tmp/absent
$b dd if=/tmp/file bs=16 count=1 2>/dev/null | $b hexdump -ve '1/1 "%02x"' >/tmp/hex
$b grep -q "^write .*| data 0: $($b cat /tmp/hex)\$" /tmp/absent || { $b cat /tmp/absent; exit 1; }
/root/fuzz 7 40 || exit 1
$b rmmod vestige || exit 1
$b dmesg | $b grep -E 'BUG|WARNING|Oops|Call trace|Redzone|Poison' && exit 1
echo "recorded, and unloaded"
RUN
mkdir "$tmp/out"
(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$tmp/initrd"
timeout 300 qemu-system-aarch64 -machine virt -cpu cortex-a57 -smp 2 -m 512 \
	-kernel "$tmp/debs/boot/vmlinuz-$release" -initrd "$tmp/initrd" \
	-append "console=ttyAMA0 panic=-1 quiet slub_debug=FZPU,kmalloc-*" -display none \
	-nodefaults -serial stdio -no-reboot -net none </dev/null | tr -d '\r' >"$tmp/out/console"
grep -q '^status 0$' "$tmp/out/console" || { tail -n 40 "$tmp/out/console"; fail "the machine did not end well"; }
grep -E 'rounds|recorded' "$tmp/out/console"
