/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"

enum { ALIGN = 16, FIRST = 4096, LARGEST = 1 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t              size, used;
    _Alignas(ALIGN) unsigned char bytes[];
};

/* What is half done is left as it is: handlers of exit() would meet it, and take the end
 * for a plugin's doing. */
static void say_and_exit(size_t size)
{
    char text[96];
    int  n = snprintf(text, sizeof text,
                      "error: out of memory: %zu bytes more were needed\n", size);

    if (write(2, text, (size_t)n) < 0)
        _exit(1); /* nobody left to tell */
    _exit(1);
}

/* The one setting of the process: what to do when even an error cannot be kept. */
static void (*on_oom)(size_t size) = say_and_exit;

void arena_on_oom(void (*handler)(size_t size))
{
    on_oom = handler ? handler : say_and_exit;
}

void arena_run_out(size_t size)
{
    on_oom(size);
    abort();
}

/* Blocks double up to LARGEST, so that many small strings cost few calls of malloc. */
static struct arena_block *add_block(struct arena *a, size_t size)
{
    size_t room = a->head ? 2 * a->head->size : FIRST;

    if (room > LARGEST)
        room = LARGEST;
    if (room < size)
        room = size;
    if (room > SIZE_MAX - sizeof(struct arena_block))
        arena_run_out(size);
    struct arena_block *b = malloc(sizeof *b + room);
    if (!b)
        arena_run_out(size);
    b->size = room;
    b->used = 0;
    b->next = a->head;
    a->head = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    struct arena_block *b = a->head;

    if (size > SIZE_MAX / 2)
        arena_run_out(size);
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (!b || b->size - b->used < size)
        b = add_block(a, size);
    void *p = b->bytes + b->used;
    b->used += size;
    return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        arena_run_out(SIZE_MAX);
    return arena_alloc(a, total);
}

void *arena_grow(struct arena *a, const void *old, size_t old_n, size_t new_n,
                 size_t size)
{
    void *p = arena_array(a, new_n, size);

    if (old_n > new_n)
        old_n = new_n;
    if (old && old_n)
        memcpy(p, old, old_n * size);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char  *p = arena_alloc(a, len + 1);

    memcpy(p, s, len);
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;

    va_copy(again, ap);
    int n = number_vprint(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        arena_run_out(strlen(fmt)); /* the C library wanted memory for a number */
    char *p = arena_alloc(a, (size_t)n + 1);
    if (number_vprint(p, (size_t)n + 1, fmt, ap) < 0)
        arena_run_out((size_t)n);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}

void arena_close(struct arena *a)
{
    while (a->head) {
        struct arena_block *b = a->head;
        a->head = b->next;
        free(b);
    }
}
