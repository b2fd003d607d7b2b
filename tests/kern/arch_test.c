/*
 * Tests of the machine's part: atomic operations, access to user memory,
 * FPU registers of threads, symbols and clocks.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/ktest.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/ucontext.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_map.h>
#include <vm/vm_page.h>
#include <machine/atomic.h>
#include <machine/bootinfo.h>
#include <machine/clock.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/intr.h>
#include <machine/npx.h>
#include <machine/pcb.h>
#include <machine/specialreg.h>
#include <machine/stack.h>
#include <machine/vmparam.h>

#include "kern_util.h"

#define	USER	0x20000000		/* where the tests map memory */

static void
atomic_ops(struct ktest *t)
{
	volatile u_int v = 5;

	atomic_add_int(&v, 7);
	KTEST_EQ(t, v, 12);
	atomic_subtract_int(&v, 13);
	KTEST_EQ(t, v, ~0U);
	v = 0xf0;
	atomic_set_int(&v, 0x0f);
	KTEST_EQ(t, v, 0xff);
	atomic_clear_int(&v, 0x3c);
	KTEST_EQ(t, v, 0xc3);
	KTEST_EQ(t, atomic_fetchadd_int(&v, 1), 0xc3);
	KTEST_EQ(t, v, 0xc4);
	KTEST_EQ(t, atomic_swap_int(&v, 9), 0xc4);
	KTEST_EQ(t, v, 9);
	atomic_store_rel_int(&v, 0x80000000);
	KTEST_EQ(t, atomic_load_acq_int(&v), 0x80000000);
}
KTEST(arch, atomic_ops);

static void
atomic_cmpset(struct ktest *t)
{
	volatile u_int v = 3;
	void *p = &p;

	KTEST_EQ(t, atomic_cmpset_int(&v, 4, 5), 0);
	KTEST_EQ(t, v, 3);
	KTEST_EQ(t, atomic_cmpset_int(&v, 3, 5), 1);
	KTEST_EQ(t, v, 5);
	KTEST_EQ(t, atomic_cmpset_acq_int(&v, 5, 0), 1);
	KTEST_EQ(t, atomic_cmpset_rel_int(&v, 5, 0), 0);
	KTEST_EQ(t, atomic_cmpset_ptr(&p, &p, NULL), 1);
	KTEST_ASSERT(t, p == NULL);
}
KTEST(arch, atomic_cmpset);

/*
 * Anonymous memory of two pages at USER in the current address space.
 */
static int
map_user(vm_prot_t prot)
{
	struct vm_map_args args = {
		.prot = prot,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
	};

	return (vm_map_fixed(&curproc->p_vmspace->vm_map, USER, 2 * PAGE_SIZE,
	    &args, false));
}

static void
unmap_user(void)
{
	(void)vm_map_remove(&curproc->p_vmspace->vm_map, USER,
	    USER + 2 * PAGE_SIZE);
}

/*
 * The border between direct map and kernel map: room for all stacks, and no
 * more than that, unless what has been loaded takes it.
 */
static void
kmap_border(struct ktest *t)
{
	const vm_size_t mb = 1 << 20;
	vm_offset_t start;
	u_int n;

	for (n = 0; n <= PID_MAX / 3; n += 123) {
		start = pmap_kmap_start(n, 16 * mb);
		KTEST_EQ(t, start % NBPDR, 0);
		KTEST_ASSERT(t, start >= KERNBASE + DMAP_MIN_SIZE);
		KTEST_ASSERT(t, start <= KERNBASE + DMAP_MAX_SIZE);
		KTEST_ASSERT(t, pmap_kmap_stacks(start) >= n);
		KTEST_ASSERT(t,
		    start == KERNBASE + DMAP_MAX_SIZE ||
			pmap_kmap_stacks(start + NBPDR) < n);
	}
	start = KERNBASE + DMAP_MIN_SIZE;
	KTEST_EQ(t, pmap_kmap_start(n, 120 * mb + 1), start + 124 * mb);
	KTEST_EQ(t, pmap_kmap_start(n, 896 * mb), KERNBASE + DMAP_MAX_SIZE);
	/* And here: */
	KTEST_ASSERT(t, pmap_kmap_stacks(VM_KMAP_START) >= (u_int)maxproc);
	KTEST_ASSERT(t, vm_page_frames <= atop(VM_PHYS_END));
}
KTEST(arch, kmap_border);

static void
copy_bounds(struct ktest *t)
{
	const vm_offset_t bad[] = { 0, 1, PAGE_SIZE - 4, 0x10000000,
		VM_MAXUSER_ADDRESS - 4, VM_MAXUSER_ADDRESS - 3,
		VM_MAXUSER_ADDRESS, KERNBASE - 4, KERNBASE, KERNBASE + 0x100000,
		VM_KMAP_START, 0xfffffffc, 0xffffffff };
	char buf[16] = "unchanged";
	size_t done = 99;
	u_int i;

	for (i = 0; i < nitems(bad); i++) {
		void *ua = (void *)bad[i];

		KTEST_EQ(t, copyin(ua, buf, 4), EFAULT);
		KTEST_EQ(t, copyout(buf, ua, 4), EFAULT);
		KTEST_EQ(t, copyinstr(ua, buf, 4, &done), EFAULT);
		KTEST_EQ(t, done, 0);
		KTEST_EQ(t, fuword(ua), -1);
		KTEST_EQ(t, fubyte(ua), -1);
		KTEST_EQ(t, suword(ua, 0), -1);
		KTEST_EQ(t, subyte(ua, 0), -1);
	}
	/* Ends beyond user memory; wraps. */
	KTEST_EQ(t, copyin((void *)USER, buf, 0xe0000000), EFAULT);
	KTEST_EQ(t, copyin((void *)USER, buf, 0xffffffff), EFAULT);
	KTEST_EQ(t, copyout(buf, (void *)USER, 0xa0000000), EFAULT);
	KTEST_EQ(t, strcmp(buf, "unchanged"), 0);
	KTEST_ASSERT(t, curthread->td_onfault == NULL);
}
KTEST(arch, copy_bounds);

static void
copy_roundtrip(struct ktest *t)
{
	char from[64], to[64];
	u_int i, len, at;

	if (map_user(VM_PROT_READ | VM_PROT_WRITE) != 0)
		KTEST_SKIP(t, "no memory for the mapping");
	for (i = 0; i < sizeof(from); i++)
		from[i] = i + 1;
	/* All lengths and alignments, over the border of the two pages. */
	for (len = 0; len <= 20; len++) {
		for (at = 0; at < 8; at++) {
			char *ua = (char *)USER + PAGE_SIZE - 10 + at;

			bzero(to, sizeof(to));
			KTEST_EQ(t, copyout(from, ua, len), 0);
			KTEST_EQ(t, copyin(ua, to, len), 0);
			KTEST_EQ(t, bcmp(from, to, len), 0);
			KTEST_EQ(t, to[len], 0);
		}
	}
	KTEST_EQ(t, suword((void *)(USER + 1), 0x12345678), 0);
	KTEST_EQ(t, fuword((void *)(USER + 1)), 0x12345678);
	KTEST_EQ(t, fubyte((void *)(USER + 4)), 0x12);
	KTEST_EQ(t, subyte((void *)(USER + 4), 0xff), 0);
	KTEST_EQ(t, fubyte((void *)(USER + 4)), 0xff);
	/* Into the page behind the second: there is none. */
	KTEST_EQ(t, copyin((char *)USER + 2 * PAGE_SIZE - 4, to, 8), EFAULT);
	KTEST_EQ(t, copyout(from, (char *)USER + 2 * PAGE_SIZE - 4, 8), EFAULT);
	KTEST_EQ(t, copyin((char *)USER + 2 * PAGE_SIZE - 4, to, 0), 0);
	unmap_user();
	KTEST_EQ(t, copyin((void *)USER, to, 1), EFAULT);
}
KTEST(arch, copy_roundtrip);

static void
copy_readonly(struct ktest *t)
{
	int word = -1;

	if (map_user(VM_PROT_READ) != 0)
		KTEST_SKIP(t, "no memory for the mapping");
	/* CR0.WP: the kernel obeys read-only pages too. */
	KTEST_EQ(t, copyin((void *)USER, &word, sizeof(word)), 0);
	KTEST_EQ(t, word, 0);
	KTEST_EQ(t, copyout(&word, (void *)USER, sizeof(word)), EFAULT);
	KTEST_EQ(t, suword((void *)USER, 1), -1);
	unmap_user();
}
KTEST(arch, copy_readonly);

static void
copy_strings(struct ktest *t)
{
	char *top = (char *)USER + 2 * PAGE_SIZE;
	char buf[16];
	size_t done;

	if (map_user(VM_PROT_READ | VM_PROT_WRITE) != 0)
		KTEST_SKIP(t, "no memory for the mapping");
	KTEST_EQ(t, copyout("hello", top - 6, 6), 0);
	KTEST_EQ(t, copyinstr(top - 6, buf, sizeof(buf), &done), 0);
	KTEST_EQ(t, done, 6);
	KTEST_EQ(t, strcmp(buf, "hello"), 0);
	KTEST_EQ(t, copyinstr(top - 6, buf, 6, NULL), 0);
	KTEST_EQ(t, copyinstr(top - 6, buf, 5, &done), ENAMETOOLONG);
	KTEST_EQ(t, done, 5);
	KTEST_EQ(t, copyinstr(top - 6, buf, 0, &done), ENAMETOOLONG);
	KTEST_EQ(t, done, 0);
	/* No NUL before the memory ends. */
	KTEST_EQ(t, subyte(top - 1, '!'), 0);
	KTEST_EQ(t, copyinstr(top - 6, buf, sizeof(buf), &done), EFAULT);
	KTEST_EQ(t, done, 0);
	KTEST_EQ(t, copystr("abc", buf, sizeof(buf), &done), 0);
	KTEST_EQ(t, done, 4);
	KTEST_EQ(t, copystr("abc", buf, 3, &done), ENAMETOOLONG);
	KTEST_EQ(t, done, 3);
	unmap_user();
}
KTEST(arch, copy_strings);

/*
 * FPU registers.  The kernel itself may not use the FPU, so the test does
 * by hand what a program's first FPU instruction makes happen.
 */
static union savefpu fpu_mine, fpu_other, fpu_got;

static void
fpu_pattern(union savefpu *fpu, int seed)
{
	u_int i;

	(void)npxgetregs(curthread, fpu);
	for (i = 0; i < sizeof(fpu->sv_xmm.sv_xmm); i++)
		((u_char *)fpu->sv_xmm.sv_xmm)[i] = seed + i;
}

static void
fpu_switch(struct ktest *t)
{
	struct thread *td = curthread;
	u_int ef;

	if (!npx_fxsr)
		KTEST_SKIP(t, "no fxsave");
	npxdrop(td);
	fpu_pattern(&fpu_mine, 1);
	fpu_pattern(&fpu_other, 101);
	KTEST_EQ(t, npxsetregs(td, &fpu_mine), 0);
	KTEST_EQ(t, npxgetregs(td, &fpu_got), _MC_FPOWNED_PCB);

	/* Into the processor; change them there; switch away. */
	KTEST_EQ(t, npxdna(), 1);
	KTEST_ASSERT(t, PCPU_GET(fpcurthread) == td);
	KTEST_EQ(t, npxgetregs(td, &fpu_got), _MC_FPOWNED_FPU);
	KTEST_EQ(t, bcmp(&fpu_got, &fpu_mine, sizeof(fpu_got)), 0);
	ef = intr_disable();
	__asm __volatile("fxrstor %0" : : "m"(fpu_other));
	npxswitchout(td);
	intr_restore(ef);
	KTEST_ASSERT(t, PCPU_GET(fpcurthread) == NULL);
	KTEST_EQ(t, bcmp(&td->td_pcb->pcb_fpu, &fpu_other, sizeof(fpu_other)),
	    0);

	/* A real switch, to a thread that has none, loses nothing. */
	KTEST_EQ(t, npxdna(), 1);
	DELAY(1);
	tsleep(&fpu_mine, PWAIT, "fputest", 2);
	KTEST_ASSERT(t, PCPU_GET(fpcurthread) == NULL);
	KTEST_EQ(t, npxgetregs(td, &fpu_got), _MC_FPOWNED_PCB);
	KTEST_EQ(t, bcmp(&fpu_got, &fpu_other, sizeof(fpu_got)), 0);
	npxdrop(td);
	KTEST_EQ(t, npxgetregs(td, &fpu_got), _MC_FPOWNED_NONE);
	KTEST_EQ(t, fpu_got.sv_xmm.sv_cw, NPX_CW_DEFAULT);
}
KTEST(arch, fpu_switch);

static void
fpu_reserved_bits(struct ktest *t)
{
	struct thread *td = curthread;

	if (!npx_fxsr)
		KTEST_SKIP(t, "no fxsave");
	fpu_pattern(&fpu_mine, 7);
	fpu_mine.sv_xmm.sv_mxcsr = 0xffffffff;
	/* fxrstor would fault on this in the kernel. */
	KTEST_EQ(t, npxsetregs(td, &fpu_mine), 0);
	KTEST_EQ(t, npxdna(), 1);
	KTEST_EQ(t, npxgetregs(td, &fpu_got), _MC_FPOWNED_FPU);
	KTEST_EQ(t, fpu_got.sv_xmm.sv_mxcsr & 0xffff0000, 0);
	npxdrop(td);
}
KTEST(arch, fpu_reserved_bits);

/* Pages are copied through registers that are a program's, or nobody's. */
static void
page_copies(struct ktest *t)
{
	struct thread *td = curthread;
	vm_page_t from = vm_page_alloc(VPT_KERNEL, 0);
	vm_page_t to = vm_page_alloc(VPT_KERNEL, 0);
	u_int *s = VM_PAGE_TO_KVA(from), *d = VM_PAGE_TO_KVA(to);
	u_int i, round, wrong = 0;

	npxdrop(td);
	fpu_pattern(&fpu_mine, 31);
	for (round = 0; round < 2; round++) {
		if (round == 1) {
			KTEST_EQ(t, npxsetregs(td, &fpu_mine), 0);
			KTEST_EQ(t, npxdna(), 1);
		}
		for (i = 0; i < PAGE_SIZE / sizeof(*s); i++)
			s[i] = ~i * 0x01000193;
		pmap_copy_page(from, to);
		wrong += bcmp(s, d, PAGE_SIZE) != 0;
		pmap_zero_page(from);
		for (i = 0; i < PAGE_SIZE / sizeof(*s); i++)
			wrong += s[i] != 0 || d[i] != ~i * 0x01000193;
		KTEST_ASSERT(t, PCPU_GET(fpcurthread) == (round ? td : NULL));
		KTEST_EQ(t, (rcr0() & CR0_TS) == 0, round);
	}
	KTEST_EQ(t, wrong, 0);
	KTEST_EQ(t, npxgetregs(td, &fpu_got), _MC_FPOWNED_FPU);
	KTEST_EQ(t, bcmp(&fpu_got, &fpu_mine, sizeof(fpu_got)), 0);
	npxdrop(td);
	vm_page_unref(from);
	vm_page_unref(to);
}
KTEST(arch, page_copies);

static void
symbols(struct ktest *t)
{
	vm_offset_t offset = 99;
	const char *name;

	name = db_symbol((vm_offset_t)fork_trampoline, &offset);
	KTEST_ASSERT(t, name != NULL && strcmp(name, "fork_trampoline") == 0);
	KTEST_EQ(t, offset, 0);
	name = db_symbol((vm_offset_t)symbols + 3, &offset);
	KTEST_ASSERT(t, name != NULL && strcmp(name, "symbols") == 0);
	KTEST_EQ(t, offset, 3);
	KTEST_ASSERT(t, db_symbol(0x1000, &offset) == NULL);
	KTEST_ASSERT(t, db_symbol(0xffffffff, &offset) == NULL);
}
KTEST(arch, symbols);

/* Whether a remembered call was made in the function of that name. */
static bool
called_in(const struct stack *st, int i, const char *function)
{
	vm_offset_t offset;
	const char *name;

	if (i >= st->depth)
		return (false);
	name = db_symbol(st->pcs[i] - 1, &offset);
	return (name != NULL && strcmp(name, function) == 0);
}

/* Frames of several sizes, one without a fixed size. */
static __noinline void
stack_deep(struct stack *st, volatile char *above, u_int bytes)
{
	volatile char *room = __builtin_alloca(bytes);

	room[0] = above[0];
	if (bytes >= 100)
		stack_save(st);
	else
		stack_deep(st, room, bytes + 40);
	above[0] = room[0];
}

static void
call_stack(struct ktest *t)
{
	struct stack st;
	char room[8] = { 0 };

	stack_save(&st);
	KTEST_ASSERT(t, called_in(&st, 0, "call_stack"));
	KTEST_ASSERT(t, st.depth >= 3);
	stack_deep(&st, room, 60);
	KTEST_ASSERT(t, called_in(&st, 0, "stack_deep"));
	KTEST_ASSERT(t, called_in(&st, 1, "stack_deep"));
	KTEST_ASSERT(t, called_in(&st, 2, "call_stack"));
	KTEST_ASSERT(t,
	    called_in(&st, st.depth - 1, "fork_exit") ||
		called_in(&st, st.depth - 1, "thread0_start"));
}
KTEST(arch, call_stack);

static void
safe_reads(struct ktest *t)
{
	static const u_int known = 0x600df00d;
	u_int value;

	KTEST_ASSERT(t, db_read_word((vm_offset_t)&known, &value));
	KTEST_EQ(t, value, known);
	KTEST_ASSERT(t, !db_read_word(0, &value));
	KTEST_ASSERT(t, !db_read_word((vm_offset_t)&known + 1, &value));
	KTEST_ASSERT(t, !db_read_word(curthread->td_kstack - 4, &value));
	KTEST_ASSERT(t, !db_read_word(0xfffffffc, &value));
}
KTEST(arch, safe_reads);

static void
clocks(struct ktest *t)
{
	u_int64_t before, cycles;

	KTEST_ASSERT(t, tsc_freq >= 1000000);
	before = rdtsc();
	DELAY(500);
	cycles = rdtsc() - before;
	/* Not shorter; how much longer is the emulator's business. */
	KTEST_ASSERT(t, cycles >= tsc_freq / 1000000 * 500);
	/* After this was written, before the 32 bits are full. */
	KTEST_ASSERT(t, rtc_time() == 0 || rtc_time() > 1000000000);
}
KTEST(arch, clocks);

static void
nobody(void *arg __unused, struct trapframe *frame __unused)
{
}

static void
interrupts(struct ktest *t)
{
	u_int n = intr_count(0);

	KTEST_EQ(t, intr_register(-1, nobody, NULL), EINVAL);
	KTEST_EQ(t, intr_register(NIRQ, nobody, NULL), EINVAL);
	KTEST_EQ(t, intr_register(0, nobody, NULL), EBUSY);
	KTEST_ASSERT(t, WAIT_UNTIL(intr_count(0) - n >= 2));
}
KTEST(arch, interrupts);

static void
boot_information(struct ktest *t)
{
	u_int64_t ram = 0;
	int i;

	for (i = 0; i < bootinfo.nmmap; i++) {
		const struct bi_mmap *m = &bootinfo.mmap[i];

		if (m->type != BI_MEM_RAM)
			continue;
		KTEST_EQ(t, m->base & PAGE_MASK, 0);
		KTEST_EQ(t, m->len & PAGE_MASK, 0);
		KTEST_ASSERT(t, m->base >= 0x100000);
		ram += m->len;
	}
	KTEST_ASSERT(t, ram >= 8 << 20);
	KTEST_EQ(t, bootinfo.bad, 0);
	KTEST_ASSERT(t, bootinfo.kernel_end > bootinfo.kernel_start);
}
KTEST(arch, boot_information);

static void
fork_frame(struct ktest *t)
{
	struct thread *td = curthread;

	/* What fork_exit's picture of the stack says. */
	KTEST_EQ(t, (vm_offset_t)(td->td_pcb + 1), td->td_kstack + KSTACK_SIZE);
	KTEST_EQ(t, (vm_offset_t)(td->td_frame + 1) + PCB_TOP_ROOM,
	    (vm_offset_t)td->td_pcb);
	KTEST_EQ(t, (vm_offset_t)&td->td_pcb->pcb_fpu & 15, 0);
	KTEST_EQ(t, PCPU_PTR(common_tss)->tss_esp0,
	    (vm_offset_t)(td->td_frame + 1));
}
KTEST(arch, fork_frame);
