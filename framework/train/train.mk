framework_libhost_a_SOURCES += \
	%reldir%/checkpoint.c \
	%reldir%/checkpoint.h \
	%reldir%/evaluate.c \
	%reldir%/evaluate.h \
	%reldir%/figures.c \
	%reldir%/figures.h \
	%reldir%/fit.c \
	%reldir%/fit.h \
	%reldir%/foreign.c \
	%reldir%/foreign.h \
	%reldir%/goal.c \
	%reldir%/goal.h \
	%reldir%/history.c \
	%reldir%/history.h \
	%reldir%/recover.c \
	%reldir%/recover.h \
	%reldir%/safetensors.c \
	%reldir%/safetensors.h \
	%reldir%/state.c \
	%reldir%/state.h \
	%reldir%/trainer.c \
	%reldir%/trainer_epochs.c \
	%reldir%/trainer.h \
	%reldir%/weightfile.c \
	%reldir%/weightfile.h
