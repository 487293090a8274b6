# tcplab: build, test, install.  `make help` lists the targets.
#
# Sources are found by wildcard: a new file in one of the folders below needs no edit here.
# Variants stand side by side, each in its own folder: make V=release | debug | asan, CC=gcc | clang.

V      ?= release
BUILD  ?= build
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 600

ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(V),fuzz)
override CC := clang
endif

.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/sh
.DEFAULT_GOAL := all

# ---------------------------------------------------------------- variants

# The hot path crosses many small files: gcc sees the program whole (measured: about twice the segments a second).
LTO := $(if $(filter gcc cc,$(notdir $(firstword $(CC)))),-flto=auto)
OPT.release := -O3 $(LTO)
OPT.debug   := -O0 -g -DTCPLAB_FULL_CHECKS=1
# gcc under UBSan takes some promotions for changes of sign; the other variants judge those.
OPT.asan    := -Wno-sign-conversion -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
               -fno-sanitize-recover=all -DTCPLAB_FULL_CHECKS=1
OPT.fuzz    := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
               -fno-sanitize-recover=all -DTCPLAB_FULL_CHECKS=1
ifeq ($(OPT.$(V)),)
$(error V=$(V) is not a variant; there are: release, debug, asan)
endif
LINK.asan := -fsanitize=address,undefined
LINK.fuzz := -fsanitize=address,undefined

# gcc owns the plain folder name; another compiler gets its name appended.
CC_TAG := $(if $(filter fuzz,$(V)),,$(if $(filter gcc cc,$(notdir $(firstword $(CC)))),,-$(notdir $(firstword $(CC)))))
OUT    := $(BUILD)/$(V)$(CC_TAG)

WARN     := -Wall -Wextra -Wconversion -Wshadow -Werror
CFLAGS   ?=
LDFLAGS  ?=
# The prefix map keeps the builder's folder names out of the binaries.
BASE_FLAGS = -std=c11 $(WARN) $(OPT.$(V)) -ffile-prefix-map=$(CURDIR)=. -I. $(CFLAGS)

# ---------------------------------------------------------------- libraries

# pkg-config may be missing until the packages are installed; the fallbacks are Debian's plain names.
# libev ships no .pc file on Debian.
pc_cflags = $(shell pkg-config --cflags $(1) 2>/dev/null)
pc_libs   = $(shell pkg-config --libs $(1) 2>/dev/null || echo $(2))

LIB_CFLAGS := $(call pc_cflags,libcjson)
LIB_LIBS   := $(call pc_libs,libcjson,-lcjson) -lev -pthread
TEST_LIBS   = $(call pc_libs,cmocka,-lcmocka)

# Figures need Cairo and Pango; `make headless` (and CAIRO=0) goes without them where they are missing.
ifeq ($(origin CAIRO),undefined)
CAIRO := $(if $(filter headless,$(MAKECMDGOALS)),$(shell pkg-config --exists cairo pangocairo 2>/dev/null && echo 1 || echo 0),1)
endif
ifneq ($(CAIRO),0)
FIG_CFLAGS := $(call pc_cflags,cairo pangocairo)
FIG_LIBS   := $(call pc_libs,cairo pangocairo,-lpangocairo-1.0 -lpango-1.0 -lcairo -lgobject-2.0) -lm
endif

# ---------------------------------------------------------------- sources

LIB_SRC  := $(sort $(wildcard sim/core/*.c sim/json/*.c sim/lesson/*.c sim/report/*.c sim/run/*.c \
                              sim/packetdrill/*.c models/*.c models/*/*.c))
FIG_SRC  := $(if $(filter-out 0,$(CAIRO)),$(sort $(wildcard sim/figure/*.c)))
PLUGIN_SRC := $(sort $(wildcard sim/plugin/*.c))
CLI_SRC  := $(sort $(wildcard sim/cli/*.c))
GUI_SRC  := $(sort $(wildcard gui/*.c))
UNIT_SRC := $(filter-out $(if $(FIG_SRC),,tests/unit/figure_%),$(sort $(wildcard tests/unit/*.c)))
PROP_SRC := $(sort $(wildcard tests/property/*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/*.c))
GUI_TEST_SRC := $(if $(GUI_SRC),$(sort $(wildcard tests/gui/*.c)))
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
HELP_SRC := $(sort $(wildcard tests/support/*.c))
PO       := $(sort $(wildcard sim/po/*.po))

obj = $(patsubst %.c,$(OUT)/obj/%.o,$(1))

LIB      := $(OUT)/libtcplab.a
FIGLIB   := $(if $(FIG_SRC),$(OUT)/libtcplabfigure.a)
TLIB     := $(OUT)/libtestsupport.a
TCPLAB   := $(if $(wildcard sim/cli/main.c),$(OUT)/tcplab)
GUI      := $(if $(GUI_SRC),$(OUT)/tcplab-gui)
UNIT     := $(patsubst %.c,$(OUT)/%,$(UNIT_SRC))
PROP     := $(patsubst %.c,$(OUT)/%,$(PROP_SRC))
FUZZ     := $(patsubst %.c,$(OUT)/%,$(FUZZ_SRC))
BENCH    := $(if $(BENCH_SRC),$(OUT)/bench)
GUI_TEST := $(patsubst %.c,$(OUT)/%,$(GUI_TEST_SRC))
# Position-independent, so built apart; without link-time optimisation, which would see the whole library again.
PLUGIN   := $(OUT)/libtcplab-packetdrill.so
MO       := $(patsubst sim/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/tcplab.mo,$(PO))

# Release programs are also put at $(BUILD)/ itself, where everybody looks for them.
TOP_TCPLAB := $(if $(filter release,$(V)),$(if $(TCPLAB),$(BUILD)/tcplab),$(TCPLAB))
TOP_GUI    := $(if $(filter release,$(V)),$(if $(GUI),$(BUILD)/tcplab-gui),$(GUI))

ifdef VERBOSE
Q :=
say = @:
else
Q := @
say = @printf '%-6s %s\n' '$(1)' '$(2)'
endif

# ---------------------------------------------------------------- building

.PHONY: all headless lib FORCE
all: $(LIB) $(TOP_TCPLAB) $(TOP_GUI) $(MO) ## build the library, tcplab and (if its sources are here) tcplab-gui

headless: $(LIB) $(TOP_TCPLAB) $(MO) ## build tcplab only; needs no window libraries

lib: $(LIB)

FORCE:

# Compiler, flags and the list of sources are themselves prerequisites: a change of any rebuilds what depends on it.
CC_ID := $(shell $(CC) --version 2>/dev/null | head -n 1)
stamp = @mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(1))' > $@

$(OUT)/flags: FORCE
	$(call stamp,$(CC) $(CC_ID) $(BASE_FLAGS) $(LIB_CFLAGS))
$(OUT)/flags-cli: FORCE
	$(call stamp,$(PREFIX) $(FIG_CFLAGS) $(CAIRO))
$(OUT)/sources: FORCE
	$(call stamp,$(LIB_SRC) : $(FIG_SRC) : $(HELP_SRC))
$(OUT)/sources-cli: FORCE
	$(call stamp,$(CLI_SRC) : $(GUI_SRC) : $(BENCH_SRC))

# Where `make install` will put the lessons and message catalogues; only the command line needs to know.
$(OUT)/obj/sim/cli/%.o: EXTRA = -DTCPLAB_DATADIR='"$(PREFIX)/share/tcplab"' -DTCPLAB_LOCALEDIR='"$(PREFIX)/share/locale"' \
                                $(if $(FIG_SRC),-DTCPLAB_CAIRO=1 $(FIG_CFLAGS))
$(OUT)/obj/sim/figure/%.o: EXTRA = -D_XOPEN_SOURCE=700 $(FIG_CFLAGS)
$(OUT)/obj/tests/unit/figure_%.o: EXTRA = $(FIG_CFLAGS)
$(OUT)/obj/tests/gui/%.o: EXTRA = $(call pc_cflags,sdl2) $(FIG_CFLAGS)
$(OUT)/obj/gui/%.o: EXTRA = -DTCPLAB_DATADIR='"$(PREFIX)/share/tcplab"' -DTCPLAB_LOCALEDIR='"$(PREFIX)/share/locale"' \
                            $(call pc_cflags,sdl2) $(FIG_CFLAGS)
$(call obj,$(CLI_SRC) $(GUI_SRC)): $(OUT)/flags-cli

$(OUT)/obj/%.o: %.c $(OUT)/flags
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_FLAGS) $(LIB_CFLAGS) $(EXTRA) -MMD -MP -c -o $@ $<

$(LIB): $(call obj,$(LIB_SRC)) $(OUT)/sources
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(if $(filter release,$(V)),$(if $(LTO),gcc-ar,ar),ar) rcsD $@ $(filter %.o,$^)

$(FIGLIB): $(call obj,$(FIG_SRC)) $(OUT)/sources
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(if $(filter release,$(V)),$(if $(LTO),gcc-ar,ar),ar) rcsD $@ $(filter %.o,$^)

$(TLIB): $(call obj,$(HELP_SRC)) $(OUT)/sources
	$(Q)rm -f $@ && $(if $(filter release,$(V)),$(if $(LTO),gcc-ar,ar),ar) rcsD $@ $(filter %.o,$^)

link = $(Q)$(CC) $(OPT.$(V)) $(LINK.$(V)) $(LDFLAGS) -Wl,--as-needed -o $@ $(filter %.o,$^) $(filter %.a,$^)

$(OUT)/tcplab: $(call obj,$(CLI_SRC)) $(FIGLIB) $(LIB) $(OUT)/sources-cli
	$(call say,LD,$@)
	$(link) $(LIB_LIBS) $(FIG_LIBS)

$(OUT)/tcplab-gui: $(call obj,$(GUI_SRC)) $(FIGLIB) $(LIB) $(OUT)/sources-cli
	$(call say,LD,$@)
	$(link) $(LIB_LIBS) $(FIG_LIBS) $(call pc_libs,sdl2,-lSDL2)

# The window without its main: what drives it has one.
$(GUI_TEST): $(OUT)/%: $(OUT)/obj/%.o $(call obj,$(filter-out gui/main.c,$(GUI_SRC))) $(FIGLIB) $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link) $(LIB_LIBS) $(FIG_LIBS) $(call pc_libs,sdl2,-lSDL2)

$(OUT)/pic/%.o: %.c $(OUT)/flags
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -flto%,$(BASE_FLAGS)) -fPIC -fvisibility=hidden $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

$(PLUGIN): $(patsubst %.c,$(OUT)/pic/%.o,$(LIB_SRC) $(PLUGIN_SRC)) $(OUT)/sources
	$(call say,LD,$@)
	$(Q)$(CC) $(filter-out -flto%,$(OPT.$(V))) $(LINK.$(V)) $(LDFLAGS) -shared -Wl,--as-needed -o $@ $(filter %.o,$^) $(LIB_LIBS) -lpthread

$(OUT)/tests/plugin/host: $(OUT)/obj/tests/plugin/host.o $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link) $(LIB_LIBS) -ldl -lpthread

.PHONY: packetdrill
packetdrill: $(PLUGIN) ## build libtcplab-packetdrill.so, which packetdrill loads with --so_filename
	@cmp -s $(PLUGIN) $(BUILD)/libtcplab-packetdrill.so || cp $(PLUGIN) $(BUILD)/libtcplab-packetdrill.so

$(OUT)/bench: $(call obj,$(BENCH_SRC)) $(LIB) $(OUT)/sources-cli
	$(call say,LD,$@)
	$(link) $(LIB_LIBS)

$(UNIT) $(PROP): $(OUT)/%: $(OUT)/obj/%.o $(TLIB) $(FIGLIB) $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link) $(LIB_LIBS) $(TEST_LIBS) $(FIG_LIBS)

$(FUZZ): $(OUT)/%: $(OUT)/obj/%.o $(LIB)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link) -fsanitize=fuzzer $(LIB_LIBS)

# Compared, not dated: after a build with another compiler the copy must follow whichever was asked for last.
$(BUILD)/tcplab $(BUILD)/tcplab-gui $(BUILD)/bench: $(BUILD)/%: $(OUT)/% FORCE
	@cmp -s $< $@ || { rm -f $@ && cp $< $@; }

$(BUILD)/locale/%/LC_MESSAGES/tcplab.mo: sim/po/%.po
	$(call say,MSGFMT,$@)
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<

.PRECIOUS: $(OUT)/obj/%.o
-include $(patsubst %.c,$(OUT)/pic/%.d,$(LIB_SRC) $(PLUGIN_SRC)) $(OUT)/obj/tests/plugin/host.d
-include $(patsubst %.o,%.d,$(call obj,$(LIB_SRC) $(FIG_SRC) $(CLI_SRC) $(GUI_SRC) $(UNIT_SRC) $(PROP_SRC) $(FUZZ_SRC) \
                                       $(BENCH_SRC) $(HELP_SRC) $(GUI_TEST_SRC)))

# ---------------------------------------------------------------- running and testing

.PHONY: run test test-programs fuzz-programs packages packages-test bench bench-gui cover golden check-arch
.PHONY: format format-check readme pictures

# The work is done by a second make, started after the packages are there, with all processors unless -j was given.
again = +@$(MAKE) $(if $(findstring jobserver,$(MAKEFLAGS))$(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))

run: packages ## install what is missing, build, run the four-way close and print its ladder
	$(again) V=release headless
	@set -- lessons/*-four-way-close.json; $(BUILD)/tcplab run "$$1"

packages: ## install the packages the build needs (tests/packages.txt)
	@sh tests/tools/packages.sh build $(if $(GUI_SRC),window)

packages-test:
	@sh tests/tools/packages.sh build test $(if $(GUI_SRC),window)

test: packages-test ## install what is missing, build, run every test
	$(again) V=release all
	$(again) V=asan all test-programs
	@if command -v clang >/dev/null; then $(MAKE) V=fuzz -j$$(nproc) fuzz-programs; fi
	@PYTHON=$$(sh tests/tools/python.sh) && export PYTHON && \
	    BUILD=$(BUILD) CC='$(CC)' $$PYTHON tests/tools/runner.py $(TESTS)

test-programs: $(UNIT) $(PROP) $(GUI_TEST) $(PLUGIN) $(OUT)/tests/plugin/host
fuzz-programs: $(FUZZ)

# Built by one make before any is run, so that `make -j fuzz-lesson fuzz-segment` does not build twice at once.
.PHONY: fuzz-build
fuzz-build:
	$(again) V=fuzz fuzz-programs

fuzz-%: fuzz-build ## fuzz-lesson, fuzz-segment ...: feed one parser with odd input for FUZZ_SECONDS (600)
	@sh tests/tools/fuzz.sh $(BUILD) $* $(FUZZ_SECONDS)

bench: ## measure; prints JSON lines (BENCH_ARGS='flows hold' for some only)
	$(again) V=release $(BUILD)/bench
	@$(BUILD)/bench $(BENCH_ARGS)
	@$(if $(BENCH_ARGS),:,PYTHON=$$(sh tests/tools/python.sh) && $$PYTHON tests/bench/_ratios.py $(BUILD)/bench $(BUILD))

bench-gui: ## how long the window's frames take: four-way close, 100,000 segments (or BENCH_GUI='FILE...')
	$(again) V=release $(OUT)/tests/gui/bench
	@$(OUT)/tests/gui/bench $(or $(BENCH_GUI),$(firstword $(wildcard lessons/*-four-way-close.json)) \
	    --large $(OUT)/tests/gui/large.json)

cover: ## which state edges and clauses lessons and tests exercise
	$(again) V=release headless
	@BUILD=$(BUILD) TCPLAB=$(abspath $(BUILD))/tcplab bash tests/cover.sh

golden: ## write the golden traces anew (look at the difference before you commit it)
	$(again) V=release headless
	@BUILD=$(BUILD) TCPLAB=$(abspath $(BUILD))/tcplab bash tests/golden/run.sh --rewrite

readme: ## put the ladder that `make run` prints into README.md
	$(again) V=release headless
	@$(BUILD)/tcplab run lessons/*-four-way-close.json | sh tests/tools/readme.sh --rewrite

pictures: ## make the pictures in README.md anew, from the window and the figures as they are
	$(again) V=release all $(OUT)/tests/gui/drive
	@set -e; for script in gui/pictures/*.events; do $(OUT)/tests/gui/drive -v "$$script" >/dev/null; done
	@$(OUT)/tcplab draw fast-retransmit --figure seqplot --size 1360x765 -o gui/pictures/seqplot.png

check-arch: ## same traces on aarch64, armhf and big-endian s390x, through cross compilers and qemu-user
	@sh tests/tools/packages.sh build arch
	@BUILD=$(BUILD) bash tests/arch/fingerprints.sh --cross

FORMATTED = $$(git ls-files -co --exclude-standard -- '*.c' '*.h')
format-check: ## say which lines differ from .clang-format
	@clang-format --dry-run -Werror $(FORMATTED)

format: ## lay out the sources as .clang-format says
	@clang-format -i $(FORMATTED)

# ---------------------------------------------------------------- installing

.PHONY: install uninstall clean help
ROOT   = $(DESTDIR)$(PREFIX)
DATA   = $(ROOT)/share/tcplab/lessons
# Lessons, packetdrill scripts, the two schemas and the description of the format, flat as in the tree.
LESSONS = $(sort $(wildcard lessons/*.json lessons/*.pkt lessons/README.md lessons/packetdrill.md))

install: all ## install to DESTDIR and PREFIX (/usr/local)
	install -d $(ROOT)/bin $(ROOT)/share/man/man1 $(ROOT)/share/bash-completion/completions $(DATA)
	install -m 755 $(TOP_TCPLAB) $(ROOT)/bin/tcplab
	$(if $(GUI),install -m 755 $(TOP_GUI) $(ROOT)/bin/tcplab-gui)
	$(if $(GUI),install -d $(ROOT)/share/applications $(ROOT)/share/icons/hicolor/scalable/apps)
	$(if $(GUI),install -m 644 gui/tcplab-gui.desktop $(ROOT)/share/applications/tcplab-gui.desktop)
	$(if $(GUI),install -m 644 gui/tcplab.svg $(ROOT)/share/icons/hicolor/scalable/apps/tcplab.svg)
	$(if $(GUI),install -m 644 gui/tcplab-gui.1 $(ROOT)/share/man/man1/tcplab-gui.1)
	$(if $(GUI),install -m 644 gui/completion.bash $(ROOT)/share/bash-completion/completions/tcplab-gui)
	install -m 644 sim/cli/tcplab.1 $(ROOT)/share/man/man1/tcplab.1
	install -m 644 sim/cli/completion.bash $(ROOT)/share/bash-completion/completions/tcplab
	$(if $(LESSONS),install -m 644 $(LESSONS) $(DATA))
	@set -e; for mo in $(MO); do to=$(ROOT)/share/locale/$${mo#$(BUILD)/locale/}; \
	    install -d "$${to%/*}"; install -m 644 "$$mo" "$$to"; echo "installed $$to"; done

uninstall: ## remove what install put there
	rm -f $(ROOT)/bin/tcplab $(ROOT)/bin/tcplab-gui $(ROOT)/share/man/man1/tcplab.1
	rm -f $(ROOT)/share/bash-completion/completions/tcplab $(ROOT)/share/locale/*/LC_MESSAGES/tcplab.mo
	rm -f $(ROOT)/share/applications/tcplab-gui.desktop $(ROOT)/share/icons/hicolor/scalable/apps/tcplab.svg
	rm -f $(ROOT)/share/man/man1/tcplab-gui.1 $(ROOT)/share/bash-completion/completions/tcplab-gui
	rm -rf $(ROOT)/share/tcplab

clean: ## remove everything that was built
	rm -rf $(BUILD)

help: ## this list
	@echo 'make [V=release|debug|asan] [CC=gcc|clang] [VERBOSE=1] TARGET'
	@sed -n 's/^\([a-z%-]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18
