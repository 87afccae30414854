/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>

/* Made once and never freed. Two threads that come first at the same time may both make
 * one; C libraries give the same object each time, so that nothing is lost. */
static locale_t c_locale(void)
{
    static locale_t made;
    locale_t        l = __atomic_load_n(&made, __ATOMIC_ACQUIRE);

    if (!l) {
        l = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        __atomic_store_n(&made, l, __ATOMIC_RELEASE);
    }
    return l;
}

_Thread_local bool number_held;

locale_t number_hold(void)
{
    number_held = true;
    return uselocale(c_locale());
}

void number_release(locale_t before)
{
    number_held = false;
    uselocale(before);
}

double number_read(const char *text, char **end)
{
    locale_t before = number_enter();
    double   v = strtod(text, end);

    number_leave(before);
    return v;
}

int number_vprint(char *out, size_t size, const char *form, va_list args)
{
    locale_t before = number_enter();
    int      n = vsnprintf(out, size, form, args);

    number_leave(before);
    return n;
}

int number_print(char *out, size_t size, const char *form, ...)
{
    va_list args;

    va_start(args, form);
    int n = number_vprint(out, size, form, args);
    va_end(args);
    return n;
}
