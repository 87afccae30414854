/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <string.h>
#include "plugin/synonyms.h"

static const char *const layers[] = { "linear", "dense",      "conv",      "maxpool",
                                      "relu",   "leaky_relu", "batchnorm", NULL };
static const char *const losses[] = { "bce", "xent", "mse", "mae", NULL };
static const char *const params[] = { "out", "k", "stride", "lr", NULL };
static const char *const figures[] = { "val.accuracy", "train.accuracy", "val.loss",
                                       NULL };

static const struct {
    const char        *word;
    const char *const *among;
    const char        *ours; /* NULL: nothing is near */
} words[] = {
    { "conv2d", layers, "conv" },
    { "Conv2D", layers, "conv" },
    { "nn.Conv2d", layers, "conv" },
    { "Linear", layers, "dense" },
    { "Dense", layers, "dense" },
    { "MaxPooling2D", layers, "maxpool" },
    { "LeakyReLU", layers, "leaky_relu" },
    { "BatchNormalization", layers, "batchnorm" },
    { "BCEWithLogitsLoss", losses, "bce" },
    { "binary_crossentropy", losses, "bce" },
    { "sparse-categorical-crossentropy", losses, "xent" },
    { "mean_squared_error", losses, "mse" },
    { "L1Loss", losses, "mae" },
    { "filters", params, "out" },
    { "out_channels", params, "out" },
    { "kernel_size", params, "k" },
    { "learning_rate", params, "lr" },
    { "strid", params, "stride" }, /* misspelt, and of no other tool */
    { "val.acc", figures, "val.accuracy" },
    { "quux", layers, NULL },
    { "", layers, NULL },
    { "_", layers, NULL },
};

START_TEST(a_word_of_another_tool_finds_ours)
{
    const char *found = synonyms_nearest(words[_i].word, words[_i].among);

    ck_assert_str_eq(found ? found : "nothing",
                     words[_i].ours ? words[_i].ours : "nothing");
}
END_TEST

START_TEST(what_stands_elsewhere_is_told)
{
    ck_assert_ptr_nonnull(strstr(synonyms_advice("learning_rate"), "optim: {adam: {lr"));
    ck_assert_ptr_nonnull(strstr(synonyms_advice("Optimizer"), "optim:"));
    ck_assert_ptr_nonnull(strstr(synonyms_advice("validation_split"), "split"));
    ck_assert_ptr_null(synonyms_advice("quux"));
    ck_assert_ptr_null(synonyms_advice(""));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("synonyms");
    TCase *t = tcase_create("words");

    tcase_add_loop_test(t, a_word_of_another_tool_finds_ours, 0,
                        sizeof words / sizeof *words);
    tcase_add_test(t, what_stands_elsewhere_is_told);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
