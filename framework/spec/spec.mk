framework_libhost_la_SOURCES += \
	%reldir%/block.c \
	%reldir%/data.c \
	%reldir%/expr.h \
	%reldir%/facts.c \
	%reldir%/facts.h \
	%reldir%/grammar.c \
	%reldir%/grammar.h \
	%reldir%/item.c \
	%reldir%/item.h \
	%reldir%/loss.c \
	%reldir%/merge.c \
	%reldir%/merge.h \
	%reldir%/model.c \
	%reldir%/model.h \
	%reldir%/names.c \
	%reldir%/names.h \
	%reldir%/optim.c \
	%reldir%/params.h \
	%reldir%/print.c \
	%reldir%/read.h \
	%reldir%/refs.c \
	%reldir%/refs.h \
	%reldir%/requires.c \
	%reldir%/resolved.c \
	%reldir%/set.c \
	%reldir%/set.h \
	%reldir%/spec.c \
	%reldir%/spec.h \
	%reldir%/split.c \
	%reldir%/stage.c \
	%reldir%/stage.h \
	%reldir%/stage_model.c \
	%reldir%/then.c \
	%reldir%/train.c \
	%reldir%/treat.c \
	%reldir%/value.c \
	%reldir%/value.h \
	%reldir%/vars.c \
	%reldir%/vars.h \
	%reldir%/wire.c
framework_libhost_la_SOURCES += \
	framework/spec/params.c framework/spec/params_node.c framework/spec/expr.c
