/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/strbuf.h"

enum { COMMON_FLAGS = 21 };

static const struct flag *find_flag(const struct flag *table, const char *name, size_t n)
{
    for (; table && table->name; table++)
        if (strlen(table->name) == n && strncmp(table->name, name, n) == 0)
            return table;
    return NULL;
}

static const struct flag *find_letter(const struct flag *table, char letter)
{
    for (; table && table->name; table++)
        if (table->letter == letter)
            return table;
    return NULL;
}

static int read_size(const char *text, int64_t *out)
{
    char  *end;
    double v = number_read(text, &end);

    switch (*end) {
    case 'k':
    case 'K': v *= 1024, end++; break;
    case 'm':
    case 'M': v *= 1048576, end++; break;
    case 'g':
    case 'G': v *= 1073741824, end++; break;
    default: break;
    }
    if (*end == 'i')
        end++;
    if (*end == 'B')
        end++;
    if (end == text || *end || !(v > 0 && v < 9e18))
        return -1;
    *out = (int64_t)v;
    return 0;
}

static int append(struct cli *c, const char ***list, const char *value)
{
    size_t n = 0;

    while (*list && (*list)[n])
        n++;
    const char **longer = arena_grow(&c->arena, *list, n, n + 2, sizeof *longer);
    longer[n] = value;
    *list = longer;
    return 0;
}

static int read_whole(struct cli *c, const char *what, const char *value, int64_t *out)
{
    char     *end;
    long long v;

    errno = 0;
    v = strtoll(value, &end, 10);
    if (end == value || *end || v < 0 || errno)
        return diag_error(&c->diag, NULL, "%s: '%s' is not a whole number from 0 on",
                          what, value);
    *out = v;
    return 0;
}

static int store(struct cli *c, const struct flag *f, const char *value)
{
    switch (f->type) {
    case FLAG_BOOL: *(bool *)f->to = true; return 0;
    case FLAG_MAYBE:
    case FLAG_TEXT: *(const char **)f->to = value; return 0;
    case FLAG_LIST: return append(c, f->to, value);
    case FLAG_SIZE:
        if (read_size(value, f->to))
            return diag_error(&c->diag, NULL,
                              "--%s: '%s' is not a size such as 64M or 2G", f->name,
                              value);
        return 0;
    case FLAG_INT:
        return read_whole(c, arena_printf(&c->arena, "--%s", f->name), value, f->to);
    }
    return 0;
}

static int unknown_option(struct cli *c, const char *arg, const struct flag *common,
                          const struct flag *own)
{
    const char *names[COMMON_FLAGS * 3];
    size_t      n = 0;
    char        word[64];

    for (const struct flag *t = common; t->name; t++)
        names[n++] = t->name;
    for (const struct flag *t = own; t && t->name && n + 1 < COMMON_FLAGS * 3; t++)
        names[n++] = t->name;
    names[n] = NULL;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(arg + 2, "="), arg + 2);
    const char *near = arg[1] == '-' ? diag_nearest(word, names) : NULL;
    if (near)
        return diag_error(&c->diag, NULL, "no flag is called '%s'; '--%s' is", arg, near);
    return diag_error(&c->diag, NULL, "no flag is called '%s'; see --help", arg);
}

/* Consumes one flag at argv[*i], and its value if it takes one. */
static int read_flag(struct cli *c, int argc, char **argv, int *i,
                     const struct flag *common, const struct flag *own)
{
    const char        *arg = argv[*i], *value = NULL;
    const struct flag *f;

    if (arg[1] == '-') {
        size_t n = strcspn(arg + 2, "=");
        f = find_flag(own, arg + 2, n);
        f = f ? f : find_flag(common, arg + 2, n);
        value = arg[2 + n] == '=' ? arg + 3 + n : NULL;
    } else {
        f = find_letter(own, arg[1]);
        f = f ? f : find_letter(common, arg[1]);
        value = arg[2] ? arg + 2 : NULL;
    }
    if (!f)
        return unknown_option(c, arg, common, own);
    if (f->type == FLAG_BOOL && value)
        return diag_error(&c->diag, NULL, "--%s takes no value", f->name);
    if (f->type == FLAG_MAYBE && !value && (*i + 1 >= argc || argv[*i + 1][0] == '-'))
        value = "";
    if (f->type != FLAG_BOOL && !value) {
        if (*i + 1 >= argc)
            return diag_error(&c->diag, NULL, "--%s needs a value", f->name);
        value = argv[++*i];
    }
    return store(c, f, value);
}

struct words {
    const char *color, *progress, *format;
    bool        no_color, no_input;
};

static int settle_words(struct cli *c, const struct words *w)
{
    static const char *const styles[] = { "auto", "bar", "plain", "none" };

    if (w->no_color)
        c->color = false;
    if (w->color) {
        if (strcmp(w->color, "always") == 0)
            c->color = true;
        else if (strcmp(w->color, "never") == 0)
            c->color = false;
        else if (strcmp(w->color, "auto") != 0)
            return diag_error(&c->diag, NULL,
                              "--color: '%s' is not one of auto, always, never",
                              w->color);
    }
    if (w->format && strcmp(w->format, "gcc") != 0)
        return diag_error(&c->diag, NULL, "--format: '%s' is not known; gcc is",
                          w->format);
    c->gcc_format = w->format != NULL;
    for (int i = 0; w->progress && i < 4; i++)
        if (strcmp(w->progress, styles[i]) == 0) {
            c->progress = (enum progress)i;
            return 0;
        }
    if (w->progress)
        return diag_error(&c->diag, NULL,
                          "--progress: '%s' is not one of auto, bar, plain, none",
                          w->progress);
    return 0;
}

/* The flags that mean the same everywhere (cli.md section 2); `w` NULL for the help text.
 */
static void common_flags(struct cli *c, struct words *w, struct flag table[COMMON_FLAGS])
{
    const struct flag flags[COMMON_FLAGS] = {
        { "set", 0, FLAG_LIST, &c->set, "PATH=VALUE",
          "replace a value of the file (repeatable)" },
        { "out", 'o', FLAG_TEXT, &c->out, "DIR", "run folder (default runs/NAME/NNN)" },
        { "resume", 0, FLAG_MAYBE, &c->resume, "RUN",
          "go on with a run that was stopped (default: the latest of FILE)" },
        { "stage", 0, FLAG_TEXT, &c->stage, "NAME",
          "this stage of the file; run: and those it comes after" },
        { "seed", 0, FLAG_INT, &c->seed, "N", "seed of every random number" },
        { "threads", 0, FLAG_INT, &c->threads, "N",
          "worker threads; never changes the result" },
        { "max-mem", 0, FLAG_SIZE, &c->max_mem, "SIZE",
          "refuse to run when more is needed" },
        { "dry-run", 'n', FLAG_BOOL, &c->dry_run, NULL, "check and plan, run nothing" },
        { "json", 0, FLAG_BOOL, &c->json, NULL, "JSON on standard output" },
        { "quiet", 'q', FLAG_BOOL, &c->quiet, NULL, "errors and results only" },
        { "verbose", 0, FLAG_BOOL, &c->verbose, NULL, "say more" },
        { "color", 0, FLAG_TEXT, &w->color, "WHEN", "auto, always or never" },
        { "no-color", 0, FLAG_BOOL, &w->no_color, NULL, "same as --color=never" },
        { "progress", 0, FLAG_TEXT, &w->progress, "STYLE", "auto, bar, plain or none" },
        { "format", 0, FLAG_TEXT, &w->format, "gcc", "one line a message, for editors" },
        { "plugin", 0, FLAG_LIST, &c->plugins, "FILE|DIR", "more plugins (repeatable)" },
        { "trust", 0, FLAG_BOOL, &c->trust, NULL,
          "do not ask who may write a plugin file" },
        { "force", 'f', FLAG_BOOL, &c->force, NULL, "overwrite a run folder" },
        { "no-input", 0, FLAG_BOOL, &w->no_input, NULL, "accepted; nnpipe never asks" },
        { "help", 'h', FLAG_BOOL, &c->help, NULL, "this text" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };

    memcpy(table, flags, sizeof flags);
}

int cli_parse(struct cli *c, int argc, char **argv, const struct flag *own,
              const char **args, int max)
{
    struct words w = { 0 };
    struct flag  common[COMMON_FLAGS];
    int          n = 0;
    bool         only_args = false;

    common_flags(c, &w, common);
    c->diag.class = DIAG_USAGE;
    if (c->env.threads && read_whole(c, "NNPIPE_THREADS", c->env.threads, &c->threads))
        return -1;
    for (int i = 0; i < argc; i++) {
        if (!only_args && strcmp(argv[i], "--") == 0) {
            only_args = true;
        } else if (!only_args && argv[i][0] == '-' && argv[i][1]) {
            if (read_flag(c, argc, argv, &i, common, own))
                return -1;
        } else if (n == max) {
            return diag_error(&c->diag, NULL, "'%s' is one argument too many", argv[i]);
        } else {
            args[n++] = argv[i];
        }
    }
    if (settle_words(c, &w))
        return -1;
    c->diag.class = DIAG_FILE;
    return n;
}

static void help_line(struct strbuf *s, const struct flag *f)
{
    char head[64];

    snprintf(head, sizeof head, "%s%c%s--%s%s%s", f->letter ? "-" : "  ",
             f->letter ? f->letter : ' ', f->letter ? ", " : " ", f->name,
             f->value ? "=" : "", f->value ? f->value : "");
    strbuf_printf(s, "  %-28s %s\n", head, f->help);
}

void cli_help(const struct cli *c, const char *usage, const struct flag *own,
              const char *examples)
{
    struct strbuf s = { 0 };
    struct words  w;
    struct flag   common[COMMON_FLAGS];
    struct cli    copy = *c;

    common_flags(&copy, &w, common);
    strbuf_printf(&s, "usage: %s\n", usage);
    if (examples)
        strbuf_printf(&s, "\n%s", examples);
    if (own && own->name)
        strbuf_puts(&s, "\n");
    for (const struct flag *f = own; f && f->name; f++)
        help_line(&s, f);
    strbuf_puts(&s, "\nflags of every command\n");
    for (const struct flag *f = common; f->name; f++)
        help_line(&s, f);
    fputs(strbuf_text(&s), stdout);
    strbuf_close(&s);
}
