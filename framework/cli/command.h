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
#include "report/report.h"

enum progress { PROGRESS_AUTO, PROGRESS_BAR, PROGRESS_PLAIN, PROGRESS_NONE };

struct command;
struct help_page;

/* One invocation: the flags that mean the same everywhere, and where messages go. */
struct cli {
    struct arena       arena;
    struct diag        diag;
    struct environment env;
    struct registry   *registry; /* cli_registry opens it */

    const struct command *command; /* what is called, and how: "plugin new" */
    const char           *called;
    /* Whoever wants the flags of a command sets this and calls it with --help; NULL: help
     * is printed. */
    void (*visit)(const struct help_page *page, void *arg);
    void *visit_arg;

    const char *const *set;      /* --set, NULL-terminated */
    const char *const *plugins;  /* --plugin */
    const char        *out;      /* -o, --out DIR */
    const char        *resume;
    const char        *stage;   /* --stage, or NULL */
    int64_t            seed;    /* -1: not given */
    int64_t            threads; /* 0: not given */
    int64_t            max_mem; /* bytes, 0: no limit */
    bool               json, quiet, force, dry_run, trust, color, help;
    enum progress      progress;
    bool gcc_format; /* --format=gcc: messages as file:line:col: error: text */
};

/* FLAG_MAYBE: a text, "" when none follows. FLAG_WORD: one of those in `value`, "a|b". */
enum flag_type {
    FLAG_BOOL,
    FLAG_TEXT,
    FLAG_MAYBE,
    FLAG_WORD,
    FLAG_INT,
    FLAG_LIST,
    FLAG_SIZE
};
struct flag { /* `to` is a bool, const char *, int64_t or char *const * */
    const char    *name;   /* without dashes */
    char           letter; /* 0: none */
    enum flag_type type;
    void          *to;
    const char    *value, *help; /* value: word for the help text, "FILE" */
};

/* Reads argv (after the command's name): the shared flags that the command takes into c,
 * own flags by the table (ends with name NULL; or NULL), the rest into args (at most max;
 * more is refused naming it). Returns the number of args, or -1 with a message in c->diag
 * (DIAG_USAGE). --help sets c->help. */
int cli_parse(struct cli *c, int argc, char **argv, const struct flag *own,
              const char **args, int max);
/* The registry, opened at first use; NULL after an error. */
struct registry *cli_registry(struct cli *c);
/* What the flags and the environment say about files that are loaded. */
struct loading cli_loading(struct cli *c);
/* Who is told how a training goes, as the flags say. */
struct report_to cli_report_to(const struct cli *c);
/* Prints what c->diag holds to stderr and returns the exit code: that of the first error,
 * or `otherwise`. `outcome` ends the count line: "nothing was run"; NULL: no count line.
 */
int  cli_finish(struct cli *c, const char *outcome, int otherwise);
/* To standard output with a line end; frees the text. */
void cli_print_json(struct json *j);
/* Text, or JSON if that was asked for, to standard output, and closes it. Text has names
 * and cells of files in it: none of them gets to steer the terminal. */
void cli_print(const struct cli *c, struct strbuf *s);
/* The keys of a pipeline file, as text or as sections of a manual page. */
void cli_print_keys(struct cli *c, bool man);
/* What --help says; own and examples may be NULL. An example begins with two spaces. */
void cli_help(struct cli *c, const char *usage, const struct flag *own,
              const char *examples);

/* Which of the flags that mean the same everywhere a command takes; those that say how to
 * talk (quiet, color, format, help) are taken by all. */
enum {
    TAKES_JSON = 1,
    TAKES_FILE = 2, /* what reads a pipeline: set, stage, seed, threads, max-mem, plugins */
    TAKES_PLUGINS = 4,
    TAKES_SEED = 8,
    TAKES_OUT = 16,
    TAKES_FORCE = 32,
    TAKES_RUN = 64 /* resume, dry-run, progress */
};
struct command {
    const char *name, *summary;
    const char *about; /* sentences for its help, ends with a line end; or NULL */
    int (*run)(struct cli *c, int argc, char **argv); /* exit code; NULL: by its verbs */
    unsigned              takes;
    const struct command *verbs; /* ends with name NULL; or NULL */
};
extern const struct command commands[]; /* ends with name NULL; in cli/commands.c */

/* Calls the command of this name, argv after it; the exit code. */
int commands_call(struct cli *c, const char *name, int argc, char **argv);
/* NULL after a message that was printed. */
const struct command *commands_find(struct cli *c, const char *name);
/* Prints the help of a command, or of one of its verbs; the exit code. */
int commands_help(struct cli *c, const struct command *k, const char *verb);
/* Shows the flags of a command, or of each of its verbs, to whoever asks. */
void commands_visit(struct cli *c, const struct command *k,
                    void (*visit)(const struct help_page *page, void *arg), void *arg);

int cmd_run(struct cli *c, int argc, char **argv);
int cmd_search(struct cli *c, int argc, char **argv);
int cmd_check(struct cli *c, int argc, char **argv);
int cmd_data(struct cli *c, int argc, char **argv);
int cmd_gradcheck(struct cli *c, int argc, char **argv);
int cmd_import(struct cli *c, int argc, char **argv);
int cmd_inspect(struct cli *c, int argc, char **argv);
int cmd_show(struct cli *c, int argc, char **argv);
int cmd_explain(struct cli *c, int argc, char **argv);
int cmd_eval(struct cli *c, int argc, char **argv);
int cmd_predict(struct cli *c, int argc, char **argv);
int cmd_pack(struct cli *c, int argc, char **argv);
int cmd_bench(struct cli *c, int argc, char **argv);
int cmd_init(struct cli *c, int argc, char **argv);
int cmd_completion(struct cli *c, int argc, char **argv);
int cmd_version(struct cli *c, int argc, char **argv);
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
