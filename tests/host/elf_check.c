/*
 * The check of ELF headers: a table of files that are wrong in one way,
 * then random damage.  Whatever is accepted must satisfy all that the
 * loader relies on, which is computed here again in another way.
 */
#include <sys/types.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/elf.h>
#include <sys/elfcheck.h>

#define	FILESIZE	0x3000
#define	HEADLEN		4096
#define	ROUNDS		2000000

static const struct elf_limits limits = { 0x1000, 0xB0000000 };

static struct program {
	Elf32_Ehdr	eh;
	Elf32_Phdr	ph[4];		/* text, data, bss only, stack */
} good;
static int	tests;
static unsigned	state = 1;

static void
report(bool ok, const char *name)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tests, name);
}

static unsigned
rnd(void)
{
	state = state * 1103515245 + 12345;
	return (state >> 8);
}

static void
make_good(void)
{
	static const Elf32_Ehdr eh = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB,
		    EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_386,
		.e_version = EV_CURRENT,
		.e_entry = 0x08048200,
		.e_phoff = sizeof(Elf32_Ehdr),
		.e_ehsize = sizeof(Elf32_Ehdr),
		.e_phentsize = sizeof(Elf32_Phdr),
		.e_phnum = 4,
	};
	static const Elf32_Phdr ph[4] = {
		{ PT_LOAD, 0, 0x08048000, 0, 0x1800, 0x1800, PF_R | PF_X,
		    0x1000 },
		{ PT_LOAD, 0x1800, 0x0804a800, 0, 0x600, 0x2000, PF_R | PF_W,
		    0x1000 },
		{ PT_LOAD, 0, 0x08100000, 0, 0, 0x100000, PF_R | PF_W, 0x1000 },
		{ PT_GNU_STACK, 0, 0, 0, 0, 0, PF_R | PF_W, 4 },
	};

	good.eh = eh;
	memcpy(good.ph, ph, sizeof(ph));
}

/* Check a copy that ends where the buffer does, so that ASan sees all. */
static int
check(const void *header, size_t len, uint64_t filesize,
    struct elf_image *image)
{
	void *copy = malloc(len);
	int error;

	memcpy(copy, header, len);
	error = elf_check(copy, len, filesize, &limits, image);
	free(copy);
	return (error);
}

static int
check_program(const struct program *p, struct elf_image *image)
{
	char page[HEADLEN] = { 0 };

	memcpy(page, p, sizeof(*p));
	return (check(page, sizeof(page), FILESIZE, image));
}

/* What is wrong: a field of that size at that place gets that value. */
#define	EH(field)	offsetof(struct program, eh.field),		\
			sizeof(((Elf32_Ehdr *)0)->field)
#define	PH(n, field)	offsetof(struct program, ph[n].field),		\
			sizeof(((Elf32_Phdr *)0)->field)
#define	IDENT(i)	offsetof(struct program, eh.e_ident) + (i), 1

static const struct damage {
	const char	*name;
	size_t		place, size;
	uint32_t	value;
	int		error;
} damages[] = {
	{ "magic 0", IDENT(0), 0x7e, ENOEXEC },
	{ "magic 3", IDENT(3), 'f', ENOEXEC },
	{ "64 bits", IDENT(EI_CLASS), ELFCLASS64, ENOEXEC },
	{ "big endian", IDENT(EI_DATA), ELFDATA2MSB, ENOEXEC },
	{ "identification version", IDENT(EI_VERSION), 2, ENOEXEC },
	{ "another system's", IDENT(EI_OSABI), ELFOSABI_LINUX, ENOEXEC },
	{ "FreeBSD's", IDENT(EI_OSABI), ELFOSABI_FREEBSD, 0 },
	{ "object file", EH(e_type), ET_REL, ENOEXEC },
	{ "shared object", EH(e_type), ET_DYN, ENOEXEC },
	{ "core file", EH(e_type), ET_CORE, ENOEXEC },
	{ "another processor", EH(e_machine), 62, ENOEXEC },
	{ "version", EH(e_version), 0, ENOEXEC },
	{ "short file header", EH(e_ehsize), 51, ENOEXEC },
	{ "short program headers", EH(e_phentsize), 31, ENOEXEC },
	{ "long program headers", EH(e_phentsize), 64, ENOEXEC },
	{ "no program headers", EH(e_phnum), 0, ENOEXEC },
	{ "too many program headers", EH(e_phnum), 0xffff, ENOEXEC },
	{ "program headers end behind the page", EH(e_phnum), 127,
	    ENOEXEC },
	{ "program headers in the file header", EH(e_phoff), 0, ENOEXEC },
	{ "program headers behind the page", EH(e_phoff), 4096, ENOEXEC },
	{ "program headers behind the end", EH(e_phoff), 0xfffffff0,
	    ENOEXEC },
	{ "program headers at an odd place", EH(e_phoff), 53, ENOEXEC },
	{ "entry below", EH(e_entry), 0x08047fff, ENOEXEC },
	{ "entry behind", EH(e_entry), 0x08049800, ENOEXEC },
	{ "last byte is the entry", EH(e_entry), 0x080497ff, 0 },
	{ "entry in data", EH(e_entry), 0x0804a800, ENOEXEC },
	{ "entry in the kernel", EH(e_entry), 0xc0100000, ENOEXEC },
	{ "interpreter", PH(3, p_type), PT_INTERP, ENOEXEC },
	{ "dynamic", PH(3, p_type), PT_DYNAMIC, ENOEXEC },
	{ "unknown header type", PH(3, p_type), 0x12345678, 0 },
	{ "text is not loaded", PH(0, p_type), PT_NOTE, ENOEXEC },
	{ "text not executable", PH(0, p_flags), PF_R, ENOEXEC },
	{ "more file than memory", PH(1, p_memsz), 0x5ff, ENOEXEC },
	{ "as much file as memory", PH(1, p_memsz), 0x600, 0 },
	{ "empty piece", PH(2, p_memsz), 0, 0 },
	{ "file too short", PH(0, p_filesz), 0x3001, ENOEXEC },
	{ "offset behind the end", PH(1, p_offset), 0x3800, ENOEXEC },
	{ "offset and size wrap", PH(1, p_offset), 0xfffff800, ENOEXEC },
	{ "offset not in step", PH(1, p_offset), 0x1804, ENOEXEC },
	{ "memory size wraps", PH(1, p_memsz), 0xfffff000, ENOEXEC },
	{ "memory size up to the kernel", PH(1, p_memsz), 0xc0000000,
	    ENOEXEC },
	{ "too low", PH(0, p_vaddr), 0, ENOEXEC },
	{ "in the kernel", PH(2, p_vaddr), 0xc0100000, ENOEXEC },
	{ "last page of all", PH(2, p_vaddr), 0xfffff000, ENOEXEC },
	{ "in the stack's place", PH(2, p_vaddr), 0xb0000000, ENOEXEC },
	{ "just below the stack's place", PH(2, p_vaddr), 0xaff00000, 0 },
	{ "overlap", PH(1, p_vaddr), 0x08049800, ENOEXEC },
	{ "the same place", PH(2, p_vaddr), 0x0804a000, ENOEXEC },
	{ "descending", PH(2, p_vaddr), 0x08000000, ENOEXEC },
	{ "alignment no power of two", PH(1, p_align), 0x1800, ENOEXEC },
	{ "alignment not kept", PH(1, p_align), 0x20000000, ENOEXEC },
	{ "alignment 0", PH(1, p_align), 0, 0 },
	{ "alignment 1", PH(1, p_align), 1, 0 },
};

static void
test_table(void)
{
	const struct damage *d;
	struct program p;
	struct elf_image image;
	size_t i;
	int error;

	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		d = &damages[i];
		p = good;
		memcpy((char *)&p + d->place, &d->value, d->size);
		error = check_program(&p, &image);
		report(error == d->error, d->name);
		if (error != d->error)
			printf("# error %d, not %d\n", error, d->error);
	}
}

static void
test_good(void)
{
	struct elf_image image;

	report(check_program(&good, &image) == 0, "a good program");
	report(image.ei_nsegs == 3 && image.ei_entry == 0x08048200 &&
		image.ei_phnum == 4 && image.ei_phdr == 0x08048034,
	    "what is told of it");
	report(image.ei_segs[1].es_offset == 0x1800 &&
		image.ei_segs[1].es_vaddr == 0x0804a800 &&
		image.ei_segs[1].es_filesz == 0x600 &&
		image.ei_segs[1].es_memsz == 0x2000 &&
		image.ei_segs[1].es_flags == (PF_R | PF_W),
	    "its data");
}

/* Files that end too early, in every place. */
static void
test_truncated(void)
{
	struct elf_image image;
	char page[HEADLEN] = { 0 };
	bool ok = true;
	size_t len;

	memcpy(page, &good, sizeof(good));
	for (len = 0; len <= sizeof(page); len++)
		ok &= check(page, len, len, &image) == ENOEXEC;
	for (len = 0; len < FILESIZE; len++)
		if (check(page, HEADLEN, len, &image) == 0)
			ok &= len >= 0x1e00;
	report(ok, "truncated anywhere");
}

static void
test_segments(void)
{
	struct elf_image image;
	char page[HEADLEN] = { 0 };
	Elf32_Ehdr eh = good.eh;
	Elf32_Phdr ph = good.ph[0];
	int error[2], i, n;

	for (n = ELF_MAXSEGS; n <= ELF_MAXSEGS + 1; n++) {
		eh.e_phnum = n;
		memcpy(page, &eh, sizeof(eh));
		for (i = 0; i < n; i++) {
			ph.p_vaddr = good.ph[0].p_vaddr + i * 0x2000;
			memcpy(page + sizeof(eh) + i * sizeof(ph), &ph,
			    sizeof(ph));
		}
		error[n - ELF_MAXSEGS] = check(page, HEADLEN, FILESIZE, &image);
	}
	report(error[0] == 0, "as many pieces as there may be");
	report(error[1] == ENOEXEC, "one piece more");
}

/* All that the loader relies on. */
static bool
image_sound(const struct elf_image *image)
{
	const struct elf_segment *es;
	bool entry = false;
	uint64_t next = limits.el_min;
	int i;

	if (image->ei_nsegs < 1 || image->ei_nsegs > ELF_MAXSEGS)
		return (false);
	for (i = 0; i < image->ei_nsegs; i++) {
		es = &image->ei_segs[i];
		uint64_t start = es->es_vaddr, end = start + es->es_memsz;

		if (es->es_memsz == 0 || es->es_filesz > es->es_memsz ||
		    (start & ~0xfffULL) < (next & ~0xfffULL) || start < next ||
		    end > limits.el_max ||
		    (uint64_t)es->es_offset + es->es_filesz > FILESIZE ||
		    (es->es_offset & 0xfff) != (es->es_vaddr & 0xfff))
			return (false);
		next = (end + 0xfff) & ~0xfffULL;
		entry |= (es->es_flags & PF_X) && image->ei_entry >= start &&
		    image->ei_entry < end;
	}
	return (entry);
}

/*
 * Random damage of one to four words or bytes, with values that tend to
 * lie where something ends.
 */
static void
test_random(void)
{
	static const uint32_t edges[] = { 0, 1, 0xfff, 0x1000, 0x1001, 0x2fff,
		0x3000, 0x7fffffff, 0x80000000, 0xafffffff, 0xb0000000,
		0xbfffffff, 0xc0000000, 0xfffff000, 0xffffffff };
	struct program p;
	struct elf_image image;
	bool sound = true;
	int accepted = 0, error, i, n;
	uint32_t value;
	size_t place;

	for (i = 0; i < ROUNDS && sound; i++) {
		p = good;
		for (n = rnd() % 4 + 1; n > 0; n--) {
			place = rnd() % sizeof(p);
			value = rnd() % 3 == 0 ?
			    rnd() * rnd() :
			    edges[rnd() % (sizeof(edges) / sizeof(edges[0]))];
			if (rnd() % 2)
				((unsigned char *)&p)[place] = value;
			else
				memcpy((char *)&p + (place & ~3U), &value, 4);
		}
		error = elf_check(&p, sizeof(p), FILESIZE, &limits, &image);
		if (error == 0)
			accepted++;
		sound = error == 0 ? image_sound(&image) : error == ENOEXEC;
	}
	report(sound, "random damage");
	report(accepted > ROUNDS / 100 && accepted < ROUNDS / 2,
	    "some of it is harmless, most is not");
	printf("# %d of %d accepted\n", accepted, i);
}

int
main(void)
{
	make_good();
	test_good();
	test_table();
	test_truncated();
	test_segments();
	test_random();
	printf("1..%d\n", tests);
	return (0);
}
