/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "jobs/jobs.h"

#include <inttypes.h>
#include <math.h>

#include "base/fsio.h"
#include "base/strbuf.h"
#include "jobs/stages.h"
#include "pipeline/split_rows.h"
#include "run/stage_input.h"
#include "train/weightfile.h"
#include "view/gather.h"
#include "view/runfolder.h"

bool jobs_several(const struct spec *s)
{
    return s->n_stages > 0 || s->seeds > 1;
}

/* ---- the list ---- */

/* Is it wanted, or does one that is wanted come after it? */
static bool is_chosen(const struct spec *s, const struct stage_spec *stage,
                      const char *want)
{
    for (const struct stage_spec *k = want ? stage_find(s, want) : NULL; k;
         k = k->after ? stage_find(s, k->after) : NULL)
        if (k == stage)
            return true;
    return !want;
}

static struct job *add(struct jobs *j, const struct stage_spec *stage, uint64_t seed)
{
    struct job *job = &j->v[j->n++];

    *job =
        (struct job){ .stage = stage, .seed = seed, .name = "", .met = -1, .fold = -1 };
    return job;
}

static int64_t count_tries(const struct jobs *j)
{
    return j->options.folds ? j->file->spec->data.how.folds : j->options.tries;
}

static void add_tries(struct jobs *j)
{
    uint64_t seed = j->file->spec->train.seed;

    for (int64_t k = 0; k < count_tries(j); k++) {
        struct job *job = add(j, NULL, j->options.folds ? seed : seed + (uint64_t)k);
        job->one_attempt = !j->options.folds;
        job->wants_figures = true;
        job->expect = j->options.expect;
        job->fold = j->options.folds ? k : -1;
    }
}

static void add_trainings(struct jobs *j)
{
    const struct spec *s = j->file->spec;
    size_t             n = s->n_stages ? s->n_stages : 1;

    for (int64_t k = 0; k < s->seeds; k++)
        for (size_t i = 0; i < n; i++) {
            const struct stage_spec *stage = s->n_stages ? &s->stages[i] : NULL;
            if (stage && !is_chosen(s, stage, j->loading->stage))
                continue;
            struct job *job = add(j, stage, s->train.seed + (uint64_t)k);
            job->reports = !j->options.bare && k + 1 == s->seeds;
            job->wants_figures = j->options.bare && !j->several;
            job->watched = k == 0;
        }
    if (j->n)
        j->v[j->n - 1].expect = j->options.expect;
}

static void make_list(struct jobs *j)
{
    const struct spec *s = j->file->spec;
    size_t             stages = s->n_stages ? s->n_stages : 1;
    size_t             tries = (size_t)count_tries(j);
    size_t             n = tries ? tries : (size_t)s->seeds * stages;

    j->v = arena_array(j->loading->arena, n + 1, sizeof *j->v);
    if (tries)
        add_tries(j);
    else
        add_trainings(j);
}

static void open_results(struct jobs *j)
{
    const struct spec *s = j->file->spec;
    struct arena      *a = j->loading->arena;
    const char       **names = arena_array(a, s->n_stages + 2, sizeof *names);

    names[0] = "";
    for (size_t i = 0; i < s->n_stages; i++)
        names[i] = s->stages[i].name;
    j->results = (struct results){ .arena = a, .stages = names };
    j->options.setting.results = &j->results;
}

/* ---- checks before the first training ---- */

/* Of a stage, from a seed; a list of its own has the file's. */
static int load_job(const struct jobs *j, const struct stage_spec *stage, uint64_t seed,
                    struct loaded *out)
{
    struct loading l = *j->loading;

    l.stage = stage ? stage->name : NULL;
    if (j->file->spec->seeds > 1)
        l.seed = (int64_t)seed;
    return load_source(&l, j->file->source, PEEK_NEVER, out);
}

/* Says why the data of a stage are missing, before any other is trained. */
static int check_data(const struct jobs *j, const struct stages *all)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < all->n; i++) {
        const struct spec *s = all->v[i].spec;
        struct loaded      p;
        if (!s->data.missing ||
            (s->stage && !is_chosen(j->file->spec, s->stage, j->loading->stage)))
            continue;
        rc = load_job(j, s->stage, s->train.seed, &p);
        load_close(&p);
    }
    return rc;
}

/* All of them, whichever are chosen: the folder is that of the whole file. */
static int check_stages(struct jobs *j)
{
    struct loading l = *j->loading;
    struct stages  all;

    l.stage = NULL;
    int rc =
        stages_load(&l, j->file->source, false, &all) || check_data(j, &all) ? -1 : 0;
    if (!rc)
        j->whole = stages_resolved(&l, &all);
    stages_close(&all);
    return rc;
}

/* Do tries have other rows in their parts? Then each loads the file by itself. */
static bool deals_anew(const struct jobs *j)
{
    const struct data_spec *data = &j->file->spec->data;

    return j->options.folds ||
           (j->options.tries && split_rows_dealt(data->rows) && !data->how.seeded);
}

/* The file once more, with another fold for the test part, or from another seed. */
static int load_try(const struct jobs *j, const struct job *job, struct loaded *out)
{
    struct loading l = *j->loading;

    if (job->fold >= 0)
        l.set = load_fold(l.arena, l.set, job->fold);
    l.seed = (int64_t)job->seed;
    return load_source(&l, j->file->source, PEEK_NEVER, out);
}

static int start(const struct jobs *j, struct loaded *p, const struct stage_input *input)
{
    struct session_options o = { .train = true,
                                 .keep = !count_tries(j) && p->spec->report.n > 0,
                                 .cached = input };

    return load_start(j->loading, p, &o);
}

int jobs_open(struct jobs *j, const struct loading *l, struct loaded *file,
              const struct jobs_options *o)
{
    *j = (struct jobs){ .loading = l,
                        .file = file,
                        .several = !o->tries && !o->folds && jobs_several(file->spec),
                        .options = *o };
    diag_init(&j->missed, l->arena);
    make_list(j);
    if (deals_anew(j))
        return 0;
    if (!j->several)
        return start(j, file, NULL);
    open_results(j);
    return check_stages(j);
}

/* ---- the folder of the run ---- */

static int open_folder(struct jobs *j)
{
    const struct jobs_options *o = &j->options;
    struct arena              *a = j->loading->arena;
    struct diag               *d = j->loading->diag;

    if (count_tries(j))
        return 0;
    j->folder = o->resume ? o->resume
                          : runfolder_make(a, o->out, j->file->spec->name, o->force, d);
    j->lock = j->folder ? runfolder_lock(j->folder, d) : -1;
    j->locked = j->lock >= 0;
    if (!j->locked)
        return -1;
    runfolder_sweep(j->folder);
    if (!o->resume && runfolder_empty(j->folder, j->loading->diag))
        return -1;
    return j->several && !o->resume ? runfolder_write_pipeline(j->folder, j->whole, d)
                                    : 0;
}

/* ---- what goes from one training to the next ---- */

static const char *folder_of(const struct jobs *j, const struct stage_spec *stage,
                             uint64_t seed)
{
    return load_training_folder(j->loading->arena, stage, j->file->spec->seeds, j->folder,
                                seed);
}

/* What the stages before left, the furthest first: each knows only its own model. */
static int carry_from(const struct jobs *j, const struct job *job,
                      const struct stage_spec *stage, struct session *s)
{
    const struct stage_spec *before =
        stage && stage->after ? stage_find(j->file->spec, stage->after) : NULL;

    if (!before)
        return 0;
    if (carry_from(j, job, before, s))
        return -1;
    return weightfile_carry(
        s,
        arena_printf(j->loading->arena, "%s/best.nnw", folder_of(j, before, job->seed)),
        j->loading->diag);
}

static int carry(void *jobs, const struct job *job, struct session *s, struct diag *d)
{
    (void)d; /* that of the list */
    return carry_from(jobs, job, job->stage, s);
}

/* The stream that a stage is trained on, by a session of its own. */
static int fill_input(const struct jobs *j, const struct job *job, struct stage_input *to)
{
    struct session_options o = { .keep = true };
    struct loaded          p;

    if (!job->stage || !job->stage->input)
        return 0;
    int rc = load_job(j, job->stage, job->seed, &p) || load_start(j->loading, &p, &o) ||
             carry_from(j, job, job->stage, p.session) ||
             stage_input_fill(to, p.spec->input, p.session, j->loading->diag);
    load_close(&p);
    return rc ? -1 : 0;
}

/* ---- the walk ---- */

/* "tune/seed2: " */
static const char *name_of(const struct jobs *j, const struct job *job)
{
    struct arena *a = j->loading->arena;
    const char   *stage = job->stage ? job->stage->name : "";

    if (j->file->spec->seeds == 1)
        return arena_printf(a, "%s: ", stage);
    return arena_printf(a, "%s%sseed%" PRIu64 ": ", stage, *stage ? "/" : "", job->seed);
}

static int run_session(struct jobs *j, struct job *job, struct loaded *p)
{
    int rc = job_run(job, &j->options.setting, j->loading, p);

    j->n_begun += job->outcome.attempts > 0;
    if (job->outcome.ending == ENDED_SIGNAL)
        j->stopped = job->outcome.signal;
    else
        j->n_done += rc == 0;
    return rc;
}

/* One that is done already is known from its folder. */
static int run_own(struct jobs *j, struct job *job)
{
    const char        *stage = job->stage ? job->stage->name : "";
    struct arena      *a = j->loading->arena;
    struct diag       *d = j->loading->diag;
    struct stage_input input = { 0 };
    struct loaded      p = { 0 };
    int                rc = 0;

    job->name = name_of(j, job);
    job->folder = folder_of(j, job->stage, job->seed);
    if (j->options.resume)
        rc = results_read(&j->results, stage, job->seed, job->folder, d);
    if (rc)
        return rc < 0 ? -1 : 0;
    job->resumed = j->options.resume && runfolder_has_checkpoint(a, job->folder);
    rc = load_job(j, job->stage, job->seed, &p) || fill_input(j, job, &input) ||
         start(j, &p, &input) || carry_from(j, job, job->stage, p.session) ||
         run_session(j, job, &p);
    load_close(&p);
    stage_input_close(&input);
    return rc ? -1 : 0;
}

/* Ended before its first checkpoint, by a full disk perhaps: there is nothing to go on
 * from and nothing to lose. */
static bool has_only_begun(const struct jobs *j)
{
    struct arena *a = j->loading->arena;

    if (runfolder_has_checkpoint(a, j->folder) ||
        fsio_exists(arena_printf(a, "%s/best.nnw", j->folder)))
        return false;
    diag_warn(j->loading->diag, NULL,
              "%s: there is no checkpoint in it yet, so it begins anew", j->folder);
    return true;
}

/* The only training, or a try: the session is there. */
static int run_here(struct jobs *j, struct job *job)
{
    job->folder = j->folder;
    job->resumed = j->options.resume && !has_only_begun(j);
    if (!job->folder && session_reset(j->file->session, job->seed, j->loading->diag))
        return -1;
    return run_session(j, job, j->file);
}

static int run_try(struct jobs *j, struct job *job)
{
    struct loaded p = { 0 };
    int rc = load_try(j, job, &p) || start(j, &p, NULL) || run_session(j, job, &p);

    load_close(&p);
    return rc ? -1 : 0;
}

static int run_job(struct jobs *j, struct job *job)
{
    if (j->several)
        return run_own(j, job);
    return deals_anew(j) ? run_try(j, job) : run_here(j, job);
}

/* Also between two jobs, where no trainer looks. */
static bool is_stopped(struct jobs *j)
{
    const volatile int *signal = j->options.setting.interrupted;

    if (!j->stopped && signal)
        j->stopped = *signal;
    return j->stopped;
}

int jobs_run(struct jobs *j)
{
    struct diag *d = j->loading->diag;
    int          rc = open_folder(j);

    j->options.setting.carry = carry;
    j->options.setting.carry_arg = j;
    for (size_t i = 0; !rc && i < j->n && !is_stopped(j); i++) {
        struct job *job = &j->v[i];
        rc = run_job(j, job);
        if (rc && job->stage)
            diag_note(d, "stage  %s", job->stage->name);
        if (!rc)
            diag_move(&j->missed, d);
    }
    if (!rc && j->several && !j->stopped)
        rc = gather_trainings(&j->results, j->file->spec, j->folder, d);
    diag_move(d, &j->missed);
    return rc;
}

static struct jobs_mean mean_of(const struct jobs *j, const char *name)
{
    struct jobs_mean m = { .name = name };
    double           v;

    for (size_t i = 0; i < j->n; i++)
        if (figures_find(&j->v[i].finals, name)) {
            m.mean += figures_value(&j->v[i].finals, name);
            m.n++;
        }
    m.mean /= (double)m.n;
    for (size_t i = 0; i < j->n && m.n > 1; i++)
        if (figures_find(&j->v[i].finals, name)) {
            v = figures_value(&j->v[i].finals, name) - m.mean;
            m.deviation += v * v / (double)(m.n - 1);
        }
    m.deviation = sqrt(m.deviation);
    return m;
}

struct jobs_mean *jobs_means(const struct jobs *j, size_t *n)
{
    const struct figures *f = j->n ? &j->v[0].finals : NULL;
    struct jobs_mean *all = arena_array(j->loading->arena, f ? f->n + 1 : 1, sizeof *all);

    *n = 0;
    for (size_t i = 0; f && i < f->n; i++)
        if (!f->v[i].detail)
            all[(*n)++] = mean_of(j, f->v[i].name);
    return all;
}

void jobs_close(struct jobs *j)
{
    for (size_t i = 0; i < j->n; i++)
        figures_close(&j->v[i].finals);
    if (j->locked)
        runfolder_unlock(j->lock);
    j->locked = false;
}
