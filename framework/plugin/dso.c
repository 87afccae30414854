/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/dso.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "plugin/surroundings.h"

/* Mutable, because a signal handler has nothing else to ask. */
static _Thread_local const char *loading;

const char *dso_loading(void)
{
    return loading;
}

const char *dso_signal_text(int number)
{
    switch (number) {
    case SIGSEGV: return "SIGSEGV (memory that is not there)";
    case SIGBUS: return "SIGBUS (memory beyond the end of a file)";
    case SIGFPE: return "SIGFPE (a whole number divided by zero)";
    case SIGILL: return "SIGILL (an instruction that this processor lacks)";
    case SIGABRT: return "SIGABRT (it called abort)";
    default: return "a signal";
    }
}

void dso_mark(const char *shown)
{
    loading = shown;
}

/* What dlerror says begins with the path that the message has already. It says nothing
 * where there was no memory for that. */
static const char *without_path(const char *text, const char *path)
{
    size_t n = strlen(path);

    if (!text)
        return "out of memory";

    return strncmp(text, path, n) == 0 && strncmp(text + n, ": ", 2) == 0 ? text + n + 2
                                                                          : text;
}

/* The loader says of memory or descriptors that ran out only which of its steps they
 * lacked, and sometimes that a file is not there. So they are asked for here. */
static bool machine_lacks(void)
{
    enum { A_FEW = 1 << 18 }; /* bytes: some times what a plugin takes */
    void *room = malloc(A_FEW);
    int   fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool  lacks = !room || (fd < 0 && diag_machine(errno));

    free(room);
    if (fd >= 0)
        close(fd);
    return lacks;
}

/* Once more if the first time failed: what lacked may have been lacking for that moment.
 */
static void *load(const char *real)
{
    void *handle = dlopen(real, RTLD_NOW | RTLD_LOCAL);

    return handle ? handle : dlopen(real, RTLD_NOW | RTLD_LOCAL);
}

static void explain(const char *path, const char *s, const struct at *at, struct diag *d)
{
    static const char symbol[] = "undefined symbol: ";
    static const char absent[] = ": cannot open shared object file";
    const char       *library = strstr(s, absent);

    if (diag_machine_text(s) || machine_lacks()) {
        diag_code(d, at, "plugin",
                  "%s: cannot be loaded, the machine lacks something: %s", path, s);
        diag_blame_machine(d);
    } else if (strncmp(s, symbol, sizeof symbol - 1) == 0) {
        s += sizeof symbol - 1;
        diag_code(d, at, "plugin",
                  "%s: needs the symbol `%.*s`, which it does not bring along; link it "
                  "with the library that has it",
                  path, (int)strcspn(s, ", "), s);
    } else if (library) {
        diag_code(d, at, "plugin",
                  "%s: needs the library %.*s, which is not installed here", path,
                  (int)(library - s), s);
    } else {
        diag_code(d, at, "plugin", "%s: cannot be loaded: %s", path, s);
    }
}

/* Results go to stdout, so that what a constructor prints must not come between them. */
static int divert(void)
{
    fflush(stdout);
    int out = dup(1);
    if (out >= 0)
        dup2(2, 1);
    return out;
}

static void return_from(int out)
{
    fflush(stdout);
    if (out < 0)
        return;
    dup2(out, 1);
    close(out);
}

/* What was different, in a; NULL: nothing. */
static const char *put_back(const struct surroundings *then, struct arena *a)
{
    struct surroundings now;
    struct strbuf       text = { 0 }, rest = { 0 };
    const char         *left = NULL;

    surroundings_take(&now);
    surroundings_compare(then, &now, &text);
    if (text.n) {
        surroundings_restore(then);
        surroundings_take(&now);
        surroundings_compare(then, &now, &rest);
        left =
            arena_printf(a, "%s (%s)", strbuf_text(&text),
                         rest.n ? "not all of it could be put back" : "it was put back");
    }
    strbuf_close(&text);
    strbuf_close(&rest);
    return left;
}

const nnp_plugin *dso_open(const char *real, const char *shown, const char **left,
                           const struct at *at, struct diag *d)
{
    const nnp_plugin *(*entry)(void) = NULL;
    const nnp_plugin *plugin = NULL;

    struct surroundings around;
    surroundings_take(&around);
    int      out = divert();
    locale_t before = number_enter();
    dso_mark(shown);
    void *handle = load(real);
    if (handle)
        *(void **)&entry = dlsym(handle, "nnp_plugin_v1");
    if (entry)
        plugin = entry();
    dso_mark(NULL);
    number_leave(before);
    return_from(out);
    *left = put_back(&around, d->arena);
    if (!handle)
        return explain(shown, without_path(dlerror(), real), at, d), NULL;
    if (!entry)
        diag_code(d, at, "plugin",
                  "%s: does not export nnp_plugin_v1; NNP_PLUGIN(...) defines it", shown);
    else if (!plugin)
        diag_code(d, at, "plugin", "%s: nnp_plugin_v1 returned nothing", shown);
    return plugin;
}

/* ---- what is open ---- */

struct look {
    const char *real;
    const void *base;
    void (*each)(void *arg, const char *begin, size_t n);
    void *arg;
};

/* Relocations are done at once (RTLD_NOW), so what is behind them changes no more. */
static void give_writable(const struct dl_phdr_info *file, const struct look *l)
{
    uintptr_t from = 0, to = 0;

    for (size_t i = 0; i < file->dlpi_phnum; i++)
        if (file->dlpi_phdr[i].p_type == PT_GNU_RELRO) {
            from = file->dlpi_addr + file->dlpi_phdr[i].p_vaddr;
            to = from + file->dlpi_phdr[i].p_memsz;
        }
    for (size_t i = 0; i < file->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &file->dlpi_phdr[i];
        uintptr_t begin = file->dlpi_addr + p->p_vaddr, end = begin + p->p_memsz;

        if (p->p_type != PT_LOAD || !(p->p_flags & PF_W))
            continue;
        if (begin >= from && begin < to)
            begin = to < end ? to : end;
        if (begin < end)
            l->each(l->arg, (const char *)begin, end - begin);
    }
}

static int look_at(struct dl_phdr_info *file, size_t size, void *arg)
{
    struct look *l = arg;

    (void)size;
    if (!file->dlpi_name || strcmp(file->dlpi_name, l->real) != 0)
        return 0;
    l->base = (const void *)file->dlpi_addr;
    if (l->each)
        give_writable(file, l);
    return 1;
}

void dso_writable(const char *real, void (*each)(void *arg, const char *begin, size_t n),
                  void       *arg)
{
    struct look l = { .real = real, .each = each, .arg = arg };

    dl_iterate_phdr(look_at, &l);
}

const void *dso_base(const char *real)
{
    struct look l = { .real = real };

    dl_iterate_phdr(look_at, &l);
    return l.base;
}
