/* SPDX-License-Identifier: MIT */
/* The main of a target that no fuzzer drives: gives it every file of its corpus, of the
 * folder or the files named as arguments. One TAP line each; a crash ends the plan early.
 */
#include <config.h>
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/fsio.h"

static int number;

static int replay(const char *path, const char *name)
{
    struct arena a = { 0 };
    struct diag  d;
    char        *bytes = NULL;
    size_t       n;

    diag_init(&d, &a);
    int rc = fsio_read(path, (size_t)1 << 26, &bytes, &n, &d);
    if (!rc) {
        /* Without the 0 byte that fsio puts behind, a sanitizer sees reading too far. */
        uint8_t *exact = malloc(n ? n : 1);
        if (exact && n)
            memcpy(exact, bytes, n);
        rc = exact ? LLVMFuzzerTestOneInput(exact, n) : -1;
        free(exact);
    }
    printf("%sok %d - %s\n", rc ? "not " : "", ++number, name);
    fflush(stdout);
    free(bytes);
    arena_close(&a);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int replay_folder(struct arena *a, const char *folder)
{
    DIR           *dir = opendir(folder);
    char          *names[4096];
    size_t         n = 0;
    struct dirent *e;
    int            rc = 0;

    if (!dir) {
        printf("not ok %d - %s cannot be opened\n", ++number, folder);
        return -1;
    }
    while (n < 4096 && (e = readdir(dir)))
        if (e->d_name[0] != '.')
            names[n++] = arena_strdup(a, e->d_name);
    closedir(dir);
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        rc |= replay(arena_printf(a, "%s/%s", folder, names[i]), names[i]);
    return rc;
}

int main(int argc, char **argv)
{
    struct arena a = { 0 };
    const char  *srcdir = getenv("srcdir"), *name = strrchr(argv[0], '/');
    int          rc = 0;

    name = name ? name + 1 : argv[0];
    if (!strncmp(name, "lt-", 3))
        name += 3;
    for (int i = 1; i < argc; i++)
        rc |= replay(argv[i], argv[i]);
    if (argc < 2)
        rc = replay_folder(
            &a, arena_printf(&a, "%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".", name));
    printf("1..%d\n", number);
    arena_close(&a);
    return rc ? 1 : 0;
}
