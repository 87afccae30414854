/* SPDX-License-Identifier: MIT */
/* Losses that make probabilities of logits, behind layers that have made them already. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <string.h>

#define DATA "data:\n  source: {random: {shape: [6], classes: 3, n: 24}}\nmodel:\n"
#define TAIL "\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1, batch: 8}\n"
/* The items behind six numbers with three classes, the loss, who is said to squeeze;
 * NULL: nobody is warned. */
static const struct {
    const char *model, *loss, *maker, *fix;
} cases[] = {
    { "  - dense: 3\n  - softmax\n", "xent", "softmax1 (line 6)",
      "try   xent: {from: probabilities}, or leave out softmax1" },
    { "  - dense: 3\n  - sigmoid\n", "xent", "sigmoid1 (line 6)",
      "try   xent: {from: probabilities}, or leave out sigmoid1" },
    { "  - dense: {units: 3, activation: softmax}\n", "xent", "softmax1 (line 5)", NULL },
    { "  - dense: 3\n  - act: softmax\n", "xent", "softmax1 (line 6)", NULL },
    { "  - dense: 3\n  - softmax: {}\n    as: p\n  - reshape: [3]\n", "xent",
      "p (line 6)", NULL },
    { "  - dense: 3\n  - softmax\n  - flatten\n  - linear\n", "xent", "softmax1 (line 6)",
      NULL },
    { "  - dense: 6\n  - sigmoid\n", "{bce: {}, to: x}", "sigmoid1 (line 6)",
      "try   bce: {from: probabilities}, or leave out sigmoid1" },
    { "  - dense: 6\n  - sigmoid\n", "{hinge: {}, to: x}", "sigmoid1 (line 6)",
      "try   leave out sigmoid1" },
    { "  - dense: 6\n  - sigmoid\n", "{mse: {}, to: x}", NULL, NULL },
    { "  - dense: 6\n  - sigmoid\n", "{bce: probabilities, to: x}", NULL, NULL },
    { "  - dense: 3\n  - softmax\n", "{xent: {from: probabilities}}", NULL, NULL },
    { "  - dense: 3\n", "xent", NULL, NULL },
    { "  - dense: 3\n  - relu\n", "xent", NULL, NULL },
    { "  - dense: 8\n  - sigmoid\n  - dense: 3\n", "xent", NULL, NULL },
    { "  - dense: 3\n  - softmax\n  - batchnorm\n", "xent", NULL, NULL },
};

START_TEST(probabilities_that_are_taken_for_logits_are_warned_of)
{
    struct arena a = { 0 };
    struct net  *n = net_plan(
         arena_printf(&a, DATA "%sloss: %s" TAIL, cases[_i].model, cases[_i].loss));

    ck_assert_uint_eq(n->diag.errors, 0);
    ck_assert_uint_eq(n->diag.n, cases[_i].maker != NULL);
    for (size_t i = 0; i < n->diag.n; i++) {
        const struct diag_entry *e = &n->diag.entries[i];
        ck_assert_int_eq(e->severity, DIAG_WARNING);
        ck_assert_ptr_nonnull(strstr(e->text, cases[_i].maker));
        ck_assert(!cases[_i].fix || strcmp(e->notes[0], cases[_i].fix) == 0);
    }
    net_close(n);
    arena_close(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("probabilities");
    TCase *t = tcase_create("warnings");

    tcase_add_loop_test(t, probabilities_that_are_taken_for_logits_are_warned_of, 0,
                        sizeof cases / sizeof *cases);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
