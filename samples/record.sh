#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records the sample traces again, each on a freshly booted small machine, so
# that they tell of nothing but themselves:
#
#	sh samples/record.sh [NAME...]
#
# NAME: folders beside this script (all of them when none is named).
#
# Needs mmdebstrap, e2fsprogs, curl, openssh-client and what tests/qemu/qemu.sh
# needs (qemu-system-x86, busybox-static, cpio, apt), and a build with the
# recorder in BUILD (default: build).
# Afterwards: samples/check.sh --update, and review what changed.
#
# A sample's stage.sh is asked, in turn, on which machine it does what:
#	net		here: addresses outside that answer (options of qemu -netdev)
#	prepare		there, as root, before the recording begins
#	outside		here, during the recording: who comes from outside
#	peer NAME	here, for each connection to an outside address: a server on
#			standard input and output
# A stage.sh without "net" simply runs there, recorded with all it starts.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
src=$(cd "$here/.." && pwd)
. "$src/tests/qemu/qemu.sh"
build=$(cd "${BUILD:-$here/../build}" && pwd)
store=$build/samples
tmp=$(mktemp -d)
kernel=$tmp/kernel
qemu=
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || :; rm -rf "$tmp"' EXIT
mkdir -p "$store"

# The disk of the machine: Debian, made once.
packages=lighttpd,php8.2-cgi,curl,openssh-server,openssh-client,cron,sudo,runc,sqlite3,gcc
packages=$packages,libc6-dev,make,python3-pip,python3-setuptools,python3-wheel,iproute2,procps
packages=$packages,xz-utils,busybox-static,file,libbpf1,libsodium23,libzstd1
make_disk() {
	[ -s "$store/root.tar" ] || mmdebstrap --variant=minbase --include="$packages" \
		--aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		bookworm "$store/root.tar"
	mkdir "$tmp/root"
	tar xf "$store/root.tar" -C "$tmp/root"
	chroot "$tmp/root" sh -c 'useradd -m -s /bin/bash -u 1000 alice && useradd -m -s /bin/bash -u 1001 dev
		rm -rf /var/cache/apt/*.bin /var/lib/apt/lists/* /root/.bash_history'
	cat >"$tmp/root/sbin/sample-init" <<'INIT'
#!/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
export PATH HOME
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
mount -t debugfs debugfs /sys/kernel/debug
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd /run/lock /run/lighttpd /run/sample
chown www-data /run/lighttpd
tar xmf /dev/vdb -C /run/sample
. /run/sample/machine
hostname "$HOST"
echo "$HOST" >/etc/hostname
echo 127.0.0.1 localhost "$HOST" >/etc/hosts
head -c 16 /dev/zero | tr '\0' 5 | od -An -tx1 | tr -d ' \n' >/etc/machine-id
ip link set lo up
ip link set eth0 up
ip addr add 192.168.20.15/24 dev eth0
ip route add default dev eth0
for user in root alice dev; do
	home=$(getent passwd $user | cut -d: -f6)
	mkdir -p "$home/.ssh"
	cat /run/sample/key.pub >>"$home/.ssh/authorized_keys"
	chmod 700 "$home/.ssh"
	chown -R $user:$user "$home/.ssh"
done
cp /run/sample/vestige-capture /usr/sbin/
cd /
if [ "$PLAIN" = yes ]; then
	vestige-capture -w /run/sample.vtr -- sh /run/sample/stage.sh
else
	sh /run/sample/stage.sh prepare
	rm -rf /run/sample
	vestige-capture --set all -w /run/sample.vtr &
	recorder=$!
	until [ -s /run/sample.vtr ]; do sleep 0.2; done
	sleep 2
	echo sample: recording
	read -r line
	kill -TERM $recorder
	wait $recorder
fi
tar cf /dev/vdc -C /run sample.vtr
sync
echo sample: done
busybox poweroff -f
INIT
	chmod 755 "$tmp/root/sbin/sample-init"
	truncate -s 2G "$store/root.ext4"
	mke2fs -q -F -t ext4 -d "$tmp/root" "$store/root.ext4"
	rm -rf "$tmp/root"
}

# What the kernel needs to reach the disk and the network.
make_initrd() {
	ird=$tmp/initrd.d
	mkdir -p "$ird/bin" "$ird/mnt" "$ird/dev"
	cp "$(command -v busybox)" "$ird/bin/busybox"
	for name in virtio_blk failover net_failover virtio_net; do
		module=$(find "$kernel/lib/modules" -name "$name.ko*")
		case $module in
		*.xz) xz -dc "$module" >"$ird/$name.ko" ;;
		*) cp "$module" "$ird/$name.ko" ;;
		esac
	done
	cat >"$ird/init" <<'INIT'
#!/bin/busybox sh
for name in virtio_blk failover net_failover virtio_net; do
	/bin/busybox insmod /$name.ko
done
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mount -t ext4 /dev/vda /mnt
/bin/busybox mount -o move /dev /mnt/dev
exec /bin/busybox switch_root /mnt /sbin/sample-init
INIT
	chmod 755 "$ird/init"
	(cd "$ird" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$tmp/initrd"
}

# The sample's own files, the recorder, and a key to come in with.
pack() {
	rm -rf "$tmp/pack"
	cp -R "$here/$1" "$tmp/pack"
	rm -rf "$tmp/pack"/*.vtr "$tmp/pack"/golden
	cp "$build/capture/vestige-capture" "$tmp/key.pub" "$tmp/pack/"
	if [ -n "$net" ]; then plain=no; else plain=yes; fi
	printf 'HOST=%s\nPLAIN=%s\n' "$host" "$plain" >"$tmp/pack/machine"
	tar cf "$tmp/vdb" -C "$tmp/pack" .
	truncate -s %512 "$tmp/vdb"
	rm -f "$tmp/vdc"
	truncate -s 16M "$tmp/vdc"
}

say() { echo "record: $*" >&2; }

# Wait until the machine says so, at most three minutes.
await() {
	n=0
	until grep -q "$1" "$tmp/console"; do
		kill -0 "$qemu" 2>/dev/null && [ $((n += 1)) -le 900 ] || {
			tail -n 80 "$tmp/console" >&2
			say "the machine never said '$1'"
			return 1
		}
		sleep 0.2
	done
}

record() {
	name=$1
	stage=$here/$name/stage.sh
	HTTP=$((20000 + $$ % 10000)) SSH=$((30000 + $$ % 10000)) KEY=$tmp/key TMP=$tmp
	export HTTP SSH KEY TMP
	host=$(sed -n 's/^# Host: //p' "$stage")
	when=$(sed -n 's/^# When: //p' "$stage")
	net=
	! grep -q '^net()' "$stage" || net=$(sh "$stage" net)
	pack "$name"
	: >"$tmp/console"
	rm -f "$tmp/say"
	mkfifo "$tmp/say"
	# One emulating thread: with two, a guest once panicked in code its kernel
	# was patching (text_poke), which no real processor would let be torn.
	qemu-system-x86_64 -machine q35 -accel tcg,thread=single -cpu max -smp 2 -m 1024 \
		-kernel "$kernel"/boot/vmlinuz-* -initrd "$tmp/initrd" \
		-append "console=ttyS0 panic=-1 quiet" -rtc base="${when:-2026-11-20T09:00:00}" \
		-drive file="$store/root.ext4",format=raw,if=virtio,snapshot=on \
		-drive file="$tmp/vdb",format=raw,if=virtio -drive file="$tmp/vdc",format=raw,if=virtio \
		-netdev "user,id=n,net=192.0.0.0/4,restrict=on${net:+,$net}" -device virtio-net-pci,netdev=n \
		-display none -nodefaults -serial stdio -no-reboot <>"$tmp/say" >"$tmp/console" 2>&1 &
	qemu=$!
	if [ -n "$net" ]; then
		await '^sample: recording'
		sh "$stage" outside >"$tmp/outside" 2>&1 || { cat "$tmp/outside" "$tmp/console" >&2; exit 1; }
		sleep 2
		echo >"$tmp/say"
	fi
	await '^sample: done'
	wait "$qemu" || :
	qemu=
	tar xf "$tmp/vdc" -C "$tmp" sample.vtr
	cp "$tmp/outside" "$store/$name.outside" 2>/dev/null || :
	cp "$tmp/console" "$store/$name.console"
	"$build/vestige" verify "$tmp/sample.vtr"
	grep -h 'vestige capture:' "$tmp/console" >&2
	install -m 644 "$tmp/sample.vtr" "$here/$name/$name.vtr"
}

dpkg-deb -x "$(qemu_deb "linux-image-$(qemu_release 6.12)")" "$kernel"
[ "$store/root.ext4" -nt "$0" ] || make_disk
make_initrd
ssh-keygen -q -t ed25519 -N '' -C admin -f "$tmp/key"
[ $# -ge 1 ] || set -- baseline incident insider miner supplychain webshell
for name; do
	say "$name"
	record "$name"
done
