KERN_ASM += boot/start.asm
KERN_SRCS += boot/bootinfo.c
KERN_SRCS += boot/physmap.c
