/* SPDX-License-Identifier: Apache-2.0 */
/* The one user of RE2: linear time whatever the pattern, bounded memory. */
#define VESTIGE_LIVE		/* the C++ headers name all that is banned */
#include "lib/base/compat.h"

#include <re2/re2.h>

#include "analyze/filter/regex.h"

struct regex {
	re2::RE2 re;

	regex(const re2::StringPiece &pattern, const re2::RE2::Options &options)
		: re(pattern, options)
	{
	}
};

struct regex *regex_new(const char *pattern, size_t len, char *why, size_t whylen)
{
	re2::RE2::Options options(re2::RE2::POSIX);
	struct regex *re;

	options.set_log_errors(false);
	re = new struct regex(re2::StringPiece(pattern, len), options);
	if (re->re.ok())
		return re;
	snprintf(why, whylen, "%s", re->re.error().c_str());
	delete re;
	return nullptr;
}

void regex_free(struct regex *re)
{
	delete re;
}

bool regex_has(const struct regex *re, const char *text, size_t len)
{
	return re2::RE2::FullMatch(re2::StringPiece(text, len), re->re);
}
