/* SPDX-License-Identifier: MIT */
/* Signals that ask a training to end, or for a checkpoint. */
#ifndef NNP_CLI_STOP_H
#define NNP_CLI_STOP_H

/* From now on the first SIGINT, SIGTERM or SIGHUP... only sets a number; the second one of
 * the first two leaves at once. */
void          stop_catch(void);
volatile int *stop_signal(void);   /* which one came, or 0 */
volatile int *stop_snapshot(void); /* not 0: a checkpoint is asked for */
#endif
