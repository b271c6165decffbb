#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a recorded call costs, by driver, as a ratio to the same call unrecorded.
# Not a test.  Time in the small machine goes by instructions executed (QEMU's
# icount), so the figures repeat whatever else runs here; caches and
# mispredicted branches cost nothing in it.
#
#	cd build && sh ../tests/kmod/cost.sh [6.1|6.12]
LIVE_HERE=no
. "$(dirname "$0")/../live/live.sh"
. "$src/tests/qemu/qemu.sh"
series=${1:-6.1}
kernel=$(qemu_kernel "$series") && headers=$(qemu_headers "$series") || fail "no kernel"
mkdir "$tmp/ko" && cp "$src"/kmod/* "$tmp/ko/" &&
	make -s -C "$tmp/ko" KDIR="$headers" VESTIGE_TOP="$src" >"$tmp/make.log" 2>&1 || fail "no module"
root=$tmp/root
qemu_root "$root"
qemu_install "$root" "$build/capture/vestige-capture" /usr/sbin
qemu_install "$root" "$build/tests/oracle/storm" /root
cp "$tmp/ko/vestige.ko" "$root/root/"
cat >"$root/root/run.sh" <<'RUN'
b=/bin/busybox
$b insmod /root/vestige.ko
# the recorder stands still meanwhile: what is timed is the recorded program
cat >/root/timed <<'S'
kill -STOP $PPID
a=$(/bin/busybox cut -d' ' -f1 /proc/uptime | /bin/busybox tr -d .)
/root/storm $1 $2 >/dev/null
z=$(/bin/busybox cut -d' ' -f1 /proc/uptime | /bin/busybox tr -d .)
echo "$3 $1 $(($z - $a))" >>/tmp/times
kill -CONT $PPID
S
cat() { $b cat "$@"; }
for what in getpid open; do
	n=400000
	[ $what = getpid ] || n=60000
	$b sh -c "$b sh /root/timed $what $n none & wait"
	for d in kmod bpf; do
		vestige-capture -q --driver $d -e getpid,openat,close --ring-mb 64 --overwrite -w /tmp/x.vtr -- \
			$b sh /root/timed $what $n $d || echo "fail $d"
	done
done
$b cat /tmp/times | $b sed 's/^/time /'
RUN
sed -i 's/^cat >\/root\/timed/$b cat >\/root\/timed/; /^cat() /d' "$root/root/run.sh"
QEMU_OPTIONS="-icount shift=1,sleep=off -smp 1"
QEMU_TIMEOUT=300
qemu_run "$kernel" "$root" "$tmp/out" || { tail "$tmp/out/console"; fail "status $?"; }
awk '/^time / { if ($2 == "none") base[$3] = $4; else t[$2 " " $3] = $4 }
	END { for (k in t) { split(k, p, " "); printf "%s %s: %.2f times the unrecorded call\n", p[1], p[2], t[k] / base[p[2]] } }' \
	"$tmp/out/console" | sort
grep '^time ' "$tmp/out/console"
