#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# stage.sh VESTIGE SCRIPT OUT.vtr: one scenario on a stage of its own (mounts,
# network and /tmp/lab that nobody else sees), recorded.  The reference
# scripts expect: "labinit" as their ancestor, the root cgroups, a small
# environment, some addresses on lo.
set -u
vestige=$1 script=$2 out=$3

for procs in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs; do
	[ -w "$procs" ] && echo $$ >"$procs" 2>/dev/null
done
mount --make-rprivate /
lab=${0%/*}/lab.sh
mkdir -p /tmp/lab
mount -t tmpfs lab /tmp/lab || exit 99
chmod 755 /tmp/lab
ip link set lo up
for a in 203.0.113.7/32 198.51.100.20/32 169.254.169.254/32 10.20.30.40/32 192.168.77.5/32; do
	ip addr add $a dev lo
done
ip -6 addr add 2001:db8::5/128 dev lo 2>/dev/null
ip -6 addr add fd00:1::9/128 dev lo 2>/dev/null

# what the scenarios with containers need: a folder for /var/lib/lab, their
# runtimes, and a /run that nobody else sees
if [ -n "${STAGE_LAB:-}" ]; then
	mount -t tmpfs run /run || exit 99
	mkdir -p /var/lib/lab && mount --bind "$STAGE_LAB" /var/lib/lab || exit 99
	[ -z "${STAGE_RUNTIMES:-}" ] || sh "$lab" $STAGE_RUNTIMES >"$out.lab" 2>&1 ||
		{ tail -n 3 "$out.lab"; exit 77; }
fi
[ "$script" != none ] || exit 0
mkdir -p /tmp/lab.init.$$
cp /bin/dash /tmp/lab.init.$$/labinit
trap 'rm -rf /tmp/lab.init.$$' EXIT
cp "$script" "/tmp/lab/${script##*/}"
script=/tmp/lab/${script##*/}
cd /tmp/lab || exit 99
clean="env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
	USER=root LOGNAME=root LANG=C.UTF-8 TERM=xterm TZ=UTC"
umask 022
exec </dev/null
[ -z "${STAGE_LOGINUID:-}" ] || echo "$STAGE_LOGINUID" >/proc/self/loginuid
# A daemon that the scenario begins with must be among those that are recorded;
# what counts begins with the mark.
if [ -n "${STAGE_DAEMON:-}" ]; then
	setup="bash $script setup >/dev/null 2>&1; : >/tmp/lab/begun; "
else
	setup=
	$clean bash "$script" setup >/dev/null 2>&1
fi
# Some wait for a server that a busy machine starts too late: 124, as timeout(1).
$clean setsid timeout ${STAGE_SECONDS:-40} "$vestige" capture --set all --ring-mb 128 --overwrite -w "$out" -- /tmp/lab.init.$$/labinit \
	-c "${setup}bash $script run; :" >"$out.log" 2>&1
status=$?
# Whatever is left on this stage leaves it.
for p in /proc/[0-9]*; do
	[ "${p#/proc/}" = $$ ] || [ "$(readlink "$p/ns/net")" != "$(readlink /proc/$$/ns/net)" ] ||
		kill -9 "${p#/proc/}" 2>/dev/null
done
$clean bash "$script" post >/dev/null 2>&1
exit $status
