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

# The same descriptors by both ways, item by item: of a process that has one
# of every kind, and of whoever stands still besides.
[ "$(uname -m)" = x86_64 ] || { echo "the two ways are not compared: numbers of system calls are those of x86_64"; exit 0; }
cat >"$tmp/kinds.pl" <<'PERL'
use strict;
use Socket;
use IO::Socket::INET;
use IO::Socket::UNIX;
my ($dir) = @ARGV;
my @keep;
sub file { open(my $f, $_[0], $_[1]) or die "$_[1]: $!"; push @keep, $f; $f }
file('<', '/etc/passwd'); file('>>', "$dir/append"); file('+<', "$dir/append"); file('<', '/dev/null');
file('>', "$dir/gone"); unlink "$dir/gone";
opendir(my $d, '/etc'); push @keep, $d;
pipe(my $r, my $w); socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0); push @keep, $r, $w, $a, $b;
my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die;
my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport) or die;
push @keep, $l, $c, $l->accept, IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1'),
	IO::Socket::UNIX->new(Local => "$dir/un ix", Listen => 1);
my $name = "held\0";
syscall(290, 0, 02000000); syscall(290, 0, 0);		# eventfd2, closed at exec and not
syscall(291, 0); syscall(283, 1, 0); syscall(294, 0); syscall(319, $name, 0);
syscall(434, $$, 0); syscall(323, 1);			# pidfd_open, userfaultfd
my $n; push @keep, $n if socket($n, 16, SOCK_RAW, 0);	# netlink
open(my $up, '>', "$dir/up");
close $up;
sleep 100;
PERL
perl "$tmp/kinds.pl" "$tmp" &
kinds=$!
sleep 100 &
still=$!
trap 'kill $server $kinds $still 2>/dev/null; rm -rf "$tmp"' EXIT
touch "$tmp/append"
until [ -e "$tmp/up" ]; do kill -0 $kinds 2>/dev/null || fail "perl ended"; sleep 0.05; done
hex() { printf %08x "$1" | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\100000000/'; }
for how in proc bpf; do
	"$v" capture -q --snapshot $how -w "$tmp/$how.vtr" -- true || fail "--snapshot $how"
	"$build/tests/compat/dump" "$tmp/$how.vtr" | grep '^snap snap_fd' |
		grep -E " ($(hex $kinds)|$(hex $still)) " >"$tmp/$how"
done
"$v" info "$tmp/bpf.vtr" | grep -q 'descriptors by BPF iterator' || {
	"$v" info "$tmp/bpf.vtr" | grep 'descriptors by'
	fail "no iterator here"
}
"$v" info "$tmp/proc.vtr" | grep -q 'descriptors by /proc' || fail "it is not told who told"
[ "$(wc -l <"$tmp/proc")" -ge 20 ] || { cat "$tmp/proc"; fail "too few descriptors to compare"; }
diff "$tmp/proc" "$tmp/bpf" || fail "the iterator tells of other descriptors than /proc"
echo "$(wc -l <"$tmp/proc") descriptors of every kind alike by both ways"
# An exec closes those it closed here, whatever they are.
cat >"$tmp/held.pl" <<'PERL'
use strict;
use Fcntl;
use IO::Socket::INET;
use Socket;
my ($dir) = @ARGV;
my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die;
my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport) or die;
my $s = $l->accept;
pipe(my $r, my $w); pipe(my $kept, my $too); socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0);
fcntl($_, F_SETFD, 0) for $kept, $too;
my $name = "held\0";
syscall(290, 0, 02000000); syscall(290, 0, 0); syscall(291, 02000000);
syscall(319, $name, 1); syscall(319, $name, 0);
open(my $up, '>', "$dir/holding");
select undef, undef, undef, 0.05 until -e "$dir/go";
exec 'sleep', '100';
PERL
for how in proc bpf; do
	rm -f "$tmp/holding" "$tmp/go"
	perl "$tmp/held.pl" "$tmp" &
	held=$!
	trap 'kill $server $kinds $still $held 2>/dev/null; rm -rf "$tmp"' EXIT
	until [ -e "$tmp/holding" ]; do kill -0 $held 2>/dev/null || fail "perl ended"; sleep 0.05; done
	record_host "$tmp/held.vtr" --snapshot $how
	touch "$tmp/go"
	until [ "$(cat /proc/$held/comm)" = sleep ]; do sleep 0.05; done
	end_recording
	ls /proc/$held/fd | sort -n >"$tmp/want"
	"$v" replay fds -p $held --json "$tmp/held.vtr" | grep -o '"fd":[0-9]*' | cut -d: -f2 | sort -n >"$tmp/got"
	diff "$tmp/want" "$tmp/got" || { "$v" replay fds -p $held "$tmp/held.vtr"; fail "$how: other descriptors behind an exec"; }
	kill $held
done
echo "$(wc -l <"$tmp/want") descriptors kept by an exec"
# and of every segment, after privileges are gone
"$v" capture -q --rotate-time 300ms -w "$tmp/segs/" -- sleep 1 || fail "segments"
for seg in "$tmp"/segs/*.vtr; do
	"$v" info "$seg" | grep -o 'descriptors by .*'
done | sort | uniq -c
