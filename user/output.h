/*
 * The end of a program that has printed something.
 */
#ifndef _OUTPUT_H_
#define	_OUTPUT_H_

/*
 * The status to end with, once all of standard output is written; if it
 * cannot be, ends the program with a message and the status of a failure.
 */
int	finish(int status, int failure);

#endif /* !_OUTPUT_H_ */
