# SPDX-License-Identifier: Apache-2.0
# VST_WARNINGS: the warnings we hold ourselves to; fatal with --enable-werror.
AC_DEFUN([VST_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
	[vst_werror=$enableval], [vst_werror=no])
VST_WARN="-Wall -Wextra -Wshadow -Wvla -Wundef -Wpointer-arith -Wwrite-strings -Wno-unused-parameter -Wno-missing-field-initializers"
VST_WARN_C="-Wmissing-prototypes -Wstrict-prototypes -Wdeclaration-after-statement"
AS_IF([test "$GCC" = yes], [VST_WARN="$VST_WARN -Wimplicit-fallthrough"])
AS_IF([test "$vst_werror" = yes], [VST_WARN="$VST_WARN -Werror"])
AC_SUBST([VST_WARN])
AC_SUBST([VST_WARN_C])
])

# AX_PTHREAD_FLAGS: the read-ahead and --jobs threads.
AC_DEFUN([AX_PTHREAD_FLAGS], [
AC_SUBST([PTHREAD_CFLAGS], [-pthread])
AC_SUBST([PTHREAD_LIBS], [-pthread])
])
