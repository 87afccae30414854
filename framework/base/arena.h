/* SPDX-License-Identifier: MIT */
/* Memory by lifetime: nothing is freed alone, the arena is closed as a whole. Running out
 * calls the handler that the command line installed; arena_alloc never returns NULL. */
#ifndef NNP_BASE_ARENA_H
#define NNP_BASE_ARENA_H
#include <stdarg.h>
#include <stddef.h>

struct arena {
    struct arena_block *head;
};

/* Zeroed, aligned to 16 bytes. */
void *arena_alloc(struct arena *a, size_t size);
/* n members of size bytes; overflow counts as running out. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* Copies old_n members into room for new_n; the old ones stay where they are. */
void *arena_grow(struct arena *a, const void *old, size_t old_n, size_t new_n, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
void  arena_close(struct arena *a); /* a zeroed arena is open and empty */
/* Called when memory runs out; must not return. Default: message on fd 2 and _exit(1). */
void arena_on_oom(void (*handler)(size_t size));
/* What malloc did not give, to whoever cannot go on without it: calls that handler. */
_Noreturn void arena_run_out(size_t size);
#endif
