/* SPDX-License-Identifier: MIT */
/* report/index.html: a run on one page, with its pictures inside, for any browser,
 * without a network and without scripts. What stands in it is handed in; nothing is
 * looked up here. */
#ifndef NNP_REPORT_PAGE_H
#define NNP_REPORT_PAGE_H
#include <stddef.h>
#include "base/diag.h"
#include "report/report.h"

struct page_fact {
    const char *name, *value;
};

struct page_curve { /* "val.loss": n values and their epochs */
    const char   *name;
    const double *epoch, *value;
    size_t        n;
};

struct page_part { /* a file that a report left, as the page sees it; NAME.txt: text */
    const char *report, *file;
    const void *bytes;
    size_t      n;
};

struct page_training { /* one of several: its figures, the address of its page or NULL */
    const char          *name, *page;
    const struct figure *figures;
    size_t               n_figures;
};

struct page {
    const char              *name, *about; /* about may be NULL */
    const struct page_fact  *facts;
    size_t                   n_facts;
    const struct figure     *figures; /* PART.METRIC, PART.METRIC.DETAIL, or REPORT.KEY */
    size_t                   n_figures;
    const struct page_curve *curves; /* none: a report shows them */
    size_t                   n_curves;
    const struct page_part  *parts;
    size_t                   n_parts;
    const struct page_training *trainings; /* of a run of several */
    size_t                   n_trainings;
    const char *const       *missed; /* expectations */
    size_t                   n_missed;
    const char              *drawing;  /* of the network, SVG, or NULL */
    const char              *pipeline; /* the resolved file */
};

int page_write(const struct page *p, const char *path, struct diag *d);

/* page_curves.c: the curves as drawings that fit a phone. */
struct strbuf;
void page_curves(const struct page *p, struct strbuf *out);
/* page_trainings.c: a table of the trainings. */
void page_trainings(const struct page *p, struct strbuf *out);
/* Text with what HTML would take for its own escaped; what is no UTF-8 becomes '?'. */
void page_text(struct strbuf *out, const char *text, size_t n);
#endif
