/* SPDX-License-Identifier: MIT */
/* The host as a library: this program has nothing of the command line. */
#include <config.h>
#include "jobs/load.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/fsio.h"
#include "base/thread.h"
#include "jobs/jobs.h"
#include "jobs/library.h"
#include "rows/rows.h"
#include "support/german.h"
#include "support/nnt.h"
#include "view/streams.h"

enum { MOST = 64, ROWS = 4 };

struct came { /* of a training */
    float  weights[MOST], prediction[ROWS];
    size_t n;
};

static const char *rows; /* the four of XOR, a file as `predict` reads it */

static void begin(void)
{
    rows = nnt_text_file("rows.csv", "0,0\n0,1\n1,0\n1,1\n");
}

static void ask(const struct library *l, struct loaded *p, struct came *out)
{
    struct session   *s = p->session;
    struct streams    w;
    struct given_rows g;
    const nnp_tensor *t;

    streams_open(&w, s);
    given_rows_open(&g, s, s->arena, false, false);
    library_fine(l, rows_read(rows, &g, l->loading.diag));
    library_fine(l, streams_of_given(&w, &g, l->loading.diag));
    t = streams_find(&w, "prediction");
    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(t->shape[0], ROWS);
    memcpy(out->prediction, t->data, sizeof out->prediction);
    out->n = s->memory.weights.n;
    ck_assert_uint_le(out->n, MOST);
    memcpy(out->weights, s->memory.weights.w, out->n * sizeof *out->weights);
    rows_close(&g);
    streams_close(&w);
}

static void train(const struct library *l, struct loaded *p)
{
    struct report  nobody = { 0 };
    struct trainer t = { .session = p->session, .report = &nobody };

    library_fine(l, trainer_run(&t, l->loading.diag));
    library_fine(l, trainer_finish(&t, l->loading.diag));
    trainer_close(&t);
}

static void start(const struct library *l, struct loaded *p)
{
    struct session_options o = { .train = true, .keep = true };

    library_fine(l, load_start(&l->loading, p, &o));
}

static void same(const struct came *a, const struct came *b)
{
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_mem_eq(a->weights, b->weights, a->n * sizeof *a->weights);
    ck_assert_mem_eq(a->prediction, b->prediction, sizeof a->prediction);
}

/* Text in memory, all the way. */
static void train_text(const char *yaml, struct came *out)
{
    struct library l;
    struct loaded  p;

    library_open(&l);
    library_fine(&l,
                 load_bytes(&l.loading, "net.yaml", yaml, strlen(yaml), PEEK_NEVER, &p));
    start(&l, &p);
    train(&l, &p);
    ask(&l, &p, out);
    load_close(&p);
    library_close(&l);
}

START_TEST(text_in_memory_is_trained_and_asked)
{
    struct came c;

    train_text(XOR, &c);
    for (int i = 0; i < ROWS; i++)
        ck_assert_int_eq(c.prediction[i] > 0.5f, i == 1 || i == 2);
}
END_TEST

START_TEST(a_file_gives_the_bits_that_its_text_gives)
{
    struct library l;
    struct loaded  p;
    struct came    file, text;

    train_text(XOR, &text);
    library_open(&l);
    library_fine(&l,
                 load_file(&l.loading, nnt_text_file("net.yaml", XOR), PEEK_NEVER, &p));
    start(&l, &p);
    train(&l, &p);
    ask(&l, &p, &file);
    load_close(&p);
    library_close(&l);
    same(&file, &text);
}
END_TEST

/* ---- run folders ---- */

/* `yaml` into a new folder of the test's. */
static const char *run_into(struct library *l, const char *yaml, const char *folder)
{
    struct jobs         jobs;
    struct loaded       p;
    const char         *out = arena_printf(&l->arena, "%s/%s", nnt_folder(), folder);
    struct jobs_options o = { .out = out, .setting = { .now = 1700000000 } };

    library_fine(
        l, load_bytes(&l->loading, "net.yaml", yaml, strlen(yaml), PEEK_SEVERAL, &p));
    library_fine(l, jobs_open(&jobs, &l->loading, &p, &o));
    library_fine(l, jobs_run(&jobs));
    jobs_close(&jobs);
    load_close(&p);
    return out;
}

START_TEST(a_run_folder_gives_back_the_weights_that_it_kept)
{
    struct library         l;
    struct loaded          p, again;
    struct came            text, first, second;
    struct session_options o = { .keep = true };

    train_text(XOR, &text);
    library_open(&l);
    const char *folder = run_into(&l, XOR, "kept");
    library_fine(&l, load_run(&l.loading, folder, PEEK_NEVER, &p));
    library_fine(&l, load_run(&l.loading, folder, PEEK_NEVER, &again));
    library_fine(&l, load_start(&l.loading, &p, &o));
    library_fine(&l, load_start(&l.loading, &again, &o));
    ask(&l, &p, &first);
    ask(&l, &again, &second);
    load_close(&p);
    load_close(&again);
    library_close(&l);
    same(&first, &text);
    same(&second, &text);
}
END_TEST

/* ---- side by side ---- */

static void on_thread(void *out)
{
    train_text(XOR, out);
}

START_TEST(two_threads_train_side_by_side)
{
    struct thread t[2];
    struct came   alone, both[2];

    train_text(XOR, &alone);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(thread_start(&t[i], on_thread, &both[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i].id, NULL);
    same(&both[0], &alone);
    same(&both[1], &alone);
}
END_TEST

/* ---- what is refused ---- */

START_TEST(a_mistake_is_told_with_its_place)
{
    struct library l;
    struct loaded  p;

    library_open(&l);
    ck_assert_int_eq(
        load_bytes(&l.loading, "net.yaml", "nnpipe: 1\nnmae: x\n", 18, PEEK_NEVER, &p),
        -1);
    ck_assert_ptr_null(p.spec);
    ck_assert_uint_ge(l.diag.errors, 1);
    ck_assert_str_eq(l.diag.entries[0].at.source->name, "net.yaml");
    load_close(&p);
    ck_assert_int_eq(load_run(&l.loading, "no/such/run", PEEK_NEVER, &p), -1);
    load_close(&p);
    library_close(&l);
}
END_TEST

START_TEST(the_environment_is_what_the_program_says)
{
    static const char *const set[] = { "train.epochs=$env.EPOCHS", NULL };
    struct library           l;
    struct loaded            p;

    setenv("EPOCHS", "3", 1);
    library_open(&l);
    l.loading.set = set;
    ck_assert_int_eq(
        load_bytes(&l.loading, "net.yaml", XOR, sizeof XOR - 1, PEEK_NEVER, &p), -1);
    ck_assert_str_eq(l.diag.entries[0].text, "the environment has no variable 'EPOCHS'");
    load_close(&p);
    library_close(&l);
}
END_TEST

/* ---- the process is somebody else's ---- */

START_TEST(no_signal_handler_is_set_and_nothing_is_printed)
{
    enum { SIGNALS = 32 };
    struct sigaction was[SIGNALS], is;
    struct library   l;
    int              to = open(nnt_text_file("said", ""), O_WRONLY);
    int              out = dup(1), err = dup(2);

    for (int i = 1; i < SIGNALS; i++)
        ck_assert_int_eq(sigaction(i, NULL, &was[i]), 0);
    library_open(&l);
    dup2(to, 1);
    dup2(to, 2);
    run_into(&l, XOR, "quiet");
    dup2(out, 1);
    dup2(err, 2);
    library_close(&l);
    ck_assert_int_eq(lseek(to, 0, SEEK_END), 0);
    for (int i = 1; i < SIGNALS; i++) {
        ck_assert_int_eq(sigaction(i, NULL, &is), 0);
        ck_assert_msg(is.sa_handler == was[i].sa_handler, "signal %d has a handler", i);
    }
}
END_TEST

/* The rows of metrics.csv without their third field, the seconds. */
static const char *without_seconds(struct arena *a, char *text)
{
    const char *kept = "";

    for (char *line = strtok_r(text, "\n", &text); line;
         line = strtok_r(NULL, "\n", &text)) {
        char *second = strchr(strchr(line, ',') + 1, ','),
             *third = strchr(second + 1, ',');
        kept = arena_printf(a, "%s%.*s%s\n", kept, (int)(second - line), line, third);
    }
    return kept;
}

static const char *read_file(struct library *l, const char *folder, const char *file)
{
    char  *text;
    size_t n;

    library_fine(l, fsio_read(arena_printf(&l->arena, "%s/%s", folder, file), 1 << 24,
                              &text, &n, &l->diag));
    char *kept = arena_strndup(&l->arena, text, n);
    free(text);
    return strcmp(file, "metrics.csv") == 0 ? without_seconds(&l->arena, kept) : kept;
}

START_TEST(a_german_process_computes_and_writes_the_same)
{
    static const char        yaml[] = XOR "report:\n  - curves\n  - truth_table\n"
                                          "  - boundary: {x: [-0.5, 1.5], y: [-0.5, 1.5]}\n";
    static const char *const files[] = { "pipeline.yaml", "metrics.csv",
                                         "report/boundary.svg", "report/curves.svg",
                                         "report/truth_table.txt" };
    struct library           l;
    struct came              plain, german;

    library_open(&l);
    train_text(yaml, &plain);
    const char *a = run_into(&l, yaml, "plain");
    if (!german_begin()) {
        fprintf(stderr, "skipped: no German locale and no localedef\n");
        library_close(&l);
        return;
    }
    ck_assert_str_eq(localeconv()->decimal_point, ",");
    train_text(yaml, &german);
    const char *b = run_into(&l, yaml, "german");
    same(&plain, &german);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        ck_assert_str_eq(read_file(&l, a, files[i]), read_file(&l, b, files[i]));
    library_close(&l);
    german_end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("load");
    TCase *t = tcase_create("library");

    tcase_add_checked_fixture(t, begin, NULL);
    tcase_add_test(t, text_in_memory_is_trained_and_asked);
    tcase_add_test(t, a_file_gives_the_bits_that_its_text_gives);
    tcase_add_test(t, a_run_folder_gives_back_the_weights_that_it_kept);
    tcase_add_test(t, two_threads_train_side_by_side);
    tcase_add_test(t, a_mistake_is_told_with_its_place);
    tcase_add_test(t, the_environment_is_what_the_program_says);
    tcase_add_test(t, no_signal_handler_is_set_and_nothing_is_printed);
    tcase_add_test(t, a_german_process_computes_and_writes_the_same);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
