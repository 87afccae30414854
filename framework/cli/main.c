/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/fsio.h"
#include "base/number.h"
#include "cli/crash.h"

static bool wants_color(const struct environment *e)
{
    return e->color || (isatty(2) && !e->no_color && !e->dumb);
}

/* A command's name never holds a dot or a slash, a file's name always does. */
static bool looks_like_a_file(const char *arg)
{
    return strcmp(arg, "-") == 0 || strpbrk(arg, "./");
}

/* `-v` and the like, as a command; or NULL. */
static const char *command_of_flag(const char *arg)
{
    if (strcmp(arg, "--version") == 0 || strcmp(arg, "-v") == 0 || strcmp(arg, "-V") == 0)
        return "version";
    return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0 ? "help" : NULL;
}

static int dispatch(struct cli *c, int argc, char **argv)
{
    if (argc < 2)
        return commands_call(c, "help", 0, NULL), 2;
    if (command_of_flag(argv[1]))
        return commands_call(c, command_of_flag(argv[1]), argc - 2, argv + 2);
    /* `nnpipe --set a=1 FILE` is a run as well: flags may come first. */
    if (looks_like_a_file(argv[1]) || argv[1][0] == '-')
        return commands_call(c, "run", argc - 1, argv + 1);
    return commands_call(c, argv[1], argc - 2, argv + 2);
}

/* A file that is opened while one of the first three descriptors is closed would get its
 * number, and messages would end up in it. What is put there instead cannot be read or
 * written as it should be, so that whoever needs it says so. */
static void fill_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
            _exit(1);
}

/* Large blocks stay mappings of their own, which go back to the system when they are
 * freed: without this, glibc keeps them from the second training of a process on. */
static void return_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 18);
#endif
}

/* What was printed may lack something, or blame somebody else for it. */
static int say_what_was_lost(int code)
{
    if (!diag_unsaid())
        return code;
    fprintf(stderr,
            "error: %s\n  what was printed or written may lack something for it\n",
            diag_unsaid());
    return 1;
}

/* Handlers of exit() would meet what is half done, and take the end for a plugin's doing.
 */
static void run_out(size_t size)
{
    char text[96];
    int  n = snprintf(text, sizeof text,
                      "error: out of memory: %zu bytes more were needed\n", size);

    fsio_forsake();
    if (write(2, text, (size_t)n) < 0)
        _exit(1); /* nobody left to tell */
    _exit(1);
}

int main(int argc, char **argv)
{
    struct cli c = { .seed = -1 };

    fill_descriptors();
    number_enter(); /* once, so that it costs no call of a plugin anything */
    return_memory();
    crash_install();
    arena_on_oom(run_out);
    diag_init(&c.diag, &c.arena);
    environment_read(&c.env, &c.arena);
    c.color = wants_color(&c.env);
    int code = dispatch(&c, argc, argv);
    if (fflush(stdout) || ferror(stdout)) {
        fputs("nnpipe: the result could not be written to standard output\n", stderr);
        code = code ? code : 1;
    }
    code = say_what_was_lost(code);
    registry_close(c.registry);
    arena_close(&c.arena);
    return code;
}
