framework_libhost_la_SOURCES += \
	%reldir%/block.c \
	%reldir%/data.c \
	%reldir%/facts.c \
	%reldir%/facts.h \
	%reldir%/follow.c \
	%reldir%/item.c \
	%reldir%/item.h \
	%reldir%/loss.c \
	%reldir%/model.c \
	%reldir%/model.h \
	%reldir%/optim.c \
	%reldir%/read.h \
	%reldir%/requires.c \
	%reldir%/resolved.c \
	%reldir%/spec.h \
	%reldir%/spec_open.c \
	%reldir%/spec_print.c \
	%reldir%/split.c \
	%reldir%/split_rows.c \
	%reldir%/split_rows.h \
	%reldir%/stage.c \
	%reldir%/stage.h \
	%reldir%/stage_model.c \
	%reldir%/train.c \
	%reldir%/treat.c \
	%reldir%/wire.c
