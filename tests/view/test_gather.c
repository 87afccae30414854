/* SPDX-License-Identifier: MIT */
/* A run, its reports, its page: what reports say that they show is not shown twice. */
#include <config.h>
#include "support/net.h"
#include "support/nnt.h"

#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "view/gather.h"
#include "view/reports.h"

#define XOR                                                                              \
    "name: page-test\nabout: A test.\ndata:\n  source: {toy: {kind: xor}}\n"             \
    "model:\n  - dense: 3\n  - tanh\n  - dense: 1\nloss: bce\nmetrics: [accuracy]\n"     \
    "optim: {adam: {lr: 0.05}}\ntrain: {epochs: 5, batch: 4}\n"

/* Trains, reports, and reads the page; to be freed. */
static char *page_of(const char *yaml, struct results *all, struct result *own)
{
    struct net *n = net_open(yaml, 1);
    struct view v;
    char       *html;
    size_t      size;

    nnt_text_file("pipeline.yaml", "name: page-test\n");
    net_train(n);
    n->trainer.folder = nnt_folder();
    view_open(&v, &n->trainer, &n->diag);
    v.results = all;
    v.own = own;
    (void)reports_make(&v, &n->diag);
    ck_assert_int_eq(gather_run(&v, &n->diag), 0);
    view_close(&v);
    const char *path = arena_printf(&n->arena, "%s/report/index.html", nnt_folder());
    ck_assert_int_eq(fsio_read(path, 1 << 20, &html, &size, &n->diag), 0);
    net_close(n);
    return html;
}

static bool has(const char *html, const char *what)
{
    return strstr(html, what) != NULL;
}

START_TEST(a_page_has_facts_figures_curves_and_the_file)
{
    char *html = page_of(XOR, NULL, NULL);

    ck_assert(has(html, "<h1>page-test</h1>"));
    ck_assert(has(html, "A test."));
    ck_assert(has(html, "<th>data</th><td>toy: 4 train</td>"));
    ck_assert(has(html, "<th>parameters</th><td>13</td>"));
    ck_assert(has(html, "<th>accuracy</th><td class=\"n\">"));
    ck_assert(has(html, "over the epochs"));
    ck_assert(has(html, "name: page-test\n</pre>"));
    free(html);
}
END_TEST

START_TEST(curves_that_a_report_shows_are_not_drawn_again)
{
    char *html = page_of(XOR "report: [curves]\n", NULL, NULL);

    ck_assert(has(html, "<h2>curves</h2>"));
    ck_assert(!has(html, "over the epochs"));
    free(html);
}
END_TEST

START_TEST(what_was_missed_stands_on_the_page)
{
    char *html = page_of(XOR "report:\n  - compare: {beat: {accuracy: 2}}\n", NULL, NULL);

    ck_assert(has(html, "missed: accuracy is "));
    ck_assert(has(html, "<h2>compare</h2>"));
    ck_assert(has(html, "over the epochs")); /* compare shows none */
    free(html);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gather");
    TCase *t = tcase_create("page");

    tcase_add_test(t, a_page_has_facts_figures_curves_and_the_file);
    tcase_add_test(t, curves_that_a_report_shows_are_not_drawn_again);
    tcase_add_test(t, what_was_missed_stands_on_the_page);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
