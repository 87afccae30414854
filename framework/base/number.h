/* SPDX-License-Identifier: MIT */
/* Numbers are read and written as C does it, `0.5`, whatever locale the process has
 * chosen. Two ways, because there are two who do it: the host reads and writes through
 * the functions here; a plugin calls strtod and snprintf itself, so its thread holds the
 * C locale while it runs. Nothing here is seen by other threads or after number_leave. */
#ifndef NNP_BASE_NUMBER_H
#define NNP_BASE_NUMBER_H
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* strtod. */
double number_read(const char *text, char **end);
/* vsnprintf and snprintf. */
int number_vprint(char *out, size_t size, const char *form, va_list args)
    __attribute__((format(printf, 3, 0)));
int number_print(char *out, size_t size, const char *form, ...)
    __attribute__((format(printf, 3, 4)));

/* The C locale for this thread, until number_leave gets what this returned; they nest. A
 * thread of the host holds it from its start to its end, and so does the program's first
 * thread: then a call costs no more than a look at the flag. */
extern _Thread_local bool number_held;
locale_t                  number_hold(void); /* where it is not held yet */
void                      number_release(locale_t before);

static inline locale_t number_enter(void)
{
    return number_held ? (locale_t)0 : number_hold();
}

static inline void number_leave(locale_t before)
{
    if (before)
        number_release(before);
}
#endif
