# SPDX-License-Identifier: Apache-2.0
# VST_SANITIZERS: --enable-asan builds everything under ASan and UBSan.
AC_DEFUN([VST_SANITIZERS], [
AC_ARG_ENABLE([asan],
	[AS_HELP_STRING([--enable-asan], [build with AddressSanitizer and UndefinedBehaviorSanitizer])],
	[vst_sanitize=$enableval], [vst_sanitize=no])
AS_IF([test "$vst_sanitize" = yes], [
	VST_SAN="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
])
AC_SUBST([VST_SAN])
VST_HARDEN
AM_CONDITIONAL([WITH_ASAN], [test "$vst_sanitize" = yes])
])
