# What is installed beside the program and its plugins: pipelines that run, their data sets, the
# texts, manual pages and what shells complete. Manual pages and completions are printed by the
# program itself, from the tables by which it reads commands and flags.
COMMANDS = run search check show data eval explain gradcheck inspect predict import pack runs bench init plugin schema completion version help
nodist_man_MANS = man/nnpipe.1 $(COMMANDS:%=man/nnpipe-%.1) man/nnpipe-pipeline.5
man/nnpipe.1: nnpipe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man && ./nnpipe help --man >$@-t && mv $@-t $@
$(COMMANDS:%=man/nnpipe-%.1): man/nnpipe-%.1: nnpipe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man && ./nnpipe help $* --man >$@-t && mv $@-t $@
man/nnpipe-pipeline.5: nnpipe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man && ./nnpipe help pipeline --man >$@-t && mv $@-t $@

bashdir = $(datadir)/bash-completion/completions
nodist_bash_DATA = completion/nnpipe
zshdir = $(datadir)/zsh/site-functions
nodist_zsh_DATA = completion/_nnpipe
fishdir = $(datadir)/fish/vendor_completions.d
nodist_fish_DATA = completion/nnpipe.fish
completion/nnpipe: nnpipe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) completion && ./nnpipe completion bash >$@-t && mv $@-t $@
completion/_nnpipe: nnpipe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) completion && ./nnpipe completion zsh >$@-t && mv $@-t $@
completion/nnpipe.fish: nnpipe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) completion && ./nnpipe completion fish >$@-t && mv $@-t $@
CLEANFILES += $(nodist_man_MANS) $(nodist_bash_DATA) $(nodist_zsh_DATA) $(nodist_fish_DATA)

# As they lie in the source, so that what one file says of another stays right.
in_source = $(patsubst $(srcdir)/%,%,$(wildcard $(addprefix $(srcdir)/,$(1))))
nobase_pkgdata_DATA = $(call in_source,README.md CHANGELOG.md pipelines/*.yaml pipelines/*.json \
	docs/*.md docs/plugins/*.md docs/plugins/*.svg docs/pictures/* docs/samples/* \
	datasets/*/README.md datasets/*/sha256sums datasets/*/*.csv)
nobase_pkgdata_SCRIPTS = $(call in_source,datasets/*/fetch.sh)
pkgdata_DATA = $(call in_source,pipelines/schema.json)
doc_DATA = $(call in_source,README.md CHANGELOG.md LICENSE)

# Folders of nnpipe's own that are empty now.
uninstall-hook:
	-for d in '$(DESTDIR)$(pkgdatadir)' '$(DESTDIR)$(libdir)/nnpipe' '$(DESTDIR)$(nnpincludedir)' '$(DESTDIR)$(docdir)'; do \
	  test ! -d "$$d" || find "$$d" -depth -type d -exec rmdir {} + 2>/dev/null; done; true
