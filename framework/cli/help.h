/* SPDX-License-Identifier: MIT */
/* What is known of a command for those who want to read of it: its help, the manual pages
 * and the completion of shells are made of the same tables. */
#ifndef NNP_CLI_HELP_H
#define NNP_CLI_HELP_H
#include "base/strbuf.h"
#include "cli/command.h"

struct help_page {
    const struct command *command;
    const char           *called;   /* "plugin new" */
    const char           *usage;    /* "nnpipe plugin new KIND NAME [flags]" */
    const char           *examples; /* lines that begin with two spaces, or NULL */
    /* Its own flags, those that some commands share, those of every command; each ends
     * with name NULL, or is NULL. */
    const struct flag *flags[3];
};

void help_print(const struct help_page *page);
/* A command with verbs: what they are. */
void help_group(const struct cli *c, const struct command *k);
/* The manual page of a command, of nnpipe itself (k NULL), or that of the file. */
void manual_print(struct cli *c, const struct command *k);
void manual_print_pipeline(struct cli *c);
#endif
