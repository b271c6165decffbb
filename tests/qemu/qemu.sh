# SPDX-License-Identifier: Apache-2.0
# Small machines of their own: a Debian kernel, an initramfs of busybox and the
# programs of a test, run by QEMU without any help of the processor (TCG).
# Sourced; uses $src (the source tree).
#
#	kernel=$(qemu_kernel 6.12) || …		fetched once, then from the cache
#	qemu_root "$tmp/root"			an empty machine
#	qemu_program "$tmp/root" sh perl …	programs and their libraries, in place
#	qemu_install "$tmp/root" FILE /usr/sbin	a program of ours, with its libraries
#	cat >"$tmp/root/root/run.sh"		what it does; "give FILE" sends a file out
#	qemu_run "$kernel" "$tmp/root" "$tmp/out"
#
# $tmp/out/console is then what the machine said and $tmp/out/NAME each file it
# gave; the status is that of run.sh, or 90 when the machine never came so far.
#
# Kernels are kept in VESTIGE_KERNELS, or ~/.cache/vestige/kernels.

QEMU_CACHE=${VESTIGE_KERNELS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vestige/kernels}
QEMU_MEMORY=${QEMU_MEMORY:-512}
QEMU_TIMEOUT=${QEMU_TIMEOUT:-240}
# QEMU_APPEND: more words for the kernel's command line; QEMU_OPTIONS: for QEMU.

# The tools that are missing here; nothing when all are there.
qemu_missing() {
	for tool in qemu-system-x86_64 busybox cpio dpkg-deb gzip base64; do
		command -v $tool >/dev/null || printf '%s ' $tool
	done
}

# qemu_deb PACKAGE: the path of a package's file, fetched unless it is cached.
qemu_deb() {
	mkdir -p "$QEMU_CACHE" || return 1
	(
		cd "$QEMU_CACHE" && flock 9 || exit 1
		deb=$(find . -name "$1_*.deb" | sort | tail -n 1)
		[ -n "$deb" ] || {
			timeout 120 apt-get download -qq "$1" >/dev/null 2>"$1.log" ||
				{ apt-get update -qq && timeout 120 apt-get download -qq "$1"; } \
				>/dev/null 2>"$1.log" || { tail -n 1 "$1.log" >&2; exit 1; }
			deb=$(find . -name "$1_*.deb" | sort | tail -n 1)
		}
		[ -n "$deb" ] && echo "$QEMU_CACHE/${deb#./}"
	) 9>"$QEMU_CACHE/lock"
}

# qemu_release 6.1|6.12: the newest kernel of that series, "6.1.0-56-cloud-amd64":
# of those in the cache, or what apt has where none is.
qemu_release() {
	cached=$(find "$QEMU_CACHE" -maxdepth 1 -name "linux-image-$1.*-cloud-amd64_*.deb" 2>/dev/null |
		sort -V | tail -n 1)
	[ -z "$cached" ] || {
		cached=${cached##*/linux-image-}
		echo "${cached%%_*}"
		return
	}
	apt-cache search --names-only "^linux-image-$1\\.[0-9].*-cloud-amd64\$" 2>/dev/null |
		sed 's/^linux-image-\([^ ]*\) .*/\1/' | sort -V | tail -n 1 | grep .
}

# qemu_kernel 6.1|6.12: the path of its vmlinuz.
qemu_kernel() {
	release=$(qemu_release "$1") || {
		apt-get update -qq >/dev/null 2>&1
		release=$(qemu_release "$1") || { echo "apt has no kernel $1" >&2; return 1; }
	}
	image=$QEMU_CACHE/vmlinuz-$release
	[ -s "$image" ] || {
		deb=$(qemu_deb "linux-image-$release") || return 1
		dpkg-deb --fsys-tarfile "$deb" | tar -xO "./boot/vmlinuz-$release" >"$image.$$" &&
			mv "$image.$$" "$image" || return 1
	}
	echo "$image"
}

# qemu_headers 6.1|6.12: a folder to build modules in for that kernel (KDIR).
qemu_headers() {
	release=$(qemu_release "$1") || { echo "apt has no kernel $1" >&2; return 1; }
	to=$QEMU_CACHE/headers-$release
	name=linux-headers-$release
	[ -s "$to/usr/src/$name/Makefile" ] || {
		rm -rf "$to.$$"
		for deb in "$name" $(apt-cache depends "$name" 2>/dev/null |
				sed -n 's/^ *Depends: \(linux-\(headers\|kbuild\)-.*\)/\1/p'); do
			deb=$(qemu_deb "$deb") && dpkg-deb -x "$deb" "$to.$$" || return 1
		done
		# the package thinks itself at /usr
		sed "s|^include |include $to|" "$to.$$/usr/src/$name/Makefile" >"$to.$$/Makefile" &&
			mv "$to.$$/Makefile" "$to.$$/usr/src/$name/Makefile" &&
			rm -rf "$to" && mv "$to.$$" "$to" || return 1
	}
	echo "$to/usr/src/$name"
}

# The libraries a program wants, at their places.
qemu_libraries() {
	ldd "$2" 2>/dev/null | grep -o '/[^ ]*' | while read -r lib; do
		mkdir -p "$1${lib%/*}"
		[ -e "$1$lib" ] || cp -L "$lib" "$1$lib"
	done
}

# qemu_program ROOT NAME…: programs of this machine, where they are here.
qemu_program() {
	qemu_to=$1
	shift
	for name; do
		path=$(command -v "$name") || return 1
		mkdir -p "$qemu_to${path%/*}"
		cp -L "$path" "$qemu_to$path"
		qemu_libraries "$qemu_to" "$path"
	done
}

# qemu_install ROOT FILE FOLDER: a program that was built.
qemu_install() {
	mkdir -p "$1$3" && cp "$2" "$1$3/" && qemu_libraries "$1" "$2"
}

# qemu_root DIR: a machine with nothing but busybox and an init, which runs
# /root/run.sh with PATH and HOME as usual.
qemu_root() {
	for dir in usr/bin usr/sbin usr/lib usr/lib64 etc proc sys dev tmp var/tmp root run; do
		mkdir -p "$1/$dir"
	done
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$1/$dir"
	done
	cp "$(command -v busybox)" "$1/bin/busybox"
	printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/usr/sbin/nologin \
		>"$1/etc/passwd"
	printf '%s\n' root:x:0: nogroup:x:65534: >"$1/etc/group"
	cat >"$1/init" <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs devtmpfs /dev
$b mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
$b mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
$b mount -t bpf bpf /sys/fs/bpf 2>/dev/null
$b mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null
$b mount -t tmpfs tmpfs /tmp
$b mount -t tmpfs tmpfs /var/tmp
$b hostname "$($b cat /etc/hostname 2>/dev/null || echo small)"
$b ifconfig lo 127.0.0.1 up
cd /root
PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
export PATH HOME
give() {
	echo "begin ${1##*/}"
	$b gzip -c "$1" | $b base64
	echo "end ${1##*/}"
}
(. /root/run.sh)
echo "status $?"
$b poweroff -f
INIT
	chmod 755 "$1/init"
}

# qemu_files CONSOLE DIR: what the machine gave, as files.
qemu_files() {
	awk -v dir="$2" '
		/^begin [^ \/]+$/ { out = dir "/" $2 ".b64"; next }
		/^end / { if (out) { close(out); out = "" } next }
		out { print >out }' "$1"
	for b64 in "$2"/*.b64; do
		[ -e "$b64" ] || continue
		base64 -d "$b64" 2>/dev/null | gzip -dc >"${b64%.b64}" || return 1
		rm "$b64"
	done
}

# qemu_run KERNEL ROOT OUT: see above.  One emulating thread for both processors:
# with two, TCG tears the kernel's patching of its own code, and the guest panics
# within seconds when a tracepoint goes on and off under load, without any module.
qemu_run() {
	mkdir -p "$3"
	(cd "$2" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$3.initrd" ||
		return 90
	timeout "$QEMU_TIMEOUT" qemu-system-x86_64 -machine q35 -accel tcg,thread=single -cpu max -smp 2 \
		-m "$QEMU_MEMORY" -kernel "$1" -initrd "$3.initrd" \
		-append "console=ttyS0 panic=-1 quiet ${QEMU_APPEND:-}" -display none -nodefaults \
		-serial stdio -no-reboot -net none ${QEMU_OPTIONS:-} </dev/null 2>"$3/qemu.log" | tr -d '\r' >"$3/console"
	rm "$3.initrd"
	qemu_files "$3/console" "$3" || return 90
	status=$(sed -n 's/^status \([0-9]*\)$/\1/p' "$3/console" | tail -n 1)
	return "${status:-90}"
}
