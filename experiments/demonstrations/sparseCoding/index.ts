/**
 * A spiking locally competitive algorithm codes patches of digits: a dictionary in memristors drives integrate-and-fire
 * neurons, which inhibit each other by the overlap of their atoms; lambda is a constant inhibiting current.
 * Source: R184 of the review Nanoscale Horiz. 2023, 8, 716; spiking LCA: Shapero et al. 2014, Int. J. Neural Syst. 24, 1440001;
 *         its convergence: Tang et al. 2017, arXiv:1705.05475.
 * Run: memspike demo sparse-coding --out demos/sparse-coding
 * Expect: error rises and the share of active neurons falls with lambda, both near the optimum of the problem that is solved;
 *         as many atoms drawn at random miss more, and without inhibition many more neurons do worse.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, loadMnist, number, object, programmed, Stream } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED, type Stage, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { bestScaled, missed, optimum, overlaps, PIXELS, patchesOf, randomCode, reconstruction, SIDE } from './codes.ts';
import { spikingCodes } from './network.ts';

const parameters = object({
  ...REPEATED,
  neurons: integer({ default: 256, min: 2, max: 1000, help: 'atoms of the dictionary, each a training patch' }),
  patches: integer({ default: 30, min: 1, max: 1000, help: 'test patches to code' }),
  noise: number({ default: 0.02, min: 0, help: 'sd of programming the dictionary, share of the range (assumed)' }),
});
type Settings = z.output<typeof parameters>;

const LAMBDAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
const FIGURED = [0.02, 0.1, 0.3];
const SHOWN = 8;
const KINDS = ['spiking', 'optimum', 'random', 'without'] as const;
type Kind = (typeof KINDS)[number];

/** What is told of each kind of code, by the name of its column. */
const COLUMNS = (['error', 'active'] as const).flatMap((what) =>
  KINDS.map((kind) => ({ name: `${what}, ${kind}`, what, kind })),
);

/** Means over patches, a value for each lambda. */
interface Outcome {
  readonly error: Readonly<Record<Kind, number[]>>;
  readonly active: Readonly<Record<Kind, number[]>>;
  readonly patches: Float64Array;
  readonly restored: Float64Array[][];
}

const activeOf = (code: Float64Array): number => code.reduce((count, a) => count + (a !== 0 ? 1 : 0), 0);
const perKind = (): Record<Kind, number[]> => ({ spiking: [], optimum: [], random: [], without: [] });

async function once(p: Settings, seed: number, { train, test }: ReturnType<typeof loadMnist>, stage: Stage) {
  const { neurons } = p;
  const dictionary = patchesOf(train, neurons, new Stream(seed, 'sparseCoding/dictionary'));
  const patches = patchesOf(test, p.patches, new Stream(seed, 'sparseCoding/patches'));
  const patch = (k: number) => patches.subarray(k * PIXELS, (k + 1) * PIXELS);
  const crossbar = dictionary.map((_, k) => dictionary[(k % neurons) * PIXELS + Math.floor(k / neurons)]!);
  const high = crossbar.reduce((most, w) => Math.max(most, w), 0);
  const stored = programmed(crossbar, { low: 0, high }, { noise: p.noise }, seed, 'sparseCoding');
  const gram = overlaps(dictionary);
  const chance = new Stream(seed, 'sparseCoding/random');
  const outcome: Outcome = { error: perKind(), active: perKind(), patches, restored: [] };
  for (const lambda of LAMBDAS) {
    await stage.step(`seed ${seed}: lambda ${lambda}`);
    const coded = (inhibition: boolean) => spikingCodes(patches, { stored, gram, neurons, inhibition, lambda });
    const spiking = coded(true);
    const codes: Record<Kind, Float64Array[]> = {
      spiking,
      optimum: spiking.map((_, k) => {
        const drive = Float64Array.from({ length: neurons }, (_, j) =>
          patch(k).reduce((sum, x, i) => sum + x * dictionary[j * PIXELS + i]!, 0),
        );
        return optimum(gram, drive, lambda);
      }),
      random: spiking.map((code, k) => randomCode(dictionary, patch(k), activeOf(code), chance)),
      without: coded(false).map((code, k) => bestScaled(dictionary, code, patch(k))),
    };
    for (const kind of KINDS) {
      outcome.error[kind].push(mean(codes[kind].map((code, k) => missed(dictionary, code, patch(k)))));
      outcome.active[kind].push(mean(codes[kind].map((code) => activeOf(code) / neurons)));
    }
    outcome.restored.push(spiking.slice(0, SHOWN).map((code) => reconstruction(dictionary, code)));
  }
  return outcome;
}

export default demonstration({
  name: 'sparse-coding',
  title: 'Sparse coding of image patches by competing spiking neurons',
  claim: 'A memristor array whose neurons inhibit each other codes images by few active neurons.',
  source: 'R184 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds }) => seeds * LAMBDAS.length,
  async run(p, stage) {
    const images = loadMnist();
    const seeds = await perSeed(p, (seed) => once(p, seed, images, stage));
    const at = (what: 'error' | 'active', kind: Kind, l: number) => seeds.map((one) => one[what][kind][l]!);
    const line = (what: 'error' | 'active', kind: Kind) => overSeedsAt(LAMBDAS, (_, l) => at(what, kind, l));
    const row = (one: Outcome, l: number): Record<string, number> =>
      Object.fromEntries(COLUMNS.map(({ name, what, kind }) => [name, one[what][kind][l]!]));
    const every = (holds: (one: Outcome, l: number) => boolean) =>
      seeds.every((one) => LAMBDAS.every((_, l) => holds(one, l)));
    const first = seeds[0]!;
    const frame = (values: Float64Array) => ({ values, rows: SIDE, columns: SIDE });
    const figured = [
      ['error', 'error', 'spiking'],
      ['error of the optimum', 'error', 'optimum'],
      ['error of random atoms', 'error', 'random'],
      ['error without inhibition', 'error', 'without'],
      ['active share', 'active', 'spiking'],
      ['active share without inhibition', 'active', 'without'],
      ['active share of the optimum', 'active', 'optimum'],
    ] as const;
    const subtitle = `${p.neurons} atoms, ${p.patches} patches of ${SIDE} × ${SIDE} pixels; band: ± sd over ${p.seeds} seeds`;
    return {
      figures: Object.fromEntries(
        FIGURED.flatMap((lambda) =>
          figured.map(([name, what, kind]) => [
            `${name}, lambda ${lambda}`,
            { unit: '1', values: at(what, kind, LAMBDAS.indexOf(lambda)) },
          ]),
        ),
      ),
      expectations: {
        'the error rises with lambda': every(({ error }, l) => l === 0 || error.spiking[l]! > error.spiking[l - 1]!),
        'the share of active neurons falls with lambda': every(
          ({ active }, l) => l === 0 || active.spiking[l]! < active.spiking[l - 1]!,
        ),
        'the error is within 0.03 of that of the optimum': every(
          ({ error }, l) => Math.abs(error.spiking[l]! - error.optimum[l]!) < 0.03,
        ),
        'at lambda 0.1 as many atoms drawn at random, with least-squares coefficients, miss at least twice as much':
          seeds.every(({ error }) => error.random[LAMBDAS.indexOf(0.1)]! > 2 * error.spiking[LAMBDAS.indexOf(0.1)]!),
        'up to lambda 0.1 a code without inhibition, scaled as is best for it, misses at least twice as much with three times the neurons':
          every(
            ({ error, active }, l) =>
              LAMBDAS[l]! > 0.1 ||
              (error.without[l]! > 2 * error.spiking[l]! && active.without[l]! > 3 * active.spiking[l]!),
          ),
      },
      tables: {
        codes: tableOf(
          seedsOf(p).flatMap((seed, s) => LAMBDAS.map((lambda, l) => ({ seed, lambda, ...row(seeds[s]!, l) }))),
          { seed: WHOLE, lambda: '1', ...Object.fromEntries(COLUMNS.map(({ name }) => [name, '1'])) },
        ),
      },
      pictures: {
        'sparse-coding': curve({
          title: 'Error of a spiking LCA against lambda',
          subtitle,
          x: { label: 'lambda', log: true },
          y: { label: 'share of the patch missed', domain: [0, 0.7] },
          series: [
            { name: 'spiking', points: line('error', 'spiking') },
            { name: 'optimum', points: line('error', 'optimum') },
            { name: 'as many random atoms', points: line('error', 'random') },
            { name: 'no inhibition', points: line('error', 'without') },
          ],
        }),
        active: curve({
          title: 'Active neurons of a spiking LCA against lambda',
          subtitle,
          x: { label: 'lambda', log: true },
          y: { label: 'share of active neurons', domain: [0.01, 1], log: true },
          series: [
            { name: 'spiking', points: line('active', 'spiking') },
            { name: 'optimum', points: line('active', 'optimum') },
            { name: 'no inhibition', points: line('active', 'without') },
          ],
        }),
        patches: filmStrip({
          title: 'Patches and what their codes restore',
          subtitle: `seed ${p.seed}`,
          moments: ['patch', ...LAMBDAS.map((lambda) => `λ = ${lambda}`)],
          rows: first.restored[0]!.map((_, k) => ({
            label: String(k + 1),
            frames: [
              frame(first.patches.subarray(k * PIXELS, (k + 1) * PIXELS)),
              ...first.restored.map((of) => frame(of[k]!)),
            ],
          })),
          colours: { label: 'pixel of a patch of norm 1', domain: [0, 0.5] },
        }),
      },
    };
  },
});
