/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/synonyms.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/diag.h"

struct synonym {
    const char *ours, *theirs; /* words with blanks between */
    const char *where;         /* how it is said in a file, or NULL */
};

/* Capitals, `_` and `-` do not matter. The same word may stand in several rows: it means
 * what is known where it was used. */
static const struct synonym table[] = {
    /* commands and flags */
    { "run", "train fit training start execute launch", NULL },
    { "eval", "test evaluate evaluation score validate", NULL },
    { "predict", "infer inference apply transform", NULL },
    { "show", "summary describe print plot_model", NULL },
    { "check", "lint verify validate compile", NULL },
    { "runs", "ls history experiments logs", NULL },
    { "list", "ls all", NULL },
    { "clean", "rm remove delete prune", NULL },
    { "init", "new create template scaffold example quickstart", NULL },
    { "bench", "benchmark profile time timeit", NULL },
    { "info", "show describe help doc", NULL },
    { "new", "create init scaffold", NULL },
    { "help", "man usage docs", NULL },
    { "out", "output output_dir save save_dir outdir logdir", NULL },
    { "seed", "random_state manual_seed random_seed", "seed: 1 under `train`" },
    { "threads", "jobs n_jobs workers num_workers cores", NULL },
    { "force", "overwrite yes", NULL },
    { "resume", "continue restart from_checkpoint", NULL },
    { "set", "override param define", NULL },
    { "by", "metric monitor sort_by", NULL },

    /* sections of a file */
    { "model", "layers network net architecture sequential",
      "the layers stand under `model`" },
    { "data", "dataset datasets inputs", NULL },
    { "source", "dataset dataloader loader path",
      "data: {source: {csv: {file: rows.csv}}}" },
    { "split",
      "validation_split test_size train_test_split val_split validation_fraction "
      "validation_data test_split",
      "data: {split: ...} says which rows are for training, validation and test" },
    { "map",
      "transforms transform preprocessing preprocess augmentation augment pipeline",
      "transforms stand in a list under data: {map: [...]}" },
    { "loss", "criterion objective cost loss_function loss_fn",
      "loss: bce, beside `model`" },
    { "optim", "optimizer optimiser optimizers solver opt",
      "optim: {adam: {lr: 1e-3}}, beside `model`" },
    { "train", "training trainer fit compile", NULL },
    { "metrics", "metric measures scoring scores",
      "metrics: [accuracy], beside `model`" },
    { "report", "reports callbacks plots plot visualize",
      "report: [curves], beside `model`" },
    { "vars", "variables hyperparameters hparams constants defaults params", NULL },
    { "extends", "include import inherit base from", NULL },
    { "about", "description title comment doc", NULL },

    /* train */
    { "epochs", "max_epochs n_epochs num_epochs nb_epoch max_iter n_iter iterations",
      "epochs: 100 under `train`" },
    { "steps", "max_steps n_steps num_steps", NULL },
    { "batch", "batch_size minibatch mini_batch_size bs", "batch: 32 under `train`" },
    { "stop", "early_stopping early_stop patience", "train: {stop: {patience: 10}}" },
    { "patience", "n_iter_no_change", NULL },
    { "min_delta", "tol tolerance delta threshold", NULL },
    { "on_best", "monitor metric", NULL },
    { "goal", "mode direction", NULL },
    { "accumulate",
      "accumulate_grad_batches gradient_accumulation gradient_accumulation_steps", NULL },
    { "keep", "checkpoint save save_best_only model_checkpoint restore_best_weights",
      NULL },
    { "average", "ema swa averaging", NULL },
    { "threads", "n_jobs num_threads", NULL },

    /* parameters */
    { "lr", "learning_rate learning_rate_init alpha eta eta0 step_size rate",
      "optim: {adam: {lr: 1e-3}}" },
    { "units",
      "out_features output_dim neurons n_units nodes hidden_size width size dim out",
      NULL },
    { "out", "filters channels out_channels n_filters num_filters units", NULL },
    { "k", "kernel_size kernel ksize pool_size filter_size window size", NULL },
    { "stride", "strides step", NULL },
    { "pad", "padding", NULL },
    { "p", "rate prob probability drop_prob dropout_rate", NULL },
    { "bias", "use_bias fit_intercept intercept", NULL },
    { "activation", "act nonlinearity activation_function", NULL },
    { "eps", "epsilon", NULL },
    { "beta1", "beta_1 betas momentum", NULL },
    { "beta2", "beta_2", NULL },
    { "decay rho", "weight_decay alpha", NULL },
    { "l2", "weight_decay kernel_regularizer", "loss: [bce, {l2: 1e-4}]" },
    { "momentum", "mu", NULL },
    { "n", "num_samples n_samples size count", NULL },
    { "file", "path filename filepath", NULL },
    { "dir", "path folder directory root data_dir", NULL },
    { "header", "has_header", NULL },
    { "delimiter", "sep separator", NULL },
    { "columns", "usecols features feature_columns names", NULL },
    { "label", "labels target class_column", NULL },
    { "rows", "data values", NULL },
    { "to", "end eta_min final min_lr", NULL },
    { "factor", "gamma", NULL },
    { "every", "step_size period", NULL },
    { "degrees", "angle", NULL },
    { "init", "kernel_initializer weight_init initializer weights_initializer",
      "init: glorot_uniform beside the name of the layer" },
    { "freeze", "trainable requires_grad frozen",
      "freeze: true on the item whose weights stay" },
    { "as", "name id label", NULL },
    { "weight", "coefficient coef lambda alpha scale", NULL },

    /* layers */
    { "dense", "linear fully_connected fc affine inner_product nn.linear", NULL },
    { "conv", "conv2d convolution convolution2d convolutional nn.conv2d", NULL },
    { "conv_transpose",
      "conv2d_transpose conv_transpose2d convtranspose2d deconv deconvolution", NULL },
    { "maxpool", "max_pooling2d maxpool2d maxpooling max_pool max_pooling pool pool2d",
      NULL },
    { "avgpool", "average_pooling2d avgpool2d averagepooling avg_pool avg_pooling",
      NULL },
    { "global_avgpool", "global_average_pooling2d adaptive_avg_pool2d gap global_pool",
      NULL },
    { "global_maxpool", "global_max_pooling2d adaptive_max_pool2d", NULL },
    { "batchnorm", "batch_normalization batchnorm2d batchnorm1d batch_norm bn", NULL },
    { "groupnorm", "group_normalization group_norm", NULL },
    { "layernorm", "layer_normalization layer_norm ln", NULL },
    { "relu", "rectifier rectified_linear nn.relu", NULL },
    { "leaky_relu", "leakyrelu lrelu", NULL },
    { "silu", "swish", NULL },
    { "sigmoid", "logistic expit", NULL },
    { "tanh", "hyperbolic_tangent", NULL },
    { "step", "heaviside threshold", NULL },
    { "linear", "identity", NULL },
    { "upsample", "up_sampling2d upsampling unpool", NULL },
    { "concat", "concatenate cat merge", NULL },
    { "add", "sum residual skip", NULL },
    { "multiply", "mul product", NULL },
    { "dropout", "alpha_dropout dropout2d spatial_dropout2d", NULL },
    { "reshape", "view unflatten", NULL },
    { "pad", "zero_padding2d zeropad2d", NULL },

    /* losses and metrics */
    { "bce",
      "binary_crossentropy binary_cross_entropy bce_with_logits bcewithlogitsloss "
      "bceloss "
      "log_loss logloss sigmoid_cross_entropy",
      NULL },
    { "xent",
      "categorical_crossentropy sparse_categorical_crossentropy cross_entropy "
      "crossentropyloss softmax_cross_entropy crossentropy nll nllloss nll_loss ce "
      "log_loss",
      NULL },
    { "mse", "mean_squared_error mseloss squared_error l2_loss mse_loss", NULL },
    { "mae", "mean_absolute_error l1loss l1_loss absolute_error mae_loss", NULL },
    { "huber", "smooth_l1 smoothl1loss smooth_l1_loss huberloss", NULL },
    { "accuracy",
      "acc categorical_accuracy binary_accuracy sparse_categorical_accuracy "
      "accuracy_score",
      NULL },
    { "confusion", "confusion_matrix", NULL },
    { "top_k", "top_k_accuracy top_k_categorical_accuracy top5 top_5", NULL },
    { "perplexity", "ppl", NULL },
    { "r2", "r2_score r_squared", NULL },
    { "rmse", "root_mean_squared_error rootmeansquarederror", NULL },

    /* optimizers, schedules, initializers */
    { "sgd", "gd gradient_descent momentum nesterov", NULL },
    { "cosine", "cosine_annealing_lr cosine_annealing cosine_decay", NULL },
    { "step", "step_lr multistep_lr piecewise_constant_decay", NULL },
    { "exponential", "exponential_lr exponential_decay", NULL },
    { "plateau", "reduce_lr_on_plateau reduceonplateau", NULL },
    { "one_cycle", "one_cycle_lr onecycle", NULL },
    { "schedule", "lr_scheduler scheduler learning_rate_schedule lr_schedule",
      "optim: {adam: 1e-3, schedule: {cosine: {to: 1e-5}}}" },
    { "clip",
      "clipnorm clip_norm clip_grad_norm clipvalue gradient_clip_val max_grad_norm",
      "optim: {clip: 1.0, adam: 1e-3}" },
    { "glorot_uniform", "xavier xavier_uniform", NULL },
    { "glorot_normal", "xavier_normal", NULL },
    { "he_uniform", "kaiming kaiming_uniform", NULL },
    { "he_normal", "kaiming_normal", NULL },
    { "normal", "random_normal gaussian truncated_normal", NULL },
    { "uniform", "random_uniform", NULL },
    { "constant", "fill full", NULL },
    { "elastic", "elastic_net elasticnet l1_l2", NULL },

    /* data and reports */
    { "csv", "read_csv tsv pandas table_file", NULL },
    { "images", "image_folder imagefolder image_dataset_from_directory folder", NULL },
    { "npy", "numpy npz load", NULL },
    { "idx", "mnist_file ubyte", NULL },
    { "standardize", "standard_scaler normalize normalization zscore z_score standard",
      NULL },
    { "scale", "rescale rescaling min_max_scaler minmax to_tensor normalize", NULL },
    { "one_hot", "onehotencoder one_hot_encoder to_categorical categorical get_dummies",
      NULL },
    { "flip", "random_flip random_horizontal_flip hflip horizontal_flip", NULL },
    { "rotate", "random_rotation rotation", NULL },
    { "crop", "random_crop center_crop", NULL },
    { "shift", "random_translation translate", NULL },
    { "grey", "grayscale greyscale gray rgb_to_grayscale", NULL },
    { "noise.gauss", "gaussian_noise", NULL },
    { "curves", "history learning_curve plot loss_curve", NULL },
    { "boundary", "decision_boundary", NULL },
    { "truth_table", "predictions table", NULL },
    { "filters", "weights kernels", NULL },
};
enum { ROWS = sizeof table / sizeof *table };

static bool is_gap(char c)
{
    return c == '_' || c == '-';
}

/* Is the first word of `list` (to a blank) the n letters at `word`? */
static bool is_same(const char *list, const char *word, size_t n)
{
    const char *end = word + n;

    for (;; list++, word++) {
        while (is_gap(*list))
            list++;
        while (word < end && is_gap(*word))
            word++;
        if (word == end || !*list || *list == ' ')
            return word == end && (!*list || *list == ' ');
        if (tolower((unsigned char)*list) != tolower((unsigned char)*word))
            return false;
    }
}

static bool holds(const char *list, const char *word, size_t n)
{
    for (; *list; list += strcspn(list, " "), list += strspn(list, " "))
        if (is_same(list, word, n))
            return true;
    return false;
}

static bool means(const char *word, const char *ours)
{
    size_t n = strlen(word);

    for (size_t i = 0; n && i < ROWS; i++)
        if (holds(table[i].ours, ours, strlen(ours)) && holds(table[i].theirs, word, n))
            return true;
    return false;
}

/* What stands behind the part that a figure is of: "accuracy" of "val.accuracy". */
static const char *behind_dot(const char *word)
{
    const char *dot = strchr(word, '.');

    return dot && dot[1] ? dot + 1 : word;
}

static bool same_part(const char *a, const char *b)
{
    size_t n = (size_t)(behind_dot(a) - a);

    return n == (size_t)(behind_dot(b) - b) && strncmp(a, b, n) == 0;
}

const char *synonyms_nearest(const char *word, const char *const *candidates)
{
    for (size_t i = 0; candidates[i]; i++)
        if (means(word, candidates[i]))
            return candidates[i];
    for (size_t i = 0; candidates[i]; i++)
        if (is_same(candidates[i], word, strlen(word)))
            return candidates[i];
    for (size_t i = 0; candidates[i]; i++)
        if (same_part(word, candidates[i]) &&
            means(behind_dot(word), behind_dot(candidates[i])))
            return candidates[i];
    return diag_nearest(word, candidates);
}

const char *synonyms_advice(const char *word)
{
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].where && (holds(table[i].theirs, word, strlen(word)) ||
                               is_same(table[i].ours, word, strlen(word))))
            return table[i].where;
    return NULL;
}
