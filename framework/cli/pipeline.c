/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fsio.h"
#include "text/source.h"
#include "view/runfolder.h"
#include "train/weightfile.h"

/* Multiplications from which a product goes to the backend: below, the host's own kernel
 * is done before the library has looked at its arguments. */
enum { BACKEND_FROM = 1 << 21 };

static struct spec_options options_of(const struct cli *c, enum spec_peek peek)
{
    return (struct spec_options){
        .set = c->set,
        .seed = c->seed,
        .threads = c->threads,
        .peek = peek,
        .data = c->env.data,
        .env = environment_get,
    };
}

static struct session *new_session(struct cli *c)
{
    return session_new(&c->arena, 1);
}

static int settle(struct cli *c, struct pipeline *p)
{
    if (!p->spec)
        return -1;
    p->session->seed = p->session->services.seed = p->session->data_services.seed =
        p->spec->train.seed;
    (void)c;
    return 0;
}

int pipeline_open_stage(struct cli *c, const struct source *source, const char *stage,
                        int64_t seed, enum spec_peek peek, struct pipeline *p)
{
    struct spec_options o = options_of(c, peek);

    o.stage = stage;
    o.seed = seed >= 0 ? seed : o.seed;
    *p = (struct pipeline){ .session = new_session(c), .source = source };
    if (!source || !cli_registry(c))
        return -1;
    p->spec = spec_open_source(&c->arena, source, c->registry, &p->session->services, &o,
                               &c->diag);
    return settle(c, p);
}

int pipeline_open(struct cli *c, const char *file, enum spec_peek peek,
                  struct pipeline *p)
{
    *p = (struct pipeline){ 0 };
    return pipeline_open_stage(c, source_open(&c->arena, file, &c->diag), c->stage, -1,
                               peek, p);
}

int pipeline_graph(struct cli *c, struct pipeline *p)
{
    if (p->spec->data.missing)
        return 0;
    p->session->spec = p->spec;
    p->session->graph = graph_open(&c->arena, p->spec, &p->session->services,
                                   p->spec->train.batch, &c->diag);
    return p->session->graph ? 0 : -1;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int pipeline_open_run(struct cli *c, const char *run, enum spec_peek peek,
                      struct pipeline *p)
{
    const char *weights;

    if (!is_folder(run)) {
        c->diag.class = DIAG_USAGE;
        return diag_error(&c->diag, NULL,
                          "%s: a run folder is needed, such as runs/xor/001", run);
    }
    *p = (struct pipeline){ 0 };
    const struct source *s = runfolder_open(&c->arena, run, &weights, &c->diag);
    if (!s || pipeline_open_stage(c, s, c->stage, -1, peek, p))
        return -1;
    const char *folder = staged_folder(&c->arena, p->spec, run, p->spec->train.seed);
    p->weights = folder == run ? weights : arena_printf(&c->arena, "%s/best.nnw", folder);
    return 0;
}

/* ---- backend ---- */

/* The host's own kernels multiply unless the user names a backend: they were the fastest
 * (bench/README.md), and give the same bits whatever is installed. */
static int open_backend(struct cli *c, struct services *s)
{
    const char *name = c->env.backend;

    if (s->gemm || !name)
        return 0;
    c->diag.class = DIAG_USAGE;
    const struct component *b =
        registry_find(c->registry, "backend", name, NULL, &c->diag);
    if (!b)
        return -1;
    const void *gemm = b->desc->extension("nnp.gemm/1");
    c->diag.class = DIAG_RUN;
    if (!gemm)
        return diag_error(&c->diag, NULL,
                          "NNPIPE_BACKEND: %s has no nnp.gemm/1; without a name nnpipe "
                          "multiplies by itself",
                          name);
    memcpy(&s->gemm, &gemm, sizeof gemm);
    s->gemm_from = BACKEND_FROM;
    return 0;
}

int pipeline_start(struct cli *c, struct pipeline *p, const struct session_options *o)
{
    c->diag.class = DIAG_RUN;
    if (session_open(p->session, p->spec, o, &c->diag))
        return -1;
    if (open_backend(c, &p->session->services))
        return -1;
    return p->weights ? weightfile_read(p->session, p->weights, &c->diag) : 0;
}

void pipeline_close(struct pipeline *p)
{
    session_close(p->session);
    if (p->spec)
        spec_close(p->spec);
}
