/*
 * The tables of docs/fork.md, as tools/forkfields.py gives them to the
 * test: each field of a process, and what fork does to it.
 */
#ifndef _FORK_FIELDS_H_
#define	_FORK_FIELDS_H_

/* In which of a process's structures; the later ones may be shared. */
enum fork_struct { IN_PROC, IN_THREAD, IN_KSE, IN_KSEGRP, IN_PSTATS,
	IN_FILEDESC, IN_SIGACTS, IN_VMSPACE, IN_VM_MAP, IN_VM_MAP_ENTRY };

/* The words of the tables. */
enum fork_word { FORK_ZEROED, FORK_COPIED, FORK_REFERENCE, FORK_FLAGS,
	FORK_LINKED, FORK_SET, FORK_MADE, FORK_BELOW, FORK_UNTOUCHED };

struct fork_field {
	const char *name;
	enum fork_struct in;
	enum fork_word word;
	unsigned offset, size;		/* bytes */
};

extern const struct fork_field fork_fields[];
extern const unsigned fork_nfields;

#endif /* !_FORK_FIELDS_H_ */
