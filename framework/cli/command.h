/* SPDX-License-Identifier: MIT */
/* The commands of nnpipe, what they share, and how flags are read. */
#ifndef NNP_CLI_COMMAND_H
#define NNP_CLI_COMMAND_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "cli/environment.h"
#include "jobs/load.h"

enum progress { PROGRESS_AUTO, PROGRESS_BAR, PROGRESS_PLAIN, PROGRESS_NONE };

/* One invocation: the flags that mean the same everywhere, and where messages go. */
struct cli {
    struct arena       arena;
    struct diag        diag;
    struct environment env;
    struct registry   *registry; /* cli_registry opens it */
    const char *const *set;      /* --set, NULL-terminated */
    const char *const *plugins;  /* --plugin */
    const char        *out;      /* -o, --out DIR */
    const char        *resume;
    const char        *stage;   /* --stage, or NULL */
    int64_t            seed;    /* -1: not given */
    int64_t            threads; /* 0: not given */
    int64_t            max_mem; /* bytes, 0: no limit */
    bool               json, quiet, verbose, force, dry_run, trust, color, help;
    enum progress      progress;
    bool gcc_format; /* --format=gcc: messages as file:line:col: error: text */
};

/* FLAG_MAYBE: a text, "" when none follows. */
enum flag_type { FLAG_BOOL, FLAG_TEXT, FLAG_MAYBE, FLAG_INT, FLAG_LIST, FLAG_SIZE };
struct flag { /* a command's own flag; `to` is a bool, const char *, int64_t or char
               *const * */
    const char    *name;   /* without dashes */
    char           letter; /* 0: none */
    enum flag_type type;
    void          *to;
    const char    *value, *help; /* value: word for the help text, "FILE" */
};

/* Reads argv (after the command's name): common flags into c, own flags by the table
 * (ends with name NULL), the rest into args (at most max; more is refused naming it).
 * Returns the number of args, or -1 with a message in c->diag (DIAG_USAGE). --help sets
 * c->help. */
int cli_parse(struct cli *c, int argc, char **argv, const struct flag *own,
              const char **args, int max);
/* The registry, opened at first use; NULL after an error. */
struct registry *cli_registry(struct cli *c);
/* What the flags and the environment say about files that are loaded. */
struct loading cli_loading(struct cli *c);
/* Prints what c->diag holds to stderr and returns the exit code: that of the first error,
 * or `otherwise`. `outcome` ends the count line: "nothing was run"; NULL: no count line.
 */
int  cli_finish(struct cli *c, const char *outcome, int otherwise);
/* To standard output with a line end; frees the text. */
void cli_print_json(struct json *j);
void cli_help(const struct cli *c, const char *usage, const struct flag *own,
              const char *examples);

struct command {
    const char *name, *summary;
    int (*run)(struct cli *c, int argc, char **argv); /* exit code */
};
extern const struct command commands[]; /* ends with name NULL; in cli/commands.c */

int cmd_run(struct cli *c, int argc, char **argv);
int cmd_check(struct cli *c, int argc, char **argv);
int cmd_show(struct cli *c, int argc, char **argv);
int cmd_eval(struct cli *c, int argc, char **argv);
int cmd_predict(struct cli *c, int argc, char **argv);
int cmd_runs(struct cli *c, int argc, char **argv);
int cmd_bench(struct cli *c, int argc, char **argv);
int cmd_plugin(struct cli *c, int argc, char **argv);
int cmd_schema(struct cli *c, int argc, char **argv);
int cmd_help(struct cli *c, int argc, char **argv);
/* nnpipe runs VERB ...; argv after the verb */
int cmd_runs_list(struct cli *c, int argc, char **argv);
int cmd_runs_show(struct cli *c, int argc, char **argv);
int cmd_runs_diff(struct cli *c, int argc, char **argv);
int cmd_runs_best(struct cli *c, int argc, char **argv);
int cmd_runs_clean(struct cli *c, int argc, char **argv);
/* nnpipe plugin VERB ...; argv after the verb */
int cmd_plugin_list(struct cli *c, int argc, char **argv);
int cmd_plugin_info(struct cli *c, int argc, char **argv);
int cmd_plugin_new(struct cli *c, int argc, char **argv);
int cmd_plugin_test(struct cli *c, int argc, char **argv);
#endif
