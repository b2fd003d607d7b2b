KERN_SRCS += libkern/divdi3.c
KERN_SRCS += libkern/qsort.c
KERN_SRCS += libkern/string.c
