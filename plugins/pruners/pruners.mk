# One line a plugin: pruners_PLUGINS += %reldir%/NAME.so
pruners_PLUGINS += %reldir%/asha.so
pruners_PLUGINS += %reldir%/hyperband.so
pruners_PLUGINS += %reldir%/median.so
