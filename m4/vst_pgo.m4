# SPDX-License-Identifier: Apache-2.0
# VST_PGO: vestige-analyze is built twice, where gcc builds it to be run here:
# what it does over the samples tells the second time which ways are common
# (analyze/Makemodule.am).  Left out under the sanitizers, and with --disable-pgo.
AC_DEFUN([VST_PGO], [
AC_ARG_ENABLE([pgo],
	[AS_HELP_STRING([--disable-pgo], [do not build vestige-analyze twice, guided by a profile])],
	[vst_pgo=$enableval], [vst_pgo=yes])
AS_IF([test "$vst_sanitize" = yes || test "$cross_compiling" = yes], [vst_pgo=no])
# The compiler copies ways that are common, and warns of what only a copy that
# nothing takes could do; every other build warns as ever.
vst_pgo_quiet="-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-format-overflow"
vst_pgo_quiet="$vst_pgo_quiet -Wno-array-bounds -Wno-restrict"
vst_pgo_use="-fprofile-use -fprofile-correction -fprofile-partial-training"
vst_pgo_use="$vst_pgo_use -Wno-missing-profile -Wno-coverage-mismatch $vst_pgo_quiet"
AS_IF([test "$vst_pgo" = yes], [
	vst_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $vst_pgo_use"
	AC_MSG_CHECKING([whether $CC takes a profile])
	AC_LINK_IFELSE([AC_LANG_PROGRAM()], [], [vst_pgo=no])
	AC_MSG_RESULT([$vst_pgo])
	CFLAGS=$vst_cflags
])
VST_PGO_CFLAGS=
VST_PGO_LDFLAGS=
AS_IF([test "$vst_pgo" = yes], [
	VST_PGO_CFLAGS=$vst_pgo_use
	VST_PGO_LDFLAGS=$vst_pgo_quiet
])
AC_SUBST([VST_PGO_LDFLAGS])
AC_SUBST([VST_PGO_CFLAGS])
AM_CONDITIONAL([WITH_PGO], [test "$vst_pgo" = yes])
])
