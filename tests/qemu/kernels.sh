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

oracles="files data net ident proc extra"
root=$tmp/root
qemu_root "$root"
qemu_install "$root" "$build/capture/vestige-capture" /usr/sbin
for name in $oracles; do
	qemu_install "$root" "$build/tests/oracle/$name" /root
done
cat >"$root/root/run.sh" <<'RUN'
b=/bin/busybox
failed=0
for name in files data net ident proc extra; do
	$b mkdir /tmp/$name && cd /tmp/$name || exit 1
	vestige-capture --set all -w /tmp/$name.vtr -- /root/$name \
		>/tmp/$name.want 2>/tmp/$name.log || failed=1
	$b cat /tmp/$name.log
	give /tmp/$name.vtr
	give /tmp/$name.want
	give /tmp/$name.log
done
exit $failed
RUN

for series in 6.1 6.12; do
	kernel=$(qemu_kernel $series 2>"$tmp/why") || {
		# nothing to test with: no fault of this tree
		echo "cannot run here: no kernel $series can be fetched: $(cat "$tmp/why")"
		exit 77
	}
	qemu_run "$kernel" "$root" "$tmp/$series" || {
		tail -n 40 "$tmp/$series/console"
		fail "$series: status $?"
	}
	for name in $oracles; do
		oracle_check "$series: $name" "$tmp/$series/$name"
	done
done
