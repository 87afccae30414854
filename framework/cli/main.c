/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/number.h"
#include "cli/crash.h"
#include "kernels/cpu.h"

static bool wants_color(const struct environment *e)
{
    return e->color || (isatty(2) && !e->no_color && !e->dumb);
}

/* A command's name never holds a dot or a slash, a file's name always does. */
static bool looks_like_a_file(const char *arg)
{
    return strcmp(arg, "-") == 0 || strpbrk(arg, "./");
}

static int dispatch(struct cli *c, int argc, char **argv)
{
    if (argc < 2)
        return cmd_help(c, 0, NULL), 2;
    if (strcmp(argv[1], "--version") == 0)
        return puts("nnpipe " PACKAGE_VERSION " (plugin ABI 1.0)"), 0;
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cmd_help(c, 0, NULL);
    for (const struct command *k = commands; k->name; k++)
        if (strcmp(k->name, argv[1]) == 0)
            return k->run(c, argc - 2, argv + 2);
    /* `nnpipe --set a=1 FILE` is a run as well: flags may come first. */
    if (looks_like_a_file(argv[1]) || argv[1][0] == '-')
        return cmd_run(c, argc - 1, argv + 1);
    return cmd_help(c, 1, argv + 1);
}

/* Large blocks stay mappings of their own, which go back to the system when they are
 * freed: without this, glibc keeps them from the second training of a process on. */
static void return_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 18);
#endif
}

int main(int argc, char **argv)
{
    struct cli c = { .seed = -1 };

    number_enter(); /* once, so that it costs no call of a plugin anything */
    return_memory();
    crash_install();
    diag_init(&c.diag, &c.arena);
    environment_read(&c.env, &c.arena);
    c.color = wants_color(&c.env);
    cpu_choose(c.env.kernels);
    int code = dispatch(&c, argc, argv);
    if (fflush(stdout) || ferror(stdout)) {
        fputs("nnpipe: the result could not be written to standard output\n", stderr);
        code = code ? code : 1;
    }
    registry_close(c.registry);
    arena_close(&c.arena);
    return code;
}
