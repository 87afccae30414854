/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>

#include "base/fsio.h"
#include "cli/record.h"
#include "jobs/pack.h"

static int pack(struct cli *c, const char *run)
{
    struct loading l = cli_loading(c);
    struct loaded  p = { 0 };

    l.given = true;
    c->diag.class = DIAG_FILE;
    int rc = load_run(&l, run, PEEK_NEVER, &p) || load_graph(&l, &p);
    if (!rc && !p.trained)
        rc = diag_error(&c->diag, NULL, "%s: it is packed already", run);
    const char *to =
        c->out || rc ? c->out : arena_printf(&c->arena, "%s.nnw", p.spec->name);
    if (!rc && fsio_exists(to) && !c->force)
        rc = diag_error(&c->diag, NULL, "%s: is there already; --force overwrites", to);
    if (!rc) {
        struct record record;
        record_read(&c->arena, p.trained, &record);
        rc = pack_write(&p, &record.figures, to, &c->diag);
    }
    if (!rc && !c->quiet)
        fprintf(stderr, "%s holds the whole model; next: nnpipe show %s --io\n", to, to);
    load_close(&p);
    return rc;
}

int cmd_pack(struct cli *c, int argc, char **argv)
{
    const char *args[1];
    int         n = cli_parse(c, argc, argv, NULL, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe pack RUN [flags]", NULL,
                        "  nnpipe pack runs/xor/001 -o xor.nnw\n"
                        "  echo 0,1 | nnpipe predict xor.nnw -\n\n"
                        "The file is named after the pipeline without -o. Of several "
                        "stages it is the last,\nor --stage; of several seeds --seed.\n"),
               0;
    if (n == 0) {
        c->diag.class = DIAG_USAGE;
        diag_error(&c->diag, NULL, "pack: which run? nnpipe pack runs/NAME/001");
    }
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    pack(c, args[0]);
    return cli_finish(c, NULL, 0);
}
