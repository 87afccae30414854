/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "kernels/cpu.h"
#include "run/peak.h"
#include "jobs/load.h"
#include "run/bench.h"

struct bench_line { /* of the table */
    const char *name, *plugin;
    double      forward, backward; /* seconds a step */
    double      flops;             /* a step, both directions; 0: not counted */
};

struct bench_figures {
    struct bench       bench;
    struct session    *session;
    struct bench_line *lines;
    size_t             n;
    double             open; /* seconds until the data were there */
    double             low, median, high;
    double             peak; /* operations a second that one thread does at most */
    bool               predict;
};

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void add_line(struct bench_figures *f, const char *name, const char *plugin,
                     double forward, double backward, double flops)
{
    if (forward > 0 || backward > 0)
        f->lines[f->n++] = (struct bench_line){ name, plugin, forward, backward, flops };
}

/* What the model spends, then what the host spends around it. */
static void make_lines(struct cli *c, struct bench_figures *f)
{
    const struct graph *g = f->session->graph;
    struct bench       *b = &f->bench;
    double              rest = b->whole - b->wait - b->spent.clear - b->look - b->update;

    f->lines = arena_array(&c->arena, g->n_nodes + 5, sizeof *f->lines);
    for (size_t i = g->first_layer; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->nodes[i];
        double                   forward, backward;
        bench_flops(f->session, i, &forward, &backward);
        rest -= b->spent.forward[i] + b->spent.backward[i];
        add_line(f, n->item->name, n->item->type->name, b->spent.forward[i],
                 b->spent.backward[i],
                 n->n_param ? forward + (f->predict ? 0 : backward) : 0);
    }
    add_line(f, "optimizer", "", b->update, 0, 0);
    add_line(f, "checking gradients", "", b->look, 0, 0);
    add_line(f, "waiting for data", "", b->wait, 0, 0);
    add_line(f, "clearing gradients", "", b->spent.clear, 0, 0);
    add_line(f, "between the steps", "", rest, 0, 0);
}

static void order_rates(struct bench_figures *f)
{
    struct bench *b = &f->bench;

    qsort(b->rates, b->n_rates, sizeof *b->rates, rising);
    f->low = b->rates[0];
    f->median = (b->rates[(b->n_rates - 1) / 2] + b->rates[b->n_rates / 2]) / 2;
    f->high = b->rates[b->n_rates - 1];
}

static double whole_flops(const struct bench_figures *f)
{
    double sum = 0;

    for (size_t i = 0; i < f->n; i++)
        sum += f->lines[i].flops;
    return sum;
}

static double gflops(const struct bench_line *l)
{
    return l->flops / (l->forward + l->backward) * 1e-9;
}

/* Counted work of all items over the median rate. */
static double gflops_in_all(const struct bench_figures *f)
{
    return whole_flops(f) / (double)f->session->frames->rows * f->median * 1e-9;
}

/* Of what all threads could do if they only multiplied and added numbers in registers. */
static double share_of_peak(const struct bench_figures *f)
{
    return gflops_in_all(f) * 1e9 / (f->peak * pool_width(f->session->services.pool));
}

/* "-" for what has no step of its own, as an activation swept along with a product. */
static const char *micro(double seconds, char text[32])
{
    if (seconds > 0)
        snprintf(text, 32, "%.1f", 1e6 * seconds);
    else
        snprintf(text, 32, "-");
    return text;
}

static void print_table(const struct bench_figures *f)
{
    const struct session *s = f->session;

    printf("%s: %.0f samples/s (%.0f to %.0f in %zu windows of %" PRId64
           " steps), %.1f us a step of %" PRId64 ", %u threads, %.1f GFLOP/s\n\n",
           s->spec->name, f->median, f->low, f->high, f->bench.n_rates, f->bench.steps,
           1e6 * (double)s->frames->rows / f->median, s->frames->rows,
           pool_width(s->services.pool), gflops_in_all(f));
    printf("%-20s %-12s %12s %12s %8s %10s\n", "item", "plugin", "forward us",
           "backward us", "share", "GFLOP/s");
    for (size_t i = 0; i < f->n; i++) {
        const struct bench_line *l = &f->lines[i];
        char                     rate[32] = "", forward[32], backward[32];
        if (l->flops > 0)
            snprintf(rate, sizeof rate, "%.1f", gflops(l));
        printf("%-20s %-12s %12s %12s %7.1f%% %10s\n", l->name, l->plugin,
               micro(l->forward, forward), micro(l->backward, backward),
               100 * (l->forward + l->backward) / f->bench.whole, rate);
    }
    printf("\nprocessor: %.1f GFLOP/s a thread at most with the kernels %s, of which "
           "%.0f %% are reached\n",
           1e-9 * f->peak, cpu_kernels()->name, 100 * share_of_peak(f));
    printf("data: %.1f ms to open, %.1f ms for one pass\n", 1e3 * f->open,
           1e3 * f->bench.pass);
    printf("memory: %.1f MiB planned, %.1f MiB at most\n",
           (double)s->footprint.total / 1048576, (double)peak_taken() / 1048576);
}

static void json_line(struct json *j, const struct bench_figures *f,
                      const struct bench_line *l)
{
    json_open(j, '{');
    json_key(j, "item"), json_text(j, l->name);
    json_key(j, "plugin"), json_text(j, l->plugin);
    json_key(j, "forward_us"), json_number(j, 1e6 * l->forward);
    json_key(j, "backward_us"), json_number(j, 1e6 * l->backward);
    json_key(j, "share"), json_number(j, (l->forward + l->backward) / f->bench.whole);
    json_key(j, "gflops"), json_number(j, l->flops > 0 ? gflops(l) : 0);
    json_close(j);
}

static void print_json(const struct bench_figures *f)
{
    const struct session *s = f->session;
    struct json           j = { 0 };

    json_open(&j, '{');
    json_key(&j, "name"), json_text(&j, s->spec->name);
    json_key(&j, "what"), json_text(&j, f->predict ? "predict" : "train");
    json_key(&j, "threads"), json_number(&j, pool_width(s->services.pool));
    json_key(&j, "batch"), json_number(&j, (double)s->frames->rows);
    json_key(&j, "samples_per_s"), json_number(&j, f->median);
    json_key(&j, "min"), json_number(&j, f->low);
    json_key(&j, "max"), json_number(&j, f->high);
    json_key(&j, "us_per_step"),
        json_number(&j, 1e6 * (double)s->frames->rows / f->median);
    json_key(&j, "gflops"), json_number(&j, gflops_in_all(f));
    json_key(&j, "kernels"), json_text(&j, cpu_kernels()->name);
    json_key(&j, "peak_gflops"), json_number(&j, 1e-9 * f->peak);
    json_key(&j, "share_of_peak"), json_number(&j, share_of_peak(f));
    json_key(&j, "steps"), json_number(&j, (double)f->bench.steps);
    json_key(&j, "repeats"), json_number(&j, (double)f->bench.n_rates);
    json_key(&j, "open_ms"), json_number(&j, 1e3 * f->open);
    json_key(&j, "pass_ms"), json_number(&j, 1e3 * f->bench.pass);
    json_key(&j, "planned_bytes"), json_number(&j, (double)s->footprint.total);
    json_key(&j, "peak_bytes"), json_number(&j, (double)peak_taken());
    json_key(&j, "items"), json_open(&j, '[');
    for (size_t i = 0; i < f->n; i++)
        json_line(&j, f, &f->lines[i]);
    json_close(&j);
    json_close(&j);
    cli_print_json(&j);
}

struct bench_wish {
    int64_t repeat, milliseconds;
    bool    predict;
};

static int measure(struct cli *c, const struct bench_wish *w, const char *file,
                   struct loaded *p)
{
    struct bench_figures   f = { .predict = w->predict };
    struct session_options o = { .train = !w->predict, .keep = w->predict };
    struct loading         l = cli_loading(c);
    double                 begin = clock_seconds();

    if (load_file(&l, file, PEEK_NEVER, p))
        return -1;
    f.open = clock_seconds() - begin;
    if (load_start(&l, p, &o))
        return -1;
    f.session = p->session;
    if (!w->predict &&
        (!p->session->memory.weights.n_trained || !p->session->frames->chain.n_updaters))
        return diag_error(&c->diag, NULL,
                          "bench: nothing in %s is trained; --predict "
                          "times the model alone",
                          file);
    if (bench_run(p->session, w->predict ? PLAN_KEEP : PLAN_TRAIN, w->repeat,
                  (double)w->milliseconds / 1e3, &f.bench, &c->diag))
        return -1;
    f.peak = cpu_peak(cpu_kernels());
    make_lines(c, &f);
    order_rates(&f);
    c->json ? print_json(&f) : print_table(&f);
    return 0;
}

static int check(struct cli *c, int n, const struct bench_wish *w)
{
    c->diag.class = DIAG_USAGE;
    if (n == 0)
        diag_error(&c->diag, NULL, "bench: which file? nnpipe bench FILE.yaml");
    if (w->repeat < 1 || w->repeat > 10000)
        diag_error(&c->diag, NULL, "--repeat: %" PRId64 " is outside 1..10000",
                   w->repeat);
    if (w->milliseconds < 1 || w->milliseconds > 3600000)
        diag_error(&c->diag, NULL, "--window: %" PRId64 " is outside 1..3600000",
                   w->milliseconds);
    c->diag.class = DIAG_FILE;
    return n < 0 || c->diag.errors ? -1 : 0;
}

int cmd_bench(struct cli *c, int argc, char **argv)
{
    struct bench_wish w = { .repeat = 5, .milliseconds = 500 };
    struct loaded     p = { 0 };
    const char       *args[1];
    const struct flag own[] = {
        { "repeat", 0, FLAG_INT, &w.repeat, "N", "windows to measure, default 5" },
        { "window", 0, FLAG_INT, &w.milliseconds, "MS", "length of each, default 500" },
        { "predict", 0, FLAG_BOOL, &w.predict, NULL,
          "the model's forward pass on one batch instead of training" },
        { NULL, 0, FLAG_BOOL, NULL, NULL, NULL },
    };
    int n = cli_parse(c, argc, argv, own, args, 1);

    if (n >= 0 && c->help)
        return cli_help(c, "nnpipe bench FILE.yaml [flags]", own,
                        "  nnpipe bench pipelines/mnist_mlp.yaml\n"
                        "  nnpipe bench pipelines/mnist_mlp.yaml --predict "
                        "--set train.batch=1\n"),
               0;
    if (check(c, n, &w))
        return cli_finish(c, NULL, 2);
    (void)measure(c, &w, args[0], &p);
    int code = cli_finish(c, NULL, 0);
    load_close(&p);
    return code;
}
