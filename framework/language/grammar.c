/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "language/grammar.h"

#include <string.h>

#include "base/split.h"
#include "plugin/synonyms.h"

#define ANY(name, says)                                                                  \
    {                                                                                    \
        name, WORD_ANY, NULL, 0, NULL, says                                              \
    }
#define SOME(name, type, says)                                                           \
    {                                                                                    \
        name, type, NULL, 0, NULL, says                                                  \
    }
#define INT(name, def, least, says)                                                      \
    {                                                                                    \
        name, WORD_INT, def, least, NULL, says                                           \
    }
#define REAL(name, def, least, says)                                                     \
    {                                                                                    \
        name, WORD_REAL, def, least, NULL, says                                          \
    }
#define BOOL(name, def, says)                                                            \
    {                                                                                    \
        name, WORD_BOOL, def, 0, NULL, says                                              \
    }
#define TEXT(name, says)                                                                 \
    {                                                                                    \
        name, WORD_TEXT, NULL, 0, NULL, says                                             \
    }
#define ONE_OF(name, def, of, says)                                                      \
    {                                                                                    \
        name, WORD_ONE_OF, def, 0, of, says                                              \
    }
#define END                                                                              \
    {                                                                                    \
        NULL, WORD_ANY, NULL, 0, NULL, NULL                                              \
    }

/* What stands in several tables. */
#define NOTE  ANY("note", "a remark for people; nothing reads it")
#define TO    TEXT("to", "the stream that says what it should be")
#define WHERE TEXT("where", "a mask: where it is not 0 the elements count")
#define GOAL                                                                             \
    ONE_OF("goal", NULL, "min|max",                                                      \
           "whether less or more of that metric is better; else the metric says it")
#define LR(says) REAL("lr", "1", 0, says)

/* clang-format off */
static const struct word file_words[] = {
    SOME("nnpipe", WORD_VERSION, "the version of this language; has to be there"),
    TEXT("name", "where results go, runs/NAME/001; else the name of the file"),
    TEXT("about", "one line on what this shows"),
    SOME("extends", WORD_TEXTS, "base files, merged first to last, then this one"),
    SOME("requires", WORD_TEXT_MAP, "versions of plugins that this file needs: {adam: \">=1.0\"}"),
    SOME("vars", WORD_MAP, "variables, used as $name or $(expression)"),
    ANY("data", "where samples come from, and what is done to each"),
    ANY("blocks", "lists of layers with arguments, used like a layer"),
    ANY("model", "the layers, in order"),
    ANY("loss", "what is made small: an item or a list"),
    ANY("optim", "how the weights are changed"),
    ANY("train", "how long, in which portions, when to stop, what to keep"),
    ANY("metrics", "what is measured: an item or a list"),
    ANY("stages", "several trainings in one file, in order"),
    INT("seeds", "1", 1, "trains everything from so many seeds, train.seed being the first"),
    ANY("search", "many trainings of this file, to find good settings: `nnpipe FILE` trains them all"),
    ANY("report", "what is shown of the finished run: an item or a list"),
    END
};
static const struct word stage_words[] = {
    TEXT("name", "of its folder, and what --stage and `after` call it"),
    TEXT("after", "the stage whose weights it starts from; else it starts from new ones"),
    TEXT("input", "a stream of the main model: what makes it is frozen and computed once"),
    ANY("data", "merged over the file's, as `extends` merges"),
    ANY("model", "a model beside the file's; `use` in it takes items of that"),
    ANY("loss", "in place of the file's"),
    ANY("optim", "merged over the file's"),
    ANY("train", "merged over the file's"),
    ANY("metrics", "in place of the file's"),
    ANY("metrics+", "behind the file's"),
    NOTE, END
};
static const struct word data_words[] = {
    ANY("source", "one loader; its columns become streams"),
    ANY("split", "which rows are for training, validation and test"),
    ANY("map", "what every sample goes through, in order"),
    END
};
static const struct word split_words[] = {
    SOME(SPLIT_WORD_TRAIN, WORD_ROWS, "the rows to learn from: 80%, 0..99, [0..39, 53..72], 0%..90%, all or official; beside other shares the rest"),
    SOME(SPLIT_WORD_VAL, WORD_ROWS, "the rows by which epochs are compared; where no part is written, the official ones, if there are any"),
    SOME(SPLIT_WORD_TEST, WORD_TEST_ROWS, "the rows by which the result is judged; where no part is written, the official ones, if there are any; or a loader of its own, {csv: test.csv}"),
    ONE_OF("by", "chance", "chance|rows", "how bare shares are taken: by chance, or in the order of the rows"),
    SOME("stratify", WORD_STREAM, "whose classes each part has in proportion; else y, if it is classes; false: nobody's"),
    INT("seed", NULL, 0, "of the chance; else train.seed"),
    INT("folds", NULL, 2, "so many parts by chance; one of them is the test part (`val` with test: official), the others train"),
    INT("fold", "0", 0, "which of them, from 0; --fold, and --folds for all"),
    END
};
static const struct word block_words[] = {
    ANY("args", "its arguments and their defaults; null: must be given"),
    SOME("inputs", WORD_TEXTS, "names of its inputs; without them it reads the item above"),
    ANY("layers", "its items, in order"),
    NOTE, END
};
static const struct word optim_words[] = {
    ANY("schedule", "what changes a parameter while training: an item or a list"),
    ANY("groups", "weights that are treated differently: a list"),
    NOTE, END
};
static const struct word group_words[] = {
    SOME("of", WORD_TEXTS, "which weights: `weights`, `biases`, `all`, enc1, enc*, enc1.weight"),
    LR("a factor on their learning rate"),
    BOOL("decay", NULL, "whether weight decay applies to them; else to weights, not to biases"),
    BOOL("freeze", "false", "keeps them as they are"),
    NOTE, END
};
static const struct word train_words[] = {
    INT("epochs", NULL, 1, "passes over the training rows; these or `steps` are needed"),
    INT("steps", NULL, 1, "updates, in place of epochs"),
    INT("batch", "32", 1, "samples that an update sees at once"),
    INT("seed", "1", 0, "everything random follows from it"),
    BOOL("shuffle", "true", "another order of the samples in each epoch"),
    INT("accumulate", "1", 1, "batches whose gradients are added before an update"),
    INT("threads", "0", 0, "worker threads, 0: one for each processor left to the process; never changes the result"),
    ANY("stop", "when to stop early"),
    ANY("retry", "when to start again from another seed; the best attempt is kept"),
    ANY("keep", "which weights are kept"),
    ONE_OF("health", "stop", "stop|skip|back",
           "what a number that is not finite does: stop the run (exit code 6), skip the update, or go back to the "
           "best weights with half the rate"),
    ONE_OF("measure", "val", "val|both",
           "what metrics are measured on after each epoch: the validation rows, or the training rows as well, "
           "which takes one more pass over them and gives both curves"),
    ANY("average", "comes with a later version"),
    ANY("carry", "comes with a later version"),
    NOTE, END
};
static const struct word stop_words[] = {
    SOME("when", WORD_CONDITION, "stops once this holds: accuracy >= 1"),
    INT("for", "1", 1, "... for so many epochs in a row"),
    INT("patience", NULL, 1, "stops after so many epochs without progress"),
    REAL("min_delta", "0", 0, "what counts as progress"),
    TEXT("on_best", "the metric that progress is measured by"),
    GOAL, END
};
static const struct word retry_words[] = {
    INT("times", NULL, 1, "new seeds that are tried at most"),
    SOME("unless", WORD_CONDITION, "the condition under which there is no need to"),
    END
};
static const struct word keep_words[] = {
    TEXT("best", "the metric that says which epoch's weights are kept, or `last`: always the newest; "
         "else that of stop.on_best"),
    INT("every", "0", 0, "keeps the weights of every so many epochs too, as epoch-N.nnw (of a later attempt epoch-N.attempt-M.nnw), and writes a checkpoint then"),
    BOOL("last", "true", "writes last.nnw, the weights as they were at the end"),
    GOAL, END
};
static const struct word search_words[] = {
    ANY("goal", "what is wanted: {min: val.error} or {max: accuracy}, a figure as in stop.on_best"),
    ANY("sampler", "what proposes the settings of a trial"),
    ANY("pruner", "what ends a trial that does not look good; else none does"),
    INT("trials", NULL, 1, "so many trials; or `budget`, or both"),
    INT("budget", NULL, 1, "epochs in all: no trial begins once those that it sees have had so many"),
    TEXT("time", "90s, 30m or 2h: no trial begins later than that after the start"),
    INT("parallel", "1", 1, "so many trials at once, each in a process of its own; never changes the result"),
    INT("lag", NULL, 1, "trial k sees the results of trials 0 .. k - lag, so many may run at once; else 1, or "
        "2 * parallel where that is given"),
    ONE_OF("order", "fixed", "fixed|free", "free: a trial sees whatever is finished; a second search is another one then"),
    INT("seed", NULL, 0, "of the sampler; else train.seed, which all trials train from"),
    SOME("space", WORD_MAP, "which settings: paths as in --set, with choices [a, b], {int: [1, 4]}, {range: [0, 1]} or "
         "{log: [1e-4, 1]}"),
    SOME("only", WORD_CONDITION, "settings for which this does not hold are left out: vars.width * vars.depth <= 1024"),
    ONE_OF("keep", "best", "best|all|none", "whose weights stay"),
    ANY("then", "merged over the best settings, which are trained once more into RUN/best; $best.trial, $best.epoch and "
        "$best.value are known there"),
    ANY("report", "what is shown of the search: a report or a list; else trials, best_so_far, parallel and importance"),
    NOTE, END
};
static const struct word goal_words[] = {
    TEXT("min", "the figure of which less is better"),
    TEXT("max", "the figure of which more is better"),
    END
};
static const struct word dim_words[] = {
    ANY("choice", "a list of any values, maps too; alone it needs no braces"),
    ANY("int", "[least, most], both whole"),
    ANY("range", "[least, most]"),
    ANY("log", "[least, most], above 0, where factors count and not differences; beside int or range: true"),
    REAL("step", NULL, 0, "only every so much from the least on"),
    INT("n", NULL, 2, "so many points in a grid"),
    SOME("when", WORD_CONDITION, "it is set only where this holds: optim == 'adam'"),
    NOTE, END
};

#define AS SOME("as", WORD_TEXTS, "the name of the output, or names of several")
#define OF SOME("of", WORD_TEXTS, "what it looks at: a stream, or several")
static const struct word source_keys[] = { NOTE, END };
static const struct word map_keys[] = {
    AS,
    SOME("from", WORD_INPUTS, "which streams it reads; else x"),
    ANY("when", "`train` or `eval`: else it is passed by"),
    NOTE, END
};
static const struct word model_keys[] = {
    AS,
    SOME("from", WORD_INPUTS, "which streams it reads: NAME, [a, b] by position, {port: NAME}; else the item above"),
    TEXT("to", "the stream that an estimator learns to tell; else y, or x where the data have no y"),
    TEXT("use", "in place of a plugin: runs that item again, with the same weights"),
    SOME("share", WORD_TEXT_MAP, "borrows a weight: {weight: enc1.weight}, or enc1.weight.T for its transpose"),
    BOOL("freeze", "false", "keeps its weights as they are"),
    LR("a factor on the learning rate of its weights"),
    ANY("when", "`train` or `eval`: else it is passed by; or a condition over variables"),
    INT("repeat", "1", 0, "so many copies, one after the other"),
    SOME("init", WORD_INIT, "an initializer of its weights, or one for each: {weight: he_normal, bias: zeros}"),
    NOTE, END
};
static const struct word loss_keys[] = {
    AS,
    SOME("of", WORD_TEXTS, "the stream that is judged, else the last item's; a regularizer's: a stream or weights"),
    TO, WHERE,
    REAL("weight", "1", -1e308, "a factor on this term"),
    TEXT("sample_weight", "a stream of the data with a number for each row: how much it counts in the mean"),
    ANY("class_weight", "how much the rows of a class count: `balanced`, a number for each class, or {CLASS: number}"),
    NOTE, END
};
static const struct word metric_keys[] = { AS, OF, TO, WHERE, NOTE, END };
static const struct word report_keys[] = {
    AS, OF, TO, WHERE,
    TEXT("stage", "the stage that it is about; else the last"),
    NOTE, END
};
static const struct word schedule_keys[] = {
    TEXT("of", "the path of the parameter that it drives; else the learning rate"),
    TEXT("watch", "the metric that it follows: val.loss"),
    NOTE, END
};
static const struct word search_report_keys[] = { AS, NOTE, END };
static const struct word no_words[] = { END };
/* clang-format on */

static const char *const term_ports[] = { "of", "to", "where", NULL };
static const char *const schedule_ports[] = { "of", "watch", NULL };
static const char *const no_ports[] = { NULL };

const struct section grammar_file = { "", "a pipeline file", file_words };
const struct section grammar_stage = { "stages", "a stage", stage_words };
const struct section grammar_data = { "data", "data", data_words };
const struct section grammar_split = { "data.split", "data.split", split_words };
const struct section grammar_block = { "blocks", "a block", block_words };
const struct section grammar_chain = { "optim", "optim", optim_words };
const struct section grammar_group = { "groups", "a group", group_words };
const struct section grammar_train = { "train", "train", train_words };
const struct section grammar_stop = { "train.stop", "train.stop", stop_words };
const struct section grammar_retry = { "train.retry", "train.retry", retry_words };
const struct section grammar_keep = { "train.keep", "train.keep", keep_words };
const struct section grammar_search = { "search", "search", search_words };
const struct section grammar_goal = { "search.goal", "search.goal", goal_words };
const struct section grammar_dim = { "search.space", "a key of search.space", dim_words };

const struct section *const grammar_sections[] = {
    &grammar_file,  &grammar_data,   &grammar_split, &grammar_block, &grammar_chain,
    &grammar_group, &grammar_train,  &grammar_stop,  &grammar_retry, &grammar_keep,
    &grammar_stage, &grammar_search, &grammar_goal,  &grammar_dim,   NULL,
};
const struct section grammar_beside_layer = { "", "a layer", model_keys };
const struct section grammar_beside_loss = { "", "a loss", loss_keys };
const char *const    grammar_staged[] = { "data",  "model",   "loss",     "optim",
                                          "train", "metrics", "metrics+", NULL };

const struct place grammar_source = { "data.source", "loader", "a loader", source_keys,
                                      no_ports };
const struct place grammar_test_source = { "data.split.test", "loader", "a loader",
                                           source_keys, no_ports };
const struct place grammar_map = { "data.map", "transform", "a transform", map_keys,
                                   no_ports };
const struct place grammar_model = { "model", "layer transform estimator", "a layer",
                                     model_keys, no_ports };
const struct place grammar_init = { "init", "initializer", "an initializer", no_words,
                                    no_ports };
const struct place grammar_loss = { "loss", "loss regularizer", "a loss", loss_keys,
                                    term_ports };
const struct place grammar_optim = { "optim", "optimizer", "an optimizer", optim_words,
                                     no_ports };
const struct place grammar_schedule = { "optim.schedule", "schedule", "a schedule",
                                        schedule_keys, schedule_ports };
const struct place grammar_metrics = { "metrics", "metric", "a metric", metric_keys,
                                       term_ports };
const struct place grammar_report = { "report", "report", "a report", report_keys,
                                      term_ports };

const struct place grammar_sampler = { "search.sampler", "sampler", "a sampler", no_words,
                                       no_ports };
const struct place grammar_pruner = { "search.pruner", "pruner", "a pruner", no_words,
                                      no_ports };
const struct place grammar_search_report = { "search.report", "report", "a report",
                                             search_report_keys, no_ports };

const struct place *const grammar_places[] = {
    &grammar_source, &grammar_map,     &grammar_model,    &grammar_init,
    &grammar_loss,   &grammar_optim,   &grammar_schedule, &grammar_metrics,
    &grammar_report, &grammar_sampler, &grammar_pruner,   NULL,
};

const struct word *grammar_find(const struct word *words, const char *name)
{
    for (; words->name; words++)
        if (strcmp(words->name, name) == 0)
            return words;
    return NULL;
}

const char *grammar_choice(const struct word *w, int i, struct arena *a)
{
    const char *s = w->of;

    while (i > 0 && *s) {
        s += strcspn(s, "|");
        s += *s == '|';
        i--;
    }
    return *s ? arena_strndup(a, s, strcspn(s, "|")) : NULL;
}

bool grammar_among(const char *const *words, const char *word)
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
        if (grammar_find(grammar_places[i]->keys, word))
            return true;
    return false;
}

bool grammar_ignored(const char *key)
{
    return strncmp(key, "x-", 2) == 0;
}

const char *grammar_nearest(const struct word *words, const char *text, struct arena *a)
{
    size_t n = 0;

    while (words[n].name)
        n++;
    const char **names = arena_array(a, n + 1, sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = words[i].name;
    return synonyms_nearest(text, names);
}

int grammar_unknown(const struct node *key, const struct word *words, const char *what,
                    struct diag *d)
{
    const char   *near = grammar_nearest(words, key->text, d->arena);
    struct strbuf list = { 0 };

    if (near) {
        diag_code(d, &key->at, "unknown-key", "%s has no key '%s'; '%s' is one", what,
                  key->text, near);
        diag_fix(d, near);
        return -1;
    }
    for (size_t i = 0; words[i].name; i++)
        strbuf_printf(&list, "%s%s", i ? ", " : "", words[i].name);
    diag_code(d, &key->at, "unknown-key", "%s has no key '%s'", what, key->text);
    if (list.n)
        diag_note(d, "keys  %s", strbuf_text(&list));
    if (synonyms_advice(key->text))
        diag_note(d, "try   %s", synonyms_advice(key->text));
    strbuf_close(&list);
    return -1;
}

bool grammar_meant(const struct node *map, const struct section *s, const char *word,
                   struct arena *a)
{
    const char *key, *near;

    for (size_t i = 0; i < map->n; i++) {
        key = map->keys[i]->text;
        if (grammar_ignored(key) || grammar_find(s->words, key))
            continue;
        near = grammar_nearest(s->words, key, a);
        if (near && strcmp(near, word) == 0)
            return true;
    }
    return false;
}

int grammar_check(const struct node *map, const struct section *s, struct diag *d)
{
    int rc = 0;

    for (size_t i = 0; i < map->n; i++)
        if (!grammar_ignored(map->keys[i]->text) &&
            !grammar_find(s->words, map->keys[i]->text))
            rc = grammar_unknown(map->keys[i], s->words, s->what, d);
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
