/*
 * crypt(3), by MD5: passwords of the form $1$salt$hash, as FreeBSD and many
 * others write them.  MD5 is RFC 1321.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define	MAGIC		"$1$"
#define	MAXSALT		8
#define	ROUNDS		1000

struct md5 {
	uint32_t state[4];
	uint64_t length;		/* bytes so far */
	uint8_t	block[64];
};

/* The integer parts of 2^32 * |sin(i + 1)|. */
static const uint32_t sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a,
	0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
	0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
	0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
	0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
	0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
	0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
	0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
	0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391
};

static void
md5_block(struct md5 *md)
{
	static const uint8_t turns[4][4] = { { 7, 12, 17, 22 },
		{ 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
	uint32_t a = md->state[0], b = md->state[1], c = md->state[2];
	uint32_t d = md->state[3], f, word, x[16];
	int i, k, n;

	memcpy(x, md->block, sizeof(x)); /* little-endian, as we are */
	for (i = 0; i < 64; i++) {
		switch (i / 16) {
		case 0:
			f = (b & c) | (~b & d);
			k = i;
			break;
		case 1:
			f = (d & b) | (~d & c);
			k = 5 * i + 1;
			break;
		case 2:
			f = b ^ c ^ d;
			k = 3 * i + 5;
			break;
		default:
			f = c ^ (b | ~d);
			k = 7 * i;
			break;
		}
		word = a + f + sines[i] + x[k % 16];
		n = turns[i / 16][i % 4];
		a = d;
		d = c;
		c = b;
		b += word << n | word >> (32 - n);
	}
	md->state[0] += a;
	md->state[1] += b;
	md->state[2] += c;
	md->state[3] += d;
}

static void
md5_begin(struct md5 *md)
{
	static const uint32_t state[4] = { 0x67452301, 0xefcdab89, 0x98badcfe,
		0x10325476 };

	memcpy(md->state, state, sizeof(state));
	md->length = 0;
}

static void
md5_add(struct md5 *md, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len-- > 0) {
		md->block[md->length++ % 64] = *p++;
		if (md->length % 64 == 0)
			md5_block(md);
	}
}

static void
md5_end(struct md5 *md, uint8_t digest[16])
{
	uint64_t bits = md->length * 8;

	md5_add(md, "\200", 1);
	while (md->length % 64 != 56)
		md5_add(md, "", 1);
	md5_add(md, &bits, sizeof(bits));
	memcpy(digest, md->state, 16);
}

/* n characters of 6 bits each, the low ones first. */
static char *
put64(char *p, uint32_t value, int n)
{
	static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz";

	for (; n > 0; n--, value >>= 6)
		*p++ = digits[value & 63];
	return (p);
}

/* The first digest, of which the others are made. */
static void
hash_first(const char *key, const char *salt, size_t saltlen, uint8_t *digest)
{
	size_t i, len = strlen(key);
	struct md5 md;

	md5_begin(&md);
	md5_add(&md, key, len);
	md5_add(&md, salt, saltlen);
	md5_add(&md, key, len);
	md5_end(&md, digest);

	md5_begin(&md);
	md5_add(&md, key, len);
	md5_add(&md, MAGIC, strlen(MAGIC));
	md5_add(&md, salt, saltlen);
	for (i = len; i > 16; i -= 16)
		md5_add(&md, digest, 16);
	md5_add(&md, digest, i);
	for (i = len; i > 0; i >>= 1)
		md5_add(&md, i & 1 ? "" : key, 1);
	md5_end(&md, digest);
}

static void
hash(const char *key, const char *salt, size_t saltlen, uint8_t *digest)
{
	size_t len = strlen(key);
	struct md5 md;
	int i;

	hash_first(key, salt, saltlen, digest);
	for (i = 0; i < ROUNDS; i++) {
		md5_begin(&md);
		md5_add(&md, i & 1 ? (const void *)key : digest,
		    i & 1 ? len : 16);
		if (i % 3 != 0)
			md5_add(&md, salt, saltlen);
		if (i % 7 != 0)
			md5_add(&md, key, len);
		md5_add(&md, i & 1 ? (const void *)digest : key,
		    i & 1 ? 16 : len);
		md5_end(&md, digest);
	}
}

/*
 * crypt(3): a password as it is stored.  setting begins with $1$ and up to
 * eight characters of salt, so that a stored password will do.  Returns a
 * string that the next call overwrites, or NULL with EINVAL for a setting of
 * any other kind.
 */
char *
crypt(const char *key, const char *setting)
{
	static char result[sizeof(MAGIC) + MAXSALT + 1 + 22];
	const char *salt = setting + strlen(MAGIC);
	uint8_t f[16];
	size_t len;
	char *p;
	int i;

	if (strncmp(setting, MAGIC, strlen(MAGIC)) != 0) {
		errno = EINVAL;
		return (NULL);
	}
	len = strcspn(salt, "$");
	if (len > MAXSALT)
		len = MAXSALT;
	hash(key, salt, len, f);
	p = mempcpy(result, setting, strlen(MAGIC) + len);
	*p++ = '$';
	for (i = 0; i < 5; i++)
		p = put64(p,
		    f[i] << 16 | f[i + 6] << 8 | f[i == 4 ? 5 : i + 12], 4);
	p = put64(p, f[11], 2);
	*p = '\0';
	return (result);
}
