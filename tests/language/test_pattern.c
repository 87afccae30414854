/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include "language/pattern.h"

static const struct {
    const char *pattern, *item, *weight;
    bool        no_decay, fits;
} words[] = {
    { "weights", "enc1", "weight", false, true },
    { "weights", "enc1", "bias", true, false },
    { "biases", "enc1", "bias", true, true },
    { "biases", "enc1", "weight", false, false },
    { "all", "enc1", "bias", true, true },
    { "enc1", "enc1", "weight", false, true },
    { "enc1", "enc1", "bias", true, true },
    { "enc1", "enc10", "weight", false, false },
    { "enc*", "enc10", "weight", false, true },
    { "enc*", "enc", "weight", false, true },
    { "enc*", "dec1", "weight", false, false },
    { "*1", "enc1", "weight", false, true },
    { "d*1", "dense1", "bias", true, true },
    { "d*1", "dense12", "bias", true, false },
    { "d*s*1", "dense11", "bias", true, true },
    { "*", "dense1", "bias", true, true },
    /* no weight is called like the item's end */
    { "d*t", "dense1", "weight", false, false },
    { "enc1.weight", "enc1", "weight", false, true },
    { "enc1.weight", "enc1", "bias", true, false },
    { "enc*.weight", "enc1", "weight", false, true },
    { "enc*.weight", "dec1", "weight", false, false },
    { "*.weight", "dec1", "weight", false, true },
    { "*.weight", "dec1", "weight2", false, false },
    { "enc1.*", "enc1", "bias", true, true },
    { "enc1.w*t", "enc1", "weight", false, true },
    { "*.*", "enc1", "bias", true, true },
    { "enc1.", "enc1", "bias", true, false },
    /* blocks */
    { "d1", "d1/conv", "weight", false, true },
    { "d1", "d1/r1/conv", "weight", false, true },
    { "d1/r1", "d1/r1/conv", "weight", false, true },
    { "d1", "d10/conv", "weight", false, false },
    { "conv", "d1/conv", "weight", false, false },
    { "d1.weight", "d1/conv", "weight", false, true },
    { "d1/*.bias", "d1/conv", "bias", true, true },
    { "*/conv", "d1/conv", "bias", true, true },
};

START_TEST(words_fit_what_they_name)
{
    ck_assert_int_eq(pattern_fits(words[_i].pattern, words[_i].item, words[_i].weight,
                                  words[_i].no_decay),
                     words[_i].fits);
    if (words[_i].fits)
        ck_assert(pattern_names(words[_i].pattern, words[_i].item));
}
END_TEST

START_TEST(a_name_alone_may_be_a_stream)
{
    ck_assert(!pattern_is("enc1"));
    ck_assert(!pattern_is("d1/conv"));
    ck_assert(pattern_is("enc*"));
    ck_assert(pattern_is("enc1.weight"));
    ck_assert(pattern_is("weights"));
    ck_assert(pattern_is("biases"));
    ck_assert(pattern_is("all"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pattern");
    TCase *t = tcase_create("pattern");

    tcase_add_loop_test(t, words_fit_what_they_name, 0, sizeof words / sizeof *words);
    tcase_add_test(t, a_name_alone_may_be_a_stream);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
