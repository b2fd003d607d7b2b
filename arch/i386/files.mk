KERN_SRCS += arch/i386/sig_machdep.c
