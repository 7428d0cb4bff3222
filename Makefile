# SPDX-License-Identifier: GPL-2.0
# For people; Kbuild is for the kernel's build system. `make help` lists what there is.

KDIR    ?= /lib/modules/$(shell uname -r)/build
prefix  ?= /usr/local
PREFIX  ?= $(prefix)
DESTDIR ?=
VM      := tests/vm
BUILD   := $(or $(GOSSIP_CACHE),$(HOME)/.cache/gossip)/build

.DEFAULT_GOAL := all
.PHONY: all module userspace install install-module install-userspace install-dkms uninstall \
	demo check check-kernels check-debug check-long check-packages sim fuzz cost lint clean help deps

all: userspace module

deps:
	@$(VM)/deps.sh build

module: deps
	@$(VM)/kdir.sh "$(KDIR)"
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules

userspace: deps
	$(MAKE) -C userspace PREFIX="$(PREFIX)"

# Who names no kernel has the client even where there is none to build for.
install: install-userspace
	@if [ "$(origin KDIR)" = file ] && ! $(VM)/kdir.sh "$(KDIR)"; then \
		echo "make: the client is installed, the module is not" >&2; \
	else \
		$(MAKE) install-module; \
	fi

# The release is the kernel's that was built against, which need not be the running one; of
# Debian's headers for 6.1 only this file has it, and not `make kernelrelease`.
# A system's DESTDIR has its own dependency list, made when it is put in place.
RELEASE = $$(sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' "$(KDIR)/include/generated/utsrelease.h")
install-module: module
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" INSTALL_MOD_PATH="$(DESTDIR)" modules_install
	@if [ -z "$(DESTDIR)" ]; then release=$(RELEASE) && depmod "$${release:?}"; fi

install-userspace: userspace
	$(MAKE) -C userspace install PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)"

# What DKMS builds the module of, for each kernel that is installed.
VERSION := $(shell sed -n 's/^VERSION := //p' userspace/Makefile)
DKMS    := /usr/src/gossip-$(VERSION)
install-dkms:
	@for file in Kbuild LICENSE README.md $$(find kmod include -name '*.[ch]'); do \
		install -D -m 644 "$$file" "$(DESTDIR)$(DKMS)/$$file" || exit; \
	done
	@sed 's/#MODULE_VERSION#/$(VERSION)/' userspace/packaging/dkms.conf >"$(DESTDIR)$(DKMS)/dkms.conf"
	@[ -n "$(DESTDIR)" ] || echo "Now: dkms install gossip/$(VERSION)"

uninstall:
	$(MAKE) -C userspace uninstall PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)"
	rm -rf "$(DESTDIR)$(DKMS)"
	@if [ -e "$(KDIR)/Makefile" ]; then \
		release=$(RELEASE) && \
		if [ -d "$(DESTDIR)/lib/modules/$${release:?}" ]; then \
			find "$(DESTDIR)/lib/modules/$$release" -path '*/dkms' -prune -o \
				-name 'gossip*.ko*' -exec rm -f {} + && \
			if [ -z "$(DESTDIR)" ]; then depmod "$$release"; fi; \
		fi; \
	fi

demo:
	@tests/demo.sh -k $(or $(KERNEL),debian-6.1)

check:
	@tests/check.sh quick

check-kernels:
	@tests/check.sh kernels

check-debug:
	@tests/check.sh debug

check-long:
	@tests/check.sh long

check-packages:
	@tests/check.sh packages

# What is given on the command line is handed on; the environment is not.
SIM_ARGS := N SEED RUNS JOBS ROWS GRID MODEL
sim:
	@tests/sim.sh $(EXP) $(foreach a,$(SIM_ARGS),$(if $(filter command%,$(origin $a)),$a=$($a)))

fuzz:
	@$(VM)/deps.sh host fuzz
	@$(MAKE) -s --no-print-directory -C tests/host O="$(BUILD)/fuzz" fuzz \
		SECS="$(or $(SECS),60)" REPLAY="$(if $(REPLAY),$(abspath $(REPLAY)))" MINIMISE="$(MINIMISE)"

cost:
	@$(VM)/deps.sh host cost
	@$(MAKE) -s --no-print-directory -C tests/host O="$(BUILD)/cost" cost MEMBERS="$(MEMBERS)"

lint:
	@tests/lint.sh

clean:
	@if [ -d "$(KDIR)" ]; then $(MAKE) -s -C "$(KDIR)" M="$(CURDIR)" clean; fi
	@if [ -e userspace/Makefile ]; then $(MAKE) -s -C userspace clean; fi
	@if [ -e tests/host/Makefile ]; then $(MAKE) -s -C tests/host clean; fi

help:
	@echo 'make             the module for the running kernel, and the client'
	@echo 'make module      only the module'
	@echo 'make userspace   only the client'
	@echo 'make install     both; only the client if there is no kernel to build for'
	@echo 'make install-dkms  the source of the module, for DKMS to build'
	@echo 'make uninstall   removes what these installed'
	@echo 'make demo        a group in two virtual machines, explained, and a shell there'
	@echo 'make check       tests on this machine, KUnit, and groups on stock 6.1 and uml'
	@echo 'make check-kernels  the cluster tests on stock 6.1, its PREEMPT_RT, 6.12, and 7.3 with KCSAN'
	@echo 'make check-packages the packages, built, installed and started; the dissector of Wireshark'
	@echo 'make check-debug    KUnit and clusters with KASAN, UBSAN, lockdep, kmemleak, failing memory'
	@echo 'make check-long  a thousand members, and days of 128, in virtual time; what lasts longer'
	@echo 'make sim         what can be simulated; EXP=NAME simulates it, and prints figures'
	@echo 'make fuzz        SECS=N seconds of fuzzing, on all processors; REPLAY=FILE runs one input'
	@echo 'make cost        instructions and memory of one member, for groups of 16 to 16,384'
	@echo 'make lint        style, static checks, generated files'
	@echo 'make clean       removes what was built here (not the cache)'
	@echo
	@echo 'KDIR=DIR         the kernel to build against     $(KDIR)'
	@echo 'prefix=DIR       where the client is installed   $(PREFIX)'
	@echo 'DESTDIR=DIR      put in front of all that is installed'
	@echo 'KERNEL=NAME      for demo: debian-6.1, debian-6.12'
	@echo 'KERNELS=NAMES    for check and check-kernels: the kernels to test on'
	@echo 'RESULTS=DIR      for all of check: where TAP and logs are left'
	@echo 'MEMBERS=NAMES    for cost: sizes of the group'
	@echo 'SCRIPTS=NAMES    for all of check: the cluster tests to run, as "group leave"'
	@echo 'LANES=N          for all of check: jobs that run at a time; as many as processors'
	@echo 'GOSSIP_CACHE=DIR kernels and builds of the tests  ~/.cache/gossip'
	@echo
	@echo 'Missing packages are installed from the distribution (Debian, with root or sudo).'
