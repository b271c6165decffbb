#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whose calls are recorded, and how much of them: each way to select, against
# a recording of the same work.
. "$(dirname "$0")/live.sh"

cat >"$tmp/work.sh" <<'WORK'
cat /etc/hostname >/dev/null
cat /no/such/file 2>/dev/null
head -c 3 /etc/passwd >/dev/null
WORK

# capture_with OPTIONS…: the work recorded so, to t.vtr.
capture_with() {
	"$v" capture --overwrite -w "$tmp/t.vtr" "$@" -- sh "$tmp/work.sh" 2>"$tmp/log" ||
		{ cat "$tmp/log"; fail "capture $*"; }
	grep -q ', 0 lost' "$tmp/log" || { cat "$tmp/log"; fail "$*: events were lost"; }
}

# seen FORMAT [FILTER]: what is in the trace, each once.
seen() {
	"$v" replay events -p "$1" ${2:+-f "$2"} "$tmp/t.vtr" 2>"$tmp/err" | sort -u
}

# want TEXT WHAT…: the rest prints that.
want() {
	text=$1
	shift
	got=$("$@" | tr '\n' ' ')
	[ "$got" = "$text " ] || [ "$got" = "$text" ] || fail "$*: '$got', not '$text'"
}

capture_with --set all --comm cat,head
want "cat head" seen %proc.name
capture_with --set all --comm nobody
want "" seen %proc.name
capture_with --set all --uid 0
seen %proc.name | grep -q cat || fail "--uid 0 sees nothing"
capture_with --set all --uid 1-5,70000
want "" seen %proc.name
capture_with --set all --failed
want "" seen "%evt.type %evt.res" "evt.type in (openat, read) and evt.res = SUCCESS"
want "/no/such/file" seen %evt.arg.name "evt.type = openat and proc.name = cat and fd.name startswith /no"
capture_with --set all --path /etc/host,/no/such
want "/etc/hostname /no/such/file" seen %evt.arg.name "evt.type in (open, openat)"
seen %evt.type "evt.type = read" | grep -q read || fail "--path took more than opens away"
printf '%s\n' '- rule: R' '  desc: d' '  condition: evt.type in (access, getuid)' '  output: o' \
	'  priority: INFO' >"$tmp/r.yaml"
capture_with -r "$tmp/r.yaml"
want "access" seen %evt.type "evt.type in (access, read, newfstatat)"
seen %evt.type | grep -q openat || fail "-r: calls that change state are missing"

# data: by direction, and by port
printf 'printf 0123456789 >%s/f; cat %s/f >/dev/null\n' "$tmp" "$tmp" >"$tmp/work.sh"
capture_with --set all --snaplen-read 4 --snaplen-write 2
want "01" seen %evt.arg.data "evt.type = write and fd.name endswith /f"
want "0123" seen %evt.arg.data "evt.type = read and fd.name endswith /f and evt.rawres > 0"

# data of sockets, by port
echo "perl $src/tests/live/ports.pl" >"$tmp/work.sh"
capture_with --set all $ports_options
ports_check "$tmp/t.vtr"

# long arguments are whole, longer ones say that they are cut
long=$(head -c 12000 /dev/zero | tr '\0' x)
printf '/bin/true %s\n/bin/true %s%s\n' "$long" "$long" "$long" >"$tmp/work.sh"
capture_with
want "12001 false 16374 true" sh -c "'$v' replay events --json -f 'evt.type = execve and proc.exepath endswith /true' '$tmp/t.vtr' |
	sed 's/.*\"args\":\"\(x*[.]*\)\",.*\"cut\":\"\([a-z]*\)\".*/\1 \2/' | awk '{ print length(\$1), \$2 }'"

# a container is known by its control group, however the runtime spells it
group=$(sed -n 's/^[0-9]*:memory://p; s/^0:://p' /proc/self/cgroup | head -n 1)
top=
for dir in /sys/fs/cgroup/memory /sys/fs/cgroup/unified /sys/fs/cgroup; do
	[ -e "$dir/cgroup.procs" ] && { top=$dir; break; }
done
if [ -n "$top" ] && mkdir "$top/vst-live" "$top/vst-live/docker-3f2a91c0ffee.scope" 2>/dev/null; then
	trap 'rmdir "$top/vst-live/docker-3f2a91c0ffee.scope" "$top/vst-live"; rm -rf "$tmp"' EXIT
	cat >"$tmp/work.sh" <<WORK
cat /etc/hostname >/dev/null
sh -c 'echo \$\$ >$top/vst-live/docker-3f2a91c0ffee.scope/cgroup.procs; exec head -c 1 /etc/passwd' >/dev/null
sh -c 'echo \$\$ >$top/cgroup.procs; exec wc -c /etc/passwd' >/dev/null
WORK
	capture_with --set all --container 3f2a9,beef
	seen %proc.name | grep -q head || fail "--container: not seen"
	seen %proc.name | grep -q cat && fail "--container: another is seen"
	capture_with --set all --cgroup /vst-live/
	seen %proc.name | grep -q head || fail "--cgroup: not seen"
	capture_with --set all --cgroup /
	seen %proc.name | grep -q wc || fail "--cgroup /: the root group is not seen"
	seen %proc.name | grep -q head || fail "--cgroup /: a group in it is not seen"
	capture_with --set all --cgroup /vst
	want "" seen %proc.name
else
	echo "no control group can be made here (this one: $group): containers left out"
fi

# bad values are told before anything is opened
for bad in "--comm 0123456789abcdefg" "--uid x" "--uid 9-1" "--cgroup a" "--container /a" \
	"--path etc" "--snaplen-port 53" "--snaplen-port 53=5000" "-r $tmp/none.yaml" \
	"--snaplen-read 5000"; do
	# shellcheck disable=SC2086
	"$v" capture $bad -w "$tmp/b.vtr" -- true 2>"$tmp/log" && fail "$bad was taken"
	[ ! -e "$tmp/b.vtr" ] || fail "$bad left a file"
done
echo "every selection sees what it should, and no more"
