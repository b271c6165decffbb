#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records the sample traces again, each on a freshly booted small machine, so
# that they tell of nothing but themselves:
#
#	sh samples/record.sh VMLINUZ [BUILD]
#
# VMLINUZ: a kernel with BTF, such as that of Debian's linux-image-cloud-amd64.
# Needs qemu-system-x86_64, busybox-static and cpio.  Afterwards:
# tests/golden.sh --update, and review what changed.
set -eu
src=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] || { sed -n '3,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
kernel=$1
build=$(cd "${2:-$src/build}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root

# A program and the libraries it wants, at their places.
install_program() {
	path=$(command -v "$1")
	mkdir -p "$root${path%/*}"
	cp -L "$path" "$root$path"
	install_libraries "$path"
}
install_libraries() {
	ldd "$1" | grep -o '/[^ ]*' | while read -r lib; do
		mkdir -p "$root${lib%/*}"
		[ -e "$root$lib" ] || cp -L "$lib" "$root$lib"
	done
}

for dir in usr/bin usr/sbin usr/lib usr/lib64 etc proc sys dev tmp var/tmp root run; do
	mkdir -p "$root/$dir"
done
for dir in bin sbin lib lib64; do
	ln -s "usr/$dir" "$root/$dir"
done
for program in sh awk base64 cat chmod cmp cp date df find grep gzip head id ln ls \
	mkdir mktemp mv perl rm sed sleep sort tar uname wc; do
	install_program "$program"
done
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$build/capture/vestige-capture" "$root/usr/sbin/"
install_libraries "$root/usr/sbin/vestige-capture"
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

cat >"$root/init" <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs devtmpfs /dev
$b mount -t tmpfs tmpfs /tmp
$b mount -t tmpfs tmpfs /var/tmp
$b hostname demo
$b ifconfig lo 127.0.0.1 up
cd /root
PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
export PATH HOME
record() {
	vestige-capture -w "/run/$1.vtr" -- sh "$2" >/dev/null
	echo "begin $1"
	base64 "/run/$1.vtr"
	echo "end $1"
}
record incident stage.sh
record baseline work.sh
$b poweroff -f
INIT
chmod 755 "$root/init"
(cd "$root" && find . | sort | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$tmp/initrd"
timeout 300 qemu-system-x86_64 -machine q35 -accel tcg -cpu max -smp 2 -m 768 \
	-kernel "$kernel" -initrd "$tmp/initrd" -append "console=ttyS0 panic=-1 quiet" \
	-display none -nodefaults -serial stdio -no-reboot -net none </dev/null | tr -d '\r' >"$tmp/console"

for name in incident baseline; do
	sed -n "/^begin $name\$/,/^end $name\$/p" "$tmp/console" | sed '1d;$d' |
		base64 -d >"$tmp/$name.vtr" 2>/dev/null || :
	"$build/vestige" verify "$tmp/$name.vtr" || {
		cat "$tmp/console" >&2
		echo "record: no whole $name.vtr came out of the machine" >&2
		exit 1
	}
	cp "$tmp/$name.vtr" "$src/samples/$name/$name.vtr"
done
grep -h 'vestige capture:' "$tmp/console"
