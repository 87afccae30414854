framework_libhost_a_SOURCES += \
	%reldir%/rows.c \
	%reldir%/rows.h \
	%reldir%/rows_csv.c \
	%reldir%/rows_json.c \
	%reldir%/rows_npy.c \
	%reldir%/rows_records.c
