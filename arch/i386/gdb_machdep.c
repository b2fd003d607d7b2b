/*
 * What gdb_main.c needs of the machine: the second serial port, a 16550 like
 * the first (uart.c), and what gdb is to know of the registers.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/gdb.h>
#include <sys/kernel.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>
#include <machine/npx.h>

#include "ns16550.h"

static bool	port_works;		/* constant after boot */

bool
gdb_port_init(void)
{
	port_works = ns16550_init(COM2);
	return (port_works);
}

void
gdb_putc(int c)
{
	while ((inb(COM2 + COM_LSR) & LSR_TXRDY) == 0)
		cpu_spinwait();
	outb(COM2 + COM_DATA, c);
}

int
gdb_getc(void)
{
	while ((inb(COM2 + COM_LSR) & LSR_RXRDY) == 0)
		cpu_spinwait();
	return (inb(COM2 + COM_DATA));
}

static void
port_intr(void *arg __unused, struct trapframe *frame __unused)
{
	int c, lsr;

	while ((lsr = inb(COM2 + COM_LSR)) & LSR_RXRDY) {
		c = inb(COM2 + COM_DATA);
		gdb_input(lsr & LSR_BREAK ? GDB_INTERRUPT : c);
	}
}

static void
port_intr_init(void *arg __unused)
{
	if (!port_works || intr_register(COM2_IRQ, port_intr, NULL) != 0)
		return;
	ns16550_intr_on(COM2);
}
SYSINIT(gdb_port, SI_SUB_DRIVERS, SI_ORDER_ANY, port_intr_init, NULL);

#define	REG_OF(name, bits, type)					\
	"<reg name=\"" name "\" bitsize=\"" bits "\" type=\"" type "\"/>"
#define	REG(name, type)	REG_OF(name, "32", type)
#define	INT(name)	REG(name, "int32")
#define	ST(n)		REG_OF("st" n, "80", "i387_ext")

#define	XMM(n)		REG_OF("xmm" n, "128", "vec128")
#define	FIELD(name, type)						\
	"<field name=\"" name "\" type=\"" type "\"/>"
#define	VECTOR(id, type, count)						\
	"<vector id=\"" id "\" type=\"" type "\" count=\"" count "\"/>"

const char gdb_target_xml[] =
    "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
    "<target><architecture>i386</architecture>"
    "<feature name=\"org.gnu.gdb.i386.core\">" INT("eax") INT("ecx")
	INT("edx") INT("ebx") REG("esp", "data_ptr") REG("ebp", "data_ptr")
	    INT("esi") INT("edi") REG("eip", "code_ptr") INT("eflags")
		INT("cs") INT("ss") INT("ds") INT("es") INT("fs") INT("gs")
		    ST("0") ST("1") ST("2") ST("3") ST("4") ST("5") ST("6")
			ST("7") INT("fctrl") INT("fstat") INT("ftag")
			    INT("fiseg") INT("fioff") INT("foseg")
				INT("fooff") INT("fop") "</feature>"
    "<feature name=\"org.gnu.gdb.i386.sse\">"
    VECTOR("v4f", "ieee_single", "4") VECTOR("v2d", "ieee_double", "2")
	VECTOR("v16i8", "int8", "16") VECTOR("v8i16", "int16", "8")
	    VECTOR("v4i32", "int32", "4") VECTOR("v2i64", "int64", "2")
    "<union id=\"vec128\">"
    FIELD("v4_float", "v4f") FIELD("v2_double", "v2d")
	FIELD("v16_int8", "v16i8") FIELD("v8_int16", "v8i16")
	    FIELD("v4_int32", "v4i32") FIELD("v2_int64", "v2i64")
		FIELD("uint128", "uint128")
    "</union>"
    XMM("0") XMM("1") XMM("2") XMM("3") XMM("4") XMM("5") XMM("6") XMM("7")
	INT("mxcsr") "</feature></target>";

/* ------------------------------------------------------------- the FPU */

/* As gdb numbers them, from GDB_NREGS on; first the stack, by its depth. */
enum {
	FPU_CONTROL = 8,
	FPU_XMM = 16,
	FPU_MXCSR = 24,
	FPU_COUNT
};

/* Those from FPU_CONTROL on; each is 32 bits to gdb. */
struct control {
	u_int	cw, sw, tw, fcs, fip, fos, foo, opcode;
};

static union savefpu image;	/* who has the machine; the stack is short */

u_int
gdb_fpu_size(u_int n)
{
	if (n < GDB_NREGS || n >= GDB_NREGS + FPU_COUNT)
		return (0);
	n -= GDB_NREGS;
	if (n < FPU_CONTROL)
		return (sizeof(image.sv_87.sv_ac[0]));
	return (n >= FPU_XMM && n < FPU_MXCSR ? sizeof(image.sv_xmm.sv_xmm[0]) :
						sizeof(u_int));
}

/*
 * What fxsave says in a bit for a register, used or not, is two in the tag
 * word: 0 a number, 1 zero, 2 anything else, 3 not used.  Its bits belong to
 * the registers themselves; the stack begins with one of them.
 */
static u_int
tag_word(const struct savexmm *sv)
{
	u_int i, tag, tw = 0, top = sv->sv_sw >> 11 & 7;
	const u_char *ac;
	u_short exponent;

	for (i = 0; i < 8; i++) {
		ac = sv->sv_ac[(i - top) & 7];
		exponent = (ac[9] << 8 | ac[8]) & 0x7fff;
		if ((sv->sv_tw & 1u << i) == 0)
			tag = 3;
		else if (exponent == 0 && bcmp(ac, "\0\0\0\0\0\0\0\0", 8) == 0)
			tag = 1;
		else
			tag = exponent != 0 && exponent != 0x7fff &&
				(ac[7] & 0x80) ?
			    0 :
			    2;
		tw |= tag << i * 2;
	}
	return (tw);
}

static void
control_get(struct control *c)
{
	const struct savexmm *sv = &image.sv_xmm;
	const struct save87 *s87 = &image.sv_87;

	if (npx_fxsr)
		*c = (struct control){ sv->sv_cw, sv->sv_sw, tag_word(sv),
			sv->sv_fcs & 0xffff, sv->sv_fip, sv->sv_fos & 0xffff,
			sv->sv_foo, sv->sv_opcode & 0x7ff };
	else
		*c = (struct control){ s87->sv_cw & 0xffff, s87->sv_sw & 0xffff,
			s87->sv_tw & 0xffff, s87->sv_fcs & 0xffff, s87->sv_fip,
			s87->sv_fos & 0xffff, s87->sv_foo,
			s87->sv_fcs >> 16 & 0x7ff };
}

static void
control_set(const struct control *c)
{
	struct savexmm *sv = &image.sv_xmm;
	struct save87 *s87 = &image.sv_87;
	u_int i;

	if (!npx_fxsr) {
		s87->sv_cw = c->cw;
		s87->sv_sw = c->sw;
		s87->sv_tw = c->tw;
		s87->sv_fcs = c->opcode << 16 | (c->fcs & 0xffff);
		s87->sv_fip = c->fip;
		s87->sv_fos = c->fos;
		s87->sv_foo = c->foo;
		return;
	}
	sv->sv_cw = c->cw;
	sv->sv_sw = c->sw;
	for (sv->sv_tw = i = 0; i < 8; i++)
		if ((c->tw >> i * 2 & 3) != 3)
			sv->sv_tw |= 1u << i;
	sv->sv_fcs = c->fcs;
	sv->sv_fip = c->fip;
	sv->sv_fos = c->fos;
	sv->sv_foo = c->foo;
	sv->sv_opcode = c->opcode;
}

/* Where a register is in the image that is one piece there; NULL: none. */
static u_char *
in_image(u_int n)
{
	if (n >= FPU_XMM && !npx_sse)
		return (NULL);
	if (n == FPU_MXCSR)
		return ((u_char *)&image.sv_xmm.sv_mxcsr);
	if (n >= FPU_XMM)
		return (image.sv_xmm.sv_xmm[n - FPU_XMM]);
	return (npx_fxsr ? image.sv_xmm.sv_ac[n] : image.sv_87.sv_ac[n]);
}

bool
gdb_fpu_read(const struct thread *td, u_int n, u_char *bytes)
{
	u_int cpu, size = gdb_fpu_size(n), field = n - GDB_NREGS;
	struct control c;
	u_char *from;

	CPU_FOREACH(cpu)
	if (cpu != PCPU_GET(cpuid) && cpu_pcpu[cpu]->pc_fpcurthread == td)
		return (false); /* they are in that processor */
	if (!npxlook(td, &image))
		return (false);
	if (field >= FPU_CONTROL && field < FPU_XMM) {
		control_get(&c);
		from = (u_char *)((u_int *)&c + field - FPU_CONTROL);
	} else
		from = in_image(field);
	if (from != NULL)
		memcpy(bytes, from, size);
	return (from != NULL);
}

bool
gdb_fpu_write(struct thread *td, u_int n, const u_char *bytes)
{
	u_int size = gdb_fpu_size(n), field = n - GDB_NREGS;
	struct control c;
	u_char *to;

	if (!npxlook(td, &image))
		return (false);
	if (field >= FPU_CONTROL && field < FPU_XMM) {
		control_get(&c);
		memcpy((u_int *)&c + field - FPU_CONTROL, bytes, size);
		control_set(&c);
	} else {
		to = in_image(field);
		if (to == NULL)
			return (false);
		memcpy(to, bytes, size);
	}
	npxpoke(td, &image);
	return (true);
}
