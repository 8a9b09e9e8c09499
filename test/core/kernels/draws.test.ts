import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { getSplitMixWords, POISSON_STATE_LENGTH, seedPoissonState } from '../../../core/kernels/poissonSeed.ts';
import { allocateRecords, PoissonRecord } from '../../../core/kernels/records.ts';
import { CounterRandom, RandomStream } from '../../../core/random/random.ts';
import {
  fillExponentialZiggurat,
  getNormalZiggurat,
  LAYER_COUNT,
  ZIGGURAT_LENGTH,
} from '../../../core/random/ziggurat.ts';
import { runs } from '../../support.ts';
import { ORACLE } from './oracle/index.ts';

type Two = readonly [Float64Array, Float64Array];

const ROUNDS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Threefry-2x32-20 backwards: the entity and count whose draw has these two words. */
function origin({ key }: CounterRandom, h: number, l: number): [number, number] {
  let [x, y] = [h | 0, l | 0];
  for (let group = 5; group >= 1; group--) {
    x = (x - key[group % 3]!) | 0;
    y = (y - key[(group + 1) % 3]! - group) | 0;
    for (const bits of ROUNDS[(group + 1) % 2]!.toReversed()) {
      const turned = y ^ x;
      y = (turned >>> bits) | (turned << (32 - bits));
      x = (x - y) | 0;
    }
  }
  return [(x - key[0]!) >>> 0, (y - key[1]!) >>> 0];
}

test('both noises of the kernels are those of the oracle, wherever a draw needs more words than its own', () => {
  const random = new CounterRandom('words', 'chosen');
  const table = getNormalZiggurat();
  const word = (layer: number, negative: boolean, fraction: number) =>
    ((Math.floor(fraction * 2 ** 20) << 12) | (negative ? LAYER_COUNT : 0) | layer) >>> 0;
  const arena = new Arena();
  const [entities, counts] = [arena.u32(8), arena.u32(8)];
  const [simd, plain] = [0, 1].map(() => [arena.f64(8), arena.f64(8)] as const) as [Two, Two];
  const further = [0, 0] as [number, number];
  for (const layer of [0, 1, 2, 1000, LAYER_COUNT - 2, LAYER_COUNT - 1]) {
    const edge = table[layer + 1]! / table[layer]!; // share of the layer that surely lies under the density
    for (const fraction of [0, 0.3, edge - 2 ** -20, edge, edge + 2 ** -20, (1 + edge) / 2, 1 - 2 ** -20]) {
      if (fraction < 0) continue;
      for (let i = 0; i < 64; i++) {
        const negative = i % 2 === 1;
        const high = word(layer, negative, fraction);
        const low = Math.imul(i, 0x9e3779b1) >>> 0;
        for (const turned of [0, 1] as const) {
          // Among others, which are to stay what they are.
          for (let j = 0; j < 8; j++)
            [entities[j], counts[j]] = origin(random, 0x12345678 * (j + 1), 0x23456789 * (j + 1));
          [entities[i % 8], counts[i % 8]] = turned ? origin(random, low, high) : origin(random, high, low);
          arena.kernels.drawNoise(random, entities, counts, 8, ...simd);
          ORACLE.drawNoise(random, entities, counts, 8, ...plain);
          assert.equal(simd, plain, `layer ${layer}, ${fraction}, ${low}`);
          const found = plain[turned][i % 8];
          const x = ((high >>> 12) * 2 ** 32 + low) * 2 ** -52 * table[layer]!;
          if (x < table[layer + 1]!) assert.is(found, negative ? -x : x);
          else if (found !== (negative ? -x : x)) further[turned]++;
        }
      }
    }
  }
  assert.ok(Math.min(...further) > 100, `only ${further} drew anew`);
});

test('Poisson blocks', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.integer({ min: 1, max: 5000 }), fc.nat(2 ** 31 - 1), (equal, n, s) => {
      const a = new Arena();
      const ziggurat = a.f64(ZIGGURAT_LENGTH);
      fillExponentialZiggurat(ziggurat);
      const stream = new RandomStream(s, 'table');
      const table = equal ? null : { keep: a.f64(n), own: a.u32(n), other: a.u32(n) };
      if (table) for (let j = 0; j < n; j++) table.keep[j] = stream.uniform();
      const source = () => {
        const state = a.u32(POISSON_STATE_LENGTH);
        new RandomStream(s, 'poisson', getSplitMixWords(state));
        seedPoissonState(state);
        const given = { state, clock: a.f64(1), ziggurat, slots: n, meanGap: 0.01, stop: 30 };
        return Object.assign(allocateRecords(a, PoissonRecord, 1)[0]!, given, table ?? { keep: null });
      };
      const [x, y] = [source(), source()];
      for (let block = 0; block < 5; block++) {
        const [t1, t2, n1, n2] = [a.f64(500), a.f64(500), a.u32(500), a.u32(500)];
        assert.is(a.kernels.drawPoissonBlock(x, t1, n1, 500), ORACLE.drawPoissonBlock(y, t2, n2, 500));
        assert.equal([t1, n1, x.state, x.clock], [t2, n2, y.state, y.clock]);
      }
    }),
    runs(60),
  );
});

test.run();
