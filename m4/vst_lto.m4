# SPDX-License-Identifier: Apache-2.0
# VST_LTO: the program that runs rules is optimised as a whole, where gcc can
# (its objects serve everything else as they are, so nothing else is linked
# slower for it).  Left out under the sanitizers, and with --disable-lto.
AC_DEFUN([VST_LTO], [
AC_ARG_ENABLE([lto],
	[AS_HELP_STRING([--disable-lto], [do not optimise vestige-analyze as a whole])],
	[vst_lto=$enableval], [vst_lto=yes])
AS_IF([test "$vst_sanitize" = yes], [vst_lto=no])
VST_LTO_CFLAGS=
VST_LTO_LDFLAGS=
VST_NO_LTO_LDFLAGS=
AS_IF([test "$vst_lto" = yes], [
	vst_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror -flto=auto -ffat-lto-objects"
	AC_MSG_CHECKING([whether $CC optimises programs as a whole])
	AC_LINK_IFELSE([AC_LANG_PROGRAM()], [], [vst_lto=no])
	AC_MSG_RESULT([$vst_lto])
	CFLAGS=$vst_cflags
])
AS_IF([test "$vst_lto" = yes], [
	VST_LTO_CFLAGS="-flto=auto -ffat-lto-objects"
	VST_LTO_LDFLAGS="-flto=auto"
	VST_NO_LTO_LDFLAGS="-fno-lto"
])
AC_SUBST([VST_LTO_CFLAGS])
AC_SUBST([VST_LTO_LDFLAGS])
AC_SUBST([VST_NO_LTO_LDFLAGS])
])
