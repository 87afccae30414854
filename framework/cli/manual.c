/* SPDX-License-Identifier: MIT */
/* Manual pages, made of the tables of commands and flags when nnpipe is built. */
#include <config.h>
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

struct entry_text {
    const char *name, *says;
};

static const struct entry_text variables[] = {
    { "NNPIPE_PLUGIN_PATH",
      "Folders of plugins with colons between, instead of the user's "
      "and nnpipe's own; an empty element stands for nnpipe's own." },
    { "XDG_DATA_HOME",
      "Its nnpipe/plugins/1 holds the user's own plugins; without it, that of "
      "~/.local/share." },
    { "NNPIPE_DATA",
      "A folder where data files are looked for when they are not beside the "
      "pipeline file." },
    { "NNPIPE_THREADS",
      "Worker threads where --threads is not given, instead of as many as the process "
      "has "
      "processors (by its affinity and the quota of its control group)." },
    { "NNPIPE_KERNELS",
      "base, avx2 or avx512: the host's own kernels to take instead of the widest "
      "that this processor runs." },
    { "NNPIPE_BACKEND",
      "openblas, onednn or blis: what multiplies large matrices instead of the "
      "host's own kernels." },
    { "NO_COLOR, FORCE_COLOR, TERM, SOURCE_DATE_EPOCH", "As elsewhere." },
    { NULL, NULL },
};

static const struct entry_text codes[] = {
    { "0", "done" },
    { "1", "failed while running, or memory, a disk or the like failed" },
    { "2", "wrong usage" },
    { "3", "the pipeline file is wrong" },
    { "4", "a plugin could not be loaded, was refused, or crashed" },
    { "5", "data missing or damaged" },
    { "6", "training diverged" },
    { "7", "ran, but a stated expectation failed" },
    { "130, 143", "stopped by Ctrl-C, by SIGTERM (128 and the number of the signal)" },
    { NULL, NULL },
};

static const struct entry_text files[] = {
    { "runs/NAME/NNN",
      "pipeline.yaml (resolved), metrics.csv, events.jsonl, best.nnw, last.nnw, "
      "state.nnw and state.prev.nnw (safetensors), env.json, report/." },
    { NULL, NULL },
};

/* ---- the language of manual pages ---- */

/* A backslash, and a dot at the start of a line, would mean something. */
static void text(struct strbuf *s, const char *t)
{
    for (; *t; t++) {
        if (*t == '\\' || *t == '-')
            strbuf_puts(s, "\\");
        if ((*t == '.' || *t == '\'') && (!s->n || strbuf_text(s)[s->n - 1] == '\n'))
            strbuf_puts(s, "\\&");
        strbuf_add(s, t, 1);
    }
}

static void heading(struct strbuf *s, const char *how, const char *title)
{
    strbuf_printf(s, "%s ", how);
    text(s, title);
    strbuf_puts(s, "\n");
}

static void entry(struct strbuf *s, const char *name, const char *says)
{
    strbuf_puts(s, ".TP\n.B ");
    text(s, name);
    strbuf_puts(s, "\n");
    text(s, says);
    strbuf_puts(s, "\n");
}

static void rows(struct strbuf *s, const char *title, const struct entry_text *r)
{
    heading(s, ".SH", title);
    for (; r->name; r++)
        entry(s, r->name, r->says);
}

static void begin(struct strbuf *s, struct arena *a, const char *name,
                  const char *section, const char *summary)
{
    strbuf_puts(s, ".\\\" SPDX-License-Identifier: MIT\n");
    strbuf_printf(s, ".TH %s %s \"\" \"nnpipe " PACKAGE_VERSION "\" \"%s\"\n", name,
                  section, *section == '1' ? "User Commands" : "File Formats");
    heading(s, ".SH", "NAME");
    text(s, arena_printf(a, "%s - %s\n", name, summary));
}

static void finish(struct strbuf *s)
{
    fputs(strbuf_text(s), stdout);
    strbuf_close(s);
}

/* ---- one command ---- */

static void flags(struct strbuf *s, const struct flag *f)
{
    char head[96];

    for (; f && f->name; f++) {
        snprintf(head, sizeof head, "%s%c%s--%s%s%s", f->letter ? "-" : "",
                 f->letter ? f->letter : '-', f->letter ? ", " : "", f->name,
                 f->value ? "=" : "", f->value ? f->value : "");
        entry(s, f->letter ? head : head + 1, f->help);
    }
}

static void print_command(const struct help_page *p, void *arg)
{
    struct strbuf *s = arg;
    bool           verb = strchr(p->called, ' ') != NULL;

    heading(s, verb ? ".SS" : ".SH", verb ? p->called : "DESCRIPTION");
    if (verb)
        text(s, p->command->summary), strbuf_puts(s, "\n.PP\n");
    strbuf_puts(s, ".B ");
    text(s, p->usage);
    strbuf_puts(s, "\n.PP\n");
    text(s, p->command->about ? p->command->about : "");
    if (!verb)
        heading(s, ".SH", "OPTIONS");
    for (int i = 0; i < 3; i++)
        flags(s, p->flags[i]);
    if (!p->examples)
        return;
    if (verb)
        strbuf_puts(s, ".PP\n");
    else
        heading(s, ".SH", "EXAMPLES");
    strbuf_puts(s, ".nf\n");
    text(s, p->examples);
    strbuf_puts(s, ".fi\n");
}

static void print_all(struct strbuf *s, struct arena *a)
{
    begin(s, a, "nnpipe", "1", "small neural nets from YAML pipeline files");
    heading(s, ".SH", "SYNOPSIS");
    strbuf_puts(s, ".B nnpipe\n.I FILE.yaml\n.RI [ flags ]\n.br\n"
                   ".B nnpipe\n.I COMMAND\n.RI [ arguments ]\n");
    heading(s, ".SH", "DESCRIPTION");
    strbuf_puts(
        s,
        "nnpipe loads layers, losses, optimizers, regularizers and data loaders as "
        "plugins and wires them as a YAML file says: it trains, evaluates and reports, "
        "and leaves a folder\n.IR runs/NAME/NNN .\nAn argument that holds a dot or a "
        "slash is a file and means\n.BR run .\n");
    heading(s, ".SH", "COMMANDS");
    for (const struct command *k = commands; k->name; k++)
        entry(s, k->name, k->summary);
    rows(s, "ENVIRONMENT", variables);
    rows(s, "EXIT STATUS", codes);
    rows(s, "FILES", files);
    heading(s, ".SH", "SEE ALSO");
    for (const struct command *k = commands; k->name; k++)
        strbuf_printf(s, ".BR nnpipe\\-%s (1),\n", k->name);
    strbuf_puts(s, ".BR nnpipe\\-pipeline (5)\n");
}

void manual_print(struct cli *c, const struct command *k)
{
    struct strbuf s = { 0 };

    if (!k) {
        print_all(&s, &c->arena);
    } else {
        begin(&s, &c->arena, arena_printf(&c->arena, "nnpipe-%s", k->name), "1",
              k->summary);
        commands_visit(c, k, print_command, &s);
        heading(&s, ".SH", "SEE ALSO");
        strbuf_puts(&s, ".BR nnpipe (1),\n.BR nnpipe\\-pipeline (5)\n");
    }
    finish(&s);
}

void manual_print_pipeline(struct cli *c)
{
    struct strbuf s = { 0 };

    begin(&s, &c->arena, "nnpipe-pipeline", "5", "the keys of a pipeline file");
    heading(&s, ".SH", "DESCRIPTION");
    text(&s,
         "A pipeline is a YAML file that says which data are read, which items the model "
         "has, and how it is trained and judged. What an item may have beside its "
         "plugin's "
         "name comes after the sections; `nnpipe plugin info NAME` tells the parameters "
         "of a "
         "plugin, `nnpipe check FILE` every mistake of a file.\n");
    finish(&s);
    cli_print_keys(c, true);
    heading(&s, ".SH", "SEE ALSO");
    strbuf_puts(&s, ".BR nnpipe (1)\n");
    finish(&s);
}
