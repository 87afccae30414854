/* SPDX-License-Identifier: MIT */
/* What a shell needs to complete the commands, their verbs and their flags; the scripts
 * are made of the tables by which flags are read. */
#include <config.h>
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

struct shell {
    const char *name;
    void (*begin)(struct strbuf *s);
    void (*page)(const struct help_page *page, void *strbuf);
    void (*end)(struct strbuf *s);
};

/* What a flag's value is, by its word in the help: words to choose from, files, or
 * nothing that could be known. */
static bool has_words(const struct flag *f)
{
    return f->type == FLAG_WORD;
}

static bool has_files(const struct flag *f)
{
    return f->value &&
           (strstr(f->value, "FILE") || strstr(f->value, "DIR") ||
            strstr(f->value, "PATH") == f->value || strcmp(f->value, "RUN") == 0) &&
           strcmp(f->value, "PATH=VALUE") != 0;
}

/* Calls once for each flag of a page. */
static void each_flag(const struct help_page *p, struct strbuf *s,
                      void (*one)(struct strbuf *s, const struct help_page *p,
                                  const struct flag *f))
{
    for (int i = 0; i < 3; i++)
        for (const struct flag *f = p->flags[i]; f && f->name; f++)
            one(s, p, f);
}

/* Text between single quotes, which none of the shells looks into. */
static void quoted(struct strbuf *s, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_puts(s, "'\\''");
        else if (strchr(escaped, *text))
            strbuf_printf(s, "\\%c", *text);
        else
            strbuf_add(s, text, 1);
    }
}

static void words_of(struct strbuf *s, const char *choices)
{
    for (; *choices; choices++)
        strbuf_add(s, *choices == '|' ? " " : choices, 1);
}

static void verbs_of(struct strbuf *s, const struct command *k)
{
    for (const struct command *v = k; v->name; v++)
        strbuf_printf(s, "%s%s", v == k ? "" : " ", v->name);
}

/* ---- bash ---- */

static void bash_begin(struct strbuf *s)
{
    strbuf_puts(
        s, "# SPDX-License-Identifier: MIT\n"
           "# Completion of nnpipe for bash, written by `nnpipe completion bash`.\n"
           "_nnpipe()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local called=${COMP_WORDS[1]} list=\n"
           "    COMPREPLY=()\n"
           "    # readline cuts --flag=value at the sign\n"
           "    [[ $word == = ]] && word=\n"
           "    [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}\n");
    for (const struct command *k = commands; k->name; k++) {
        if (!k->verbs)
            continue;
        strbuf_printf(s, "    if [[ $called == %s ]]; then\n", k->name);
        strbuf_puts(s, "        if ((COMP_CWORD == 2)); then\n"
                       "            mapfile -t COMPREPLY < <(compgen -W '");
        verbs_of(s, k->verbs);
        strbuf_puts(s, "' -- \"$word\")\n            return\n        fi\n"
                       "        called+=\" ${COMP_WORDS[2]}\"\n    fi\n");
    }
    strbuf_puts(s, "    [[ $called == *[./]* ]] && called=run\n"
                   "    ((COMP_CWORD == 1)) && list='");
    verbs_of(s, commands);
    strbuf_puts(s, "'\n    case \"$called $before\" in\n");
}

static void bash_value(struct strbuf *s, const struct help_page *p, const struct flag *f)
{
    if (!has_words(f))
        return;
    strbuf_printf(s, "        '%s --%s') list='", p->called, f->name);
    words_of(s, f->value);
    strbuf_puts(s, "' ;;\n");
}

static void bash_values(const struct help_page *p, void *arg)
{
    each_flag(p, arg, bash_value);
}

static void bash_flag(struct strbuf *s, const struct help_page *p, const struct flag *f)
{
    (void)p;
    strbuf_printf(s, " --%s", f->name);
}

static void bash_flags(const struct help_page *p, void *arg)
{
    struct strbuf *s = arg;

    strbuf_printf(s, "            '%s') list='", p->called);
    each_flag(p, s, bash_flag);
    strbuf_puts(s, "' ;;\n");
}

static void bash_between(struct strbuf *s)
{
    strbuf_puts(s, "    esac\n    if [[ $word == -* ]]; then\n        case $called in\n");
}

static void bash_end(struct strbuf *s)
{
    strbuf_puts(
        s,
        "        esac\n    fi\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$list\" -- \"$word\")\n"
        "    if [[ -z $list || $COMP_CWORD == 1 ]]; then\n"
        "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$word\")\n"
        "        compopt -o filenames 2>/dev/null\n"
        "    fi\n"
        "}\n"
        "complete -F _nnpipe nnpipe\n");
}

/* ---- zsh ---- */

static void zsh_begin(struct strbuf *s)
{
    strbuf_puts(s, "#compdef nnpipe\n"
                   "# SPDX-License-Identifier: MIT\n"
                   "# Completion of nnpipe for zsh, written by `nnpipe completion zsh`.\n"
                   "local called=$words[2]\nlocal -a list\n"
                   "if ((CURRENT == 2)); then\n    list=(\n");
    for (const struct command *k = commands; k->name; k++) {
        strbuf_printf(s, "        '%s:", k->name);
        quoted(s, k->summary, ":");
        strbuf_puts(s, "'\n");
    }
    strbuf_puts(s, "    )\n    _describe command list\n    _files\n    return\nfi\n");
    for (const struct command *k = commands; k->name; k++) {
        if (!k->verbs)
            continue;
        strbuf_printf(s,
                      "if [[ $called == %s ]]; then\n    if ((CURRENT == 3)); then\n"
                      "        list=(\n",
                      k->name);
        for (const struct command *v = k->verbs; v->name; v++) {
            strbuf_printf(s, "            '%s:", v->name);
            quoted(s, v->summary, ":");
            strbuf_puts(s, "'\n");
        }
        strbuf_puts(
            s, "        )\n        _describe command list\n        return\n    fi\n"
               "    called+=\" $words[3]\"\n    shift words\n    ((CURRENT--))\nfi\n");
    }
    strbuf_puts(s, "shift words\n((CURRENT--))\ncase $called in\n");
}

static void zsh_flag(struct strbuf *s, const struct help_page *p, const struct flag *f)
{
    (void)p;
    strbuf_printf(s, "        '%s--%s%s[", f->type == FLAG_LIST ? "*" : "", f->name,
                  f->type == FLAG_BOOL ? "" : "=");
    quoted(s, f->help, "[]:");
    strbuf_puts(s, "]");
    if (f->type != FLAG_BOOL) {
        strbuf_printf(s, "%s:", f->type == FLAG_MAYBE ? ":" : "");
        quoted(s, f->name, "");
        strbuf_puts(s, ":");
        if (has_words(f)) {
            strbuf_puts(s, "(");
            words_of(s, f->value);
            strbuf_puts(s, ")");
        } else if (has_files(f)) {
            strbuf_puts(s, "_files");
        }
    }
    strbuf_puts(s, "' \\\n");
}

static void zsh_page(const struct help_page *p, void *arg)
{
    struct strbuf *s = arg;

    strbuf_printf(s, "'%s')\n    _arguments \\\n", p->called);
    each_flag(p, s, zsh_flag);
    strbuf_puts(s, "        '*:file:_files' ;;\n");
}

static void zsh_end(struct strbuf *s)
{
    strbuf_puts(s, "*) _files ;;\nesac\n");
}

/* ---- fish ---- */

static void fish_commands(struct strbuf *s, const struct command *table, const char *when)
{
    for (const struct command *k = table; k->name; k++) {
        strbuf_printf(s, "complete -c nnpipe -n '%s' -a %s -d '", when, k->name);
        quoted(s, k->summary, "");
        strbuf_puts(s, "'\n");
    }
}

static void fish_begin(struct strbuf *s)
{
    strbuf_puts(s,
                "# SPDX-License-Identifier: MIT\n"
                "# Completion of nnpipe for fish, written by `nnpipe completion fish`.\n"
                "function __nnpipe_called\n"
                "    set -l words (commandline -opc)\n"
                "    test \"$words[2..]\" = \"$argv\"; or string match -q -- \"$argv *\" "
                "\"$words[2..]\"\n"
                "end\n");
    fish_commands(s, commands, "__fish_use_subcommand");
    for (const struct command *k = commands; k->name; k++) {
        char when[96];
        snprintf(when, sizeof when,
                 "test (count (commandline -opc)) = 2; and __nnpipe_called %s", k->name);
        if (k->verbs)
            fish_commands(s, k->verbs, when);
    }
}

static void fish_flag(struct strbuf *s, const struct help_page *p, const struct flag *f)
{
    strbuf_printf(s, "complete -c nnpipe -n '__nnpipe_called %s' -l %s", p->called,
                  f->name);
    if (f->letter)
        strbuf_printf(s, " -s %c", f->letter);
    if (f->type != FLAG_BOOL && f->type != FLAG_MAYBE)
        strbuf_puts(s, has_files(f) ? " -r" : " -x");
    if (has_words(f)) {
        strbuf_puts(s, " -a '");
        words_of(s, f->value);
        strbuf_puts(s, "'");
    }
    strbuf_puts(s, " -d '");
    quoted(s, f->help, "");
    strbuf_puts(s, "'\n");
}

static void fish_page(const struct help_page *p, void *arg)
{
    each_flag(p, arg, fish_flag);
}

static void nothing(struct strbuf *s)
{
    (void)s;
}

/* ---- the command ---- */

static const struct shell shells[] = {
    { "bash", bash_begin, bash_values, bash_between },
    { "zsh", zsh_begin, zsh_page, zsh_end },
    { "fish", fish_begin, fish_page, nothing },
    { "bash", nothing, bash_flags, bash_end }, /* the second half */
};

static void print_script(struct cli *c, const char *name)
{
    struct strbuf s = { 0 };

    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].name, name) != 0)
            continue;
        shells[i].begin(&s);
        for (const struct command *k = commands; k->name; k++)
            commands_visit(c, k, shells[i].page, &s);
        shells[i].end(&s);
    }
    fputs(strbuf_text(&s), stdout);
    strbuf_close(&s);
}

int cmd_completion(struct cli *c, int argc, char **argv)
{
    static const char *const names[] = { "bash", "zsh", "fish", NULL };
    const char              *args[1];
    int                      n = cli_parse(c, argc, argv, NULL, args, 1);

    if (n >= 0 && c->help)
        return cli_help(
                   c, "nnpipe completion bash|zsh|fish", NULL,
                   "  eval \"$(nnpipe completion bash)\"\n"
                   "  nnpipe completion zsh > \"${fpath[1]}/_nnpipe\"\n"
                   "  nnpipe completion fish > ~/.config/fish/completions/nnpipe.fish\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (n == 0)
        diag_error(&c->diag, NULL, "completion: for which shell? bash, zsh or fish");
    if (n == 1) {
        size_t i = 0;
        while (names[i] && strcmp(names[i], args[0]) != 0)
            i++;
        if (!names[i])
            diag_error(&c->diag, NULL, "completion: '%s' is none of bash, zsh, fish",
                       args[0]);
    }
    if (n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    print_script(c, args[0]);
    return 0;
}
