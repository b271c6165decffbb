#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same recorder on the kernels of Debian, 6.1 and 6.12: it loads, and what
# it records of each oracle is what the oracle says, attached to the tracepoint
# of all calls and to the functions of the selected ones (6.1 has only fexit for
# that, which is for some calls).  Attached to those, calls that are not
# selected run no program of ours.
LIVE_HERE=no
. "$(dirname "$0")/../live/live.sh"
. "$src/tests/qemu/qemu.sh"

[ "${VESTIGE_KMOD:-}" != no ] || { echo "tested elsewhere: VESTIGE_KMOD=no"; exit 77; }
[ "$(uname -m)" = x86_64 ] || skip "the oracles are written for x86_64"
missing=$(qemu_missing)
[ -z "$missing" ] || skip "not installed: $missing"

oracles="files data net ident proc extra compat"
ways="tracepoint calls"
# what files does, and a few more: fexit (6.1) is for so many
some=chdir,chroot,close,close_range,dup,dup3,epoll_create1,eventfd2,fchdir,fchmodat,fchownat,fcntl,flock
some=$some,getppid,inotify_init1,linkat,memfd_create,mkdirat,mknodat,mount,newfstatat,open,openat,openat2
some=$some,pidfd_open,pipe2,prctl,read,renameat2,symlinkat,timerfd_create,umount2,unlinkat,vfork,write
root=$tmp/root
qemu_root "$root"
qemu_install "$root" "$build/capture/vestige-capture" /usr/sbin
qemu_install "$root" "$build/tests/qemu/idle" /root
qemu_install "$root" "$build/tests/qemu/odd" /root
qemu_program "$root" setpriv || skip "not installed: setpriv"
for name in $oracles; do
	qemu_install "$root" "$build/tests/oracle/$name" /root
done
# One recording of all: loading the recorder is what takes time there.
cat >"$root/root/all.sh" <<'ALL'
. /root/settings
for name in $oracles; do
	/bin/busybox mkdir /tmp/$name && cd /tmp/$name && /root/$name >/tmp/$name.want
done
/root/odd
ALL
cat >"$root/root/run.sh" <<'RUN'
. /root/settings
b=/bin/busybox
for way in calls tracepoint; do
	[ $way = calls ] || selected="--set all"
	vestige-capture --attach $way --snapshot bpf $selected -w /tmp/$way.vtr -- $b sh /root/all.sh 2>/tmp/$way.log ||
		{ $b cat /tmp/$way.log; exit 1; }
	give /tmp/$way.vtr
	give /tmp/$way.log
	for name in $oracles; do
		$b mv /tmp/$name.want /tmp/$way-$name.want
		give /tmp/$way-$name.want
		$b rm -rf /tmp/$name
	done
done
echo 1 >/proc/sys/kernel/bpf_stats_enabled
for way in tracepoint auto; do
	vestige-capture --attach $way -q -e getppid -w /tmp/idle.vtr &
	while [ ! -e /tmp/idle.vtr ] || ! $b grep -q CapEff:.0000000000000000 /proc/$!/status; do $b usleep 50000; done
	# the recorder itself is filtered by seccomp, where a program sits too
	kill -STOP $!
	/root/idle $! 100000 >/tmp/$way.idle
	kill -CONT $!
	kill $!
	wait $! || exit 1
	$b rm /tmp/idle.vtr
	give /tmp/$way.idle
done
# Calls under way at a time need room in the kernel: each is recorded.  Here
# without the capability that libbpf likes to have.
cat >/root/sleep.sh <<'S'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	/bin/busybox sleep 2 &
done
wait
S
/usr/bin/setpriv --bounding-set -sys_admin \
	vestige-capture --attach calls -e nanosleep,clock_nanosleep -w /tmp/sleep.vtr -- $b sh /root/sleep.sh 2>/tmp/sleep.log || exit 1
give /tmp/sleep.vtr
give /tmp/sleep.log
RUN

for series in 6.1 6.12; do
	kernel=$(qemu_kernel $series 2>"$tmp/why") || {
		# nothing to test with: no fault of this tree
		echo "cannot run here: no kernel $series can be fetched: $(cat "$tmp/why")"
		exit 77
	}
	out=$tmp/$series selected="--set all"
	types=getpid,dup,prctl
	[ $series != 6.1 ] || selected="-e $some" types=dup,prctl
	echo "oracles='$oracles' selected='$selected'" >"$root/root/settings"
	qemu_run "$kernel" "$root" "$out"
	status=$?
	[ $status = 0 ] || {
		sed '/^begin /,/^end /d' "$out/console" | tail -n 40
		fail "$series: status $status"
	}
	for way in $ways; do
		shown=$oracles
		[ $way$series != calls6.1 ] || shown=files
		for name in $shown; do
			cp "$out/$way.vtr" "$out/$way-$name.vtr"
			cp "$out/$way.log" "$out/$way-$name.log"
			oracle_check "$series, $way: $name" "$out/$way-$name"
		done
		"$v" info "$out/$way.vtr" | grep -q "recorder.attach *$way\$" || fail "$series: META does not say $way"
		"$v" info "$out/$way.vtr" | grep -q 'descriptors by BPF iterator' ||
			fail "$series: the iterator over descriptors does not work"
	done
	for way in $ways; do
		"$v" replay events --json -f "proc.name = odd and evt.type in ($types)" "$out/$way.vtr" 2>/dev/null |
			sed 's/.*"type"/"type"/' >"$out/odd.$way"
	done
	grep -q '"dup".*-13' "$out/odd.tracepoint" && diff "$out/odd.tracepoint" "$out/odd.calls" ||
		fail "$series: calls that reach no function, or by the 32-bit table"
	n=$("$v" replay events -f 'evt.type in (nanosleep, clock_nanosleep)' "$out/sleep.vtr" 2>/dev/null | wc -l)
	lost=$(sed -n 's/.* events, \([0-9]*\) lost.*/\1/p' "$out/sleep.log")
	[ $n = 20 ] || fail "$series: of 20 calls under way at a time $n recorded, $lost counted lost"
	[ "$(cat "$out/auto.idle")" = 0 ] ||
		fail "$series: programs ran $(cat "$out/auto.idle") times for 100000 calls that are not selected"
	[ "$(cat "$out/tracepoint.idle")" -ge 100000 ] || fail "$series: nothing was counted"
	echo "$series: 100000 calls not selected ran a program $(cat "$out/tracepoint.idle") times (tracepoint), $(cat "$out/auto.idle") (auto)"
done
