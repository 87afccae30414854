/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "frames/once.h"

int once_forward(const struct once *o, struct diag *d)
{
    struct arena    scrap = { 0 };
    struct instance i;
    int rc = instance_open(&scrap, o->type, o->self, o->name, o->at, o->services, &i, d);

    i.listener = o->listener;
    if (!rc && o->type->desc->setup)
        rc = instance_setup(&i, NULL, 0, NULL, 0, 0, d);
    if (!rc) {
        if (o->out) {
            i.ctx.n_out = 1;
            i.ctx.out = o->out;
            instance_key(&i, "init", 0);
        }
        rc = instance_call(&i, o->type->desc->forward, "forward", d);
    }
    instance_close(&i);
    arena_close(&scrap);
    return rc < 0 ? -1 : 0;
}
