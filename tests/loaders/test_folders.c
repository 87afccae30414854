/* SPDX-License-Identifier: MIT */
/* nnpipe/folders.h through the loader that uses it. */
#include <config.h>
#include <nnpipe/data.h>
#include "support/nnt.h"
#include "conformance/probe.h"
#include "loaders/pictures.h"

#include <stdio.h>
#include <sys/stat.h>

/* What the loader wants its user to know; NULL: nothing. */
static const char *note_of(struct nnt *t)
{
    const void *f = t->probe->inst.type->desc->extension("nnp.notes/1");

    return ((nnp_note_fn *)(uintptr_t)f)(t->self, 0);
}

static void expect_folder(size_t rows, double val, double test, struct nnt_values labels,
                          const char *note)
{
    struct nnt *t = open_folder(", size: 1");
    double      row[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };

    nnt_in(t, NNP_I64, S((int64_t)rows), (struct nnt_values){ rows, row });
    nnt_forward(t);
    ck_assert_int_eq(nnt_rows(t)->count, (int64_t)rows);
    nnt_expect(&t->out[1], labels);
    int64_t front =
        test > 0 ? (int64_t)test : (int64_t)rows; /* rows before the test part */
    ck_assert_int_eq(nnt_rows(t)->test, (int64_t)rows - front);
    ck_assert_int_eq(nnt_rows(t)->val, val > 0 ? front - (int64_t)val : 0);
    if (note)
        ck_assert_str_eq(note_of(t), note);
    else
        ck_assert_ptr_null(note_of(t));
    nnt_close(t);
}

static void picture(const char *name)
{
    nnt_file(name, rgb, sizeof rgb);
}

START_TEST(what_is_passed_over_is_counted)
{
    folder("cat");
    folder("cat/deep");
    folder("dog");
    folder("emu");
    picture("cat/1.png");
    picture("emu/1.png");
    picture("cat/deep/2.png");
    picture("loose.png");
    nnt_text_file("dog/1.webp", "");
    nnt_text_file("dog/2.bmp", "");
    nnt_text_file("dog/.hidden", "");
    expect_folder(2, 0, 0, V(0, 1),
                  "passed over: 2 files not named .png, .jpg or .jpeg (dog/1.webp); "
                  "1 folder without a PNG or JPEG file (dog); 1 folder inside a class "
                  "(cat/deep); 1 file beside the classes (loose.png)");
}
END_TEST

START_TEST(a_folder_for_validation_is_its_official_part)
{
    folder("Train");
    folder("Train/a");
    folder("Train/b");
    folder("valid");
    folder("valid/b");
    picture("Train/a/1.png");
    picture("Train/b/1.png");
    picture("valid/b/1.png");
    expect_folder(3, 2, 0, V(0, 1, 1), NULL);
    folder("test");
    folder("test/a");
    picture("test/a/1.png");
    folder("other");
    expect_folder(4, 2, 3, V(0, 1, 1, 0),
                  "passed over: 1 folder beside train, val and test (other)");
}
END_TEST

START_TEST(a_class_may_be_called_test)
{
    folder("best");
    folder("rest");
    folder("test");
    picture("best/1.png");
    picture("rest/1.png");
    picture("test/1.png");
    expect_folder(3, 0, 0, V(0, 1, 2), NULL);
}
END_TEST

START_TEST(parts_without_classes_are_one_class)
{
    folder("train");
    folder("test");
    picture("train/1.png");
    picture("train/2.png");
    picture("test/1.png");
    expect_folder(3, 0, 2, V(0, 0, 0), NULL);
}
END_TEST

static struct nnt *open_path(const char *name)
{
    char yaml[4096];

    snprintf(yaml, sizeof yaml, "{dir: '%s/%s', size: 1}", nnt_folder(), name);
    return nnt_open("loader", "images", yaml);
}

START_TEST(a_single_image_is_one_row)
{
    struct nnt *t;

    picture("photo.png");
    t = open_path("photo.png");
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect(&t->out[1], V(0));
    ck_assert_int_eq(nnt_rows(t)->count, 1);
    nnt_close(t);
}
END_TEST

static void expect_no_rows(const char *name, const char *why)
{
    char        want[4096];
    struct nnt *t = open_path(name);

    snprintf(want, sizeof want, "%s/%s: %s", nnt_folder(), name, why);
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), want);
    nnt_close(t);
}

START_TEST(says_why_there_is_nothing)
{
    struct nnt *t;

    expect_no_rows("gone", "there is no such folder");
    nnt_text_file("notes.txt", "");
    expect_no_rows("notes.txt",
                   "this is a file, not a folder, and not named .png, .jpg or "
                   ".jpeg");
    folder("empty");
    expect_no_rows("empty", "there is no PNG or JPEG file in this folder or those right "
                            "below it");
    nnt_text_file("empty/a.gif", "");
    expect_no_rows("empty", "there is no PNG or JPEG file in this folder or those right "
                            "below it; passed over: 1 file not named .png, .jpg or .jpeg "
                            "(a.gif)");
    picture("a.png");
    t = open_folder(", size: 2");
    nnt_in(t, NNP_I64, S(1), V(1));
    ck_assert_str_eq(nnt_forward_refusal(t), "there is no such row");
    nnt_close(t);
}
END_TEST

/* ---- rows in the place of the own ones ---- */

static struct nnt *open_given(const nnp_given *g)
{
    struct nnt *t = open_folder(", size: 1");

    t->probe->inst.given = g;
    return t;
}

static void three_classes(void)
{
    folder("ant");
    folder("cat");
    folder("dog");
    picture("ant/1.png");
    picture("cat/1.png");
    picture("dog/1.png");
}

static const char *coding_of(struct nnt *t)
{
    const void *f = t->probe->inst.type->desc->extension("nnp.coding/1");

    return ((nnp_coding_fn *)(uintptr_t)f)(t->self);
}

START_TEST(classes_are_kept_with_a_run)
{
    struct nnt *t;

    three_classes();
    t = open_folder(", size: 1");
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_setup(t);
    ck_assert_str_eq(coding_of(t), "ant/cat/dog");
    nnt_close(t);
}
END_TEST

static const char *path_of(const char *name, char path[4096])
{
    snprintf(path, 4096, "%s/%s", nnt_folder(), name);
    return path;
}

START_TEST(other_rows_have_the_classes_of_the_training)
{
    char        path[4096];
    nnp_given   g = { .size = sizeof g, .coding = "bee/cat/dog", .path = nnt_folder() };
    struct nnt *t;

    folder("dog");
    picture("dog/1.png");
    t = open_given(&g);
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect(&t->out[1], V(2));
    nnt_close(t);
    g.streams = "x"; /* no label is needed: a flat folder will do */
    g.path = path_of("dog", path);
    t = open_given(&g);
    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect_number((double)t->ctx->rows->count, 1, 0);
    nnt_close(t);
}
END_TEST

static void expect_given_refusal(const nnp_given *g, const char *what)
{
    char        want[4096];
    struct nnt *t = open_given(g);

    snprintf(want, sizeof want, "%s: %s", g->path, what);
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), want);
    nnt_close(t);
}

START_TEST(a_label_that_is_needed_has_to_be_known)
{
    nnp_given g = { .size = sizeof g, .coding = "bee/cat/dog", .path = nnt_folder() };

    three_classes();
    expect_given_refusal(&g,
                         "there is no class of the training called 'ant'; a sub-folder "
                         "for each is needed: bee, cat, dog");
    g = (nnp_given){ sizeof g, 0, "bee/cat/dog", NULL, "photo.png", rgb, sizeof rgb };
    expect_given_refusal(&g, "a file alone says no class; a folder does");
}
END_TEST

START_TEST(a_picture_that_is_given_is_one_row)
{
    nnp_given   g = { sizeof g, 0, "bee/cat", "x", "photo.png", rgb, sizeof rgb };
    struct nnt *t = open_given(&g);

    nnt_in(t, NNP_I64, S(1), V(0));
    nnt_forward(t);
    nnt_expect_shape(&t->out[0], NNP_U8, S(1, 3, 1, 1));
    nnt_close(t);
    g.bytes = "1, 2, 3\n"; /* another reader's */
    g.n = 8;
    t = open_given(&g);
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_int_ne(probe_setup(t->probe), 0);
    ck_assert_int_eq(t->probe->inst.code, NNP_ENOTSUP);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("folders");
    TCase *t = tcase_create("folders");

    tcase_add_test(t, what_is_passed_over_is_counted);
    tcase_add_test(t, a_folder_for_validation_is_its_official_part);
    tcase_add_test(t, a_class_may_be_called_test);
    tcase_add_test(t, parts_without_classes_are_one_class);
    tcase_add_test(t, a_single_image_is_one_row);
    tcase_add_test(t, says_why_there_is_nothing);
    tcase_add_test(t, classes_are_kept_with_a_run);
    tcase_add_test(t, other_rows_have_the_classes_of_the_training);
    tcase_add_test(t, a_label_that_is_needed_has_to_be_known);
    tcase_add_test(t, a_picture_that_is_given_is_one_row);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
