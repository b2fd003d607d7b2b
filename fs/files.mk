KERN_SRCS += fs/ramfs/ramfs_data.c
KERN_SRCS += fs/ramfs/ramfs_populate.c
KERN_SRCS += fs/ramfs/ramfs_subr.c
KERN_SRCS += fs/ramfs/ramfs_vnops.c
KERN_SRCS += fs/specfs/spec_vnops.c
KERN_SRCS += fs/ustar/ustar.c
