/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

START_TEST(passes_on_what_the_named_layer_will_change)
{
    struct nnt *t = nnt_open("layer", "act", "relu");

    nnt_in(t, NNP_F32, S(1, 4), V(-4, -0.5, 0, 2));
    nnt_forward(t);
    nnt_expect(&t->out[0], V(-4, -0.5, 0, 2));
    nnt_set(&t->dout[0], V(1, 2, 3, -4));
    nnt_backward(t);
    nnt_expect(&t->din[0], V(1, 2, 3, -4));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { NULL, "act: name is required (the activation it stands for)" },
    { "{}", "test.yaml:1:1: act: name is required (the activation it stands for)" },
};

START_TEST(refuses_bad_parameters_where_they_stand)
{
    ck_assert_str_eq(nnt_refusal("layer", "act", refused[_i].yaml), refused[_i].message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("act");
    TCase *t = tcase_create("layer");

    tcase_add_test(t, passes_on_what_the_named_layer_will_change);
    tcase_add_loop_test(t, refuses_bad_parameters_where_they_stand, 0, COUNT(refused));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
