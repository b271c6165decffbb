# SPDX-License-Identifier: Apache-2.0
# Sourced with $series (6.1) and $times (to load and unload): the module is built for that kernel of Debian, and a
# small machine does with it what inside.sh says.  Its records are compared
# with those of eBPF, its traces with what the oracles say, its alerts with
# those of the staged incident.
LIVE_HERE=no
. "$(dirname "$0")/../live/live.sh"
. "$src/tests/qemu/qemu.sh"

[ "${VESTIGE_KMOD:-}" != no ] || { echo "tested elsewhere: VESTIGE_KMOD=no"; exit 77; }
[ "$(uname -m)" = x86_64 ] || skip "the oracles are written for x86_64"
missing=$(qemu_missing)
[ -z "$missing" ] || skip "not installed: $missing"
# No kernel to test with is no fault of this tree.
kernel=$(qemu_kernel $series 2>"$tmp/why") && headers=$(qemu_headers $series 2>>"$tmp/why") || {
	echo "cannot run here: no kernel $series can be fetched: $(cat "$tmp/why")"
	exit 77
}

# module TOP OUT: the module, made of TOP's sources.  A warning is a failure.
module() {
	mkdir -p "$tmp/$2" && cp "$src"/kmod/* "$tmp/$2/" || exit 99
	MAKEFLAGS= MAKELEVEL= make -s -C "$tmp/$2" KDIR="$headers" VESTIGE_TOP="$1" W=1 >"$tmp/$2.log" 2>&1 ||
		{ cat "$tmp/$2.log"; fail "the module does not build for $series"; }
	! grep -E 'warning|error' "$tmp/$2.log" || fail "the module builds with warnings"
}
module "$src" ko
# One that speaks another ABI; once is enough.
[ $series != 6.1 ] || {
	mkdir -p "$tmp/top/lib" && cp -r "$src/lib/abi" "$tmp/top/lib/" &&
		cp -r "$src/schema" "$src/kmod" "$tmp/top/" || exit 99
	sed 's/^\(#define REC_ABI_VERSION\) .*/\1 999/' "$src/lib/abi/ctl.h" >"$tmp/top/lib/abi/ctl.h"
	module "$tmp/top" other
}

# extra has threads that race: what it must show is checked, but its records do not come in one order.
single="files data net ident proc compat"
oracles="$single extra"
# and eBPF attached to the functions of calls, where all of them can be
drivers="kmod bpf"
[ $series = 6.1 ] || drivers="$drivers calls"
root=$tmp/root
qemu_root "$root"
qemu_program "$root" sh awk base64 cat chmod cp date df find grep gzip head id ln ls \
	mkdir mktemp mv perl rm sed sleep sort tail tar uname wc ||
	skip "a program for the staged incident is not installed"
perl=$(perl -e 'print grep { /perl-base/ } @INC')
mkdir -p "$root$perl" && cp -R "$perl/." "$root$perl"
echo 'root:*:20000:0:99999:7:::' >"$root/etc/shadow"
qemu_install "$root" "$build/capture/vestige-capture" /usr/sbin
for name in $oracles storm; do
	qemu_install "$root" "$build/tests/oracle/$name" /root
done
for name in records fuzz absent; do
	qemu_install "$root" "$build/tests/kmod/$name" /root
done
cp "$tmp/ko/vestige.ko" "$root/root/"
[ ! -e "$tmp/other" ] || cp "$tmp/other/vestige.ko" "$root/root/other.ko"
cp "$src/samples/incident/stage.sh" "$root/root/"
cp "$src/tests/kmod/inside.sh" "$root/root/run.sh"
cp "$src/tests/live/ports.pl" "$root/root/"
echo "times=$times drivers='$drivers' single='$single' oracles='$oracles' ports_options='$ports_options'" >"$root/root/settings"

QEMU_TIMEOUT=900
QEMU_APPEND="slub_debug=FZPU,kmalloc-*"
out=$tmp/out
qemu_run "$kernel" "$root" "$out"
status=$?
sed '/^begin /,/^end /d' "$out/console" | grep -E '^(==|FAIL|vestige|[0-9]+ rounds)'
[ $status = 0 ] || { sed '/^begin /,/^end /d' "$out/console" | tail -n 60; fail "$series: status $status"; }

# Byte for byte the records of eBPF, from the exec on (before it, drivers differ).
for d in $drivers; do
	# and without the oracles' own output, which tells of inode numbers; which of two
	# threads goes first, and whether SIGCHLD is handled before or after the wait, is the
	# scheduler's affair: thread by thread, signals last
	sed -n '/^process_exec /,$p' "$out/records.$d" |
		grep -v '^write [^|]* ret=[0-9]* 1 ' |
		awk '{
			match($0, / tid=[0-9]+/)
			print (/^generic .* nr=65535 /), substr($0, RSTART + 5, RLENGTH - 5), $0
		}' | sort -s -k1,1n -k2,2n >"$out/cmp.$d"
done
n=$(wc -l <"$out/cmp.bpf")
[ "$n" -gt 400 ] || fail "only $n records to compare"
for d in $drivers; do
	diff "$out/cmp.bpf" "$out/cmp.$d" >"$out/diff" || {
		cut -c1-300 "$out/diff" | head -n 30
		fail "$d: records differ from those of eBPF"
	}
done
echo "$n records alike: $drivers"

for name in $oracles; do
	cp "$out/oracles.log" "$out/$name.log"
	ln -s oracles.vtr "$out/$name.vtr"
	oracle_check "$series: $name" "$out/$name"
done

# seen TRACE FORMAT FILTER WANT: the lines there are, each once, in order.
seen() {
	got=$("$v" replay events -p "$2" -f "$3" "$out/$1.vtr" 2>/dev/null | sort -u | tr '\n' ' ')
	[ "$got" = "$4" ] || fail "$1: '$got', not '$4'"
}
seen comm %proc.name 'evt.type = read' 'cat head '
seen uid %proc.name 'evt.type in (read, openat)' 'head '
seen group %proc.name 'evt.type in (read, openat)' 'wc '
seen path %evt.arg.name 'evt.type in (open, openat)' '/etc/passwd /no/such/file '
seen failed %evt.res 'evt.type in (openat, read) and evt.res = SUCCESS' ''
seen failed %evt.arg.name 'evt.type = openat and evt.arg.name startswith /no' '/no/such/file '
seen snap %evt.arg.data 'evt.type = read and proc.name = cat and fd.name = /etc/passwd and evt.rawres > 0' 'root '
ports_check "$out/port.vtr"
echo "selected as asked: comm, uid, group, path, failed, snap length, and by port"

# storm TRACE LOST EXTRA: recorded and counted lost are the calls, exec and exit.
storm() {
	set -- "$1" "$2" "$3" $("$build/tests/oracle/show" "$out/$1.vtr")
	[ $(($5 + $7)) = $((30000 + $3)) ] || fail "$1: recorded $5 + lost $7, want $((30000 + $3))"
	[ "$7" "$2" 0 ] || fail "$1: $7 lost"
	echo "$1: $5 recorded, $7 counted lost"
}
storm storm1 -eq 2
storm storm2 -gt 6
# Nobody reads: data goes first, then whole writes, and no change of state.
"$v" info "$out/storm3.vtr" >"$tmp/info" || fail "storm3: info"
io=$(info_rows "$tmp/info" write) lost=$(info_lost "$tmp/info" io ring_full)
shed=$(info_lost "$tmp/info" io payload)
[ $((io + lost)) = 3001 ] && [ "$lost" -gt 0 ] && [ "$shed" -gt 0 ] &&
	[ "$(info_lost "$tmp/info" process ring_full)$(info_lost "$tmp/info" descriptor ring_full)" = 00 ] || {
	cat "$tmp/info"
	fail "storm3: other losses than bulk first"
}
echo "storm3: $io of 3001 writes recorded, $shed without data, $lost lost, nothing that changes state"
incident_check "$out/incident.vtr"
