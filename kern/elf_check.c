/*
 * Is this an ELF program that can be run?  Every word of the headers that
 * is used later is checked here, and nothing but the arguments is looked
 * at, so that the host's tests can throw anything at it.
 *
 * What is not ours to run, and what is broken, is ENOEXEC alike.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/elf.h>
#include <sys/elfcheck.h>

/*
 * The file header: a static program for this processor, whose program
 * headers lie in the part of the file that we have.
 */
static bool
ehdr_ok(const Elf32_Ehdr *eh, size_t headlen)
{
	if (!IS_ELF(*eh) || eh->e_ident[EI_CLASS] != ELFCLASS32 ||
	    eh->e_ident[EI_DATA] != ELFDATA2LSB ||
	    eh->e_ident[EI_VERSION] != EV_CURRENT)
		return (false);
	if (eh->e_ident[EI_OSABI] != ELFOSABI_SYSV &&
	    eh->e_ident[EI_OSABI] != ELFOSABI_FREEBSD)
		return (false);
	if (eh->e_type != ET_EXEC || eh->e_machine != EM_386 ||
	    eh->e_version != EV_CURRENT)
		return (false);
	if (eh->e_ehsize < sizeof(*eh) ||
	    eh->e_phentsize != sizeof(Elf32_Phdr) || eh->e_phnum == 0)
		return (false);
	/* No sum here wraps: headlen is small, e_phnum has 16 bits. */
	return (eh->e_phoff >= sizeof(*eh) && eh->e_phoff <= headlen &&
	    eh->e_phoff % sizeof(Elf32_Word) == 0 &&
	    eh->e_phnum <= (headlen - eh->e_phoff) / sizeof(Elf32_Phdr));
}

/*
 * One piece to be loaded: in the file, in the program's part of memory,
 * and so that pages of the file can be pages of memory.
 */
static bool
load_ok(const Elf32_Phdr *ph, uint32_t filesize, const struct elf_limits *el)
{
	/* Differences, because a sum could wrap. */
	if (ph->p_filesz > ph->p_memsz || ph->p_offset > filesize ||
	    ph->p_filesz > filesize - ph->p_offset)
		return (false);
	if (ph->p_vaddr < el->el_min || ph->p_vaddr > el->el_max ||
	    ph->p_memsz > el->el_max - ph->p_vaddr)
		return (false);
	if (ph->p_align > 1 &&
	    (!powerof2(ph->p_align) ||
		(ph->p_vaddr - ph->p_offset) % ph->p_align != 0))
		return (false);
	return ((ph->p_vaddr - ph->p_offset) % ELF_PAGE == 0);
}

/*
 * Add a piece, which must lie above those there are, in pages of its own.
 */
static bool
load_add(struct elf_image *image, const Elf32_Phdr *ph)
{
	struct elf_segment *es = &image->ei_segs[image->ei_nsegs], *last;

	if (image->ei_nsegs == ELF_MAXSEGS)
		return (false);
	if (image->ei_nsegs > 0) {
		last = es - 1;
		if (ph->p_vaddr / ELF_PAGE <=
		    (last->es_vaddr + (last->es_memsz - 1)) / ELF_PAGE)
			return (false);
	}
	es->es_offset = ph->p_offset;
	es->es_vaddr = ph->p_vaddr;
	es->es_filesz = ph->p_filesz;
	es->es_memsz = ph->p_memsz;
	es->es_flags = ph->p_flags;
	image->ei_nsegs++;
	return (true);
}

/*
 * Where the program finds its own program headers, if a piece has them.
 */
static uint32_t
phdr_address(const struct elf_image *image, const Elf32_Ehdr *eh)
{
	const struct elf_segment *es;
	uint32_t len = eh->e_phnum * sizeof(Elf32_Phdr);
	int i;

	for (i = 0; i < image->ei_nsegs; i++) {
		es = &image->ei_segs[i];
		if (eh->e_phoff >= es->es_offset && len <= es->es_filesz &&
		    eh->e_phoff - es->es_offset <= es->es_filesz - len)
			return (es->es_vaddr + (eh->e_phoff - es->es_offset));
	}
	return (0);
}

/*
 * Whether the first instruction lies in a piece that may be executed.
 */
static bool
entry_ok(const struct elf_image *image)
{
	const struct elf_segment *es;
	int i;

	for (i = 0; i < image->ei_nsegs; i++) {
		es = &image->ei_segs[i];
		if ((es->es_flags & PF_X) && image->ei_entry >= es->es_vaddr &&
		    image->ei_entry - es->es_vaddr < es->es_memsz)
			return (true);
	}
	return (false);
}

/*
 * Check the first headlen bytes of a file of filesize bytes, which lie at a
 * multiple of 4.  0, and then *image says what to load; or ENOEXEC.
 */
int
elf_check(const void *header, size_t headlen, uint64_t filesize,
    const struct elf_limits *el, struct elf_image *image)
{
	const Elf32_Ehdr *eh = header;
	const Elf32_Phdr *ph;
	int i;

	image->ei_nsegs = 0;
	/* An ELF file of 32 bits cannot speak of more. */
	if (filesize > (uint32_t)-1)
		filesize = (uint32_t)-1;
	if (headlen > filesize)
		headlen = filesize;
	if (headlen < sizeof(*eh) || !ehdr_ok(eh, headlen))
		return (ENOEXEC);

	ph = (const void *)((const char *)header + eh->e_phoff);
	for (i = 0; i < eh->e_phnum; i++, ph++) {
		/* There is nobody to load shared objects. */
		if (ph->p_type == PT_INTERP || ph->p_type == PT_DYNAMIC)
			return (ENOEXEC);
		if (ph->p_type != PT_LOAD || ph->p_memsz == 0)
			continue;
		if (!load_ok(ph, filesize, el) || !load_add(image, ph))
			return (ENOEXEC);
	}
	image->ei_entry = eh->e_entry;
	image->ei_phnum = eh->e_phnum;
	image->ei_phdr = phdr_address(image, eh);
	return (entry_ok(image) ? 0 : ENOEXEC);
}
