/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/home.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsio.h"

/* How one gets from folder `from` to folder `to`, both absolute: "../lib/nnpipe". */
static const char *way(struct arena *a, const char *from, const char *to)
{
    size_t      same = 0;
    const char *up = "";

    for (size_t i = 0; from[i] && from[i] == to[i]; i++)
        if (from[i] == '/')
            same = i;
    size_t n = strlen(from);
    if (strncmp(from, to, n) == 0 && (to[n] == '/' || !to[n]))
        same = n;
    for (const char *c = from + same; *c; c++)
        if (*c == '/' && c[1])
            up = arena_printf(a, "../%s", up);
    return arena_printf(a, "%s%s", up, to[same] ? to + same + 1 : "");
}

/* The folder of the program, without links; NULL where the system does not say. */
static const char *own_folder(struct arena *a)
{
    char    path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    if (n <= 0)
        return NULL;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    *slash = '\0';
    return arena_strdup(a, path);
}

const char *home_plugins(struct arena *a)
{
    const char *own = own_folder(a);

    if (!own)
        return NULL;
    /* A build tree is known by what configure left. */
    const char *built = arena_printf(a, "%s/plugins", own);
    if (fsio_exists(arena_printf(a, "%s/config.status", own)) && fsio_exists(built))
        return built;
    const char *installed =
        arena_printf(a, "%s/%s", own, way(a, NNP_BIN_DIR, NNP_PLUGIN_DIR));
    return fsio_exists(installed) ? installed : NULL;
}

const char *home_data(struct arena *a)
{
    const char *own = own_folder(a);
    const char *data =
        own ? arena_printf(a, "%s/%s", own, way(a, NNP_BIN_DIR, NNP_DATA_DIR)) : "";

    if (!fsio_exists(arena_printf(a, "%s/pipelines", data)))
        return NULL;
    char *real = realpath(data, NULL);
    data = real ? arena_strdup(a, real) : data;
    free(real);
    return data;
}
