# Tine's one Makefile.  It holds the rules; what is built is listed in a
# files.mk in each folder.  "make help" prints the targets.
#
# Everything is written below $(BUILD):
#   include/      sys, vm, machine, libkern, fs as the kernel includes them
#   gen/          made from kern/syscalls.master and docs/fork.md
#   debug/, release/, kcsan/   the kernels: objects, gen/, kernel.elf
#   user/         libc and the programs, with symbols
#   sysroot/      headers and libraries for programs (tools/tine-cc)
#   host/         tests that run on this machine
#   root.tar      the root file system
# Variables for the command line: BUILD, RELEASE=1, KCSAN=1 (the debug kernel
# with the detector of data races), CROSS=prefix, WERROR=0|1, V=1 (show the
# commands), ARGS (given to tools/run).

BUILD	?= build
ifeq ($(strip $(BUILD)),)
$(error BUILD is empty: everything would be written to /)
endif
# A name with a blank is two names to make.
ifneq ($(words $(CURDIR)),1)
$(error there is a blank in the path of this folder: $(CURDIR))
endif
ifneq ($(words $(BUILD)),1)
$(error there is a blank in BUILD: $(BUILD))
endif
# However it is spelled, the compiler's flags are to be the same words.
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))
# "make clean" removes folders named user, host and include from it.
ifneq ($(filter $(BUILD) $(BUILD)/%,/ $(HOME) $(CURDIR))$(wildcard \
    $(BUILD)/user/files.mk $(BUILD)/host/files.mk),)
$(error BUILD is no folder for outputs: $(BUILD))
endif
RELEASE	?=
KCSAN	?=
ifneq ($(and $(RELEASE),$(KCSAN)),)
$(error RELEASE=1 and KCSAN=1: the detector is in a debug kernel)
endif
V	?=
ARGS	?=

ifeq ($(filter oneshell,$(.FEATURES)),)
$(error GNU make 4 or newer is needed (on macOS: brew install make, gmake))
endif
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

GOALS	:= $(or $(MAKECMDGOALS),all)

# Some outputs are made while this file is read, and other goals would miss
# what clean removes of them: then each goal gets a make of its own.
ifneq ($(and $(filter clean,$(GOALS)),$(filter-out clean,$(GOALS))),)
.PHONY: $(GOALS) each
$(GOALS): each ;
each:
	@for goal in $(GOALS); do \
	    $(MAKE) --no-print-directory "$$goal" || exit; done
else

# Goals that compile nothing must work, and be quick, on any machine.
LIGHT	:= help clean loc doctor toolchain mutants man
COMPILING := $(filter-out $(LIGHT),$(GOALS))

PYTHON	?= $(if $(wildcard /usr/bin/python3),/usr/bin/python3,python3)
NASM	?= nasm
HOSTCC	?= cc
MANDOC	:= $(shell command -v mandoc)

# "make -s" is quiet.
ifneq ($(findstring s,$(filter-out -%,$(firstword $(MAKEFLAGS)))),)
say	= :
else
say	= printf '  %-8s%s\n'
endif
Q	:= $(if $(V),,@)
MAKEFLAGS += --no-builtin-rules --no-builtin-variables

# ---------------------------------------------------------------- toolchain

ifneq ($(COMPILING),)
# What the goals need; tools/setup says what is missing and installs it.
NEEDS	:= build
NEEDS	+= $(if $(filter run soak fuzz trace,$(GOALS)),run)
NEEDS	+= $(if $(filter gdb record replay,$(GOALS)),run gdb)
NEEDS	+= $(if $(filter test,$(GOALS)),run iso host test gdb)
NEEDS	+= $(if $(filter iso,$(GOALS)),iso)
NEEDS	+= $(if $(filter check format,$(GOALS)),check)
CROSS	?=
override CROSS := $(shell CROSS='$(CROSS)' BUILD='$(BUILD)' \
	    tools/setup --prefix $(NEEDS))
ifneq ($(.SHELLSTATUS),0)
$(error tools are missing; see the lines above)
endif
endif

CC	:= $(CROSS)gcc
AR	:= $(CROSS)ar
NM	:= $(CROSS)nm
STRIP	:= $(CROSS)strip
OBJDUMP	:= $(CROSS)objdump
READELF	:= $(CROSS)readelf

WARN	:= -Wall -Wextra -Wshadow -Wundef -Wmissing-prototypes \
	   -Wstrict-prototypes -Wlogical-op -Wint-in-bool-context \
	   -Wduplicated-cond -Wvla -Wno-unused-parameter
ifneq ($(COMPILING),)
GCC_VERSION := $(shell $(CC) -dumpversion)
GCC_INCLUDE := $(shell $(CC) -print-file-name=include)
# The compilers that CONTRIBUTING.md names.  Another one may warn of more
# than we know; that must not stop anybody's build.
KNOWN_GCC := 12
WERROR	?= $(if $(filter $(KNOWN_GCC),$(firstword $(subst ., ,$(GCC_VERSION)))),1,0)
ifeq ($(WERROR),1)
WARN	+= -Werror
endif
endif

# ---------------------------------------------------------------- what to build

KERN_DIRS := boot arch/i386 kern vm fs libkern tests/kern tests/mutants/panics
DIRS	:= $(KERN_DIRS) user user/libc tests/user tests/host
KERN_SRCS :=
KERN_ASM :=
KCSAN_SRCS :=
LIBC_SRCS :=
LIBC_ASM :=
USER_PROGS :=
USER_LINKS :=
SETUID_PROGS :=
TEST_PROGS :=
HOST_TESTS :=
-include $(addsuffix /files.mk,$(DIRS))

MODE	:= $(if $(RELEASE),release,$(if $(KCSAN),kcsan,debug))
OUT	:= $(BUILD)/$(MODE)
GEN	:= $(BUILD)/gen
USER	:= $(BUILD)/user
SYSROOT	:= $(BUILD)/sysroot
STAGE	:= $(BUILD)/stage

.PHONY: all kernel user run gdb record replay test check iso loc doctor \
	toolchain clean help bench bench-check bench-update trace \
	format host-tests headers sysroot disasm mutants soak fuzz man FORCE

all: kernel user

kernel: $(OUT)/kernel.elf

# --------------------------------------------------------------------- kernel

# Folders as the kernel's sources name them: <sys/...>, <machine/...>.
INCLUDE_LINKS := $(addprefix $(BUILD)/include/,sys vm machine libkern fs)

# In a copy of the tree they still lead to the folders of the original.
ifneq ($(COMPILING),)
$(shell mkdir -p $(BUILD)/include; cd $(BUILD)/include; \
	lead() { test $$1 -ef '$(CURDIR)'/$$2 || \
	    { rm -rf $$1; ln -s '$(CURDIR)'/$$2 $$1; }; }; \
	for d in sys vm libkern fs; do lead $$d $$d; done; \
	lead machine arch/i386/include)
endif

KERN_CPPFLAGS := -nostdinc -D_KERNEL -I $(GEN) -I $(OUT)/gen \
	-I $(BUILD)/include -isystem $(GCC_INCLUDE)
# The first three arguments of a function are in eax, edx and ecx: assembly
# that calls C, or is called by it, relies on that.
KERN_CFLAGS := -m32 -march=i686 -mtune=generic -mregparm=3 -std=gnu11 $(WARN) \
	-ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-common \
	-fno-strict-aliasing -fno-asynchronous-unwind-tables \
	-fno-unwind-tables -mno-sse -mno-mmx -mno-80387 \
	-mpreferred-stack-boundary=2
ifeq ($(MODE),release)
KERN_CFLAGS += -O2 -g -fomit-frame-pointer
else
KERN_CPPFLAGS += -DINVARIANTS -DWITNESS -DDEBUG
KERN_CFLAGS += -Og -g3 -fno-omit-frame-pointer
endif
# The detector of data races.  Every access to memory is preceded by a call of
# kern/subr_kcsan.c; not in that itself, and not before there is a kernel.
ifeq ($(MODE),kcsan)
KERN_CPPFLAGS += -DKCSAN
KERN_SRCS += $(KCSAN_SRCS)
WATCHED	:= -fsanitize=thread -fno-optimize-sibling-calls \
	   --param tsan-distinguish-volatile=1 \
	   --param tsan-instrument-func-entry-exit=0
endif
$(OUT)/kernel/kern/subr_kcsan.o $(OUT)/kernel/kern/subr_kcsan_report.o: \
    private WATCHED := -DKCSAN_PLAIN
$(OUT)/kernel/boot/%.o: private WATCHED := -DKCSAN_PLAIN
KERN_NASMFLAGS := -f elf32 -g -F dwarf -I $(OUT)/gen/ -Werror
KERN_LDFLAGS := -m32 -nostdlib -static -no-pie -Wl,--build-id=none \
	-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
	-Wl,--orphan-handling=error -Wl,--fatal-warnings -T linker.ld

# Processor and boot code sees its own folder with #include "x.h".
$(OUT)/kernel/arch/i386/%.o: private OWN := -iquote arch/i386
$(OUT)/kernel/boot/%.o: private OWN := -iquote boot -iquote arch/i386
$(OUT)/kernel/tests/kern/mpconf_test.o: private OWN := -iquote arch/i386
# A loop in memset() must not be turned into a call of memset().
$(OUT)/kernel/libkern/%.o: private OWN := -fno-tree-loop-distribute-patterns

KERN_SRCS := $(sort $(KERN_SRCS))
KERN_ASM := $(sort $(KERN_ASM))
KERN_OBJS := $(patsubst %,$(OUT)/kernel/%.o,$(basename $(KERN_ASM) $(KERN_SRCS))) \
	$(OUT)/kernel/gen/init_sysent.o $(OUT)/kernel/gen/fork_fields.o \
	$(if $(KCSAN),$(OUT)/kernel/gen/kcsan_fields.o)
ASSYM	:= $(if $(wildcard arch/i386/genassym.c),$(OUT)/gen/assym.h $(OUT)/gen/assym.inc)
SYSCALL_GEN := $(GEN)/sys/syscall.h

# What is made with these words is remade when they change.
define write_words
@mkdir -p $(@D)
@echo '$(strip $(1))' | cmp -s - $@ || echo '$(strip $(1))' >$@
endef

$(OUT)/flags: FORCE
	$(call write_words,$(CC) $(GCC_VERSION) $(KERN_CPPFLAGS) \
	    $(KERN_CFLAGS) $(WATCHED) $(KERN_NASMFLAGS))

$(OUT)/objects: FORCE
	$(call write_words,$(KERN_LDFLAGS) $(KERN_OBJS))

$(OUT)/kernel/%.o: %.c $(OUT)/flags | $(SYSCALL_GEN)
	@$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERN_CPPFLAGS) $(KERN_CFLAGS) $(OWN) $(WATCHED) -MMD -MP \
	    -c -o $@ $<

$(OUT)/kernel/gen/init_sysent.o: $(GEN)/init_sysent.c $(OUT)/flags
	@$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERN_CPPFLAGS) $(KERN_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/kernel/gen/kcsan_fields.o: $(GEN)/kcsan_fields.c $(OUT)/flags
	@$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERN_CPPFLAGS) $(KERN_CFLAGS) -DKCSAN_PLAIN -MMD -MP \
	    -c -o $@ $<

$(OUT)/kernel/gen/fork_fields.o: $(GEN)/fork_fields.c $(OUT)/flags
	@$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERN_CPPFLAGS) $(KERN_CFLAGS) -iquote tests/kern -MMD -MP \
	    -c -o $@ $<

$(OUT)/kernel/%.o: %.asm $(OUT)/flags $(ASSYM)
	@$(say) NASM $<
	@mkdir -p $(@D)
	$(Q)$(NASM) $(KERN_NASMFLAGS) -I $(<D)/ -MD $(@:.o=.d) -MP -o $@ $<

$(OUT)/kernel/%.o: %.S $(OUT)/flags $(ASSYM)
	@$(say) AS $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERN_CPPFLAGS) -m32 -march=i686 -g $(OWN) -D_LOCORE \
	    -x assembler-with-cpp -MMD -MP -c -o $@ $<

# Structure offsets for assembly: compiled C, from which markers are read.
$(OUT)/gen/genassym.s: arch/i386/genassym.c $(OUT)/flags | $(SYSCALL_GEN)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERN_CPPFLAGS) $(KERN_CFLAGS) -iquote arch/i386 -g0 \
	    -MMD -MP -MT $@ -MF $(@:.s=.d) -S -o $@ $<

$(OUT)/gen/assym.h $(OUT)/gen/assym.inc &: $(OUT)/gen/genassym.s tools/genassym.py
	@$(say) GEN $(OUT)/gen/assym.h
	$(Q)$(PYTHON) tools/genassym.py $< --header $(OUT)/gen/assym.h \
	    --nasm $(OUT)/gen/assym.inc

# The kernel holds tables of its own symbols and frames: linked once with
# empty ones to learn the addresses, then with the true ones, behind which
# nothing lies.
$(OUT)/kernel/ksyms0.asm: tools/ksyms.py
	@mkdir -p $(@D)
	$(Q)$(PYTHON) tools/ksyms.py --empty -o $@

$(OUT)/kernel/ksyms0.o $(OUT)/kernel/ksyms1.o: %.o: %.asm
	$(Q)$(NASM) $(KERN_NASMFLAGS) -o $@ $<

$(OUT)/kernel/kernel0.elf: $(KERN_OBJS) $(OUT)/kernel/ksyms0.o linker.ld \
    $(OUT)/objects
	@$(say) LINK $@
	$(Q)$(CC) $(KERN_LDFLAGS) -o $@ $(KERN_OBJS) $(OUT)/kernel/ksyms0.o

$(OUT)/kernel/ksyms1.asm: $(OUT)/kernel/kernel0.elf tools/ksyms.py
	$(Q)$(READELF) -wF $< >$(OUT)/kernel/frames
	$(Q)$(NM) -n $< | $(PYTHON) tools/ksyms.py \
	    --frames $(OUT)/kernel/frames -o $@

$(OUT)/kernel.elf: $(OUT)/kernel/ksyms1.o $(KERN_OBJS) linker.ld tools/check-elf.py
	@$(say) LINK $@
	$(Q)$(CC) $(KERN_LDFLAGS) -Wl,-Map,$(OUT)/kernel.map -o $@ \
	    $(KERN_OBJS) $(OUT)/kernel/ksyms1.o
	$(Q)$(NM) -n $@ >$(OUT)/kernel.sym
	$(Q)$(NM) -n $@ | $(PYTHON) tools/ksyms.py \
	    --frames $(OUT)/kernel/frames --verify $(OUT)/kernel/ksyms1.asm
	$(Q)$(PYTHON) tools/check-elf.py $@

disasm: $(OUT)/kernel.elf
	$(Q)$(OBJDUMP) -dS $< >$(OUT)/kernel.lst
	@$(say) DISASM $(OUT)/kernel.lst

# ------------------------------------------------------------ generated files

# Made together with the other files that makesyscalls.py lists.
$(GEN)/.stamp: kern/syscalls.master tools/makesyscalls.py
	@$(say) GEN "$(GEN) (system calls)"
	@mkdir -p $(GEN)
	$(Q)$(PYTHON) tools/makesyscalls.py $< $(GEN)
	@touch $@
$(GEN)/sys/syscall.h $(GEN)/sys/sysproto.h $(GEN)/init_sysent.c \
    $(GEN)/syscallnames.h $(GEN)/fuzzcalls.h $(GEN)/stubs.mk: \
    $(GEN)/.stamp ;

ifneq ($(COMPILING),)
include $(GEN)/stubs.mk
endif

# What docs/fork.md says of each field; an error if it leaves one out.
FORK_FIELDS := docs/fork.md sys/proc.h sys/resourcevar.h sys/filedesc.h \
	sys/signalvar.h vm/vm_map.h
$(GEN)/fork_fields.c: $(FORK_FIELDS) tools/forkfields.py
	@$(say) GEN $@
	@mkdir -p $(@D)
	$(Q)$(PYTHON) tools/forkfields.py $(FORK_FIELDS) -o $@

# The names of fields in reports of data races.
KCSAN_HEADERS := sys/proc.h sys/mutex.h sys/sx.h sys/lock.h sys/pcpu.h \
	sys/callout.h sys/resourcevar.h sys/signalvar.h sys/file.h \
	sys/filedesc.h sys/pipe.h sys/vnode.h sys/mount.h sys/tty.h \
	sys/ucred.h sys/vmmeter.h sys/selinfo.h sys/hook.h vm/vm_page.h \
	vm/vm_map.h vm/vm_object.h fs/ramfs/ramfs.h
$(GEN)/kcsan_fields.c: $(KCSAN_HEADERS) tools/kcsanfields.py
	@$(say) GEN $@
	@mkdir -p $(@D)
	$(Q)$(PYTHON) tools/kcsanfields.py $(KCSAN_HEADERS) -o $@

# ----------------------------------------------------------- libc and programs

LIBC_INCLUDE := user/libc/include
USER_CFLAGS := -m32 -march=i686 -std=gnu11 $(WARN) -O2 -g -fno-pic -fno-pie \
	-fno-stack-protector -fno-common -fno-asynchronous-unwind-tables \
	-D__TINE__=1 -Ulinux -U__linux__ -U__linux -U__gnu_linux__ \
	-nostdinc -I $(SYSROOT)/include -isystem $(GCC_INCLUDE)
LIBC_CFLAGS := $(USER_CFLAGS) -ffreestanding -fno-strict-aliasing \
	-fno-tree-loop-distribute-patterns -iquote user/libc
USER_NASMFLAGS := -f elf32 -g -F dwarf -I $(GEN)/ -Werror
USER_LDFLAGS := -m32 -nostdlib -nostartfiles -static -no-pie \
	-Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack \
	-Wl,--fatal-warnings -T $(SYSROOT)/lib/program.ld

LIBC_SRCS := $(sort $(LIBC_SRCS))
LIBC_ASM := $(sort $(LIBC_ASM))
CRT_ASM	?= user/libc/crt0.asm
LIBC_OBJS := $(patsubst %,$(USER)/obj/%.o,$(basename $(LIBC_SRCS) \
	$(filter-out $(CRT_ASM),$(LIBC_ASM)))) \
	$(patsubst %,$(USER)/stubs/%.o,$(SYSCALL_STUBS))

# The headers of programs: libc's own, sys/, machine/, and the generated one.
SYS_HEADERS := $(wildcard sys/*.h arch/i386/include/*.h \
	$(LIBC_INCLUDE)/*.h $(LIBC_INCLUDE)/*/*.h)
$(USER)/headers: FORCE
	$(call write_words,$(SYS_HEADERS))

$(SYSROOT)/.headers: $(SYS_HEADERS) $(USER)/headers $(GEN)/.stamp \
    tools/install-headers
	@$(say) INSTALL $(SYSROOT)/include
	$(Q)tools/install-headers $(SYSROOT)/include $(LIBC_INCLUDE) \
	    sys:sys machine:arch/i386/include sys:$(GEN)/sys
	@touch $@

# They come with the stamp: make must not look how old they are before that.
$(SYSROOT)/include/%: $(SYSROOT)/.headers ;

$(SYSROOT)/lib/program.ld: user/program.ld
	@mkdir -p $(@D)
	$(Q)cp $< $@

# With the programs' own flags, of which there are few.
$(USER)/flags: FORCE
	$(call write_words,$(CC) $(GCC_VERSION) $(LIBC_CFLAGS) \
	    $(USER_NASMFLAGS) $(foreach p,$(PROGS),$(addprefix $(p):,$($(p)_CFLAGS))))

$(USER)/ldflags: FORCE
	$(call write_words,$(USER_LDFLAGS))

$(USER)/libc-objects: FORCE
	$(call write_words,$(LIBC_OBJS))

$(USER)/obj/user/libc/%.o: user/libc/%.c $(USER)/flags | $(SYSROOT)/.headers
	@$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(LIBC_CFLAGS) -MMD -MP -c -o $@ $<

$(USER)/obj/%.o: %.c $(USER)/flags | $(SYSROOT)/.headers
	@$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(USER_CFLAGS) $(OWN) -MMD -MP -c -o $@ $<

$(USER)/obj/%.o: %.asm $(USER)/flags | $(GEN)/.stamp
	@$(say) NASM $<
	@mkdir -p $(@D)
	$(Q)$(NASM) $(USER_NASMFLAGS) -I $(<D)/ -MD $(@:.o=.d) -MP -o $@ $<

$(USER)/stubs/%.o: $(GEN)/stubs/%.asm
	@mkdir -p $(@D)
	$(Q)$(NASM) $(USER_NASMFLAGS) -o $@ $<
$(GEN)/stubs/%.asm: $(GEN)/.stamp ;

$(SYSROOT)/lib/libc.a: $(LIBC_OBJS) $(USER)/libc-objects
	@$(say) AR $@
	@mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(LIBC_OBJS)

$(SYSROOT)/lib/crt0.o: $(patsubst %,$(USER)/obj/%.o,$(basename $(CRT_ASM)))
	@mkdir -p $(@D)
	$(Q)cp $< $@

SYSROOT_LIBS := $(addprefix $(SYSROOT)/lib/,crt0.o libc.a program.ld)
headers: $(SYSROOT)/.headers
sysroot: headers $(SYSROOT_LIBS)

# A file for each program, with the names of its objects; written by one shell,
# which takes less time than one each.
PROGS	:= $(USER_PROGS) $(TEST_PROGS)
$(USER)/objects/.written: FORCE
	@mkdir -p $(@D)
	@put() { read -r old <$(@D)/$$1 && test "$$old" = "$$2" || \
		echo "$$2" >$(@D)/$$1; } 2>/dev/null; \
	$(foreach p,$(PROGS),put $(p) '$($(p)_OBJS)';)
$(USER)/objects/%: $(USER)/objects/.written ;

# A program: NAME_SRCS (user/NAME.c), installed in NAME_DIR (bin).
STAGED :=
define program_rules # name, default source, default folder
$(1)_SRCS ?= $(2)
$(1)_OBJS := $$(patsubst %.c,$(USER)/obj/%.o,$$($(1)_SRCS))
USER_OBJS += $$($(1)_OBJS)
STAGED += $(STAGE)/$$(or $$($(1)_DIR),$(3))/$(1)
$$($(1)_OBJS): private OWN := -iquote $$(dir $(2)) $$($(1)_CFLAGS)
$(USER)/$(3)/$(1): $$($(1)_OBJS) $(SYSROOT_LIBS) $(USER)/ldflags \
    $(USER)/objects/$(1)
	@$$(say) LINK $$@
	@mkdir -p $$(@D)
	$(Q)$(CC) $(USER_LDFLAGS) -o $$@ $(SYSROOT)/lib/crt0.o \
	    $$($(1)_OBJS) $(SYSROOT)/lib/libc.a
$(STAGE)/$$(or $$($(1)_DIR),$(3))/$(1): $(USER)/$(3)/$(1)
	@mkdir -p $$(@D)
	$(Q)$(STRIP) -o $$@ $$<
endef
$(foreach p,$(USER_PROGS),$(eval $(call program_rules,$(p),user/$(p).c,bin)))
$(foreach p,$(TEST_PROGS),$(eval $(call program_rules,$(p),tests/user/$(p).c,usr/tests)))

# --------------------------------------------------------------- manual pages

# As plain text, beside an index for man; without mandoc there are none.
MAN_PAGES := $(wildcard docs/man/*.[1-9])
MAN_FILES := $(addprefix usr/share/man/,index $(notdir $(MAN_PAGES)))
MAN_FILES := $(if $(MANDOC),$(MAN_FILES))

$(STAGE)/usr/share/man/index: $(MAN_PAGES) $(BUILD)/root.manifest tools/man \
    tools/tinelib/manual.py
	@$(say) MAN $@
	@mkdir -p $(@D)
	$(Q)$(PYTHON) tools/man --index >$@

# What a terminal would show as bold or underlined is a letter, a backspace
# and the letter.
$(STAGE)/usr/share/man/%: docs/man/%
	@mkdir -p $(@D)
	$(Q)$(MANDOC) -T ascii -O width=78 $< | \
	    sed "s/.$$(printf '\b')//g" >$@

# ------------------------------------------------------------ root file system

ROOT_FILES := $(shell find rootfs -type f 2>/dev/null)
$(BUILD)/root.manifest: FORCE
	@mkdir -p $(@D)
	@{ cat rootfs/manifest; \
	   for f in $(STAGED:$(STAGE)/%=%); do \
		case ' $(SETUID_PROGS) ' in \
		*" $$f "*) mode=4555;; *) mode=0755;; esac; \
		echo "file $$mode /$$f $(abspath $(STAGE))/$$f"; done; \
	   for f in $(MAN_FILES); do \
		echo "file 0644 /$$f $(abspath $(STAGE))/$$f"; done; \
	   for l in $(USER_LINKS); do \
		echo "link /$${l%%:*} $${l#*:}"; done; } >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/root.tar: $(BUILD)/root.manifest $(STAGED) $(ROOT_FILES) \
    $(addprefix $(STAGE)/,$(MAN_FILES)) tools/mkroot.py
	@$(say) ROOT $@
	@$(if $(MANDOC),:,echo 'no mandoc: the root file system has no manual' \
	    'pages (tools/setup man installs it)' >&2)
	$(Q)$(PYTHON) tools/mkroot.py -o $@ $<

user: $(BUILD)/root.tar

# ------------------------------------------------------------------ host tests

HOST_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wno-unused-parameter \
	-fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all -iquote tests/host -iquote .
HOST_HEADERS := $(wildcard tests/host/*.h libkern/*.h sys/*.h kern/*.h)

define host_rules # tests/host/NAME
$(1)_SRCS ?= $(1).c
$(BUILD)/host/$(notdir $(1)).words: FORCE
	$$(call write_words,$(HOSTCC) $(HOST_CFLAGS) $$($(1)_CFLAGS) $$($(1)_SRCS))
$(BUILD)/host/$(notdir $(1)): $$($(1)_SRCS) $(HOST_HEADERS) \
    $(BUILD)/host/$(notdir $(1)).words
	@$$(say) HOSTCC $$@
	@mkdir -p $$(@D)
	$(Q)$(HOSTCC) $(HOST_CFLAGS) $$($(1)_CFLAGS) -o $$@ $$($(1)_SRCS)
endef
$(foreach t,$(HOST_TESTS),$(eval $(call host_rules,$(t))))
host-tests: $(patsubst %,$(BUILD)/host/%,$(notdir $(HOST_TESTS)))

# --------------------------------------------------------------------- targets

run: all
	$(Q)BUILD='$(BUILD)' tools/run --no-build $(if $(RELEASE),--release) \
	    $(if $(KCSAN),--kcsan) $(ARGS)

# QEMU and gdb with tools/gdb: a machine that runs EXEC, or one with a shell.
# record writes down a run of EXEC, replay has it in gdb, forwards and backwards.
EXEC	?=
RECORD	= $(BUILD)/record
gdb: all
	$(Q)BUILD='$(BUILD)' tools/run --no-build $(if $(RELEASE),--release) \
	    $(if $(KCSAN),--kcsan) $(if $(EXEC),--exec '$(subst ','\'',$(EXEC))') \
	    $(ARGS) --debug

record: all
	$(Q)BUILD='$(BUILD)' tools/run --no-build $(if $(RELEASE),--release) \
	    $(if $(KCSAN),--kcsan) --exec '$(subst ','\'',$(or $(EXEC),forktest))' $(ARGS) \
	    --record '$(RECORD)'

replay:
	$(Q)BUILD='$(BUILD)' tools/run --replay '$(RECORD)' --debug $(ARGS)

test: user $(if $(KCSAN),,host-tests)
	$(Q)$(MAKE) --no-print-directory RELEASE= kernel
	$(if $(KCSAN),,$(Q)$(MAKE) --no-print-directory RELEASE=1 kernel)
	$(Q)BUILD='$(BUILD)' KCSAN='$(KCSAN)' $(PYTHON) tools/test-all $(ARGS)

iso: all
	$(Q)$(PYTHON) tools/mkiso.py -o $(OUT)/tine.iso \
	    --kernel $(OUT)/kernel.elf --root $(BUILD)/root.tar
	@$(say) ISO $(OUT)/tine.iso

check: all host-tests
	$(Q)BUILD='$(BUILD)' CROSS='$(CROSS)' $(PYTHON) tools/check $(ARGS)

# Processes for MINUTES, on four processors; see docs/testing.md.
MINUTES	?= 30
soak: user
	$(Q)$(MAKE) --no-print-directory RELEASE= kernel
	$(Q)BUILD='$(BUILD)' $(PYTHON) tools/soak --minutes $(MINUTES) $(ARGS)

# Random system calls, on the debug kernel: CALLS of them from SEED on; with
# ARGS="--smp 4" on four processors.
CALLS	?= 1000000
SEED	?= 1
fuzz: user
	$(Q)$(MAKE) --no-print-directory RELEASE= kernel
	$(Q)BUILD='$(BUILD)' tools/run --no-build --timeout 7200 $(ARGS) \
	    --exec 'leaks /usr/tests/fuzz -s $(SEED) -n $(CALLS)'

# What the kernel does while EXEC="command" runs, or did by the console's FILE.
trace: user
	$(Q)$(MAKE) --no-print-directory RELEASE= kernel
	$(Q)BUILD='$(BUILD)' $(PYTHON) tools/trace --no-build $(ARGS) \
	    $(if $(EXEC),--exec '$(subst ','\'',$(EXEC))',$(FILE))

# Instructions, or with WALL=1 the host's time; SHARE=0: without shared page
# tables, SHARE=both: one run of each.
bench: user
	$(Q)$(MAKE) --no-print-directory RELEASE=1 kernel
	$(Q)BUILD='$(BUILD)' $(PYTHON) tools/bench $(if $(WALL),--wall) \
	    $(if $(SHARE),--share $(SHARE)) $(ARGS)

bench-check bench-update: user
	$(Q)$(MAKE) --no-print-directory RELEASE=1 kernel
	$(Q)BUILD='$(BUILD)' $(PYTHON) tools/bench --$(@:bench-%=%)

# It builds in a copy of the tree.
mutants:
	$(Q)BUILD='$(BUILD)' $(PYTHON) tools/mutants $(ARGS)

# What the checkers need to know of the files and flags.
print-%:
	@echo '$($*)'

format:
	$(Q)tools/check-format --fix

loc:
	@$(PYTHON) tools/loc $(ARGS)

# make man PAGE=fork, or PAGE="2 wait4", or PAGE="-k process"
man:
	@$(PYTHON) tools/man $(or $(PAGE),-k '')

doctor:
	@BUILD='$(BUILD)' $(PYTHON) tools/doctor

toolchain:
	$(Q)BUILD='$(BUILD)' tools/mktoolchain

clean:
	rm -rf $(BUILD)/include $(BUILD)/gen $(BUILD)/debug $(BUILD)/release \
	    $(BUILD)/kcsan \
	    $(BUILD)/user $(BUILD)/sysroot $(BUILD)/stage $(BUILD)/host \
	    $(BUILD)/root.tar $(BUILD)/root.manifest $(RECORD) \
	    $(BUILD)/mutants $(BUILD)/bench* $(BUILD)/trace.*

help:
	@echo 'make            build the debug kernel, libc, programs and root file system'
	@echo 'make run        build, boot in QEMU, talk to the shell (Ctrl-a x quits)'
	@echo 'make gdb        the same in gdb, with commands for processes and pages'
	@echo 'make record     write down a run of EXEC=forktest'
	@echo 'make replay     have that run again in gdb, forwards and backwards'
	@echo 'make test       run all tests, on the debug and on the release kernel'
	@echo 'make check      format, includes, headers, function length, analysers'
	@echo 'make soak       make processes for MINUTES=30, on four processors'
	@echo 'make fuzz       CALLS=1000000 random system calls, by SEED=1'
	@echo 'make bench      what process creation costs (SHARE=both, WALL=1)'
	@echo 'make bench-check  has anything become dearer than bench-update recorded?'
	@echo 'make trace EXEC="ls | wc"  draw what the kernel does while it runs'
	@echo 'make mutants    put faults into the kernel: does a test see each? (long)'
	@echo 'make kernel     build the kernel only'
	@echo 'make iso        build a CD image that GRUB boots'
	@echo 'make disasm     write the disassembly of the kernel'
	@echo 'make format     format the C sources'
	@echo 'make loc        count lines (ARGS=--update: bring README.md up to date)'
	@echo 'make man        show a manual page: PAGE=fork (no PAGE: list them)'
	@echo 'make doctor     tell which tools are found, and boot a tiny probe'
	@echo 'make toolchain  build an i686-elf binutils and GCC into $(BUILD)/toolchain'
	@echo 'make clean      remove what was built (but not the toolchain)'
	@echo
	@echo 'With RELEASE=1 the release kernel, with KCSAN=1 one that finds data races;'
	@echo 'make test KCSAN=1 runs the tests on it.  ARGS="..." are given to tools/run,'
	@echo 'tools/test-all or tools/check.  tools/run --help: run one program or test.'

# ---------------------------------------------------------------- dependencies

ifneq ($(COMPILING),)
-include $(KERN_OBJS:.o=.d) $(OUT)/gen/genassym.d
-include $(patsubst %.o,%.d,$(filter $(USER)/obj/%,$(LIBC_OBJS)) $(USER_OBJS))
endif
FORCE:

endif # clean and others
