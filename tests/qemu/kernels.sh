#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same recorder on the kernels of Debian, 6.1 and 6.12: it loads, and what
# it records of each oracle is what the oracle says.
LIVE_HERE=no
. "$(dirname "$0")/../live/live.sh"
. "$src/tests/qemu/qemu.sh"

[ "$(uname -m)" = x86_64 ] || skip "the oracles are written for x86_64"
missing=$(qemu_missing)
[ -z "$missing" ] || skip "not installed: $missing"

oracles="files data net ident proc extra compat"
root=$tmp/root
qemu_root "$root"
qemu_install "$root" "$build/capture/vestige-capture" /usr/sbin
for name in $oracles; do
	qemu_install "$root" "$build/tests/oracle/$name" /root
done
echo "$oracles" >"$root/root/oracles"
# One recording of all: loading the recorder is what takes time there.
cat >"$root/root/all.sh" <<'ALL'
for name in $(/bin/busybox cat /root/oracles); do
	/bin/busybox mkdir /tmp/$name && cd /tmp/$name && /root/$name >/tmp/$name.want
done
ALL
cat >"$root/root/run.sh" <<'RUN'
vestige-capture --set all -w /tmp/all.vtr -- /bin/busybox sh /root/all.sh 2>/tmp/all.log
status=$?
/bin/busybox cat /tmp/all.log
give /tmp/all.vtr
for name in $(/bin/busybox cat /root/oracles); do
	give /tmp/$name.want
done
exit $status
RUN

for series in 6.1 6.12; do
	kernel=$(qemu_kernel $series 2>"$tmp/why") || {
		# nothing to test with: no fault of this tree
		echo "cannot run here: no kernel $series can be fetched: $(cat "$tmp/why")"
		exit 77
	}
	qemu_run "$kernel" "$root" "$tmp/$series"
	status=$?
	[ $status = 0 ] || {
		tail -n 40 "$tmp/$series/console"
		fail "$series: status $status"
	}
	sed -n 's/^vestige capture:/&/p' "$tmp/$series/console" >"$tmp/$series/all.log"
	for name in $oracles; do
		cp "$tmp/$series/all.vtr" "$tmp/$series/$name.vtr"
		cp "$tmp/$series/all.log" "$tmp/$series/$name.log"
		oracle_check "$series: $name" "$tmp/$series/$name"
	done
done
