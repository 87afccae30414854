# One folder a kind, one file a plugin; a plugin is one line in its folder's .mk. Each becomes a
# shared object of its own; with --enable-bundled all are components of one, plugins/bundled.so,
# except those in foreign_PLUGINS, which need libraries that not every run should load.
foreign_PLUGINS =
layers_PLUGINS =
include plugins/layers/layers.mk
losses_PLUGINS =
include plugins/losses/losses.mk
optimizers_PLUGINS =
include plugins/optimizers/optimizers.mk
regularizers_PLUGINS =
include plugins/regularizers/regularizers.mk
schedules_PLUGINS =
include plugins/schedules/schedules.mk
initializers_PLUGINS =
include plugins/initializers/initializers.mk
metrics_PLUGINS =
include plugins/metrics/metrics.mk
loaders_PLUGINS =
include plugins/loaders/loaders.mk
transforms_PLUGINS =
include plugins/transforms/transforms.mk
estimators_PLUGINS =
include plugins/estimators/estimators.mk
reports_PLUGINS =
include plugins/reports/reports.mk
samplers_PLUGINS =
include plugins/samplers/samplers.mk
pruners_PLUGINS =
include plugins/pruners/pruners.mk
backends_PLUGINS =
include plugins/backends/backends.mk

ALL_PLUGINS = $(layers_PLUGINS) $(losses_PLUGINS) $(optimizers_PLUGINS) \
	$(regularizers_PLUGINS) $(schedules_PLUGINS) $(initializers_PLUGINS) \
	$(metrics_PLUGINS) $(loaders_PLUGINS) $(transforms_PLUGINS) \
	$(estimators_PLUGINS) $(reports_PLUGINS) $(samplers_PLUGINS) $(pruners_PLUGINS) \
	$(backends_PLUGINS)
if BUNDLED
single = $(filter $(foreign_PLUGINS),$(1))
bundled_DATA = %reldir%/bundled.so
bundleddir = $(plugindir)
BUNDLED_CPPFLAGS = -include $(srcdir)/%reldir%/bundled.h
else
single = $(1)
endif
layersdir = $(plugindir)/layers
layers_DATA = $(call single,$(layers_PLUGINS))
lossesdir = $(plugindir)/losses
losses_DATA = $(call single,$(losses_PLUGINS))
optimizersdir = $(plugindir)/optimizers
optimizers_DATA = $(call single,$(optimizers_PLUGINS))
regularizersdir = $(plugindir)/regularizers
regularizers_DATA = $(call single,$(regularizers_PLUGINS))
schedulesdir = $(plugindir)/schedules
schedules_DATA = $(call single,$(schedules_PLUGINS))
initializersdir = $(plugindir)/initializers
initializers_DATA = $(call single,$(initializers_PLUGINS))
metricsdir = $(plugindir)/metrics
metrics_DATA = $(call single,$(metrics_PLUGINS))
loadersdir = $(plugindir)/loaders
loaders_DATA = $(call single,$(loaders_PLUGINS))
transformsdir = $(plugindir)/transforms
transforms_DATA = $(call single,$(transforms_PLUGINS))
estimatorsdir = $(plugindir)/estimators
estimators_DATA = $(call single,$(estimators_PLUGINS))
reportsdir = $(plugindir)/reports
reports_DATA = $(call single,$(reports_PLUGINS))
samplersdir = $(plugindir)/samplers
samplers_DATA = $(call single,$(samplers_PLUGINS))
prunersdir = $(plugindir)/pruners
pruners_DATA = $(call single,$(pruners_PLUGINS))
backendsdir = $(plugindir)/backends
backends_DATA = $(call single,$(backends_PLUGINS))

# The public headers and nothing else in sight, hidden symbols, no undefined ones: as outside the tree.
# NNP_OURS is what they all say of themselves in NNP_PLUGIN: version, licence, address.
OURS_CPPFLAGS = -D'NNP_OURS="1.0", "MIT", NULL'
PLUGIN_COMPILE = $(CC) $(SDK_CPPFLAGS) $(OURS_CPPFLAGS) $(PLUGIN_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -fPIC
PLUGIN_LINK = $(CC) $(AM_CFLAGS) $(CFLAGS) -shared $(NO_UNDEFINED) $(AM_LDFLAGS) $(LDFLAGS)
BUNDLED_PLUGINS = $(filter-out $(foreign_PLUGINS),$(ALL_PLUGINS))
$(BUNDLED_PLUGINS:.so=.o): PLUGIN_CPPFLAGS = $(BUNDLED_CPPFLAGS)
%reldir%/%.o: %reldir%/%.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(PLUGIN_COMPILE) -MMD -MP -MF $(@:.o=.d) -c -o $@ $<
%reldir%/%.so: %reldir%/%.o
	$(AM_V_CCLD)$(PLUGIN_LINK) -o $@ $< $(PLUGIN_LIBS) $(LIBS)
%reldir%/bundled.so: %reldir%/bundled.o $(BUNDLED_PLUGINS:.so=.o)
	$(AM_V_CCLD)$(PLUGIN_LINK) -o $@ $^ $(LIBS)
.SECONDARY: $(ALL_PLUGINS:.so=.o)
-include $(wildcard $(ALL_PLUGINS:.so=.d) %reldir%/bundled.d)
mostlyclean-local:
	-rm -f $(ALL_PLUGINS:.so=.o) $(ALL_PLUGINS:.so=.d) %reldir%/bundled.o %reldir%/bundled.d
CLEANFILES += $(ALL_PLUGINS) %reldir%/bundled.so
EXTRA_DIST += $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/%reldir%/*.[ch] $(srcdir)/%reldir%/*/*.[ch]))
