/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/surroundings.h"

static void change_umask(void)
{
    umask(0);
}

static void change_directory(void)
{
    ck_assert_int_eq(chdir("/"), 0);
}

static void change_locale(void)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
}

static void change_environment(void)
{
    setenv("NNT_SURROUNDINGS", "1", 1);
}

static void change_signal(void)
{
    signal(SIGUSR2, SIG_IGN);
}

static void change_rounding(void)
{
    fesetround(FE_UPWARD);
}

static void change_two(void)
{
    umask(0);
    fesetround(FE_UPWARD);
}

static const struct {
    void (*change)(void);
    const char *said, *afterwards; /* once it is put back */
} changes[] = {
    { change_umask, "changes the umask to 000", "" },
    { change_directory, "changes the working directory to /", "" },
    { change_locale, "changes the locale to C.UTF-8", "" },
    { change_environment, "changes the environment variables",
      "changes the environment variables" },
    { change_signal, "changes what happens at signal 12",
      "changes what happens at signal 12" },
    { change_rounding, "changes the floating-point mode", "" },
    { change_two, "changes the umask to 000; changes the floating-point mode", "" },
};

/* Each in a process of its own. */
START_TEST(what_changes_is_said_and_mostly_put_back)
{
    struct surroundings then, now;
    struct strbuf       text = { 0 };

    umask(022);
    ck_assert_int_eq(chdir("/tmp"), 0);
    surroundings_take(&then);
    surroundings_compare(&then, &then, &text);
    ck_assert_str_eq(strbuf_text(&text), "");
    changes[_i].change();
    surroundings_take(&now);
    surroundings_compare(&then, &now, &text);
    ck_assert_str_eq(strbuf_text(&text), changes[_i].said);
    surroundings_restore(&then);
    surroundings_take(&now);
    text.n = 0;
    surroundings_compare(&then, &now, &text);
    ck_assert_str_eq(text.n ? strbuf_text(&text) : "", changes[_i].afterwards);
    strbuf_close(&text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("surroundings");
    TCase *t = tcase_create("changes");

    tcase_add_loop_test(t, what_changes_is_said_and_mostly_put_back, 0, COUNT(changes));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
