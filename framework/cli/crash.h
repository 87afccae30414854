/* SPDX-License-Identifier: MIT */
/* Last words: when a plugin crashes or calls exit, says which one, where in the pipeline
 * file it stands and what it was doing, and ends with exit code 4. */
#ifndef NNP_CLI_CRASH_H
#define NNP_CLI_CRASH_H

/* Once, at the start of main. A crash outside any plugin is said to be ours and then
 * takes its usual way (core dump). */
void crash_install(void);
/* The same for a call of a plugin that takes longer than that. -1: it cannot be watched. */
int crash_limit(double seconds);
/* In the handler of a signal that asks the run to end (it does after the step at work): who
 * then stays in one call of a plugin for seconds is named, and the process ended with 128 +
 * number. Files of a run are replaced whole, so none is left half written. */
void crash_patience(int number);
#endif
