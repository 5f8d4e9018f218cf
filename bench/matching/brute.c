/* Brute force: every posting is looked at for every person. One thread; gcc -O3 -march=native.
 *
 * Per person and block of postings: a vectorised pass over byte columns (age window, place allowed) leaves a mask; what
 * passes it is scored in full and kept in a sorted list of k. Written for this bench, as fast as we could make it
 * without an index: two passes, columns of the least width, no branch in the first pass.
 */
#include <stdint.h>
#include <string.h>

#define BLOCK 4096
#define SHOWN 1024

typedef struct {
    int64_t n;
    const uint64_t *categories;
    const uint16_t *area;
    const uint8_t *low;
    const uint8_t *high; /* [6][n] */
    const uint32_t *need;
    const uint16_t *offer, *takes, *pay;
    const int16_t *points;
    const int32_t *hukou;
    const uint8_t *height;
    const uint64_t *preferred;
} Postings;

typedef struct {
    const uint8_t *age, *variant;
    const uint32_t *lacks;
    const uint64_t *refused;
    const int32_t *wish, *trait, *pay, *where, *hukou;
    const uint16_t *height;
    const uint64_t *skills;
} People;

typedef struct {
    const int16_t *trade, *offer, *takes, *pay, *place;
    int64_t categories, offers, takers, pays, areas;
} Tables;

static int hukou_fits(int32_t asked, int32_t own) {
    if (!asked || !own) return 1;
    int32_t width = asked % 10000 == 0 ? 10000 : asked % 100 == 0 ? 100 : 1;
    return own >= asked && own < asked + width;
}

/* out: [people][k] posting numbers (-1 = none), scores beside them. */
void rank(const Postings *at, const People *who, const Tables *t, int64_t first, int64_t last, int64_t k,
          int32_t *out, int16_t *totals) {
    static uint8_t mask[BLOCK + 8];
    static uint8_t allowed[65536];
    for (int64_t p = first; p < last; p++) {
        const int16_t *trade = t->trade + p * t->categories, *place = t->place + who->where[p] * t->areas;
        const int16_t *offer = t->offer + who->wish[p] * t->offers, *takes = t->takes + who->trait[p] * t->takers;
        const int16_t *pay = t->pay + who->pay[p] * t->pays;
        const uint8_t *high = at->high + who->variant[p] * at->n, age = who->age[p];
        const uint32_t lacks = who->lacks[p];
        uint64_t wanted = 0;
        for (int64_t c = 0; c < t->categories; c++) wanted |= (uint64_t)(trade[c] > 0) << c;
        /* The places allowed are one or a few runs of area numbers; the widest span is tested in the vector pass. */
        uint16_t lowest = 65535, highest = 0;
        for (int64_t a = 0; a < t->areas; a++) {
            allowed[a] = place[a] > -3000;
            if (allowed[a]) { if (a < lowest) lowest = a; highest = a; }
        }
        int32_t *ids = out + (p - first) * k;
        int16_t *best = totals + (p - first) * k;
        int64_t found = 0;
        int16_t floor = SHOWN;
        for (int64_t begin = 0; begin < at->n; begin += BLOCK) {
            int64_t size = at->n - begin < BLOCK ? at->n - begin : BLOCK;
            const uint8_t *low = at->low + begin, *top = high + begin;
            const uint16_t *area = at->area + begin;
            const uint32_t *need = at->need + begin;
            memset(mask + size, 0, 8);
            for (int64_t i = 0; i < size; i++) mask[i] = (low[i] <= age) & (age <= top[i]);
            for (int64_t i = 0; i < size; i++) mask[i] &= (uint16_t)(area[i] - lowest) <= (uint16_t)(highest - lowest);
            for (int64_t j = 0; j < size; j += 8) {
                uint64_t word;
                memcpy(&word, mask + j, 8);
                while (word) {
                    int64_t i = begin + j + (__builtin_ctzll(word) >> 3);
                    word &= word - 1;
                    uint64_t mine = at->categories[i] & wanted;
                    if (!mine || (need[i - begin] & lacks) || (at->categories[i] & who->refused[p])) continue;
                    int16_t top_trade = 0;
                    for (; mine; mine &= mine - 1) {
                        int16_t one = trade[__builtin_ctzll(mine)];
                        if (one > top_trade) top_trade = one;
                    }
                    int16_t score = top_trade + at->points[i] + place[at->area[i]] + offer[at->offer[i]] + takes[at->takes[i]] + pay[at->pay[i]];
                    if (at->preferred[i] & ~who->skills[p]) score -= 1024;
                    if (score < floor || (found == k && score == floor)) continue;
                    if (who->height[p] < at->height[i] || !hukou_fits(at->hukou[i], who->hukou[p])) continue;
                    int64_t place_in = found < k ? found++ : k - 1;
                    while (place_in > 0 && best[place_in - 1] < score) {
                        best[place_in] = best[place_in - 1];
                        ids[place_in] = ids[place_in - 1];
                        place_in--;
                    }
                    best[place_in] = score;
                    ids[place_in] = (int32_t)i;
                    if (found == k) floor = best[k - 1];
                }
            }
        }
        for (; found < k; found++) ids[found] = -1;
    }
}
