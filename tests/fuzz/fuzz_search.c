/* SPDX-License-Identifier: MIT */
/* Any text as `search` of a file, and behind a line of four dashes lines of a log, which
 * get the checksum that they need: what is taken is a space whose points are its own, and
 * what a log says of trials is refused or such a point. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "base/fsio.h"
#include "search/ask.h"
#include "search/log.h"

enum { TRIALS = 6 };

static const char net[] = "nnpipe: 1\nname: net\nvars: {h: 4}\n"
                          "data: {source: {toy: {kind: spiral, n: 40}}}\n"
                          "model: [{dense: $h}, tanh, dense: $data.classes]\nloss: xent\n"
                          "optim: {adam: {lr: 0.01}}\ntrain: {epochs: 9, batch: 8}\n"
                          "metrics: [accuracy]\nsearch:\n";

static void take_lines(struct search *s, struct arena *a, const char *text)
{
    while (*text) {
        size_t      n = strcspn(text, "\n");
        const char *line = arena_printf(a, "{\"crc\":\"%08x\",%.*s\n",
                                        (unsigned)fsio_crc32(0, text, n), (int)n, text);
        int64_t     taken = log_take(s, "trials-a-1-1.jsonl", line, strlen(line));
        fuzz_expect(taken < 0 || taken == (int64_t)strlen(line), "a line is read whole");
        text += n + (text[n] != 0);
    }
}

static void ask_some(struct search *s)
{
    for (int64_t k = 0; k < TRIALS && ask_trial(s, k) > 0; k++) {
        const struct search_trial *t = s->trial[k];
        double                    *x = arena_array(s->loading->arena, s->space.n + 1, 8);
        memcpy(x, t->x, s->space.n * sizeof *x);
        fuzz_expect(space_settle(&s->space, x) && space_same(&s->space, x, t->x),
                    "a trial is a settled point");
        fuzz_expect(space_allows(&s->space, x), "that `only` allows");
        (void)space_set(&s->space, s->loading->arena, NULL, x);
    }
}

static void try(const struct loading *l, struct loaded *p, const char *lines)
{
    struct search s = { .loading = l, .spec = p->spec->search, .fd = -1, .end = -1 };

    s.trials = INT64_MAX;
    space_open(&s.space, l->arena, s.spec);
    s.size = space_count(&s.space, 1000);
    if (!ask_open(&s)) {
        take_lines(&s, l->arena, lines);
        ask_some(&s);
    }
    ask_close(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena     kept;
    static struct registry *registry;
    static struct diag      quiet;
    struct registry_options o = { .path = getenv("NNPIPE_PLUGIN_PATH") };
    struct arena            a = { 0 };
    struct diag             d;
    struct loaded           p = { 0 };

    if (!registry) {
        diag_init(&quiet, &kept);
        registry = registry_open(&kept, &o, &quiet);
    }
    if (fuzz_foreign(data, size))
        return 0;
    diag_init(&d, &a);
    char       *text = arena_printf(&a, "%s%.*s", net, (int)size, (const char *)data);
    char       *lines = strstr(text, "\n----\n");
    const char *rest = lines ? lines + 6 : "";
    if (lines)
        lines[1] = 0;
    struct loading l = { .arena = &a, .registry = registry, .diag = &d, .seed = -1 };
    if (!load_bytes(&l, "net.yaml", text, strlen(text), PEEK_ALWAYS, &p) &&
        p.spec->search)
        try(&l, &p, rest);
    fuzz_check_diag(&d);
    load_close(&p);
    arena_close(&a);
    return 0;
}
