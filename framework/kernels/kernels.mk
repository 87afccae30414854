framework_libhost_a_SOURCES += \
	%reldir%/convolve.c \
	%reldir%/convolve.h \
	%reldir%/convolve_job.h \
	%reldir%/convolve_taps.c \
	%reldir%/convolve_taps.h \
	%reldir%/convolve_tiles.c \
	%reldir%/convolve_tiles.h \
	%reldir%/cpu.c \
	%reldir%/cpu.h \
	%reldir%/matmul.c \
	%reldir%/matmul.h \
	%reldir%/matmul_avx2.c \
	%reldir%/matmul_avx512.c \
	%reldir%/matmul_base.c \
	%reldir%/matmul_kernel.h \
	%reldir%/taps_kernel.h \
	%reldir%/tiles.c \
	%reldir%/tiles.h
