# SPDX-License-Identifier: Apache-2.0
# Data on sockets with the ports that ports_check (live.sh) knows, and others.
use strict;
use POSIX ();
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
my %sendmsg = (x86_64 => 46, aarch64 => 211);
sub by_msg {	# one that names its address in a struct msghdr
	my ($socket, $to) = @_;
	my $iov = pack('PQ', $text, length($text));
	my $msg = pack('PLx4PQQQLx4', $to, length($to), $iov, 1, 0, 0, 0);
	syscall($sendmsg{(POSIX::uname())[4]}, fileno($socket), $msg, 0) == length($text) or die "sendmsg: $!";
}
sub udp {
	my ($from, $to, $by_msg) = @_;
	my ($s, $r) = map { IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
		LocalPort => $_) or die "port $_: $!" } ($from, $to);
	my $addr = pack_sockaddr_in($to, inet_aton('127.0.0.1'));
	$by_msg ? by_msg($s, $addr) : send($s, $text, 0, $addr);
	recv($r, my $b, 100, 0);
}
tcp(47111, 0);
tcp(0, 47112);
tcp(0, 0);
udp(47113, 47120);
udp(47121, 47113);
udp(47121, 47113, 1);
udp(47121, 47120, 1);
open(my $f, '>', '/dev/null');
syswrite($f, $text);
