# NNP_WARNINGS: the warnings every file is clean under; --enable-werror makes them errors.
AC_DEFUN([NNP_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors (CI does)])],
    [], [enable_werror=no])
  WARN_CFLAGS=
  for flag in -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
              -Wpointer-arith -Wwrite-strings -Wundef -Wformat=2; do
    NNP_TRY_CFLAG([$flag], [WARN_CFLAGS="$WARN_CFLAGS $flag"])
  done
  # clang takes even `double x = INFINITY` for a promotion worth a word; gcc does not.
  NNP_TRY_CFLAG([-Wdouble-promotion], [WARN_CFLAGS="$WARN_CFLAGS -Wdouble-promotion"],
    [double x = __builtin_inff(); return x < 0;])
  AS_IF([test "$enable_werror" = yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

# NNP_TRY_CFLAG(FLAG, IF-ACCEPTED, [BODY of the program that must compile without a warning])
AC_DEFUN([NNP_TRY_CFLAG], [
  nnp_save_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS -Werror $1"
  AC_MSG_CHECKING([whether $CC accepts $1])
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [$3])], [AC_MSG_RESULT([yes]); $2], [AC_MSG_RESULT([no])])
  CFLAGS=$nnp_save_CFLAGS
])

# NNP_SANITIZER: --with-sanitizer[=address,undefined]; plain names go to -fsanitize=. Its
# null checks make gcc warn of NULL pointers that cannot be; so warnings are no errors here.
AC_DEFUN([NNP_SANITIZER], [
  AC_ARG_WITH([sanitizer], [AS_HELP_STRING([--with-sanitizer@<:@=LIST@:>@],
    [build with -fsanitize=LIST @<:@address,undefined@:>@])], [], [with_sanitizer=no])
  AS_IF([test "$with_sanitizer" = yes], [with_sanitizer=address,undefined])
  SAN_FLAGS=
  AS_IF([test "$with_sanitizer" != no],
    [NNP_TRY_CFLAG([-fsanitize=$with_sanitizer],
      [SAN_FLAGS="-fsanitize=$with_sanitizer -fno-omit-frame-pointer -Wno-error"])
     AS_IF([test -z "$SAN_FLAGS"], [AC_MSG_ERROR([$CC has no -fsanitize=$with_sanitizer])])
     AC_DEFINE([NNP_KEEP_PLUGINS_LOADED], [1],
       [Define to skip dlclose, so that sanitizer and valgrind reports keep their symbols.])])
  AC_SUBST([SAN_FLAGS])
  # An undefined symbol in a plugin is a link error, except where the sanitizer's own
  # run-time library provides them.
  NO_UNDEFINED=
  AS_IF([test "$with_sanitizer" = no], [NO_UNDEFINED="-Wl,-z,defs"])
  AC_SUBST([NO_UNDEFINED])
])

# NNP_FUZZER: --with-fuzzer builds tests/fuzz for libFuzzer, and all else with its counters
# and the sanitizers; needs clang. To be called before NNP_SANITIZER.
AC_DEFUN([NNP_FUZZER], [
  AC_ARG_WITH([fuzzer], [AS_HELP_STRING([--with-fuzzer],
    [build the targets of tests/fuzz for libFuzzer (clang)])], [], [with_fuzzer=no])
  AS_IF([test "$with_fuzzer" = yes], [with_sanitizer="fuzzer-no-link,address,undefined dnl
-fno-sanitize-recover=undefined"])
  AM_CONDITIONAL([FUZZER], [test "$with_fuzzer" = yes])
])

# NNP_COVERAGE: --enable-coverage adds gcov instrumentation and turns the optimiser off.
AC_DEFUN([NNP_COVERAGE], [
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [instrument for gcov])],
    [], [enable_coverage=no])
  COV_FLAGS= COV_LDFLAGS=
  AS_IF([test "$enable_coverage" = yes], [
    COV_FLAGS=--coverage
    # The plugins' own copy of the runtime must not become part of what they export.
    COV_LDFLAGS="--coverage -Wl,--exclude-libs,libgcov.a"
    CFLAGS="$CFLAGS -O0" # AM_CFLAGS comes before CFLAGS and so before the default -O2
  ])
  AC_SUBST([COV_FLAGS])
  AC_SUBST([COV_LDFLAGS])
])

# NNP_TARGET_CLONES: can one function be compiled for several processors, the best version
# being chosen at load? Where not, or where a sanitizer would run before it is ready,
# NNP_HOT of plugin.h is told to be empty.
AC_DEFUN([NNP_TARGET_CLONES], [
  AC_MSG_CHECKING([whether $CC compiles a function for several processors])
  nnp_target_clones=no
  AS_IF([test "$with_sanitizer" = no],
    [nnp_save_CFLAGS=$CFLAGS
     CFLAGS="$CFLAGS -fPIC -shared -Werror"
     AC_LINK_IFELSE([AC_LANG_SOURCE([[
         __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
         void f(float *x, int n) { for (int i = 0; i < n; i++) x[i] += 1; }]])],
       [nnp_target_clones=yes])
     CFLAGS=$nnp_save_CFLAGS])
  AC_MSG_RESULT([$nnp_target_clones])
  CLONES_CPPFLAGS=
  AS_IF([test "$nnp_target_clones" = no], [CLONES_CPPFLAGS=-DNNP_HOT=])
  AC_SUBST([CLONES_CPPFLAGS])
])

# NNP_LIBRARY(NAME, HEADER, LIBRARY, FUNCTION, LIBS, [IF]): HAVE_NAME for automake, NAME_LIBS, have_name;
# not looked for unless the shell command IF succeeds.
AC_DEFUN([NNP_LIBRARY], [
  AS_VAR_PUSHDEF([found], m4_tolower([have_$1]))
  found=no
  AS_IF([m4_default([$6], [:])], [AC_CHECK_HEADER([$2],
    [AC_CHECK_LIB([$3], [$4], [found=yes], [], [m4_bpatsubst([$5], [-l$3], [])])])])
  AC_SUBST([$1_LIBS], ["$5"])
  AM_CONDITIONAL([HAVE_$1], [test "$found" = yes])
  AS_VAR_POPDEF([found])
])

# NNP_BUNDLED: --enable-bundled makes one shared object of all plugins that need no library.
AC_DEFUN([NNP_BUNDLED], [
  AC_ARG_ENABLE([bundled], [AS_HELP_STRING([--enable-bundled],
    [all plugins of the tree in one file, but for those that need a library])], [],
    [enable_bundled=no])
  AM_CONDITIONAL([BUNDLED], [test "$enable_bundled" = yes])
])

# NNP_MACHINE: what is known not to work is refused here, and not by a run that is wrong.
AC_DEFUN([NNP_MACHINE], [
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [[int a[sizeof (void *) >= 8 ? 1 : -1]; (void)a;]])], [],
    [AC_MSG_ERROR([nnpipe needs a 64-bit machine: this one's addresses and sizes have 32 bits])])
  AC_C_BIGENDIAN(
    [AC_MSG_ERROR([nnpipe needs a little-endian machine: weights and .npy files have this byte order])],
    [], [], [AC_MSG_ERROR([nnpipe needs a machine of one byte order])])
])
