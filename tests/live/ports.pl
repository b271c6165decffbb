# SPDX-License-Identifier: Apache-2.0
# Data on sockets with the ports that ports_check (live.sh) knows, and others.
use strict;
use Socket;
use IO::Socket::INET;
my $text = '0123456789abcdef';
sub tcp {
	my ($server, $client) = @_;
	my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $server,
		Listen => 1, ReuseAddr => 1) or die "port $server: $!";
	my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport,
		($client ? (LocalAddr => '127.0.0.1', LocalPort => $client, ReuseAddr => 1) : ()))
		or die "port $client: $!";
	my $a = $l->accept;
	syswrite($c, $text);
	sysread($a, my $b, 100);
}
sub udp {
	my ($from, $to) = @_;
	my ($s, $r) = map { IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
		LocalPort => $_) or die "port $_: $!" } ($from, $to);
	send($s, $text, 0, pack_sockaddr_in($to, inet_aton('127.0.0.1')));
	recv($r, my $b, 100, 0);
}
tcp(47111, 0);
tcp(0, 47112);
tcp(0, 0);
udp(47113, 47120);
udp(47121, 47113);
open(my $f, '>', '/dev/null');
syswrite($f, $text);
