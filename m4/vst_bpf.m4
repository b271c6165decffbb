# SPDX-License-Identifier: Apache-2.0
# VST_BPF: can the live recorder be built?  It needs clang with the bpf target,
# bpftool (for the skeleton) and libbpf.  Without them the offline half still
# builds, and `vestige capture` says what was missing.
AC_DEFUN([VST_BPF], [
AC_ARG_ENABLE([bpf],
	[AS_HELP_STRING([--disable-bpf], [do not build the eBPF recorder])],
	[], [enable_bpf=auto])
vst_bpf=yes
vst_bpf_why=
AC_ARG_VAR([BPF_CLANG], [clang used for eBPF objects])
AC_ARG_VAR([BPFTOOL], [bpftool used to make the skeleton])
AC_PATH_PROGS([BPF_CLANG], [clang clang-19 clang-16 clang-14])
AC_PATH_PROGS([BPFTOOL], [bpftool], [], [$PATH:/usr/sbin:/sbin])
PKG_CHECK_MODULES([LIBBPF], [libbpf >= 0.8], [], [vst_bpf=no; vst_bpf_why="libbpf not found"])
AS_IF([test "x$BPF_CLANG" = x], [vst_bpf=no; vst_bpf_why="clang not found"])
AS_IF([test "x$BPFTOOL" = x], [vst_bpf=no; vst_bpf_why="bpftool not found"])
AS_IF([test "$enable_bpf" = no], [vst_bpf=no; vst_bpf_why="switched off"])
AS_IF([test "$enable_bpf" = yes && test "$vst_bpf" = no],
	[AC_MSG_ERROR([--enable-bpf was given, but $vst_bpf_why])])
AS_CASE([$host_cpu], [aarch64*], [BPF_ARCH=arm64], [BPF_ARCH=x86])
AC_SUBST([BPF_ARCH])
AM_CONDITIONAL([HAVE_BPF], [test "$vst_bpf" = yes])
AS_IF([test "$vst_bpf" = yes], [AC_DEFINE([HAVE_BPF], [1], [the eBPF recorder is built in])])
AC_DEFINE_UNQUOTED([NO_BPF_WHY], ["$vst_bpf_why"], [why the eBPF recorder was left out])
])
