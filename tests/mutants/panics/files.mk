# The bugs that debug.plant commits: in debug kernels only.
KERN_SRCS += $(if $(RELEASE),,tests/mutants/panics/plant.c)
