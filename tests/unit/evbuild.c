/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <arpa/inet.h>

#include "lib/base/le.h"
#include "tests/unit/evbuild.h"

void evb_begin(struct evb *b, unsigned type, int64_t tid)
{
	memset(&b->ev, 0, sizeof(b->ev));
	b->len = 0;
	b->ts += 1000000;
	b->ev.ts = b->ts;
	b->ev.num = ++b->num;
	b->ev.tid = tid;
	b->ev.type = (uint16_t)type;
	b->ev.info = evinfo_of(type);
	b->ev.nparams = b->ev.info ? b->ev.info->nparams : 0;
}

void evb_bytes(struct evb *b, unsigned param, const void *p, size_t len)
{
	if (len > sizeof(b->data) - b->len)
		len = sizeof(b->data) - b->len;
	if (param >= b->ev.nparams)
		return;
	if (len)
		memcpy(b->data + b->len, p, len);
	b->ev.param[param] = (struct param){ b->data + b->len, (uint32_t)len };
	b->len += len;
}

void evb_int(struct evb *b, unsigned param, int64_t v)
{
	uint8_t le[8];
	size_t size;

	if (param >= b->ev.nparams)
		return;
	size = ptype_size[b->ev.info->params[param].ptype];
	put_le64(le, (uint64_t)v);
	evb_bytes(b, param, le, size && size <= 8 ? size : 8);
}

void evb_str(struct evb *b, unsigned param, const char *s)
{
	evb_bytes(b, param, s, strlen(s) + 1);
}

/* Appends one end; returns the family. */
static uint8_t put_end(const char *end, uint8_t *out, size_t *len)
{
	char ip[64];
	const char *sep = strchr(end, '|');
	bool v6 = sep != NULL;

	if (!sep)
		sep = strrchr(end, ':');
	if (!sep)
		return 1;
	snprintf(ip, sizeof(ip), "%.*s", (int)(sep - end), end);
	if (inet_pton(v6 ? AF_INET6 : AF_INET, ip, out + *len) != 1)
		abort();
	*len += v6 ? 16 : 4;
	put_le16(out + *len, (uint16_t)strtoul(sep + 1, NULL, 10));
	*len += 2;
	return v6 ? 10 : 2;
}

void evb_addr(struct evb *b, unsigned param, const char *end)
{
	uint8_t p[256] = { 0 };
	size_t len = 1;

	p[0] = put_end(end, p, &len);
	if (p[0] == 1)
		len += (size_t)snprintf((char *)p + 1, sizeof(p) - 1, "%s", end) + 1;
	evb_bytes(b, param, p, len);
}

void evb_tuple(struct evb *b, unsigned param, const char *src, const char *dst)
{
	uint8_t p[256] = { 0 };
	size_t len = 1;

	p[0] = put_end(src, p, &len);
	if (p[0] == 1) {
		put_le64(p + 1, 0xaa);
		put_le64(p + 9, 0xbb);
		len = 17 + (size_t)snprintf((char *)p + 17, sizeof(p) - 17, "%s", dst) + 1;
	} else if (put_end(dst, p, &len) != p[0]) {
		abort();
	}
	evb_bytes(b, param, p, len);
}

struct event *evb_end(struct evb *b)
{
	return &b->ev;
}
