/* SPDX-License-Identifier: MIT */
#ifndef NNP_VIEW_REPORTS_H
#define NNP_VIEW_REPORTS_H
#include "view/view.h"

/* Makes every item of the file's `report`. One that fails does not take the others with it:
 * -1 and its message afterwards. */
int reports_make(struct view *v, struct diag *d);
#endif
