#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lines of a hundred thousand ancestors, families that are inherited over and
# over, as many sockets and as many descriptors: 20 KB of trace, and less, that
# once took minutes.  And who is adopted too often has no parent, however the
# trace is read.  A sanitizer gets a tenth of them: it looks for other things.
share=1
case ${VESTIGE_BRIEF:-} in
'') ;;
sanitizer) share=10 ;;
*) echo "tested elsewhere: VESTIGE_BRIEF=$VESTIGE_BRIEF"; exit 77 ;;
esac
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
export XDG_STATE_HOME="$tmp/state"
fail=0
bad() { echo "$*"; fail=1; }

# family NAME LINE KIDS: a line of so many, so many children of the last, and
# all but the first end, the last ones first; each is inherited by the next.
family() {
	awk -v line="$2" -v kids="$3" 'BEGIN {
		print "proc 1 exe=/sbin/init"
		for (i = 1; i <= line; i++) print i " spawn " i + 1 " /bin/x"
		for (i = 1; i <= kids; i++) print line + 1 " spawn " line + 1 + i " /bin/y"
		for (i = line + 1; i > 2; i--) print i " procexit reaper_tid=" i - 1
	}' >"$tmp/t.txt" && ./vestige asm "$tmp/t.txt" -o "$tmp/$1.vtr" || exit 1
	[ "$(wc -c <"$tmp/$1.vtr")" -lt 100000 ] || bad "$1 is not small"
}

# line NAME LEN: every other one of a line ends; nobody says who inherits.
line() {
	awk -v line="$2" 'BEGIN {
		print "proc 1 exe=/sbin/init"
		for (i = 1; i <= line; i++) print i " spawn " i + 1 " /bin/x"
		for (i = line - 2; i > 2; i -= 2) print i " procexit"
	}' >"$tmp/t.txt" && ./vestige asm "$tmp/t.txt" -o "$tmp/$1.vtr" || exit 1
}

family_size=$((50000 / share))
line long $((120000 / share))
family large $family_size $family_size
for t in long large; do
	timeout 40 ./vestige replay ps "$tmp/$t.vtr" >"$tmp/out" || bad "$t: status $?"
	[ "$(wc -l <"$tmp/out")" -gt $family_size ] || bad "$t: processes are missing"
done

# Sockets that all talk, each from a port of its own: none is held against all.
sockets=$((60000 / share))
awk -v end=$((3 + sockets)) 'BEGIN {
	print "proc 1 exe=/sbin/init"
	for (i = 3; i < end; i++) print "1 socket fd=" i " domain=2 type=2 proto=0"
	for (i = 3; i < end; i++)
		print "1 sendto res=5 fd=" i " size=5 tuple=1.2.3.4:" i "->5.6.7.8:" end - i " data=abcde"
}' >"$tmp/t.txt" && ./vestige asm "$tmp/t.txt" -o "$tmp/ports.vtr" || exit 1
timeout 40 ./vestige replay conns "$tmp/ports.vtr" >"$tmp/out" || bad "ports: status $?"
[ "$(grep -c " client " "$tmp/out")" = $sockets ] || bad "ports: not all are clients"

# A hundred thousand descriptors, and again and again a call that says something of
# all of them; what it says is true of the few that came since, too.
files=$((100000 / share))
for call in 'execve /bin/y' 'close_range first=100 last=4294967295 flags=4 res=0'; do
	awk -v call="$call" -v end=$((3 + files)) -v calls=$((30000 / share)) 'BEGIN {
		print "proc 1 exe=/sbin/init"
		for (i = 3; i < end; i++)
			print "1 openat fd=" i " dirfd=-100 name=/a flags=O_RDONLY mode=0"
		for (i = 0; i < calls; i++) {
			print "1 openat fd=" 3 + i % 90 " dirfd=-100 name=/b flags=O_RDONLY|O_CLOEXEC mode=0"
			print "1 " call
		}
		print "1 execve /bin/z"
	}' >"$tmp/t.txt" && ./vestige asm "$tmp/t.txt" -o "$tmp/all.vtr" || exit 1
	timeout 8 ./vestige replay fds "$tmp/all.vtr" >"$tmp/out" || bad "$call: status $?"
	case $call in *flags=4*) left=7 ;; *) left=$((files - 90)) ;; esac
	[ "$(grep -c file "$tmp/out")" = "$left" ] || bad "$call: $(grep -c file "$tmp/out") are left"
done

# Adopted 64 times, then no more.
for n in 64 65; do
	family few $((n + 1)) 3
	./vestige replay ps "$tmp/few.vtr" >"$tmp/out" || bad "few: status $?"
	case $n in 64) want=2 ;; *) want=- ;; esac
	[ "$(awk -v want="$want" '$NF == "y" && $2 == want' "$tmp/out" | wc -l)" = 3 ] ||
		bad "adopted $n times: $(cat "$tmp/out")"
done
# The same from a checkpoint on the way.
./vestige index --every 10 "$tmp/few.vtr" || bad "index: status $?"
./vestige replay ps --at 120 "$tmp/few.vtr" >"$tmp/kept" || bad "--at: status $?"
rm -f "$tmp/few.vtr.vtx"
./vestige replay ps --at 120 "$tmp/few.vtr" >"$tmp/anew" || bad "--at: status $?"
cmp "$tmp/kept" "$tmp/anew" || fail=1
exit $fail
