/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/fsio.h"
#include "jobs/say.h"
#include "train/evaluate.h"
#include "train/foreign.h"
#include "train/weightfile.h"
#include "view/runfolder.h"

struct importing {
    const char        *args[2]; /* a pipeline, and the weights for it */
    const char *const *map;
};

static int read_map(struct cli *c, const struct importing *q, struct foreign_name **map,
                    size_t *n)
{
    int rc = 0;

    while (q->map && q->map[*n])
        ++*n;
    *map = arena_array(&c->arena, *n + 1, sizeof **map);
    for (size_t i = 0; i < *n; i++)
        rc = foreign_name_read(q->map[i], &(*map)[i], &c->diag) || rc ? -1 : 0;
    return rc;
}

/* A run that was trained elsewhere: figures of all parts, and nothing to go on from. */
static int keep(struct cli *c, struct session *s, const char *folder)
{
    struct report          report;
    struct trainer         t = { .session = s, .report = &report, .folder = folder };
    const struct report_to to = cli_report_to(c);

    if (runfolder_begin(s, folder, c->env.now, &c->diag) ||
        report_open(&report, &to, folder, false, &c->diag))
        return -1;
    t.outcome.unless_met = true;
    int rc = evaluate_splits(s, &t.finals, &c->diag) ||
                     weightfile_keep(s, folder, "best.nnw", 0, 0, &c->diag)
                 ? -1
                 : 0;
    if (!rc)
        say_end(&t, "");
    rc = report_close(&report, &c->diag) || rc ? -1 : 0;
    trainer_close(&t);
    return rc;
}

/* The folder is made when nothing can be wrong with the weights any more. */
static int import(struct cli *c, const struct importing *q)
{
    struct loading         l = cli_loading(c);
    struct loaded          p = { 0 };
    struct session_options o = { 0 };
    struct foreign_name   *map;
    size_t                 n = 0;
    const char            *folder = NULL;

    c->diag.class = DIAG_USAGE;
    if (read_map(c, q, &map, &n))
        return -1;
    c->diag.class = DIAG_FILE;
    int rc = load_file(&l, q->args[0], PEEK_NEVER, &p) || load_start(&l, &p, &o);
    c->diag.class = DIAG_RUN;
    rc = rc || foreign_read(p.session, q->args[1], map, n, &c->diag);
    if (!rc) {
        folder = runfolder_make(&c->arena, c->out, p.spec->name, c->force, &c->diag);
        rc = !folder || keep(c, p.session, folder);
    }
    if (!rc && !c->quiet)
        fprintf(stderr, "%s holds a run with these weights; next: nnpipe predict %s\n",
                folder, folder);
    load_close(&p);
    return rc;
}

int cmd_import(struct cli *c, int argc, char **argv)
{
    struct importing  q = { .map = NULL };
    const struct flag own[] = {
        { "map", 0, FLAG_LIST, &q.map, "THEIRS=OURS",
          "a tensor of WEIGHTS that is called otherwise here; .T behind one: it is "
          "turned; THEIRS=: it is left out (repeatable)" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, q.args, 2);

    if (n >= 0 && c->help)
        return cli_help(
                   c, "nnpipe import FILE.yaml WEIGHTS [flags]", own,
                   "  nnpipe import pipelines/mnist_mlp.yaml net.safetensors -o run \\\n"
                   "      --map fc1.weight=dense1.weight --map fc1.bias=dense1.bias\n"
                   "  nnpipe import mine.yaml arrays --map w.T=dense1.weight\n\n"
                   "WEIGHTS is a safetensors file, or a folder of TENSOR.npy. Each "
                   "tensor has to have its\nname and its shape on the other side; "
                   "what has not is named, and then nothing is written.\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (n >= 0 && n < 2)
        diag_error(&c->diag, NULL,
                   "import: which weights for which file? nnpipe import FILE.yaml "
                   "WEIGHTS.safetensors");
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    int rc = import(c, &q);
    return cli_finish(c, rc ? "nothing was written" : NULL, 0);
}
