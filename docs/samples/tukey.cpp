/* SPDX-License-Identifier: MIT */
/*
 * acme.tukey: the biweight loss, which stops growing at a distance c, so that outliers have no
 * pull at all. With r = prediction - target and u = (r/c)^2, mean over the elements of a row:
 * L = c^2/6 (1 - (1 - u)^3) and dL/dr = r (1 - u)^2 for u < 1; c^2/6 and 0 beyond.
 *
 * Beaton, Tukey (1974), "The fitting of power series, meaning polynomials".
 */
#include <cstddef>

#include <nnpipe/plugin.h>

namespace {

struct Tukey {
    double c;
};

const nnp_param params[] = {
    { "c", NNP_REAL | NNP_MAIN, offsetof(Tukey, c), "4.685", "(0,inf)",
      "distance from which an element is an outlier", nullptr },
};

struct Point {
    double value, slope;
};

Point biweight(double r, double c)
{
    const double rest = 1 - (r / c) * (r / c);

    if (rest <= 0)
        return { c * c / 6, 0 };
    return { c * c / 6 * (1 - rest * rest * rest), r * rest * rest };
}

int setup(nnp_ctx *c, void *)
{
    const nnp_tensor &p = c->in[0], &t = c->in[1];

    if (nnp_count(&p) != nnp_count(&t))
        return nnp_fail(c, NNP_EINVAL, "prediction and target differ in shape");
    const int rc = c->host->declare(c, NNP_OUT, "loss", NNP_F32, 1, p.shape, nullptr);
    return rc < 0 ? rc : int(NNP_OK);
}

int forward(nnp_ctx *c, void *self)
{
    const double      width = static_cast<const Tukey *>(self)->c;
    const float      *p = nnp_f32(&c->in[0]), *t = nnp_f32(&c->in[1]);
    const std::size_t n = nnp_row(&c->in[0]);

    for (int64_t row = 0; row < c->in[0].shape[0]; row++, p += n, t += n) {
        double sum = 0;
        for (std::size_t i = 0; i < n; i++)
            sum += biweight(double(p[i]) - double(t[i]), width).value;
        nnp_f32(&c->out[0])[row] = float(sum / double(n));
    }
    return NNP_OK;
}

int backward(nnp_ctx *c, void *self)
{
    const double      width = static_cast<const Tukey *>(self)->c;
    const float      *p = nnp_f32(&c->in[0]), *t = nnp_f32(&c->in[1]);
    const float      *dl = nnp_f32(&c->dout[0]);
    float            *dp = nnp_f32(&c->din[0]);
    const std::size_t n = nnp_row(&c->in[0]), all = nnp_count(&c->in[0]);

    for (std::size_t i = 0; dp && i < all; i++) {
        const double slope = biweight(double(p[i]) - double(t[i]), width).slope;
        dp[i] = float(double(dl[i / n]) * slope / double(n));
    }
    return NNP_OK;
}

/* C++20 has designators, but only in the order of the declaration. */
const nnp_component tukey = {
    .size = sizeof(nnp_component),
    .flags = NNP_FREE_OUT,
    .tag = NNP_TAG("loss", "acme.tukey"),
    .doc = "biweight: outliers have no pull",
    .min_in = 2,
    .max_in = 2,
    .self_size = sizeof(Tukey),
    .n_params = 1,
    .param_size = sizeof(nnp_param),
    .takes = NNP_F32,
    .params = params,
    .setup = setup,
    .forward = forward,
    .backward = backward,
};

} // namespace

NNP_PLUGIN(tukey, "1.0", "MIT", NULL, &tukey)
