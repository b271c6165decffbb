# SPDX-License-Identifier: Apache-2.0
# An outside web server for one connection: takes what is posted or put, and
# answers a GET with the file named on the command line.
use strict;
use warnings;
$| = 1;
binmode STDIN;
binmode STDOUT;
alarm 120;
while (defined(my $first = <STDIN>)) {
	my ($length, $expect) = (0, 0);
	while (my $line = <STDIN>) {
		last if $line =~ /^\r?$/;
		$length = $1 if $line =~ /^content-length:\s*(\d+)/i;
		$expect = 1 if $line =~ /^expect:\s*100/i;
	}
	print "HTTP/1.1 100 Continue\r\n\r\n" if $expect;
	while ($length > 0) {
		my $n = read STDIN, my $data, $length < 65536 ? $length : 65536;
		last unless $n;
		$length -= $n;
	}
	my $body = "ok\n";
	if ($first =~ /^GET/ && @ARGV && open my $f, '<:raw', $ARGV[0]) {
		local $/;
		$body = <$f>;
	}
	print "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n",
		"Content-Length: ", length $body, "\r\nConnection: close\r\n\r\n", $body;
	last;
}
