/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "lib/event/kind.h"

enum member_type { U8, U16, U32, U64, I64, BOOL, STR_, ADDR };

struct slot {
	uint16_t offset;	/* in struct snap_item */
	uint8_t type;		/* enum member_type */
};

#define TYPE_U8 U8
#define TYPE_U16 U16
#define TYPE_U32 U32
#define TYPE_U64 U64
#define TYPE_I64 I64
#define TYPE_BOOL BOOL
#define TYPE_STR STR_
#define TYPE_ADDR ADDR

#define SNAPKIND(ID, member, kname) static const struct slot members_##ID[] = {
#define S(member, field, type) { offsetof(struct snap_item, member.field), TYPE_##type },
#define ENDSNAP(ID) };
#include "schema/snapshot.def"
#undef SNAPKIND
#undef S
#undef ENDSNAP

static const struct slot *const members[SNAP_KIND_COUNT] = {
#define SNAPKIND(ID, member, kname) [SNAP_##ID] = members_##ID,
#define S(member, field, type)
#define ENDSNAP(ID)
#include "schema/snapshot.def"
#undef SNAPKIND
#undef S
#undef ENDSNAP
};

/* The little-endian bytes of a scalar member at `to`; how many. */
static uint32_t pack(uint8_t *to, const void *from, unsigned type)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (type) {
	case U16:
		memcpy(&u16, from, sizeof(u16));
		put_le16(to, u16);
		return 2;
	case U32:
		memcpy(&u32, from, sizeof(u32));
		put_le32(to, u32);
		return 4;
	case U64:
	case I64:
		memcpy(&u64, from, sizeof(u64));
		put_le64(to, u64);
		return 8;
	default:
		*to = *(const uint8_t *)from;
		return 1;
	}
}

static void unpack(void *to, const uint8_t *from, unsigned type)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (type) {
	case U16:
		u16 = le16(from);
		memcpy(to, &u16, sizeof(u16));
		break;
	case U32:
		u32 = le32(from);
		memcpy(to, &u32, sizeof(u32));
		break;
	case U64:
	case I64:
		u64 = le64(from);
		memcpy(to, &u64, sizeof(u64));
		break;
	case BOOL:
		*(bool *)to = *from != 0;
		break;
	default:
		*(uint8_t *)to = *from;
	}
}

/* All zero is how an absent address reads back: no need to store it. */
static struct param addr_param(const uint8_t *p)
{
	static const uint8_t zero[16];

	return memcmp(p, zero, sizeof(zero)) ? (struct param){ p, 16 } :
					       (struct param){ NULL, 0 };
}

void row_of_snap(struct row *r, const struct snap_item *item, struct rowbuf *scratch)
{
	const struct slot *m = members[item->kind];
	uint8_t *to = scratch->bytes;
	const struct str *s;
	const void *at;
	unsigned i;

	*r = (struct row){ .kind = kind_of((uint16_t)(KIND_SNAP + item->kind)) };
	r->tid = EVENT_NO_TID;
	r->ncols = (uint8_t)r->kind->ncols;
	for (i = 0; i < r->ncols; i++, m++) {
		at = (const char *)item + m->offset;
		if (m->type == STR_) {
			s = at;
			r->col[i] = (struct param){ (const uint8_t *)s->p, (uint32_t)s->len };
		} else if (m->type == ADDR) {
			r->col[i] = addr_param(at);
		} else {
			r->col[i] = (struct param){ to, pack(to, at, m->type) };
			to += r->col[i].len;
		}
	}
}

bool snap_of_row(struct snap_item *item, const struct row *r)
{
	const struct slot *m;
	struct param p;
	void *at;
	unsigned i, k = r->kind->id - KIND_SNAP;

	if (r->kind->id < KIND_SNAP || k >= SNAP_KIND_COUNT)
		return false;
	memset(item, 0, sizeof(*item));
	item->kind = k;
	for (i = 0, m = members[k]; i < r->kind->ncols; i++, m++) {
		p = i < r->ncols ? r->col[i] : (struct param){ NULL, 0 };
		at = (char *)item + m->offset;
		if (m->type == STR_)
			*(struct str *)at = p.len ? str_mem(p.p, p.len) : STR("");
		else if (m->type == ADDR)
			memcpy(at, p.p ? p.p : (const uint8_t *)"", p.len == 16 ? 16 : 0);
		else if (p.len == coltype_size(r->kind->cols[i].type))
			unpack(at, p.p, m->type);
	}
	return true;
}
