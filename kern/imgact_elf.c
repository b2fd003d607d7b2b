/*
 * Static ELF programs: the native ABI.  elf_check.c has looked at the
 * headers; here the new address space is made from what they say.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/elf.h>
#include <sys/errno.h>
#include <sys/exec.h>
#include <sys/imgact.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/syscall.h>
#include <sys/sysent.h>
#include <sys/vnode.h>
#include <machine/vmparam.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>

/* The stack may grow down to here whatever its limit will be. */
static const struct elf_limits elf_limits = {
	.el_min = VM_MIN_ADDRESS,
	.el_max = USRSTACK - (vm_offset_t)MAXSSIZ,
};
CTASSERT(ELF_PAGE == PAGE_SIZE);

static struct sysentvec elf_tine_traced;

#define	ELF_TINE_SYSVEC							\
	.sv_name = "Tine ELF",						\
	.sv_table = sysent,						\
	.sv_plain = &elf_tine_sysvec,					\
	.sv_traced = &elf_tine_traced,					\
	.sv_sendsig = sendsig,						\
	.sv_sigcode = sigcode,						\
	.sv_szsigcode = &szsigcode,					\
	.sv_fill_stack = exec_fill_stack,				\
	.sv_setregs = setregs

struct sysentvec elf_tine_sysvec = {
	ELF_TINE_SYSVEC,
	.sv_size = SYS_MAXSYSCALL,
};
static struct sysentvec elf_tine_traced = {
	ELF_TINE_SYSVEC,
	.sv_size = 0,
};

static int
elf_prot(uint32_t flags)
{
	int prot = VM_PROT_NONE;

	if (flags & PF_R)
		prot |= VM_PROT_READ;
	if (flags & PF_W)
		prot |= VM_PROT_WRITE;
	if (flags & PF_X)
		prot |= VM_PROT_EXECUTE;
	return (prot);
}

/*
 * Which part of the program is text, and which data: text is the piece
 * where it begins, data all that lies above, and behind that the heap will
 * grow.  ENOMEM if either is larger than allowed.
 */
static int
elf_sizes(struct proc *p, const struct elf_image *elf, struct vmspace *vm)
{
	const struct elf_segment *last = &elf->ei_segs[elf->ei_nsegs - 1];
	const struct elf_segment *es = elf->ei_segs;
	vm_offset_t data, end, text, textend;

	while (elf->ei_entry - es->es_vaddr >= es->es_memsz)
		es++;
	text = trunc_page(es->es_vaddr);
	textend = round_page(es->es_vaddr + es->es_memsz);
	data = es == last ? textend : trunc_page(es[1].es_vaddr);
	end = round_page(last->es_vaddr + last->es_memsz);
	if (textend - text > MAXTSIZ || end - data > lim_cur(p, RLIMIT_DATA))
		return (ENOMEM);

	vm->vm_taddr = text;
	vm->vm_tsize = atop(textend - text);
	vm->vm_daddr = data;
	vm->vm_dsize = atop(end - data);
	return (0);
}

/* What most programs need of their stack, beside the arguments. */
#define	STACK_FIRST	(4 * PAGE_SIZE)

/*
 * The stack, with room for what exec will put there.
 */
static int
elf_stack(struct image_params *image, struct vmspace *vm)
{
	const struct exec_args *ea = image->ip_args;
	rlim_t most = MIN(lim_cur(image->ip_proc, RLIMIT_STACK), MAXSSIZ);
	vm_size_t first;

	first = round_page(ea->ea_end - ea->ea_begin +
		    (ea->ea_argc + ea->ea_envc) * sizeof(char *)) +
	    STACK_FIRST;
	if (first > most)
		return (ENOMEM);
	return (vm_map_stack(vm, first, most));
}

/*
 * Fill an address space that nobody uses yet.
 */
static int
elf_load(struct image_params *image, struct vmspace *vm)
{
	const struct elf_image *elf = &image->ip_elf;
	const struct elf_segment *es;
	int error, i;

	error = elf_sizes(image->ip_proc, elf, vm);
	for (i = 0; i < elf->ei_nsegs && error == 0; i++) {
		es = &elf->ei_segs[i];
		error = vm_map_file(vm, image->ip_vp, es->es_offset,
		    es->es_vaddr, es->es_filesz, es->es_memsz,
		    elf_prot(es->es_flags));
	}
	if (error == 0)
		error = elf_stack(image, vm);
	if (error == 0 &&
	    vm->vm_map.size > lim_cur(image->ip_proc, RLIMIT_VMEM))
		error = ENOMEM;
	return (error);
}

/*
 * How far the program headers of what may be an ELF file reach, as far as
 * that is looked at.
 */
static size_t
elf_header_len(const struct image_params *image)
{
	const Elf32_Ehdr *eh = (const void *)image->ip_args->ea_buf;

	if (image->ip_headlen < sizeof(*eh) || !IS_ELF(*eh) ||
	    eh->e_phoff > IMG_HEADER)
		return (0);
	return (MIN(IMG_HEADER,
	    eh->e_phoff + eh->e_phnum * sizeof(Elf32_Phdr)));
}

/*
 * See imgact.h.
 */
int
exec_elf_imgact(struct image_params *image)
{
	struct vmspace *vm;
	int error;

	error = exec_read_header(image, elf_header_len(image));
	if (error == 0)
		error = elf_check(image->ip_args->ea_buf, image->ip_headlen,
		    image->ip_attr->va_size, &elf_limits, &image->ip_elf);
	if (error != 0)
		return (error);
	vm = vmspace_alloc();
	if (vm == NULL)
		return (ENOMEM);
	error = elf_load(image, vm);
	if (error != 0) {
		vmspace_free(vm);
		return (error);
	}
	image->ip_vmspace = vm;
	image->ip_sysent = &elf_tine_sysvec;
	return (0);
}
