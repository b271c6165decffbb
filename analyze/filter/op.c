/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include "analyze/filter/ast.h"
#include "analyze/filter/op.h"
#include "analyze/field/value.h"

const struct opinfo optab[FOP_COUNT] = {
#define OP(id, text, syntax, classes, probability) \
	[FOP_##id] = { text, OPS_##syntax, classes, probability },
#include "schema/ops.def"
#undef OP
};

const struct xforminfo xformtab[XF_COUNT] = {
#define TRANSFORMER(id, name, classes, min, max) \
	[XF_##id] = { name, classes, min, max },
#include "schema/transformers.def"
#undef TRANSFORMER
};

const char *op_takes(unsigned syntax)
{
	static const char *const text[] = {
		[OPS_UNARY] = "",
		[OPS_NUM] = "NUMBER | val(FIELD) | TRANSFORMER",
		[OPS_STR] = "VALUE | val(FIELD) | TRANSFORMER | anyof|allof|oneof (LIST)",
		[OPS_WORD] = "VALUE | val(FIELD) | TRANSFORMER | anyof|allof|oneof (LIST)",
		[OPS_LIST] = "(LIST) | val(FIELD) | TRANSFORMER",
	};

	return syntax < ARRAY_SIZE(text) ? text[syntax] : "";
}

int xform_by_name(struct str name)
{
	int i;

	for (i = 0; i < XF_COUNT; i++)
		if (str_eq(name, str_of(xformtab[i].name)))
			return i;
	return -1;
}

const char *modifier_text(unsigned mod)
{
	static const char *const text[] = {
		[MOD_NONE] = "",
		[MOD_ANYOF] = "anyof",
		[MOD_ALLOF] = "allof",
		[MOD_ONEOF] = "oneof",
	};

	return mod < ARRAY_SIZE(text) ? text[mod] : "";
}

/* Types not named here come only through evt.rawarg and know no operator. */
static const uint8_t scalar_class[PT_COUNT] = {
	[PT_INT8] = OC_NUM, [PT_INT16] = OC_NUM,
	[PT_INT32] = OC_NUM, [PT_INT64] = OC_NUM,
	[PT_UINT8] = OC_NUM, [PT_UINT16] = OC_NUM,
	[PT_UINT32] = OC_NUM, [PT_UINT64] = OC_NUM,
	[PT_ERRNO] = OC_NUM, [PT_FD] = OC_NUM, [PT_PID] = OC_NUM,
	[PT_SYSCALLID] = OC_NUM, [PT_SIGTYPE] = OC_NUM,
	[PT_RELTIME] = OC_NUM, [PT_ABSTIME] = OC_NUM, [PT_PORT] = OC_NUM,
	[PT_FLAGS8] = OC_NUM, [PT_FLAGS16] = OC_NUM, [PT_FLAGS32] = OC_NUM,
	[PT_ENUMFLAGS8] = OC_NUM, [PT_ENUMFLAGS16] = OC_NUM,
	[PT_ENUMFLAGS32] = OC_NUM, [PT_DOUBLE] = OC_NUM, [PT_MODE] = OC_NUM,
	[PT_BOOL] = OC_BOOL,
	[PT_CHARBUF] = OC_STR, [PT_FSPATH] = OC_STR, [PT_FSRELPATH] = OC_STR,
	[PT_BYTEBUF] = OC_BUF,
	[PT_IPADDR] = OC_IP, [PT_IPV4ADDR] = OC_IP, [PT_IPV6ADDR] = OC_IP,
	[PT_IPNET] = OC_NET, [PT_IPV4NET] = OC_NET, [PT_IPV6NET] = OC_NET,
};

static bool list_element(unsigned ptype)
{
	switch (ptype) {
	case PT_CHARBUF:
	case PT_UINT64:
	case PT_RELTIME:
	case PT_ABSTIME:
	case PT_BOOL:
	case PT_IPADDR:
	case PT_IPNET:
		return true;
	default:
		return false;
	}
}

unsigned type_class(unsigned ptype, bool list)
{
	if (list)
		return list_element(ptype) ? OC_LIST : OC_NONE;
	if (ptype >= PT_COUNT || !scalar_class[ptype])
		return OC_NONE;
	return scalar_class[ptype];
}

const char *class_text(unsigned cls)
{
	switch (cls) {
	case OC_NUM:
	case OC_BOOL:
		return "numeric filters";
	case OC_STR:
		return "string filters";
	case OC_BUF:
		return "buffer filters";
	case OC_IP:
	case OC_NET:
		return "ip address and network filters";
	case OC_LIST:
		return "list filters";
	default:
		return "fields of this type";
	}
}
