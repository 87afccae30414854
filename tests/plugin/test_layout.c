/* SPDX-License-Identifier: MIT */
/* Size and offsets of everything a compiled plugin relies on, on 64-bit machines. A
 * number that changes here breaks every plugin that is installed: members are added at
 * the end. */
#include <config.h>
#include <nnpipe/data.h>
#include <nnpipe/fast.h>
#include <nnpipe/report.h>
#include "support/nnt.h"

#define SIZE(type, n)                                                                    \
    {                                                                                    \
#type, NULL, sizeof(type), n                                                     \
    }
#define AT(type, member, n)                                                              \
    {                                                                                    \
#type, #member, offsetof(type, member), n                                        \
    }

/* clang-format off */
static const struct {
    const char *type, *member;
    size_t      is, was;
} layout[] = {
    SIZE(nnp_tensor, 48),
    AT(nnp_tensor, data, 0), AT(nnp_tensor, device, 8), AT(nnp_tensor, device_id, 12),
    AT(nnp_tensor, ndim, 16), AT(nnp_tensor, code, 20), AT(nnp_tensor, bits, 21),
    AT(nnp_tensor, lanes, 22), AT(nnp_tensor, shape, 24), AT(nnp_tensor, strides, 32),
    AT(nnp_tensor, offset, 40),

    SIZE(nnp_ctx, 184),
    AT(nnp_ctx, size, 0), AT(nnp_ctx, flags, 4), AT(nnp_ctx, host, 8), AT(nnp_ctx, n_in, 16),
    AT(nnp_ctx, n_out, 20), AT(nnp_ctx, n_weight, 24), AT(nnp_ctx, n_state, 28),
    AT(nnp_ctx, n_saved, 32), AT(nnp_ctx, n_scratch, 36), AT(nnp_ctx, in, 40),
    AT(nnp_ctx, din, 48), AT(nnp_ctx, out, 56), AT(nnp_ctx, dout, 64),
    AT(nnp_ctx, weight, 72), AT(nnp_ctx, dweight, 80), AT(nnp_ctx, state, 88),
    AT(nnp_ctx, saved, 96), AT(nnp_ctx, scratch, 104), AT(nnp_ctx, step, 112),
    AT(nnp_ctx, epoch, 120), AT(nnp_ctx, progress, 128), AT(nnp_ctx, lr, 136),
    AT(nnp_ctx, value, 144), AT(nnp_ctx, factor, 152), AT(nnp_ctx, result, 160),
    AT(nnp_ctx, rows, 168), AT(nnp_ctx, workers, 176), AT(nnp_ctx, beta, 180),

    SIZE(nnp_host, 64),
    AT(nnp_host, size, 0), AT(nnp_host, abi, 4), AT(nnp_host, fail, 8),
    AT(nnp_host, declare, 16), AT(nnp_host, report, 24), AT(nnp_host, rand, 32),
    AT(nnp_host, parallel, 40), AT(nnp_host, gemm, 48), AT(nnp_host, extension, 56),

    SIZE(nnp_list, 16), AT(nnp_list, n, 0), AT(nnp_list, v, 8),

    SIZE(nnp_node, 40),
    AT(nnp_node, kind, 0), AT(nnp_node, n, 4), AT(nnp_node, key, 8), AT(nnp_node, text, 16),
    AT(nnp_node, number, 24), AT(nnp_node, child, 32),

    SIZE(nnp_param, 48),
    AT(nnp_param, name, 0), AT(nnp_param, type, 8), AT(nnp_param, offset, 12),
    AT(nnp_param, def, 16), AT(nnp_param, range, 24), AT(nnp_param, doc, 32),
    AT(nnp_param, unit, 40),

    SIZE(nnp_component, 136),
    AT(nnp_component, size, 0), AT(nnp_component, flags, 4), AT(nnp_component, tag, 8),
    AT(nnp_component, doc, 16), AT(nnp_component, min_in, 24),
    AT(nnp_component, max_in, 28), AT(nnp_component, self_size, 32),
    AT(nnp_component, n_params, 36), AT(nnp_component, param_size, 40),
    AT(nnp_component, takes, 44), AT(nnp_component, params, 48),
    AT(nnp_component, open, 56), AT(nnp_component, close, 64),
    AT(nnp_component, setup, 72), AT(nnp_component, forward, 80),
    AT(nnp_component, backward, 88), AT(nnp_component, fit, 96),
    AT(nnp_component, finish, 104), AT(nnp_component, extension, 112),
    AT(nnp_component, ports, 120), AT(nnp_component, sweep, 128),

    SIZE(nnp_plugin, 56),
    AT(nnp_plugin, size, 0), AT(nnp_plugin, abi, 4), AT(nnp_plugin, name, 8),
    AT(nnp_plugin, version, 16), AT(nnp_plugin, license, 24), AT(nnp_plugin, url, 32),
    AT(nnp_plugin, n, 40), AT(nnp_plugin, pad, 44), AT(nnp_plugin, components, 48),

    SIZE(nnp_rows, 48),
    AT(nnp_rows, count, 8), AT(nnp_rows, test, 16), AT(nnp_rows, val, 24),
    AT(nnp_rows, classes, 32), AT(nnp_rows, bytes, 40),

    SIZE(nnp_given, 48),
    AT(nnp_given, coding, 8), AT(nnp_given, streams, 16), AT(nnp_given, path, 24),
    AT(nnp_given, bytes, 32), AT(nnp_given, n, 40),

    SIZE(nnp_file, 64),
    AT(nnp_file, read, 8), AT(nnp_file, release, 16), AT(nnp_file, exists, 24),
    AT(nnp_file, member, 32), AT(nnp_file, view, 40), AT(nnp_file, room, 48),
    AT(nnp_file, pass, 56),

    SIZE(nnp_run, 152),
    AT(nnp_run, rows, 8), AT(nnp_run, eval, 16), AT(nnp_run, stream, 24),
    AT(nnp_run, column, 32), AT(nnp_run, curve, 40), AT(nnp_run, metric, 48),
    AT(nnp_run, final, 56), AT(nnp_run, print, 64), AT(nnp_run, write, 72),
    AT(nnp_run, missed, 80), AT(nnp_run, about, 88), AT(nnp_run, higher, 96),
    AT(nnp_run, of, 104), AT(nnp_run, weight, 112), AT(nnp_run, image, 120),
    AT(nnp_run, gradient, 128), AT(nnp_run, shows, 136),
    AT(nnp_run, class_name, 144),
};

static const struct {
    const char *name;
    uint32_t    is, was;
} numbers[] = {
    { "NNP_F32", NNP_F32, 0x12002 }, { "NNP_F64", NNP_F64, 0x14002 },
    { "NNP_I8", NNP_I8, 0x10800 }, { "NNP_I32", NNP_I32, 0x12000 },
    { "NNP_I64", NNP_I64, 0x14000 }, { "NNP_U8", NNP_U8, 0x10801 },
    { "NNP_TRAIN", NNP_TRAIN, 1 }, { "NNP_DECAY", NNP_DECAY, 2 },
    { "NNP_ON_STREAM", NNP_ON_STREAM, 4 }, { "NNP_PEEK", NNP_PEEK, 8 },
    { "NNP_AGAIN", NNP_AGAIN, 1 },
    { "NNP_OUT", NNP_OUT, 1 }, { "NNP_WEIGHT", NNP_WEIGHT, 2 },
    { "NNP_STATE", NNP_STATE, 3 }, { "NNP_SAVED", NNP_SAVED, 4 },
    { "NNP_SCRATCH", NNP_SCRATCH, 5 },
    { "NNP_NODECAY", NNP_NODECAY, 256 }, { "NNP_SUM", NNP_SUM, 512 },
    { "NNP_UNIFORM", NNP_UNIFORM, 0 }, { "NNP_NORMAL", NNP_NORMAL, 1 },
    { "NNP_SCALAR", NNP_SCALAR, 1 }, { "NNP_SEQ", NNP_SEQ, 2 }, { "NNP_MAP", NNP_MAP, 3 },
    { "NNP_BOOL", NNP_BOOL, 1 }, { "NNP_INT", NNP_INT, 2 }, { "NNP_REAL", NNP_REAL, 3 },
    { "NNP_STR", NNP_STR, 4 }, { "NNP_PATH", NNP_PATH, 5 }, { "NNP_ENUM", NNP_ENUM, 6 },
    { "NNP_INTS", NNP_INTS, 7 }, { "NNP_REALS", NNP_REALS, 8 }, { "NNP_STRS", NNP_STRS, 9 },
    { "NNP_TREE", NNP_TREE, 10 }, { "NNP_LIVE", NNP_LIVE, 256 },
    { "NNP_MAIN", NNP_MAIN, 512 }, { "NNP_FOLLOWED_BY", NNP_FOLLOWED_BY, 1024 },
    { "NNP_FREE_IN", NNP_FREE_IN, 1 }, { "NNP_FREE_OUT", NNP_FREE_OUT, 2 },
    { "NNP_INPLACE", NNP_INPLACE, 4 }, { "NNP_INPLACE_BWD", NNP_INPLACE_BWD, 8 },
    { "NNP_ELEMENTWISE", NNP_ELEMENTWISE, 32 },
    { "NNP_ALL_WEIGHTS", NNP_ALL_WEIGHTS, 64 },
    { "NNP_STANDS_IN", NNP_STANDS_IN, 256 }, { "NNP_PREPARES", NNP_PREPARES, 512 },
    { "NNP_HIGHER", NNP_HIGHER, 2048 },
    { "NNP_PROBABILITIES", NNP_PROBABILITIES, 32768 },
    { "NNP_IN_UNITS", NNP_IN_UNITS, 65536 },
    { "NNP_DETAILS", NNP_DETAILS, 131072 }, { "NNP_READY", NNP_READY, 4096 }, { "NNP_LOSS_IN_BACKWARD", NNP_LOSS_IN_BACKWARD, 8192 },
    { "NNP_BETA", NNP_BETA, 16384 },
    { "NNP_ABI", NNP_ABI, 65536 },
};
/* clang-format on */

START_TEST(nothing_has_moved)
{
    ck_assert_msg(layout[_i].is == layout[_i].was, "%s%s%s: %zu, was %zu",
                  layout[_i].type, layout[_i].member ? "." : " has another size",
                  layout[_i].member ? layout[_i].member : "", layout[_i].is,
                  layout[_i].was);
}
END_TEST

START_TEST(no_number_has_changed)
{
    ck_assert_msg(numbers[_i].is == numbers[_i].was, "%s: %u, was %u", numbers[_i].name,
                  numbers[_i].is, numbers[_i].was);
}
END_TEST

START_TEST(errors_keep_their_numbers)
{
    ck_assert_int_eq(NNP_OK, 0);
    ck_assert_int_eq(NNP_EINVAL, -1);
    ck_assert_int_eq(NNP_ENOTSUP, -2);
    ck_assert_int_eq(NNP_ENOMEM, -3);
    ck_assert_int_eq(NNP_EIO, -4);
    ck_assert_int_eq(NNP_EMATH, -5);
    ck_assert_int_eq(NNP_EBUG, -7);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("layout");
    TCase *t = tcase_create("abi 1");

    if (sizeof(void *) == 8)
        tcase_add_loop_test(t, nothing_has_moved, 0, COUNT(layout));
    tcase_add_loop_test(t, no_number_has_changed, 0, COUNT(numbers));
    tcase_add_test(t, errors_keep_their_numbers);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
