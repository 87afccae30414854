# One folder a kind, one file a plugin; a plugin is one line in its folder's .mk.
layersdir = $(plugindir)/layers
layers_LTLIBRARIES =
include plugins/layers/layers.mk
lossesdir = $(plugindir)/losses
losses_LTLIBRARIES =
include plugins/losses/losses.mk
optimizersdir = $(plugindir)/optimizers
optimizers_LTLIBRARIES =
include plugins/optimizers/optimizers.mk
regularizersdir = $(plugindir)/regularizers
regularizers_LTLIBRARIES =
include plugins/regularizers/regularizers.mk
schedulesdir = $(plugindir)/schedules
schedules_LTLIBRARIES =
include plugins/schedules/schedules.mk
initializersdir = $(plugindir)/initializers
initializers_LTLIBRARIES =
include plugins/initializers/initializers.mk
metricsdir = $(plugindir)/metrics
metrics_LTLIBRARIES =
include plugins/metrics/metrics.mk
loadersdir = $(plugindir)/loaders
loaders_LTLIBRARIES =
include plugins/loaders/loaders.mk
transformsdir = $(plugindir)/transforms
transforms_LTLIBRARIES =
include plugins/transforms/transforms.mk
estimatorsdir = $(plugindir)/estimators
estimators_LTLIBRARIES =
include plugins/estimators/estimators.mk
reportsdir = $(plugindir)/reports
reports_LTLIBRARIES =
include plugins/reports/reports.mk
backendsdir = $(plugindir)/backends
backends_LTLIBRARIES =
include plugins/backends/backends.mk
