KERN_SRCS += libkern/divdi3.c
