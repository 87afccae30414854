/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/environment.h"

#include <stdlib.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include "cli/home.h"

/* What is set and not empty, else NULL. */
static const char *given(const char *name)
{
    const char *text = getenv(name);

    return text && *text ? text : NULL;
}

/* secure_getenv: a program with more rights than its caller opens no plugin of his. */
static const char *plugin_path(struct arena *a)
{
    const char *path = secure_getenv("NNPIPE_PLUGIN_PATH");
    const char *data = secure_getenv("XDG_DATA_HOME"), *home = secure_getenv("HOME");

    if (path)
        return path;
    const char *own = home_plugins(a); /* "": the registry's, where they were installed */
    own = own ? own : "";
    if (data && *data == '/')
        return arena_printf(a, "%s/nnpipe/plugins/%d:%s", data, NNP_MAJOR, own);
    if (home && *home == '/')
        return arena_printf(a, "%s/.local/share/nnpipe/plugins/%d:%s", home, NNP_MAJOR,
                            own);
    return own;
}

/* What is no number is as if it were not set. */
static int64_t fixed_time(const char *text)
{
    char   *end = NULL;
    int64_t t = text ? strtoll(text, &end, 10) : 0;

    return end && !*end ? t : 0;
}

void environment_read(struct environment *e, struct arena *a)
{
    const char *term = given("TERM");

    *e = (struct environment){ .plugins = plugin_path(a),
                               .data = given("NNPIPE_DATA"),
                               .backend = given("NNPIPE_BACKEND"),
                               .kernels = given("NNPIPE_KERNELS"),
                               .threads = given("NNPIPE_THREADS"),
                               .now = fixed_time(given("SOURCE_DATE_EPOCH")),
                               .dumb = term && strcmp(term, "dumb") == 0,
                               .color = given("FORCE_COLOR") != NULL,
                               .no_color = given("NO_COLOR") != NULL };
}

const char *environment_get(const char *name)
{
    return getenv(name);
}
