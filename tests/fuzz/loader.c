/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "conformance/probe.h"
#include "plugin/registry.h"
#include "language/params.h"
#include "text/source.h"
#include "text/tree.h"

enum { ROWS = 4 };

const char *const fuzz_numbered[] = { "1", "2", "3", NULL };

static char               folder[256];
static const char *const *files; /* NULL-terminated */

static const char *path(struct arena *a, size_t i)
{
    return arena_printf(a, "%s/%s", folder, files[i]);
}

static void clean(void)
{
    struct arena a = { 0 };

    for (size_t i = 0; files[i]; i++)
        unlink(path(&a, i));
    rmdir(folder);
    arena_close(&a);
}

static void make_folder(void)
{
    const char *tmp = getenv("TMPDIR");

    if (*folder)
        return;
    snprintf(folder, sizeof folder, "%s/nnpipe-fuzz-XXXXXX", tmp ? tmp : "/tmp");
    fuzz_expect(mkdtemp(folder) != NULL, "a folder can be made");
    atexit(clean);
}

/* The next file's bytes, up to the line of dashes. */
static size_t part(const uint8_t *data, size_t size, size_t *next)
{
    static const char line[] = "\n----\n";
    const uint8_t    *end = memmem(data, size, line, sizeof line - 1);

    *next = end ? (size_t)(end - data) + sizeof line - 1 : size;
    return end ? (size_t)(end - data) : size;
}

static void write_files(struct arena *a, const uint8_t *data, size_t size)
{
    for (size_t i = 0; files[i]; i++) {
        size_t next, n = part(data, size, &next);
        FILE  *f = fopen(path(a, i), "wb");

        fuzz_expect(f != NULL, "a file can be written");
        fwrite(data, 1, n, f);
        fclose(f);
        data += next;
        size -= next;
    }
}

/* What a check and then a run do: names and shapes from the header, for which no memory
 * is taken; then all the data, and some rows of it. */
static void try_rows(struct probe *p)
{
    int64_t  n = ROWS;
    uint32_t rows = (uint32_t)probe_in(p, NNP_I64, 1, &n);

    if (instance_setup(&p->inst, &p->given[rows], 1, NULL, 0, NNP_PEEK, p->diag))
        return;
    p->inst.ctx.flags = 0;
    if (probe_setup(p) || p->inst.rows.count < 1)
        return;
    uint32_t    sets;
    nnp_tensor *in = probe_tensors(p, PROBE_IN, &sets);
    int64_t     last = p->inst.rows.count - 1, at[ROWS] = { 0, last, last / 2, 0 };
    memcpy(in[0].data, at, sizeof at);
    fuzz_expect(probe_call(p, PROBE_FORWARD) != PROBE_BROKEN, "the contract is kept");
}

static const struct component *find(const char *name)
{
    static struct arena            a;
    static const struct component *found;
    struct registry_options o = { .path = getenv("NNPIPE_PLUGIN_PATH"), .trust = true };
    struct diag             d;

    if (found)
        return found;
    diag_init(&d, &a);
    struct registry *r = registry_open(&a, &o, &d);
    found = r ? registry_find(r, "loader", name, NULL, &d) : NULL;
    fuzz_expect(found != NULL, "NNPIPE_PLUGIN_PATH has the loader");
    return found;
}

static void try_loader(struct arena *a, const struct component *type, const char *yaml,
                       size_t n, struct diag *d)
{
    const struct source *s =
        source_text(a, arena_printf(a, "%s/t.yaml", folder), yaml, n, d);
    struct node         *tree = s ? tree_parse(a, s, d) : NULL;
    struct probe_options o = { .seed = 1 };
    struct probe         p;
    void                *self = arena_alloc(a, type->desc->self_size);

    if (!tree ||
        params_apply(&(struct params_of){ a, type->desc, type->name, &tree->at, NULL },
                     tree, self, d))
        return;
    if (!probe_open(&p, a, type, self, &o, d))
        try_rows(&p);
    probe_close(&p);
}

int fuzz_loader(const char *name, const char *const *names, const uint8_t *data,
                size_t size)
{
    const struct component *type = find(name);
    struct arena            a = { 0 };
    struct diag             d;
    const uint8_t          *line = memchr(data, '\n', size);

    /* Only the files of this input are read. */
    if (!line || memchr(data, '/', (size_t)(line - data)))
        return 0;
    files = names;
    make_folder();
    diag_init(&d, &a);
    write_files(&a, line + 1, size - (size_t)(line + 1 - data));
    try_loader(&a, type, (const char *)data, (size_t)(line - data), &d);
    fuzz_check_diag(&d);
    arena_close(&a);
    return 0;
}
