/* SPDX-License-Identifier: GPL-2.0 */
/*
 * generate_random - the generator's dice: xoshiro256** seeded by splitmix64
 *
 * Integers only, so that one seed gives one session on every machine.  Both
 * algorithms are published by Blackman and Vigna as public domain.
 */
#ifndef HT_GENERATE_RANDOM_H
#define HT_GENERATE_RANDOM_H

#include <stdint.h>

struct dice {
	uint64_t s[4];
};

static inline uint64_t dice_rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

static inline uint64_t dice_next(struct dice *d)
{
	uint64_t *s = d->s;
	uint64_t result = dice_rotl(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = dice_rotl(s[3], 45);
	return result;
}

static inline void dice_seed(struct dice *d, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		d->s[i] = z ^ z >> 31;
	}
}

/* Return: 0 to n - 1; 0 when n is 0. */
static inline uint32_t dice_roll(struct dice *d, uint32_t n)
{
	return (uint32_t)((dice_next(d) >> 32) * n >> 32);
}

/* Return: 0 to 4, each half as likely as the one before. */
static inline uint32_t dice_near(struct dice *d)
{
	return (uint32_t)__builtin_ctzll(dice_next(d) >> 8 | 16);
}

#endif
