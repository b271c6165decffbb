/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks like a miner and is none: logs in to the "pool" of its -o argument,
 * counts for a moment, sends four "shares".  See stage.sh.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int pool(const char *url)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	char host[64];
	int port, fd;

	if (sscanf(url, "stratum+tcp://%63[0-9.]:%d", host, &port) != 2)
		return -1;
	to.sin_port = htons((unsigned short)port);
	inet_pton(AF_INET, host, &to.sin_addr);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) ? -1 : fd;
}

static void ask(int fd, const char *text)
{
	char answer[1024];

	if (write(fd, text, strlen(text)) < 0 || read(fd, answer, sizeof(answer)) <= 0)
		exit(1);
}

int main(int argc, char **argv)
{
	static const char login[] = "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":"
		"{\"login\":\"48ExampleWalletOnly\",\"pass\":\"node3\",\"agent\":\"XMRig/6.21.0\"}}\n";
	static const char share[] = "{\"id\":2,\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":"
		"{\"id\":\"x\",\"nonce\":\"00000000\",\"result\":\"00\"}}\n";
	volatile unsigned long n;
	int fd = -1, i;

	for (i = 1; i + 1 < argc; i++)
		if (!strcmp(argv[i], "-o"))
			fd = pool(argv[i + 1]);
	if (fd < 0)
		return 1;
	ask(fd, login);
	for (i = 0; i < 4; i++) {
		for (n = 0; n < 3000000; n++)
			;
		ask(fd, share);
	}
	sleep(600);
	return 0;
}
