HOST_TESTS += tests/host/bootinfo
tests/host/bootinfo_SRCS := tests/host/bootinfo.c boot/bootinfo.c
tests/host/bootinfo_CFLAGS := -D_KERNEL -Itests/host/shim -idirafter .
$(BUILD)/host/bootinfo: boot/multiboot.h arch/i386/include/bootinfo.h
HOST_TESTS += tests/host/pid
tests/host/pid_SRCS := tests/host/pid.c kern/kern_pid.c
tests/host/pid_CFLAGS := -D_KERNEL -Itests/host/shim -idirafter .
HOST_TESTS += tests/host/elf_check
tests/host/elf_check_SRCS := tests/host/elf_check.c kern/elf_check.c
tests/host/elf_check_CFLAGS := -D_KERNEL -Itests/host/shim -idirafter .
HOST_TESTS += tests/host/ustar
tests/host/ustar_SRCS := tests/host/ustar.c fs/ustar/ustar.c
tests/host/ustar_CFLAGS := -Itests/host/shim -idirafter .
libc_quote := -iquote user/libc -iquote user/libc/stdio \
	-iquote user/libc/stdlib -iquote user/libc/string \
	-iquote user/libc/time -iquote libkern
HOST_TESTS += tests/host/libc_printf
tests/host/libc_printf_SRCS := tests/host/libc_printf.c
tests/host/libc_printf_CFLAGS := $(libc_quote) -Wno-format
HOST_TESTS += tests/host/libc_strtod
tests/host/libc_strtod_SRCS := tests/host/libc_strtod.c
tests/host/libc_strtod_CFLAGS := $(libc_quote)
HOST_TESTS += tests/host/libc_scanf
tests/host/libc_scanf_SRCS := tests/host/libc_scanf.c
tests/host/libc_scanf_CFLAGS := $(libc_quote) -Wno-format -Wno-format-extra-args
HOST_TESTS += tests/host/libc_string
tests/host/libc_string_SRCS := tests/host/libc_string.c
tests/host/libc_string_CFLAGS := $(libc_quote) -fno-builtin
HOST_TESTS += tests/host/libc_stdlib
tests/host/libc_stdlib_SRCS := tests/host/libc_stdlib.c
tests/host/libc_stdlib_CFLAGS := $(libc_quote)
HOST_TESTS += tests/host/libc_time
tests/host/libc_time_SRCS := tests/host/libc_time.c
tests/host/libc_time_CFLAGS := $(libc_quote) -Wno-format
# They include the sources they test.
$(foreach t,printf strtod scanf string stdlib time,$(BUILD)/host/libc_$(t)): \
	$(wildcard user/libc/*.h user/libc/*/*.[ch]) libkern/divdi3.c
HOST_TESTS += tests/host/libkern
tests/host/libkern_CFLAGS := -idirafter .
$(BUILD)/host/libkern: libkern/string.c libkern/qsort.c
HOST_TESTS += tests/host/printf
tests/host/printf_CFLAGS := -Wno-format-nonliteral -Wno-format -Itests/host/shim -idirafter .
$(BUILD)/host/printf: kern/subr_prf.c
# The shell is given the host's libc; the test is under the name "sh" a shell.
sh_parts := $(filter-out user/sh/sh.c,$(wildcard user/sh/*.c)) user/charclass.c user/filemode.c user/signames.c
HOST_TESTS += tests/host/sh
tests/host/sh_SRCS := tests/host/sh.c $(sh_parts)
# What the BSDs call fpurge has another name there.
tests/host/sh_CFLAGS := -iquote user/sh -iquote user \
	-include stdio_ext.h -Dfpurge=__fpurge
$(BUILD)/host/sh: user/sh/sh.h user/sh/jobs.h user/bltin.h user/charclass.h user/signames.h
HOST_TESTS += tests/host/mpconf
tests/host/mpconf_SRCS := tests/host/mpconf.c arch/i386/mpconf.c arch/i386/acpi.c arch/i386/mptable.c
tests/host/mpconf_CFLAGS := -Itests/host/shim -idirafter $(BUILD)/include -include tests/host/mpconf_shim.h
$(BUILD)/host/mpconf: arch/i386/mpconf.h
# Regular expressions are those of the programs.
HOST_TESTS += tests/host/regex
tests/host/regex_SRCS := tests/host/regex.c $(regex)
tests/host/regex_CFLAGS := -iquote user -Wno-missing-field-initializers
$(BUILD)/host/regex: user/regex.h user/regex_prog.h user/charclass.h
