/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "language/grammar.h"

#include <string.h>

#define WORDS(name, ...) const char *const name[] = { __VA_ARGS__, NULL }

WORDS(grammar_file, "nnpipe", "name", "about", "extends", "requires", "vars", "data",
      "blocks", "model", "loss", "optim", "train", "metrics", "stages", "seeds", "search",
      "report");
WORDS(grammar_stage, "name", "after", "input", "data", "model", "loss", "optim", "train",
      "metrics", "metrics+", "note");
WORDS(grammar_stage_own, "name", "after", "input", "note");
WORDS(grammar_data, "source", "split", "map");
WORDS(grammar_block, "args", "inputs", "layers", "note");
WORDS(grammar_chain, "schedule", "groups", "note");
WORDS(grammar_group, "of", "lr", "decay", "freeze", "note");
WORDS(grammar_train, "epochs", "steps", "batch", "seed", "shuffle", "accumulate",
      "threads", "stop", "retry", "keep", "health", "average", "carry", "note");
WORDS(grammar_stop, "when", "for", "patience", "min_delta", "on_best", "goal");
WORDS(grammar_health, "stop", "skip", "back"); /* in the order of enum health */
WORDS(grammar_retry, "times", "unless");
WORDS(grammar_keep, "best", "every", "last", "goal");

static WORDS(source_keys, "note");
static WORDS(map_keys, "as", "from", "when", "note");
static WORDS(model_keys, "as", "from", "use", "share", "freeze", "lr", "when", "repeat",
             "init", "note");
static WORDS(loss_keys, "as", "of", "to", "where", "weight", "note");
static WORDS(term_keys, "as", "of", "to", "where", "note");
static WORDS(report_keys, "as", "of", "to", "where", "stage", "note");
static WORDS(schedule_keys, "of", "watch", "note");
static WORDS(term_ports, "of", "to", "where");
static WORDS(schedule_ports, "of", "watch");
static const char *const none[] = { NULL };

const struct place grammar_source = { "data.source", "loader", "a loader", source_keys,
                                      none };
const struct place grammar_map = { "data.map", "transform", "a transform", map_keys,
                                   none };
const struct place grammar_model = { "model", "layer transform estimator", "a layer",
                                     model_keys, none };
const struct place grammar_init = { "init", "initializer", "an initializer", none, none };
const struct place grammar_loss = { "loss", "loss regularizer", "a loss", loss_keys,
                                    term_ports };
const struct place grammar_optim = { "optim", "optimizer", "an optimizer", grammar_chain,
                                     none };
const struct place grammar_schedule = { "optim.schedule", "schedule", "a schedule",
                                        schedule_keys, schedule_ports };
const struct place grammar_metrics = { "metrics", "metric", "a metric", term_keys,
                                       term_ports };
const struct place grammar_report = { "report", "report", "a report", report_keys,
                                      term_ports };

const struct place *const grammar_places[] = {
    &grammar_source, &grammar_map,      &grammar_model,   &grammar_init,   &grammar_loss,
    &grammar_optim,  &grammar_schedule, &grammar_metrics, &grammar_report, NULL,
};

bool grammar_has(const char *const *words, const char *word)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

bool grammar_reserved(const char *word)
{
    if (strcmp(word, "prev") == 0)
        return true;
    for (size_t i = 0; grammar_places[i]; i++)
        if (grammar_has(grammar_places[i]->keys, word))
            return true;
    return false;
}

bool grammar_ignored(const char *key)
{
    return strncmp(key, "x-", 2) == 0;
}

int grammar_unknown(const struct node *key, const char *const *words, const char *what,
                    struct diag *d)
{
    const char   *near = diag_nearest(key->text, words);
    struct strbuf list = { 0 };

    if (near) {
        diag_code(d, &key->at, "unknown-key", "%s has no key '%s'; '%s' is one", what,
                  key->text, near);
        diag_fix(d, near);
        return -1;
    }
    for (size_t i = 0; words[i]; i++)
        strbuf_printf(&list, "%s%s", i ? ", " : "", words[i]);
    diag_code(d, &key->at, "unknown-key", "%s has no key '%s'", what, key->text);
    if (list.n)
        diag_note(d, "keys  %s", strbuf_text(&list));
    strbuf_close(&list);
    return -1;
}

int grammar_check(const struct node *map, const char *const *words, const char *what,
                  struct diag *d)
{
    int rc = 0;

    for (size_t i = 0; i < map->n; i++)
        if (!grammar_ignored(map->keys[i]->text) &&
            !grammar_has(words, map->keys[i]->text))
            rc = grammar_unknown(map->keys[i], words, what, d);
    return rc;
}

bool grammar_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool letter(char c)
{
    return c >= 'a' && c <= 'z';
}

bool grammar_name(const char *name)
{
    for (;;) {
        if (!letter(*name))
            return false;
        while (letter(*name) || (*name >= '0' && *name <= '9') || *name == '_')
            name++;
        if (*name != '/')
            return !*name;
        name++;
    }
}

int grammar_expect(const struct node *n, enum node_kind kind, const char *what,
                   struct diag *d)
{
    static const char *const article[] = { "nothing", "a single value", "a list",
                                           "a map" };
    static const char *const shape[] = { "nothing", "a single value",
                                         "a list, each line starts with '- '",
                                         "a map, KEY: VALUE" };

    if (!n || n->kind == kind)
        return 0;
    return diag_code(d, &n->at, "wrong-shape", "%s is %s here; it has to be %s", what,
                     n->kind == NODE_NULL ? "empty" : article[n->kind], shape[kind]);
}
