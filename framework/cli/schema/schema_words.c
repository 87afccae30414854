/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/schema/schema.h"

#include <string.h>

#define REF(name)           "{\"$ref\":\"#/definitions/" name "\"}"
#define OR_VARIABLE(schema) "\"anyOf\":[" schema "," REF("variable") "]"
#define INTEGER(least)      OR_VARIABLE("{\"type\":\"integer\",\"minimum\":" least "}")
#define NUMBER(least)       OR_VARIABLE("{\"type\":\"number\",\"minimum\":" least "}")
#define BOOLEAN             OR_VARIABLE("{\"type\":\"boolean\"}")
#define TEXT                "\"type\":\"string\""
#define SCALAR              "\"type\":[\"string\",\"number\",\"boolean\"]"
#define TEXTS               "\"type\":[\"string\",\"array\"],\"items\":{\"type\":\"string\"}"

#define ROWS                                                                             \
    "\"pattern\":\"^(all|official|\\\\$.*|[0-9.]+%?[.][.][0-9.]+%?)$\",\"type\":"        \
    "\"string\""

/* clang-format off */
static const struct {
    const char *word, *description, *schema; /* schema: members of an object, or "" */
} words[] = {
    { "nnpipe", "Version of the grammar", "\"const\":1" },
    { "name", "Names the run folder, or the stage's", TEXT },
    { "after", "The stage whose weights it starts from", TEXT },
    { "input", "A stream of the main model, computed once, that it is trained on", TEXT },
    { "stage", "The stage that this report is about; default: the last", TEXT },
    { "seeds", "Trains from so many seeds, one after the other", INTEGER("1") },
    { "about", "One line on what this shows", TEXT },
    { "extends", "Base files, merged first to last, then this one", TEXTS },
    { "requires", "Plugin versions this file needs, {adam: \">=1.0\"}",
      "\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}" },
    { "train", "Rows to learn from: 0..99, 0%..90%, all or official", ROWS },
    { "val", "Rows to choose by: 0..99, 90%..100%, all or official", ROWS },
    { "test", "Rows to judge by: 0..99, 90%..100%, all or official", ROWS },
    { "vars", "Variables, used as $name or $(expression)", "\"type\":\"object\"" },
    { "note", "A remark; nothing reads it", "" },
    { "as", "Name of the output, or names of several", TEXTS },
    { "from", "Input stream, several, or {port: stream}; default: the item above",
      "\"type\":[\"string\",\"array\",\"object\"]" },
    { "use", "Runs an existing item again, with the same weights", TEXT },
    { "share", "Borrows a weight: {weight: enc1.weight.T}",
      "\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}" },
    { "freeze", "Its weights are not trained", BOOLEAN },
    { "lr", "Factor on the learning rate", NUMBER("0") },
    { "when", "train, eval, or a condition", SCALAR },
    { "repeat", "So many times in a row", INTEGER("0") },
    { "init", "Initializer of its weights, or {weight: ..., bias: ...}",
      "\"anyOf\":[" REF("init") ",{\"type\":\"object\",\"additionalProperties\":" REF("init")
      "}]" },
    { "weight", "Factor of this loss term", NUMBER("0") },
    { "of", "What it looks at: a stream, weights, or the path of a parameter", TEXTS },
    { "to", "The target stream", TEXT },
    { "where", "A mask: where it is not 0 the elements count", TEXT },
    { "watch", "The metric to watch, such as val.loss", TEXT },
    { "decay", "Does weight decay apply to them?", BOOLEAN },
    { "epochs", "Passes over the training rows", INTEGER("1") },
    { "steps", "Updates, in place of epochs", INTEGER("1") },
    { "batch", "Rows of one update", INTEGER("1") },
    { "seed", "Seed of every random number", INTEGER("0") },
    { "shuffle", "New order of the rows in each epoch", BOOLEAN },
    { "accumulate", "Batches whose gradients are added before an update", INTEGER("1") },
    { "health", "What a number that is not finite does: stop the run, skip the update, or go back",
      "\"enum\":[\"stop\",\"skip\",\"back\"]" },
    { "threads", "Worker threads, 0: one a core; never changes the result", INTEGER("0") },
    { "for", "Epochs in a row for which `when` must hold", INTEGER("1") },
    { "patience", "Epochs without a better value before the end", INTEGER("1") },
    { "min_delta", "What counts as better", NUMBER("0") },
    { "on_best", "The metric that decides which weights are kept", TEXT },
    { "goal", "min or max of that metric", "\"enum\":[\"min\",\"max\"]" },
    { "times", "So many new seeds at most", INTEGER("1") },
    { "unless", "The condition under which there is no need to", TEXT },
    { "best", "The metric by which the best weights are kept", TEXT },
    { "every", "Keeps the weights every so many epochs; 0: never", INTEGER("0") },
    { "last", "Keeps the last weights", BOOLEAN },
};
/* clang-format on */

void schema_word(struct json *j, const char *word)
{
    struct strbuf s = { 0 };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0) {
            strbuf_puts(&s, "{\"description\":");
            strbuf_json(&s, words[i].description);
            strbuf_printf(&s, "%s%s}", *words[i].schema ? "," : "", words[i].schema);
        }
    json_raw(j, s.n ? strbuf_text(&s) : "{}");
    strbuf_close(&s);
}
