/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include <nnpipe/plugin.h>
#include "cli/home.h"

/* ---- one command ---- */

static void print_flags(struct strbuf *s, const struct flag *f)
{
    char head[80];

    for (; f && f->name; f++) {
        snprintf(head, sizeof head, "%s%c%s--%s%s%s", f->letter ? "-" : "  ",
                 f->letter ? f->letter : ' ', f->letter ? ", " : " ", f->name,
                 f->value ? "=" : "", f->value ? f->value : "");
        strbuf_printf(s, "  %-31s %s\n", head, f->help);
    }
}

static bool has_flags(const struct flag *f)
{
    return f && f->name;
}

void help_print(const struct help_page *p)
{
    struct strbuf s = { 0 };

    strbuf_printf(&s, "usage: %s\n", p->usage);
    if (p->command->about)
        strbuf_printf(&s, "\n%s", p->command->about);
    if (p->examples)
        strbuf_printf(&s, "\n%s", p->examples);
    if (has_flags(p->flags[0]) || has_flags(p->flags[1]))
        strbuf_puts(&s, "\nflags\n");
    print_flags(&s, p->flags[0]);
    print_flags(&s, p->flags[1]);
    strbuf_puts(&s, "\nflags of every command\n");
    print_flags(&s, p->flags[2]);
    fputs(strbuf_text(&s), stdout);
    strbuf_close(&s);
}

static void list_commands(const struct command *table)
{
    for (; table->name; table++)
        printf("  %-11s %s\n", table->name, table->summary);
}

void help_group(const struct cli *c, const struct command *k)
{
    if (c->visit)
        return;
    printf("usage: nnpipe %s COMMAND ...\n\n", k->name);
    list_commands(k->verbs);
    printf("\n`nnpipe help %s COMMAND` tells more\n", k->name);
}

/* ---- all of them ---- */

static void print_overview(struct arena *a)
{
    const char *data = home_data(a);

    puts("nnpipe: small neural nets from YAML pipeline files\n\n"
         "  nnpipe init                        write xor.yaml, a commented file that "
         "runs\n"
         "  nnpipe xor.yaml                    train, evaluate, report\n"
         "  nnpipe check FILE.yaml             find every mistake, in milliseconds\n"
         "  nnpipe show FILE.yaml              what it would build\n"
         "  nnpipe plugin info dense           what a plugin takes\n\ncommands");
    list_commands(commands);
    puts("\n`nnpipe help COMMAND` tells more, `nnpipe help pipeline` lists the keys of a "
         "file");
    if (data)
        printf(
            "pipelines to try and docs/tour.md, which walks through one, are in\n  %s\n",
            data);
}

static int help_on(struct cli *c, const char *name, const char *verb, bool man)
{
    if (strcmp(name, "pipeline") == 0)
        return man ? manual_print_pipeline(c) : cli_print_keys(c, false), 0;
    const struct command *k = commands_find(c, name);
    if (!k)
        return 2;
    if (!man)
        return commands_help(c, k, verb);
    manual_print(c, k);
    return 0;
}

int cmd_help(struct cli *c, int argc, char **argv)
{
    const char       *args[2];
    bool              man = false;
    const struct flag own[] = {
        { "man", 0, FLAG_BOOL, &man, NULL,
          "as a manual page: nnpipe help run --man | man -l -" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 2);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe help [COMMAND|pipeline] [flags]", own,
                        "  nnpipe help run\n"
                        "  nnpipe help plugin new\n"
                        "  nnpipe help pipeline\n"),
               0;
    if (n < 0)
        return cli_finish(c, NULL, 2);
    if (n > 0)
        return help_on(c, args[0], n > 1 ? args[1] : NULL, man);
    if (man)
        manual_print(c, NULL);
    else
        print_overview(&c->arena);
    return 0;
}

int cmd_version(struct cli *c, int argc, char **argv)
{
    int n = cli_parse(c, argc, argv, NULL, NULL, 0);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe version", NULL, NULL), 0;
    if (n >= 0)
        printf("nnpipe " PACKAGE_VERSION " (plugin ABI %d.%d)\n", NNP_MAJOR, NNP_MINOR);
    return cli_finish(c, NULL, n < 0 ? 2 : 0);
}
