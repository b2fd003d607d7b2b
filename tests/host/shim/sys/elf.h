/*
 * The kernel's <sys/elf.h>, not the host's.
 */
#include <stdint.h>
#include "../../../../sys/elf.h"
