/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/dso.h"

#include <dlfcn.h>
#include <signal.h>
#include <string.h>

#include "base/number.h"

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

/* What dlerror says begins with the path that the message has already. */
static const char *without_path(const char *text, const char *path)
{
    size_t n = strlen(path);

    return strncmp(text, path, n) == 0 && strncmp(text + n, ": ", 2) == 0 ? text + n + 2
                                                                          : text;
}

static void explain(const char *path, const char *s, const struct at *at, struct diag *d)
{
    static const char symbol[] = "undefined symbol: ";
    static const char absent[] = ": cannot open shared object file";
    const char       *library = strstr(s, absent);

    if (strncmp(s, symbol, sizeof symbol - 1) == 0) {
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

const nnp_plugin *dso_open(const char *real, const char *shown, const struct at *at,
                           struct diag *d)
{
    const nnp_plugin *(*entry)(void) = NULL;
    const nnp_plugin *plugin = NULL;

    locale_t before = number_enter();
    dso_mark(shown);
    void *handle = dlopen(real, RTLD_NOW | RTLD_LOCAL);
    if (handle)
        *(void **)&entry = dlsym(handle, "nnp_plugin_v1");
    if (entry)
        plugin = entry();
    dso_mark(NULL);
    number_leave(before);
    if (!handle)
        return explain(shown, without_path(dlerror(), real), at, d), NULL;
    if (!entry)
        diag_code(d, at, "plugin",
                  "%s: does not export nnp_plugin_v1; NNP_PLUGIN(...) defines it", shown);
    else if (!plugin)
        diag_code(d, at, "plugin", "%s: nnp_plugin_v1 returned nothing", shown);
    return plugin;
}
