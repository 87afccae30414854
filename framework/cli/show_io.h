/* SPDX-License-Identifier: MIT */
/* What a model is given and what it answers, as `show --io` says it. */
#ifndef NNP_CLI_SHOW_IO_H
#define NNP_CLI_SHOW_IO_H
#include <stdbool.h>
#include "base/strbuf.h"
#include "run/session.h"

/* Of a session with a graph. The rows are those of predict, without --corrupt. */
void show_io(const struct session *s, bool json, struct strbuf *out);
#endif
