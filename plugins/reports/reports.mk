# One line a plugin: reports_LTLIBRARIES += %reldir%/NAME.la
reports_LTLIBRARIES += %reldir%/boundary.la
reports_LTLIBRARIES += %reldir%/compare.la
reports_LTLIBRARIES += %reldir%/curves.la
reports_LTLIBRARIES += %reldir%/truth_table.la
