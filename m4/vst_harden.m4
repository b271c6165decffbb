# SPDX-License-Identifier: Apache-2.0
# VST_HARDEN: what a parser of hostile files should be built with.  Left out
# under the sanitizers, which see more, and with --disable-hardening.
AC_DEFUN([VST_HARDEN], [
AC_ARG_ENABLE([hardening],
	[AS_HELP_STRING([--disable-hardening], [no stack protector, fortified libc or full RELRO])],
	[vst_harden=$enableval], [vst_harden=yes])
AS_IF([test "$vst_sanitize" = yes], [vst_harden=no])
VST_HARDEN_CPPFLAGS=
VST_HARDEN_CFLAGS=
VST_HARDEN_LDFLAGS=
AS_IF([test "$vst_harden" = yes], [
	VST_HARDEN_CFLAGS="-fstack-protector-strong"
	VST_HARDEN_LDFLAGS="-Wl,-z,relro,-z,now"
	# glibc warns when it is asked to fortify unoptimised code.
	AS_CASE([" $CFLAGS "], [*" -O0 "*], [],
		[*_FORTIFY_SOURCE*], [],
		[*" -O"*], [VST_HARDEN_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
])
AC_SUBST([VST_HARDEN_CPPFLAGS])
AC_SUBST([VST_HARDEN_CFLAGS])
AC_SUBST([VST_HARDEN_LDFLAGS])
])
