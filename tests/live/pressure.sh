#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What goes first when the ring is too small: data of writes before any event,
# events that change no state before those that do; and whatever goes is
# counted, by class: recorded + lost = issued in each.
. "$(dirname "$0")/live.sh"

storm=$build/tests/oracle/storm
[ -x "$storm" ] || skip "not built: $storm"
BULK=1000		# as in storm.c

# run RING CALL N: recorded events in $io, $fd, $process; lost ones in $lost_…
run() {
	env -i "$v" capture -e write,openat,close,execve,clone --snaplen 4096 --ring-mb "$1" \
		--overwrite -w "$tmp/s.vtr" -- "$storm" "$2" "$3" >"$tmp/out" 2>"$tmp/log" ||
		{ cat "$tmp/log"; fail "capture: status $?"; }
	"$v" verify "$tmp/s.vtr" >/dev/null || fail "$2: the trace is not intact"
	"$v" info "$tmp/s.vtr" >"$tmp/info" || fail "info: status $?"
	io=$(info_rows "$tmp/info" write)
	fd=$(($(info_rows "$tmp/info" openat) + $(info_rows "$tmp/info" close)))
	process=$(($(info_rows "$tmp/info" process_fork) + $(info_rows "$tmp/info" process_exec) + $(info_rows "$tmp/info" process_exit) +
		   $(info_rows "$tmp/info" clone) + $(info_rows "$tmp/info" execve)))
	lost_io=$(info_lost "$tmp/info" io ring_full) lost_fd=$(info_lost "$tmp/info" descriptor ring_full)
	lost_process=$(info_lost "$tmp/info" process ring_full)
	shed=$(info_lost "$tmp/info" io payload)
}

# What a program costs that does nothing; what the storm itself costs.
run 64 nothing 0
set -- $io $fd $process
one_io=$1 one_fd=$2 one_process=$3
run 64 mixed 0
own_io=$io own_fd=$fd own_process=$process

# expect N WRITES FDS PROGRAMS: what is issued by N rounds of so much
expect() {
	want_io=$((own_io + $1 * ($2 + $4 * one_io)))
	want_fd=$((own_fd + $1 * ($3 + $4 * one_fd)))
	want_process=$((own_process + $1 * $4 * (one_process + forks)))
}

check() {
	echo "$1: io $io + $lost_io lost, $shed without data; descriptor $fd + $lost_fd;" \
	     "process $process + $lost_process"
	[ $((io + lost_io)) = $want_io ] || fail "$1: $want_io writes were issued"
	[ $((fd + lost_fd)) = $want_fd ] || fail "$1: $want_fd opens and closes were issued"
	[ $((process + lost_process)) = $want_process ] ||
		fail "$1: $want_process events of processes were issued"
}

# A fork is told by its caller and by the child.
run 64 mixed 1
forks=$((process - own_process - one_process))
[ $forks = 2 ] || fail "a fork makes $forks events"
run 64 mixed 3
expect 3 $BULK 4 1
check "room enough"
[ $((lost_io + lost_fd + lost_process)) = 0 ] || fail "events were lost with room enough"

# Too little room, and state changes now and then: only bulk goes.  They need
# less in all than what a ring keeps for them (64 KiB), so it does not matter
# how seldom the recorder gets to run.
rounds=10
run 1 mixed $rounds
expect $rounds $BULK 4 1
check "pressure"
[ "$shed" -gt 0 ] || fail "no data was left out: there was no pressure"
[ $((lost_fd + lost_process)) = 0 ] || fail "events that change state were lost before bulk"

# More state changes than anybody can read: they go too, and are counted.
run 1 flood 300
expect 300 $BULK $((BULK / 2)) 0
check "flood"
[ "$lost_fd" -gt 0 ] && [ "$lost_io" -gt 0 ] || fail "nothing was lost: there was no flood"
