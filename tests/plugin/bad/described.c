/* SPDX-License-Identifier: MIT */
/* Nothing is wrong with this one: a parameter of each type, for what is shown of it. */
#include "bad.h"

struct self {
    int32_t         truth, word;
    int64_t         whole;
    double          real;
    const char     *text, *path, *then;
    nnp_list        wholes, reals, texts;
    const nnp_node *tree;
};

#define AT(member) offsetof(struct self, member)
static const nnp_param params[] = {
    { "truth", NNP_BOOL, AT(truth), "true", NULL, "a switch", NULL },
    { "word", NNP_ENUM, AT(word), "auto", "auto|true|2", "one of three", NULL },
    { "whole", NNP_INT | NNP_MAIN, AT(whole), NULL, "[1,inf)", "how many", "pixels" },
    { "real", NNP_REAL | NNP_LIVE, AT(real), "1e-3", "(0,1]", "a part", NULL },
    { "text", NNP_STR, AT(text), "", NULL, "says \"hello\"", NULL },
    { "path", NNP_PATH, AT(path), "a.csv", NULL, "a file", NULL },
    { "then", NNP_STR | NNP_FOLLOWED_BY, AT(then), "", NULL, "what comes behind", NULL },
    { "wholes", NNP_INTS, AT(wholes), "[1, 2]", "[0,9]", "some numbers", NULL },
    { "reals", NNP_REALS, AT(reals), "0.5", NULL, "some more", NULL },
    { "texts", NNP_STRS, AT(texts), "", "x|y", "some words", NULL },
    { "tree", NNP_TREE, AT(tree), "", NULL, "anything", NULL },
};

static const nnp_component component = { NNP_COMPONENT("layer", "acme.described"),
                                         .doc = "y = x, with everything\n"
                                                "The rest of what there is to say.",
                                         .flags = NNP_INPLACE | NNP_INPLACE_BWD,
                                         .min_in = 1,
                                         .max_in = UINT32_MAX,
                                         .ports = "keep paint",
                                         .self_size = sizeof(struct self),
                                         NNP_PARAMS(params),
                                         BAD_SLOTS };
NNP_PLUGIN(described, "1.2", "MIT", "https://described.invalid", &component)
