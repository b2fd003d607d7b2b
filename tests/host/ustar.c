/*
 * The archive reader, fed with good archives, with archives cut at every
 * length, and with archives in which any byte may be wrong.  The sanitizers
 * see that it never looks beyond the end.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fs/ustar/ustar.h>

#define	BLOCK	512

static char	*tar;			/* the archive being built */
static size_t	tarsize;
static int	tests, failures;

static void
check(int ok, const char *name)
{
	tests++;
	if (!ok)
		failures++;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, name);
}

static char *
block(void)
{
	tar = realloc(tar, tarsize + BLOCK);
	memset(tar + tarsize, 0, BLOCK);
	tarsize += BLOCK;
	return (tar + tarsize - BLOCK);
}

static void
sum(char *h)
{
	unsigned s = 0;
	int i;

	memset(h + 148, ' ', 8);
	for (i = 0; i < BLOCK; i++)
		s += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", s);
}

/* Add a file; text NULL for what has no contents. */
static char *
add(const char *name, char type, unsigned mode, const char *text,
    const char *link)
{
	size_t len = text != NULL ? strlen(text) : 0, off;
	char *h = block();

	strncpy(h, name, 100);
	snprintf(h + 100, 8, "%07o", mode);
	snprintf(h + 108, 8, "%07o", 1);
	snprintf(h + 116, 8, "%07o", 2);
	snprintf(h + 124, 12, "%011o", (unsigned)len);
	snprintf(h + 136, 12, "%011o", 1234567u);
	h[156] = type;
	if (link != NULL)
		strncpy(h + 157, link, 100);
	memcpy(h + 257,
	    "ustar\0"
	    "00",
	    8);
	sum(h);
	off = h - tar;
	for (; len > 0; len -= len < BLOCK ? len : BLOCK, text += BLOCK)
		memcpy(block(), text, len < BLOCK ? len : BLOCK);
	return (tar + off);
}

static void
start(void)
{
	free(tar);
	tar = NULL;
	tarsize = 0;
}

static void
finish(void)
{
	block();
	block();
}

static char	seen[4096];

static int
note(void *arg, const struct ustar_entry *e)
{
	char line[1024];
	unsigned sumof = 0;
	size_t i;

	for (i = 0; i < e->ue_size; i++)
		sumof += (unsigned char)e->ue_data[i];
	snprintf(line, sizeof(line), "%s %o %u/%u %zu %u%s%s%s|", e->ue_path,
	    e->ue_mode, e->ue_uid, e->ue_gid, e->ue_size, sumof,
	    e->ue_link[0] ? " -> " : "", e->ue_link,
	    e->ue_hardlink ? " hard" : "");
	if (strlen(seen) + strlen(line) < sizeof(seen))
		strcat(seen, line);
	return (arg != NULL ? *(int *)arg : 0);
}

/* Unpack a copy that has exactly its size, so that ASan guards its end. */
static int
unpack(size_t size, int *result, struct ustar_error *ue)
{
	char *copy = malloc(size > 0 ? size : 1);
	int error;

	memcpy(copy, tar, size);
	seen[0] = '\0';
	error = ustar_unpack(copy, size, note, result, ue);
	free(copy);
	return (error);
}

static void
fails(const char *what, const char *name)
{
	struct ustar_error ue;
	int error = unpack(tarsize, NULL, &ue);

	check(error != 0 && ue.ue_what != NULL &&
		strstr(ue.ue_what, what) != NULL,
	    name);
	if (error == 0 || ue.ue_what == NULL)
		printf("# no error\n");
	else if (strstr(ue.ue_what, what) == NULL)
		printf("# it said: %s\n", ue.ue_what);
}

static void
sample(void)
{
	start();
	add("./", '5', 0755, NULL, NULL);
	add("./bin/", '5', 0755, NULL, NULL);
	add("bin/sh", '0', 0755, "abc", NULL);
	add("/bin/test", '1', 0755, NULL, "./bin/sh");
	add("etc/motd", '\0', 0644, "0123456789", NULL);
	add("lnk", '2', 0777, NULL, "../etc/motd");
	finish();
}

static const char wanted[] =
	" 40755 1/2 0 0|"
	"bin 40755 1/2 0 0|"
	"bin/sh 100755 1/2 3 294|"
	"bin/test 100755 1/2 0 0 -> bin/sh hard|"
	"etc/motd 100644 1/2 10 525|"
	"lnk 120777 1/2 0 0 -> ../etc/motd|";

static void
test_good(void)
{
	struct ustar_error ue;
	char *h;

	sample();
	check(unpack(tarsize, NULL, &ue) == 0, "a good archive");
	check(strcmp(seen, wanted) == 0, "its entries");
	check(ue.ue_entries == 6, "their number");
	start();
	h = add("name", '0', 0644, "x", NULL);
	strcpy(h + 345, "long/prefix");
	sum(h);
	finish();
	check(unpack(tarsize, NULL, &ue) == 0 &&
		strncmp(seen, "long/prefix/name ", 17) == 0,
	    "a prefix");
	start();
	h = add("x", '0', 0644, "x", NULL);
	memset(h, 'n', 100);
	memset(h + 345, 'p', 155);
	sum(h);
	finish();
	check(unpack(tarsize, NULL, &ue) == 0 &&
		strchr(seen, ' ') == seen + 256,
	    "the longest name");
	start();
	h = add("x", '0', 0644, "x", NULL);
	memcpy(h + 257, "ustar  ", 8);
	strcpy(h + 345, "12345");
	sum(h);
	finish();
	check(unpack(tarsize, NULL, &ue) == 0 && strncmp(seen, "x ", 2) == 0,
	    "a GNU header has no prefix");
}

static void
test_bad(void)
{
	struct ustar_error ue;
	int error = ENOSPC;
	char *h;

	start();
	finish();
	fails("empty", "an empty archive");
	sample();
	tar[0] = 'X';
	fails("checksum", "a wrong checksum");
	sample();
	memcpy(tar + 257, "tsaru", 5);
	fails("not a ustar", "another format");
	start();
	h = add("f", '0', 0644, "x", NULL);
	memcpy(h + 124, "0000000009x", 11);
	sum(h);
	finish();
	fails("bad number", "a size that is no number");
	start();
	h = add("f", '0', 0644, "x", NULL);
	memcpy(h + 124, "77777777777", 11);
	sum(h);
	finish();
	fails("bad number", "a size beyond 32 bits");
	start();
	h = add("f", '0', 0644, "x", NULL);
	memcpy(h + 124, "37777777777", 11);
	sum(h);
	finish();
	fails("truncated", "a size of 4 GB");
	start();
	add("a/./b//./c/.", '5', 0755, NULL, NULL);
	add("./.x/..y/z.", '0', 0644, "x", NULL);
	finish();
	check(unpack(tarsize, NULL, &ue) == 0 &&
		strcmp(seen,
		    "a/b/c 40755 1/2 0 0|.x/..y/z. 100644 1/2 1 120|") == 0,
	    "components that say nothing");
	start();
	add("a/../b", '0', 0644, "x", NULL);
	finish();
	fails("..", "a name with ..");
	start();
	add("", '0', 0644, "x", NULL);
	finish();
	fails("empty name", "no name");
	start();
	add("fifo", '6', 0644, NULL, NULL);
	finish();
	fails("unknown type", "a FIFO");
	sample();
	check(unpack(tarsize, &error, &ue) == ENOSPC &&
		strstr(ue.ue_what, "memory") != NULL,
	    "no room");
}

/* Any length but the right one is an error, never a crash. */
static void
test_cut(void)
{
	struct ustar_error ue;
	size_t size;
	int good = 0;

	sample();
	for (size = 0; size < tarsize - BLOCK; size++)
		if (unpack(size, NULL, &ue) == 0)
			good++;
	check(good == 0, "cut at every length");
	sample();
	unpack(tarsize - 3 * BLOCK + 100, NULL, &ue);
	check(ue.ue_offset == tarsize - 3 * BLOCK, "the place is told");
}

static void
test_noise(void)
{
	struct ustar_error ue;
	unsigned i, seed = 1;
	size_t at;

	for (i = 0; i < 200000; i++) {
		if (i % 64 == 0)
			sample();
		seed = seed * 1103515245 + 12345;
		at = (seed >> 4) % tarsize;
		seed = seed * 1103515245 + 12345;
		tar[at] = seed >> 16;
		/* every other time let the header pass its checksum */
		if (i & 1)
			sum(tar + at / BLOCK * BLOCK);
		unpack(tarsize, NULL, &ue);
	}
	check(1, "200000 damaged archives");
}

int
main(void)
{
	test_good();
	test_bad();
	test_cut();
	test_noise();
	printf("1..%d\n", tests);
	free(tar);
	return (failures != 0);
}
