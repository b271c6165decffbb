#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The snapshot: what listens in a network namespace of its own, namespaces, the
# time it took.
. "$(dirname "$0")/live.sh"

unshare -n -m true 2>/dev/null || skip "no namespaces of its own"
command -v busybox >/dev/null && command -v ip >/dev/null || skip "busybox and ip are needed"
unshare -n -m sh -c 'ip link set lo up; mount -t tmpfs only-here /mnt
	exec busybox nc -l -p 4711' &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$tmp"' EXIT
i=0
until nsenter -t $server -n sh -c 'grep -qh :1267 /proc/net/tcp /proc/net/tcp6' 2>/dev/null; do
	i=$((i + 1))
	[ $i -lt 200 ] || fail "the server does not listen"
	sleep 0.05
done
record "$tmp/t.vtr" true
kill $server
"$v" replay fds --at 1 "$tmp/t.vtr" >"$tmp/fds" 2>/dev/null
grep ":4711" "$tmp/fds" | grep -q "$server" || { grep nc "$tmp/fds"; fail "the other namespace's socket is unknown"; }
"$v" info "$tmp/t.vtr" >"$tmp/info" || fail "info"
grep -q '  1  snap_taken' "$tmp/info" || { cat "$tmp/info"; fail "the time it took is not told"; }
n=$(awk '$2 == "snap_namespace" { print $1 }' "$tmp/info")
[ "${n:-0}" -ge 10 ] || fail "${n:-0} namespaces, at least ten are there"
echo "socket of another namespace, $n namespaces"
