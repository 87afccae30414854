/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/describe.h"

#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/fast.h>
#include "plugin/kinds.h"

const char *describe_type(const nnp_param *p)
{
    switch (p->type & 255) {
    case NNP_BOOL: return "true or false";
    case NNP_INT: return "integer";
    case NNP_REAL: return "real";
    case NNP_STR: return "text";
    case NNP_PATH: return "path";
    case NNP_ENUM: return "word";
    case NNP_INTS: return "list of integers";
    case NNP_REALS: return "list of reals";
    case NNP_STRS: return "list of texts";
    default: return "YAML";
    }
}

const char *describe_promises(struct arena *a, uint32_t flags)
{
    static const struct {
        uint32_t    flag;
        const char *word;
    } words[] = {
        { NNP_FREE_IN, "free-in" },
        { NNP_FREE_OUT, "free-out" },
        { NNP_INPLACE, "inplace" },
        { NNP_INPLACE_BWD, "inplace-bwd" },
        { NNP_SURROGATE, "surrogate" },
        { NNP_ELEMENTWISE, "elementwise" },
        { NNP_ALL_WEIGHTS, "all-weights" },
        { NNP_ALL_ROWS, "all-rows" },
        { NNP_CORRUPTS, "corrupts" },
        { NNP_STANDS_IN, "stands-in" },
        { NNP_PREPARES, "prepares" },
        { NNP_HIGHER, "higher" },
        { NNP_READY, "ready" },
        { NNP_LOSS_IN_BACKWARD, "loss-in-backward" },
        { NNP_BETA, "beta" },
        { NNP_PROBABILITIES, "probabilities" },
        { NNP_IN_UNITS, "in units" },
        { NNP_DETAILS, "details" },
    };
    const char *text = "";

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (flags & words[i].flag)
            text = arena_printf(a, "%s%s%s", text, *text ? " " : "", words[i].word);
    return text;
}

bool describe_has_inputs(const char *kind)
{
    const struct kind *k = kinds_find(kind);

    return k && (k->frame == KIND_INPUTS || k->frame == KIND_PAIR);
}

const char *describe_inputs(struct arena *a, const nnp_component *c)
{
    if (c->max_in == 0)
        return "1";
    if (c->max_in == UINT32_MAX)
        return arena_printf(a, "%u or more", c->min_in);
    if (c->max_in == c->min_in)
        return arena_printf(a, "%u", c->min_in);
    return arena_printf(a, "%u to %u", c->min_in, c->max_in);
}

const char *describe_summary(struct arena *a, const nnp_component *c)
{
    return arena_strndup(a, c->doc, strcspn(c->doc, "\n"));
}

const char *describe_rest(const nnp_component *c)
{
    const char *line = strchr(c->doc, '\n');

    return line ? line + strspn(line, "\n") : "";
}
