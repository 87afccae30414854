/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/strbuf.h"

struct registry *cli_registry(struct cli *c)
{
    struct registry_options o = { .plugins = c->plugins,
                                  .path = c->env.plugins,
                                  .trust = c->trust };

    if (!c->registry)
        c->registry = registry_open(&c->arena, &o, &c->diag);
    return c->registry;
}

struct loading cli_loading(struct cli *c)
{
    return (struct loading){ .arena = &c->arena,
                             .registry = cli_registry(c),
                             .diag = &c->diag,
                             .set = c->set,
                             .stage = c->stage,
                             .seed = c->seed,
                             .threads = c->threads,
                             .max_mem = c->max_mem,
                             .data = c->env.data,
                             .backend = c->env.backend,
                             .env = environment_get };
}

void cli_print_json(struct json *j)
{
    puts(strbuf_text(&j->text));
    strbuf_close(&j->text);
}

void cli_print(const struct cli *c, struct strbuf *s)
{
    struct strbuf visible = { 0 };

    if (!c->json)
        strbuf_visible(&visible, strbuf_text(s), s->n);
    fputs(strbuf_text(c->json ? s : &visible), stdout);
    strbuf_close(&visible);
    strbuf_close(s);
}

static void render(const struct cli *c, const struct diag_entry *e, struct strbuf *s)
{
    if (c->json)
        diag_render_json(e, s);
    else if (c->gcc_format)
        diag_render_gcc(e, s);
    else
        diag_render(e, c->color, s);
}

/* Each file once, whoever asked for it first. */
static void warn_of_loading(struct cli *c)
{
    const struct component *p, *before = NULL;

    for (size_t i = 0; c->registry && (p = registry_loaded(c->registry, i)); i++) {
        if (p->left && (!before || strcmp(before->file, p->file) != 0))
            diag_warn(&c->diag, NULL, "%s: when it is loaded, it %s", p->file, p->left);
        before = p;
    }
}

int cli_finish(struct cli *c, const char *outcome, int otherwise)
{
    struct strbuf s = { 0 };
    int           code = diag_exit(&c->diag);

    warn_of_loading(c);
    diag_sort(&c->diag);
    for (size_t i = 0; i < c->diag.n; i++) {
        render(c, &c->diag.entries[i], &s);
        if (c->diag.entries[i].machine)
            diag_said();
    }
    if (outcome && c->diag.errors && !c->json && !c->gcc_format)
        strbuf_printf(&s, "%zu error%s, %s\n", c->diag.errors,
                      c->diag.errors == 1 ? "" : "s", outcome);
    fputs(strbuf_text(&s), c->json ? stdout : stderr);
    strbuf_close(&s);
    c->diag.n = c->diag.errors = 0;
    return code ? code : otherwise;
}

static enum report_style style(const struct cli *c)
{
    bool terminal = isatty(2) && !c->env.dumb;

    if (c->quiet || c->progress == PROGRESS_NONE)
        return REPORT_NONE;
    if (c->progress == PROGRESS_BAR || (c->progress == PROGRESS_AUTO && terminal))
        return REPORT_BAR;
    return REPORT_PLAIN;
}

struct report_to cli_report_to(const struct cli *c)
{
    return (struct report_to){
        .style = style(c), .talk = stderr, .result = stdout, .json = c->json
    };
}
