/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "jobs/load.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsio.h"
#include "run/loss_weights.h"
#include "text/source.h"
#include "train/fit.h"
#include "train/weightfile.h"
#include "view/environment.h"
#include "view/runfolder.h"

/* Multiplications from which a product goes to the backend: below, the host's own kernel
 * is done before the library has looked at its arguments. */
enum { BACKEND_FROM = 1 << 21 };

int load_source(const struct loading *l, const struct source *source, enum spec_peek peek,
                struct loaded *out)
{
    struct spec_options o = { .set = l->set,
                              .seed = l->seed,
                              .stage = l->stage,
                              .peek = peek,
                              .data = l->data,
                              .coding = l->coding,
                              .said = l->said,
                              .env = l->env };

    *out = (struct loaded){ .source = source };
    if (!source || !l->registry)
        return -1;
    struct session *s = out->session = session_new(l->arena, 1);
    s->services.guard = l->guard;
    s->services.most = (uint64_t)l->max_mem;
    out->spec =
        spec_open_source(l->arena, source, l->registry, &s->services, &o, l->diag);
    if (!out->spec)
        return -1;
    s->pace.seed = out->spec->train.seed;
    return 0;
}

int load_file(const struct loading *l, const char *path, enum spec_peek peek,
              struct loaded *out)
{
    return load_source(l, source_open(l->arena, path, l->diag), peek, out);
}

int load_bytes(const struct loading *l, const char *name, const char *text, size_t n,
               enum spec_peek peek, struct loaded *out)
{
    return load_source(l, source_text(l->arena, name, text, n, l->diag), peek, out);
}

const char *const *load_fold(struct arena *a, const char *const *set, int64_t fold)
{
    size_t n = 0;

    while (set && set[n])
        n++;
    const char **more = arena_array(a, n + 2, sizeof *more);
    for (size_t i = 0; i < n; i++)
        more[i] = set[i];
    more[n] = arena_printf(a, "data.split.fold=%" PRId64, fold);
    return more;
}

const char *load_training_folder(struct arena *a, const struct stage_spec *stage,
                                 int64_t seeds, const char *run, uint64_t seed)
{
    if (stage)
        run = arena_printf(a, "%s/%s", run, stage->name);
    return seeds > 1 ? arena_printf(a, "%s/seed%" PRIu64, run, seed) : run;
}

/* The last stage of a file that has some, else NULL. */
static const char *last_stage(const struct loading *l, const struct source *source)
{
    const struct spec_options o = { .set = l->set, .seed = -1, .env = l->env };
    struct diag               quiet; /* what is wrong with the file is told by its load */
    const char *const        *names;

    diag_init(&quiet, l->arena);
    names = spec_stages(l->arena, source, l->registry, &o, &quiet);
    while (names && names[0] && names[1])
        names++;
    return names ? names[0] : NULL;
}

/* A file of weights that the training left. Of several seeds any will do: they had the
 * same data. NULL: it left none. */
static const char *weights_in(const struct loading *l, const char *folder)
{
    struct arena *a = l->arena;
    const char   *file = arena_printf(a, "%s/best.nnw", folder);
    int64_t       seed = l->seed < 0 ? 1 : l->seed;

    if (!fsio_exists(file))
        file = arena_printf(a, "%s/seed%" PRId64 "/best.nnw", folder, seed);
    return fsio_exists(file) ? file : NULL;
}

/* What the training learnt of its data, so that their classes are the same again; and
 * what its loader said of them, where they are not to be opened. A damaged file stops
 * only who needs it now: a training that goes on has its weights elsewhere. */
static int recall(struct loading *l, const char *file)
{
    struct safetensors about;
    struct spec_said  *said = arena_alloc(l->arena, sizeof *said);
    struct diag        quiet, *d = l->given ? l->diag : &quiet;
    enum diag_class    usual = l->diag->class;

    diag_init(&quiet, l->arena);
    d->class = DIAG_RUN;
    int rc = weightfile_about(l->arena, file, &about, d);
    l->diag->class = usual;
    if (rc)
        return l->given ? -1 : 0;
    l->coding = safetensors_meta(&about, "coding");
    *said = (struct spec_said){ safetensors_meta(&about, "data"),
                                safetensors_meta(&about, "classes"), l->coding, file };
    if (l->given && said->text)
        l->said = said;
    return 0;
}

/* The length of a header comes first, in eight bytes of which the last are zeros: no text
 * has those. */
bool load_is_packed(const char *path)
{
    struct stat st;
    char        begin[9];
    int         fd = stat(path, &st) == 0 && S_ISREG(st.st_mode)
                         ? open(path, O_RDONLY | O_CLOEXEC)
                         : -1;

    if (fd < 0)
        return false;
    ssize_t n = read(fd, begin, sizeof begin);
    close(fd);
    return n == sizeof begin && !begin[6] && !begin[7] && begin[8] == '{';
}

/* A model in one file: only other rows can be given to it. */
static int load_packed(const struct loading *l, const char *path, enum spec_peek peek,
                       struct loaded *out)
{
    struct safetensors about;
    struct loading     with = *l;
    enum diag_class    usual = l->diag->class;

    with.given = true;
    l->diag->class = DIAG_RUN;
    if (weightfile_about(l->arena, path, &about, l->diag))
        return -1;
    const char *text = safetensors_meta(&about, "pipeline");
    if (!text || !safetensors_meta(&about, "data"))
        return diag_error(l->diag, NULL,
                          "%s: weights without their pipeline; a run folder is needed, "
                          "or a file of nnpipe pack",
                          path);
    l->diag->class = usual;
    if (recall(&with, path) || load_bytes(&with, path, text, strlen(text), peek, out))
        return -1;
    out->weights = path;
    return 0;
}

/* A search has left it, which is no training: they lie below. */
static int refuse_search(const struct loading *l, const char *folder)
{
    bool best = fsio_exists(arena_printf(l->arena, "%s/best/best.nnw", folder));

    l->diag->class = DIAG_USAGE;
    diag_error(l->diag, NULL, "%s: a search has left this folder; a training is needed",
               folder);
    if (best)
        diag_note(l->diag, "try   %s/best", folder);
    else
        diag_note(l->diag,
                  "try   one of %s/trials, such as %s/trials/0000/1, or nnpipe run "
                  "%s/best.yaml",
                  folder, folder, folder);
    return -1;
}

int load_run(const struct loading *l, const char *folder, enum spec_peek peek,
             struct loaded *out)
{
    const char *weights;

    *out = (struct loaded){ 0 };
    if (load_is_packed(folder))
        return load_packed(l, folder, peek, out);
    if (!fsio_is_folder(folder))
        return runfolder_refuse(folder, l->diag);
    if (fsio_exists(arena_printf(l->arena, "%s/trials", folder)))
        return refuse_search(l, folder);
    const struct source *s = runfolder_open(l->arena, folder, &weights, l->diag);
    struct loading       with = *l;
    const char          *stage = s && !l->stage ? last_stage(l, s) : l->stage;
    const char          *file =
        weights_in(l, stage ? arena_printf(l->arena, "%s/%s", folder, stage) : folder);
    if (file && recall(&with, file))
        return -1;
    if (load_source(&with, s, peek, out))
        return -1;
    const struct spec *spec = out->spec;
    const char *own = load_training_folder(l->arena, spec->stage, spec->seeds, folder,
                                           spec->train.seed);
    out->trained = own;
    out->weights = own == folder ? weights : arena_printf(l->arena, "%s/best.nnw", own);
    return 0;
}

int load_trainable(const struct loading *l, const char *path, enum spec_peek peek,
                   struct loaded *out)
{
    if (fsio_is_folder(path))
        return load_run(l, path, peek, out);
    if (!load_is_packed(path))
        return load_file(l, path, peek, out);
    *out = (struct loaded){ 0 };
    l->diag->class = DIAG_USAGE;
    return diag_error(l->diag, NULL,
                      "%s: a packed model brings no rows of its own; its run, or the "
                      "pipeline file, is needed",
                      path);
}

int load_graph(const struct loading *l, struct loaded *p)
{
    struct session *s = p->session;

    if (p->spec->data.missing)
        return 0;
    s->spec = p->spec;
    s->frames =
        frames_open(l->arena, p->spec, &s->services, p->spec->train.batch, NULL, l->diag);
    if (!s->frames)
        return -1;
    s->graph = s->frames->graph;
    return loss_weights_plan(s, l->diag);
}

static int open_backend(const struct loading *l, struct services *s)
{
    l->diag->class = DIAG_USAGE;
    const struct component *b =
        registry_find(l->registry, "backend", l->backend, NULL, l->diag);
    if (!b)
        return -1;
    const void *gemm = b->desc->extension("nnp.gemm/1");
    l->diag->class = DIAG_RUN;
    if (!gemm)
        return diag_error(l->diag, NULL,
                          "NNPIPE_BACKEND: %s has no nnp.gemm/1; without a name nnpipe "
                          "multiplies by itself",
                          l->backend);
    memcpy(&s->gemm, &gemm, sizeof gemm);
    s->backend = l->backend;
    s->gemm_from = BACKEND_FROM;
    return 0;
}

int load_start(const struct loading *l, struct loaded *p, const struct session_options *o)
{
    struct session_options with = *o;

    with.threads = o->threads ? o->threads : l->threads;
    with.max_mem = l->max_mem;
    l->diag->class = DIAG_RUN;
    if (session_open(p->session, p->spec, &with, l->diag) ||
        fit_data(p->session, l->diag))
        return -1;
    if (p->trained)
        environment_warn(p->trained, p->session, l->diag);
    if (l->backend && open_backend(l, &p->session->services))
        return -1;
    return p->weights ? weightfile_read(p->session, p->weights, l->diag) : 0;
}

void load_close(struct loaded *p)
{
    session_close(p->session);
    if (p->spec)
        spec_close(p->spec);
    *p = (struct loaded){ 0 };
}
