#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records the sample traces again, each on a freshly booted small machine, so
# that they tell of nothing but themselves:
#
#	sh samples/record.sh [BUILD]
#
# Needs qemu-system-x86_64, busybox-static, cpio and apt (tests/qemu/qemu.sh).
# Afterwards: tests/golden.sh --update, and review what changed.
set -eu
src=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$src/build}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root

. "$src/tests/qemu/qemu.sh"
kernel=$(qemu_kernel 6.12)

qemu_root "$root"
qemu_program "$root" sh awk base64 cat chmod cmp cp date df find grep gzip head id ln ls \
	mkdir mktemp mv perl rm sed sleep sort tar uname wc
qemu_install "$root" "$build/capture/vestige-capture" /usr/sbin
perl=$(perl -e 'print grep { /perl-base/ } @INC')
mkdir -p "$root$perl"
cp -R "$perl/." "$root$perl"

printf '%s\n' root:x:0:0:root:/root:/bin/sh daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin \
	www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin \
	alice:x:1000:1000:Alice:/home/alice:/bin/sh nobody:x:65534:65534:nobody:/:/usr/sbin/nologin >"$root/etc/passwd"
printf '%s\n' root:x:0: daemon:x:1: www-data:x:33: alice:x:1000: nogroup:x:65534: >"$root/etc/group"
printf '%s\n' 'root:*:20000:0:99999:7:::' 'alice:!:20000:0:99999:7:::' >"$root/etc/shadow"
chmod 600 "$root/etc/shadow"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
echo demo >"$root/etc/hostname"
cp "$src/samples/incident/stage.sh" "$src/samples/baseline/work.sh" "$root/root/"

cat >"$root/root/run.sh" <<'RUN'
for name in incident:stage.sh baseline:work.sh; do
	vestige-capture -w "/run/${name%:*}.vtr" -- sh "${name#*:}" >/dev/null
	give "/run/${name%:*}.vtr"
done
RUN
qemu_run "$kernel" "$root" "$tmp/out" || :

for name in incident baseline; do
	"$build/vestige" verify "$tmp/out/$name.vtr" || {
		cat "$tmp/out/console" >&2
		echo "record: no whole $name.vtr came out of the machine" >&2
		exit 1
	}
	cp "$tmp/out/$name.vtr" "$src/samples/$name/$name.vtr"
done
grep -h 'vestige capture:' "$tmp/out/console"
