/*
 * ELF, 32 bits: the parts of the format that loading, linking and reading
 * symbols need, and the auxiliary vector.
 */
#ifndef _SYS_ELF_H_
#define	_SYS_ELF_H_

#include <sys/types.h>

typedef	uint32_t	Elf32_Addr;
typedef	uint32_t	Elf32_Off;
typedef	uint16_t	Elf32_Half;
typedef	uint32_t	Elf32_Word;
typedef	int32_t		Elf32_Sword;

/* e_ident */
#define	EI_MAG0		0
#define	EI_MAG1		1
#define	EI_MAG2		2
#define	EI_MAG3		3
#define	EI_CLASS	4
#define	EI_DATA		5
#define	EI_VERSION	6
#define	EI_OSABI	7
#define	EI_ABIVERSION	8
#define	EI_NIDENT	16
#define	ELFMAG		"\177ELF"
#define	SELFMAG		4
#define	ELFMAG0		0x7f
#define	ELFMAG1		'E'
#define	ELFMAG2		'L'
#define	ELFMAG3		'F'
#define	ELFCLASS32	1
#define	ELFCLASS64	2
#define	ELFDATA2LSB	1
#define	ELFDATA2MSB	2
#define	EV_CURRENT	1
#define	ELFOSABI_SYSV	0
#define	ELFOSABI_LINUX	3
#define	ELFOSABI_FREEBSD 9

#define	IS_ELF(ehdr)							\
	((ehdr).e_ident[EI_MAG0] == ELFMAG0 &&				\
	(ehdr).e_ident[EI_MAG1] == ELFMAG1 &&				\
	(ehdr).e_ident[EI_MAG2] == ELFMAG2 &&				\
	(ehdr).e_ident[EI_MAG3] == ELFMAG3)

typedef struct {
	unsigned char	e_ident[EI_NIDENT];
	Elf32_Half	e_type;		/* ET_* */
	Elf32_Half	e_machine;	/* EM_* */
	Elf32_Word	e_version;
	Elf32_Addr	e_entry;	/* first instruction */
	Elf32_Off	e_phoff;	/* program headers */
	Elf32_Off	e_shoff;	/* section headers */
	Elf32_Word	e_flags;
	Elf32_Half	e_ehsize;
	Elf32_Half	e_phentsize;
	Elf32_Half	e_phnum;
	Elf32_Half	e_shentsize;
	Elf32_Half	e_shnum;
	Elf32_Half	e_shstrndx;	/* section with section names */
} Elf32_Ehdr;

#define	ET_NONE		0
#define	ET_REL		1
#define	ET_EXEC		2
#define	ET_DYN		3
#define	ET_CORE		4
#define	EM_NONE		0
#define	EM_386		3

typedef struct {
	Elf32_Word	p_type;		/* PT_* */
	Elf32_Off	p_offset;	/* in the file */
	Elf32_Addr	p_vaddr;	/* in memory */
	Elf32_Addr	p_paddr;
	Elf32_Word	p_filesz;
	Elf32_Word	p_memsz;
	Elf32_Word	p_flags;	/* PF_* */
	Elf32_Word	p_align;
} Elf32_Phdr;

#define	PT_NULL		0
#define	PT_LOAD		1
#define	PT_DYNAMIC	2
#define	PT_INTERP	3
#define	PT_NOTE		4
#define	PT_SHLIB	5
#define	PT_PHDR		6
#define	PT_TLS		7
#define	PT_GNU_STACK	0x6474e551
#define	PF_X		0x1
#define	PF_W		0x2
#define	PF_R		0x4

typedef struct {
	Elf32_Word	sh_name;	/* in the string table */
	Elf32_Word	sh_type;	/* SHT_* */
	Elf32_Word	sh_flags;	/* SHF_* */
	Elf32_Addr	sh_addr;
	Elf32_Off	sh_offset;
	Elf32_Word	sh_size;
	Elf32_Word	sh_link;
	Elf32_Word	sh_info;
	Elf32_Word	sh_addralign;
	Elf32_Word	sh_entsize;
} Elf32_Shdr;

#define	SHT_NULL	0
#define	SHT_PROGBITS	1
#define	SHT_SYMTAB	2
#define	SHT_STRTAB	3
#define	SHT_RELA	4
#define	SHT_NOTE	7
#define	SHT_NOBITS	8
#define	SHT_REL		9
#define	SHF_WRITE	0x1
#define	SHF_ALLOC	0x2
#define	SHF_EXECINSTR	0x4
#define	SHN_UNDEF	0
#define	SHN_ABS		0xfff1
#define	SHN_COMMON	0xfff2

typedef struct {
	Elf32_Word	st_name;	/* in the string table */
	Elf32_Addr	st_value;
	Elf32_Word	st_size;
	unsigned char	st_info;	/* binding and type */
	unsigned char	st_other;
	Elf32_Half	st_shndx;	/* section */
} Elf32_Sym;

#define	ELF32_ST_BIND(info)	((info) >> 4)
#define	ELF32_ST_TYPE(info)	((info) & 0xf)
#define	STB_LOCAL	0
#define	STB_GLOBAL	1
#define	STB_WEAK	2
#define	STT_NOTYPE	0
#define	STT_OBJECT	1
#define	STT_FUNC	2
#define	STT_SECTION	3
#define	STT_FILE	4

typedef struct {
	Elf32_Word	n_namesz;	/* with its NUL */
	Elf32_Word	n_descsz;
	Elf32_Word	n_type;
} Elf32_Nhdr;
typedef	Elf32_Nhdr	Elf_Note;

typedef	Elf32_Ehdr	Elf_Ehdr;
typedef	Elf32_Phdr	Elf_Phdr;
typedef	Elf32_Shdr	Elf_Shdr;
typedef	Elf32_Sym	Elf_Sym;
typedef	Elf32_Addr	Elf_Addr;

/* The auxiliary vector, above the environment on the initial stack. */
typedef struct {
	int	a_type;			/* AT_* */
	union {
		long	a_val;
		void	*a_ptr;
		void	(*a_fcn)(void);
	} a_un;
} Elf32_Auxinfo;
typedef	Elf32_Auxinfo	Elf_Auxinfo;

#define	AT_NULL		0		/* end of the vector */
#define	AT_IGNORE	1
#define	AT_EXECFD	2		/* descriptor of the program */
#define	AT_PHDR		3		/* its program headers */
#define	AT_PHENT	4		/* size of one */
#define	AT_PHNUM	5		/* their number */
#define	AT_PAGESZ	6		/* page size */
#define	AT_BASE		7		/* base of the interpreter */
#define	AT_FLAGS	8
#define	AT_ENTRY	9		/* the program's entry */
#define	AT_NOTELF	10
#define	AT_UID		11
#define	AT_EUID		12
#define	AT_GID		13
#define	AT_EGID		14
#define	AT_COUNT	15

#endif /* !_SYS_ELF_H_ */
