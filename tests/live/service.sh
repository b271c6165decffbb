#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The recorder as its unit starts it: with the unit's options and no more than
# its capabilities, it tells systemd when it records, that it is alive and how
# it goes, and that it ends.
. "$(dirname "$0")/live.sh"

command -v perl >/dev/null && command -v setpriv >/dev/null || skip "perl and setpriv are needed"
unit=$src/capture/systemd/vestige.service.in
caps=$(sed -n 's/^CapabilityBoundingSet=//p' "$unit" | tr 'A-Z' 'a-z' | sed 's/cap_/+/g; s/ /,/g')
# those that this shell has itself
for c in $(echo "$caps" | tr -d + | tr , ' '); do
	setpriv --bounding-set "-all,+$c" true 2>/dev/null || caps=$(echo "$caps" | sed "s/,*+$c//")
done
options=$(sed -n 's/^ExecStart=[^ ]* //p' "$unit" | sed "s,/var/log/vestige/,$tmp/log/,")

cat >"$tmp/listen.pl" <<'PERL'
use strict;
use IO::Socket::UNIX;
use IO::Handle;
my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die "$ARGV[0]: $!";
STDOUT->autoflush(1);
while (defined($s->recv(my $text, 4096))) {
	print join(" ", split(/\n/, $text)), "\n";
	last if $text =~ /STOPPING/;
}
PERL
perl "$tmp/listen.pl" "$tmp/notify" >"$tmp/told" &
listener=$!
trap 'kill $listener 2>/dev/null; rm -rf "$tmp"' EXIT
until [ -S "$tmp/notify" ]; do sleep 0.05; done

# shellcheck disable=SC2086
NOTIFY_SOCKET=$tmp/notify WATCHDOG_USEC=600000 setpriv --no-new-privs --inh-caps=-all --bounding-set "-all,$caps" \
	"$build/capture/vestige-capture" $options 2>"$tmp/err" &
recorder=$!
i=0
until grep -q '^READY=1' "$tmp/told"; do
	kill -0 $recorder 2>/dev/null || { cat "$tmp/err"; fail "it did not start with $caps"; }
	i=$((i + 1))
	[ $i -lt 600 ] || fail "it is not ready after 30 s"
	sleep 0.05
done
cat /etc/hostname >/dev/null
sleep 1.3
# what systemd would do
kill -TERM $recorder
wait $recorder || { cat "$tmp/err"; fail "capture: status $?"; }
wait $listener
n=$(grep -c '^WATCHDOG=1' "$tmp/told")
[ "$n" -ge 3 ] || { cat "$tmp/told"; fail "$n signs of life in 1.3 s, asked for one in 0.6 s"; }
grep -q '^STATUS=.* events (.*/s), .* lost, .* of a CPU' "$tmp/told" || { cat "$tmp/told"; fail "no status"; }
[ "$(sed -n '$p' "$tmp/told" | cut -c1-10)" = STOPPING=1 ] || grep -q '^STOPPING=1' "$tmp/told" || fail "its end is not told"
"$v" verify "$tmp"/log/*.vtr || fail "the segment is not intact"
"$v" replay events "$tmp"/log/*.vtr -f 'fd.name = /etc/hostname and proc.name = cat' | grep -q hostname ||
	fail "what happened is not recorded"
echo "as a service, with $caps: ready, $n signs of life, status, end"
