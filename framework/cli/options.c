/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/help.h"
#include "kernels/cpu.h"
#include "language/grammar.h"
#include "plugin/synonyms.h"

enum { SHARED = 20, MOST_NAMES = 64 };

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

static bool is_among(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *w = words; *w; w += strcspn(w, "|"), w += *w == '|')
        if (n && strcspn(w, "|") == n && strncmp(w, word, n) == 0)
            return true;
    return false;
}

static int store_word(struct cli *c, const struct flag *f, const char *value)
{
    if (!is_among(f->value, value))
        return diag_error(&c->diag, NULL, "--%s: '%s' is not one of %s", f->name, value,
                          f->value);
    *(const char **)f->to = value;
    return 0;
}

static int store(struct cli *c, const struct flag *f, const char *value)
{
    switch (f->type) {
    case FLAG_BOOL: *(bool *)f->to = true; return 0;
    case FLAG_MAYBE:
    case FLAG_TEXT: *(const char **)f->to = value; return 0;
    case FLAG_WORD: return store_word(c, f, value);
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

/* ---- which flags there are ---- */

struct words {
    const char *color, *progress, *format;
    bool        no_color, no_input;
};

/* The flags that mean the same everywhere (cli.md section 2). */
struct shared {
    struct flag flag[SHARED];
    unsigned    taken_by[SHARED]; /* TAKES_...; 0: by all */
};

static void add_shared(struct shared *s, const struct flag *flags, size_t n,
                       unsigned takes)
{
    size_t at = 0;

    while (s->flag[at].name)
        at++;
    for (size_t i = 0; i < n; i++) {
        s->flag[at + i] = flags[i];
        s->taken_by[at + i] = takes;
    }
}

static void shared_flags(struct cli *c, struct words *w, struct shared *s)
{
    const struct flag file[] = {
        { "set", 0, FLAG_LIST, &c->set, "PATH=VALUE",
          "replace a value of the file; += appends, PATH= removes (repeatable)" },
        { "stage", 0, FLAG_TEXT, &c->stage, "NAME",
          "this stage of the file; run: and those it comes after" },
        { "threads", 0, FLAG_INT, &c->threads, "N",
          "worker threads; never changes the result" },
        { "max-mem", 0, FLAG_SIZE, &c->max_mem, "SIZE",
          "refuse to run when more is needed" },
    };
    const struct flag seed[] = {
        { "seed", 0, FLAG_INT, &c->seed, "N", "seed of every random number" },
    };
    const struct flag out[] = {
        { "out", 'o', FLAG_TEXT, &c->out, "PATH",
          "where to write, instead of the usual place" },
    };
    const struct flag force[] = {
        { "force", 'f', FLAG_BOOL, &c->force, NULL, "overwrite or remove what is there" },
    };
    const struct flag run[] = {
        { "resume", 0, FLAG_MAYBE, &c->resume, "RUN",
          "go on with a run that was stopped (default: the latest of FILE)" },
        { "dry-run", 'n', FLAG_BOOL, &c->dry_run, NULL, "check and plan, run nothing" },
        { "progress", 0, FLAG_WORD, &w->progress, "auto|bar|plain|none",
          "how to show it" },
    };
    const struct flag plugins[] = {
        { "plugin", 0, FLAG_LIST, &c->plugins, "FILE|DIR", "more plugins (repeatable)" },
        { "trust", 0, FLAG_BOOL, &c->trust, NULL,
          "do not ask who may write a plugin file" },
    };
    const struct flag json[] = {
        { "json", 0, FLAG_BOOL, &c->json, NULL, "JSON on standard output" },
    };
    const struct flag talk[] = {
        { "quiet", 'q', FLAG_BOOL, &c->quiet, NULL,
          "no progress: results, warnings and errors only" },
        { "color", 0, FLAG_WORD, &w->color, "auto|always|never", "colours in messages" },
        { "no-color", 0, FLAG_BOOL, &w->no_color, NULL, "same as --color=never" },
        { "format", 0, FLAG_WORD, &w->format, "gcc", "one line a message, for editors" },
        { "no-input", 0, FLAG_BOOL, &w->no_input, NULL, "accepted; nnpipe never asks" },
        { "help", 'h', FLAG_BOOL, &c->help, NULL, "this text" },
    };

    *s = (struct shared){ 0 };
    add_shared(s, file, 4, TAKES_FILE);
    add_shared(s, seed, 1, TAKES_FILE | TAKES_SEED);
    add_shared(s, out, 1, TAKES_OUT);
    add_shared(s, force, 1, TAKES_FORCE);
    add_shared(s, run, 3, TAKES_RUN);
    add_shared(s, plugins, 2, TAKES_FILE | TAKES_PLUGINS);
    add_shared(s, json, 1, TAKES_JSON);
    add_shared(s, talk, 6, 0);
}

/* The flags of this command that others have as well: `all` those of every command. */
static void flags_taken(const struct cli *c, const struct shared *s, bool all,
                        struct flag out[SHARED])
{
    size_t n = 0;

    for (size_t i = 0; s->flag[i].name; i++)
        if (all ? !s->taken_by[i] : (s->taken_by[i] & c->command->takes) != 0)
            out[n++] = s->flag[i];
    out[n].name = NULL;
}

static bool is_taken(const struct cli *c, const struct shared *s, const struct flag *f)
{
    size_t i = (size_t)(f - s->flag);

    return i >= SHARED || !s->taken_by[i] || s->taken_by[i] & c->command->takes;
}

/* Values of the file have no flags of their own: --epochs=10 is --set train.epochs=10. */
static void advise_set(struct cli *c, const char *word)
{
    const char *key = grammar_nearest(grammar_train.words, word, &c->arena);

    diag_note(&c->diag, "try   --set %s%s=VALUE for a value of the file",
              key ? "train." : "", key ? key : "PATH");
}

static int unknown_option(struct cli *c, const char *arg, const struct shared *s,
                          const struct flag *own)
{
    const char *names[MOST_NAMES];
    size_t      n = 0;
    char        word[64];

    for (const struct flag *t = own; t && t->name && n + SHARED < MOST_NAMES; t++)
        names[n++] = t->name;
    for (const struct flag *t = s->flag; t->name; t++)
        if (is_taken(c, s, t))
            names[n++] = t->name;
    names[n] = NULL;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(arg + 2, "="), arg + 2);
    const char *near = arg[1] == '-' ? synonyms_nearest(word, names) : NULL;
    if (near)
        return diag_error(&c->diag, NULL, "no flag is called '%s'; '--%s' is", arg, near);
    diag_error(&c->diag, NULL, "no flag is called '%s'; see --help", arg);
    if (c->command->takes & TAKES_FILE)
        advise_set(c, word);
    return -1;
}

static int not_taken(struct cli *c, const struct flag *f)
{
    return diag_error(&c->diag, NULL,
                      "`nnpipe %s` has no use for --%s; see `nnpipe help %s`", c->called,
                      f->name, c->called);
}

/* ---- reading them ---- */

/* Consumes one flag at argv[*i], and its value if it takes one. */
static int read_flag(struct cli *c, int argc, char **argv, int *i, const struct shared *s,
                     const struct flag *own)
{
    const char        *arg = argv[*i], *value = NULL;
    const struct flag *f;

    if (arg[1] == '-') {
        size_t n = strcspn(arg + 2, "=");
        f = find_flag(own, arg + 2, n);
        f = f ? f : find_flag(s->flag, arg + 2, n);
        value = arg[2 + n] == '=' ? arg + 3 + n : NULL;
    } else {
        f = find_letter(own, arg[1]);
        f = f ? f : find_letter(s->flag, arg[1]);
        value = arg[2] ? arg + 2 : NULL;
    }
    if (!f)
        return unknown_option(c, arg, s, own);
    if (f >= s->flag && f < s->flag + SHARED && !is_taken(c, s, f))
        return not_taken(c, f);
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

static void settle_words(struct cli *c, const struct words *w)
{
    static const char *const styles[] = { "auto", "bar", "plain", "none" };

    if (w->no_color)
        c->color = false;
    if (w->color && strcmp(w->color, "auto") != 0)
        c->color = strcmp(w->color, "always") == 0;
    c->gcc_format = w->format != NULL;
    for (int i = 0; w->progress && i < 4; i++)
        if (strcmp(w->progress, styles[i]) == 0)
            c->progress = (enum progress)i;
}

static int choose_kernels(struct cli *c)
{
    char names[CPU_NAMES];

    if (!c->env.kernels || !cpu_choose(c->env.kernels))
        return 0;
    cpu_names(names);
    return diag_error(&c->diag, NULL,
                      "NNPIPE_KERNELS: there are no kernels '%s' here: %s",
                      c->env.kernels, names);
}

int cli_parse(struct cli *c, int argc, char **argv, const struct flag *own,
              const char **args, int max)
{
    struct words  w = { 0 };
    struct shared shared;
    int           n = 0;
    bool          only_args = false;

    shared_flags(c, &w, &shared);
    c->diag.class = DIAG_USAGE;
    if (c->command->takes & TAKES_FILE && c->env.threads &&
        read_whole(c, "NNPIPE_THREADS", c->env.threads, &c->threads))
        return -1;
    if (choose_kernels(c))
        return -1;
    for (int i = 0; i < argc; i++) {
        if (!only_args && strcmp(argv[i], "--") == 0) {
            only_args = true;
        } else if (!only_args && argv[i][0] == '-' && argv[i][1]) {
            if (read_flag(c, argc, argv, &i, &shared, own))
                return -1;
        } else if (n == max) {
            return diag_error(&c->diag, NULL, "'%s' is one argument too many", argv[i]);
        } else {
            args[n++] = argv[i];
        }
    }
    settle_words(c, &w);
    c->diag.class = DIAG_FILE;
    return n;
}

void cli_help(struct cli *c, const char *usage, const struct flag *own,
              const char *examples)
{
    struct words  w;
    struct shared s;
    struct flag   taken[SHARED], everywhere[SHARED];

    shared_flags(c, &w, &s);
    flags_taken(c, &s, false, taken);
    flags_taken(c, &s, true, everywhere);
    const struct help_page page = {
        c->command, c->called, usage, examples, { own, taken, everywhere }
    };
    if (c->visit)
        c->visit(&page, c->visit_arg);
    else
        help_print(&page);
}
