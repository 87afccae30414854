/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "frames/frames.h"
#include "plugin/registry.h"
#include "pipeline/spec.h"
#include "text/source.h"

static struct registry *plugins(void)
{
    static struct arena     a;
    static struct registry *r;
    struct registry_options o = { .path = getenv("NNPIPE_PLUGIN_PATH"), .trust = true };
    struct diag             d;

    diag_init(&d, &a);
    if (!r)
        r = registry_open(&a, &o, &d);
    fuzz_expect(r && registry_n_files(r) > 0, "NNPIPE_PLUGIN_PATH has plugins");
    return r;
}

static void try_graph(struct arena *a, struct spec *spec, struct services *s,
                      struct diag *d)
{
    struct strbuf  print = { 0 };
    struct frames *f = frames_open(a, spec, s, spec->train.batch, NULL, d);

    fuzz_expect(f || d->errors, "no graph means a message");
    spec_print(spec, &print);
    strbuf_close(&print);
    frames_close(f);
}

/* The resolved text; false: refused. */
static int resolve(struct arena *a, const char *text, size_t n, const char *const *set,
                   struct strbuf *out)
{
    const uint64_t      seed = 1;
    struct services     s = { .seed = &seed };
    struct spec_options o = { .set = set, .seed = -1, .peek = PEEK_ALWAYS };
    struct diag         d;

    diag_init(&d, a);
    const struct source *src = source_text(a, "t.yaml", text, n, &d);
    struct spec *spec = src ? spec_open_source(a, src, plugins(), &s, &o, &d) : NULL;
    fuzz_expect((spec == NULL) == (d.errors > 0), "no spec means a message, and back");
    if (spec) {
        tree_print(spec->resolved, out);
        if (!spec->data.missing)
            try_graph(a, spec, &s, &d);
        spec_close(spec);
    }
    diag_sort(&d);
    fuzz_check_diag(&d);
    return spec != NULL;
}

void fuzz_resolve(const char *text, size_t n, const char *const *set)
{
    struct arena  a = { 0 };
    struct strbuf once = { 0 }, twice = { 0 };

    if (resolve(&a, text, n, set, &once)) {
        fuzz_expect(resolve(&a, strbuf_text(&once), once.n, NULL, &twice),
                    "the resolved file is taken");
        fuzz_expect(!strcmp(strbuf_text(&once), strbuf_text(&twice)),
                    "the resolved file resolves into itself");
    }
    strbuf_close(&once);
    strbuf_close(&twice);
    arena_close(&a);
}

int fuzz_foreign(const uint8_t *data, size_t size)
{
    static const char *const foreign[] = { "/dev", "/proc", "/sys", "../" };

    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (memmem(data, size, foreign[i], strlen(foreign[i])))
            return 1;
    return 0;
}
