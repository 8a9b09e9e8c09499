/**
 * A spiking locally competitive algorithm learns a dictionary of patches of digits and codes others with it: pairs of memristors drive
 * integrate-and-fire neurons, which inhibit each other by the overlap of their atoms; lambda is a constant inhibiting current.
 * Source: R184 of the review Nanoscale Horiz. 2023, 8, 716; spiking LCA: Shapero et al. 2014, Int. J. Neural Syst. 24, 1440001;
 *         its convergence: Tang et al. 2017, arXiv:1705.05475.
 * Run: memspike demo sparse-coding --out demos/sparse-coding
 * Expect: error rises and the share of active neurons falls with lambda, both near the optimum of the problem that is solved; atoms that
 *         were learned miss less than as many patches, atoms that learned from the wrong codes more, many neurons without inhibition, too.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, loadMnist, number, object, Stream } from '../../index.ts';
import { curve, filmStrip, receptiveFields } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED, type Stage, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { bestScaled, missed, optimum, PIXELS, patchesOf, patchOf, reconstruction, SIDE } from './codes.ts';
import { BATCH, type Dictionary, learned, written } from './dictionary.ts';
import { spikingCodes } from './network.ts';

const parameters = object({
  ...REPEATED,
  neurons: integer({ default: 64, min: 2, max: 1000, help: 'atoms of the dictionary' }),
  learn: integer({ default: 3000, min: 10, max: 1_000_000, help: 'training patches that it is learned from' }),
  rate: number({ default: 3, min: 0, help: 'step of learning at the start; it falls to 0 along a line' }),
  lambda: number({ default: 0.1, min: 0, help: 'lambda while it is learned' }),
  spread: number({ default: 0.1, min: 0, help: 'relative sd of ranges and steps between devices (assumed)' }),
  patches: integer({ default: 30, min: 1, max: 1000, help: 'test patches to code' }),
  noise: number({ default: 0.02, min: 0, help: 'sd of programming patches as atoms, share of the range (assumed)' }),
});
type Settings = z.output<typeof parameters>;

const LAMBDAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
const FIGURED = [0.02, 0.1, 0.3];
const SHOWN = 8;
/** Spiking codes of the learned dictionary; its optimum; spiking codes of atoms that are patches, that learned from wrong codes; no inhibition. */
const KINDS = ['learned', 'optimum', 'patches', 'shuffled', 'without'] as const;
type Kind = (typeof KINDS)[number];
const LABELS: Readonly<Record<Kind, string>> = {
  learned: 'learned',
  optimum: 'its optimum',
  patches: 'patches as atoms',
  shuffled: 'learned from codes of others',
  without: 'no inhibition',
};

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
  readonly dictionary: Dictionary;
  /** Shares missed of the patches of each tenth of learning. */
  readonly course: Readonly<Record<'learned' | 'shuffled', readonly number[]>>;
}

const activeOf = (code: Float64Array): number => code.reduce((count, a) => count + (a !== 0 ? 1 : 0), 0);
const perKind = (): Record<Kind, number[]> => ({ learned: [], optimum: [], patches: [], shuffled: [], without: [] });

async function once(p: Settings, seed: number, { train, test }: ReturnType<typeof loadMnist>, stage: Stage) {
  const { neurons } = p;
  const lessons = patchesOf(train, p.learn, new Stream(seed, 'sparseCoding/lessons'));
  const taught = async (shuffled: boolean) => {
    const shares: number[] = [];
    const tenth = Math.ceil(Math.ceil(p.learn / BATCH) / 10);
    const dictionary = await learned(lessons, { ...p, seed, shuffled }, async (share) => {
      if (shares.length % tenth === 0) await stage.step(`seed ${seed}: ${shuffled ? 'wrong codes' : 'learning'}`);
      shares.push(share);
    });
    const course = Array.from({ length: Math.ceil(shares.length / tenth) }, (_, k) =>
      mean(shares.slice(k * tenth, (k + 1) * tenth)),
    );
    return { dictionary, course };
  };
  const [own, wrong] = [await taught(false), await taught(true)];
  const atoms = patchesOf(train, neurons, new Stream(seed, 'sparseCoding/dictionary'));
  const drawn = written(atoms, { ...p, seed });
  const patches = patchesOf(test, p.patches, new Stream(seed, 'sparseCoding/patches'));
  const outcome: Outcome = {
    ...{ error: perKind(), active: perKind(), patches, restored: [], dictionary: own.dictionary },
    course: { learned: own.course, shuffled: wrong.course },
  };
  for (const lambda of LAMBDAS) {
    await stage.step(`seed ${seed}: lambda ${lambda}`);
    const coded = (of: Dictionary, inhibition = true) => spikingCodes(patches, { ...of, neurons, inhibition, lambda });
    const spiking = coded(own.dictionary);
    const { atoms: D, gram } = own.dictionary;
    const codes: Record<Kind, readonly [Dictionary, Float64Array[]]> = {
      learned: [own.dictionary, spiking],
      optimum: [own.dictionary, spiking.map((_, k) => optimum(D, gram, patchOf(patches, k), lambda))],
      patches: [drawn, coded(drawn)],
      shuffled: [wrong.dictionary, coded(wrong.dictionary)],
      without: [
        own.dictionary,
        coded(own.dictionary, false).map((code, k) => bestScaled(D, code, patchOf(patches, k))),
      ],
    };
    for (const kind of KINDS) {
      const [of, list] = codes[kind];
      outcome.error[kind].push(mean(list.map((code, k) => missed(of.atoms, code, patchOf(patches, k)))));
      outcome.active[kind].push(mean(list.map((code) => activeOf(code) / neurons)));
    }
    outcome.restored.push(spiking.slice(0, SHOWN).map((code) => reconstruction(D, code)));
  }
  return outcome;
}

export default demonstration({
  name: 'sparse-coding',
  title: 'A dictionary is learned, and patches of images are coded sparsely by competing spiking neurons',
  claim:
    'A memristor array whose neurons inhibit each other learns a dictionary and codes images by few active neurons.',
  source: 'R184 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds, learn }) => {
    const batches = Math.ceil(learn / BATCH);
    return seeds * (LAMBDAS.length + 2 * Math.ceil(batches / Math.ceil(batches / 10)));
  },
  async run(p, stage) {
    const images = loadMnist();
    const seeds = await perSeed(p, (seed) => once(p, seed, images, stage));
    const at = (what: 'error' | 'active', kind: Kind, l: number) => seeds.map((one) => one[what][kind][l]!);
    const lines = (what: 'error' | 'active') =>
      KINDS.map((kind) => ({ name: LABELS[kind], points: overSeedsAt(LAMBDAS, (_, l) => at(what, kind, l)) }));
    const row = (one: Outcome, l: number): Record<string, number> =>
      Object.fromEntries(COLUMNS.map(({ name, what, kind }) => [name, one[what][kind][l]!]));
    const every = (holds: (one: Outcome, l: number) => boolean) =>
      seeds.every((one) => LAMBDAS.every((_, l) => holds(one, l)));
    const first = seeds[0]!;
    const frame = (values: Float64Array) => ({ values, rows: SIDE, columns: SIDE });
    const subtitle = `${p.neurons} atoms, ${p.patches} patches of ${SIDE} × ${SIDE} pixels; band: ± sd over ${p.seeds} seeds`;
    const D = first.dictionary.atoms;
    return {
      figures: Object.fromEntries(
        FIGURED.flatMap((lambda) =>
          COLUMNS.map(({ what, kind }) => [
            `${what === 'error' ? 'error' : 'active share'}, ${LABELS[kind]}, lambda ${lambda}`,
            { unit: '1', values: at(what, kind, LAMBDAS.indexOf(lambda)) },
          ]),
        ),
      ),
      expectations: {
        'the error rises with lambda': every(({ error }, l) => l === 0 || error.learned[l]! > error.learned[l - 1]!),
        'the share of active neurons falls with lambda': every(
          ({ active }, l) => l === 0 || active.learned[l]! < active.learned[l - 1]!,
        ),
        'the error is within 0.03 of that of the optimum': every(
          ({ error }, l) => Math.abs(error.learned[l]! - error.optimum[l]!) < 0.03,
        ),
        'control: at each lambda as many patches as atoms miss more than the learned dictionary': every(
          ({ error }, l) => error.patches[l]! > error.learned[l]!,
        ),
        'control: at no lambda they come to the error of the learned dictionary at lambda 0.1 with as few active neurons':
          every(
            ({ error, active }, l) =>
              error.patches[l]! > error.learned[LAMBDAS.indexOf(0.1)]! ||
              active.patches[l]! > active.learned[LAMBDAS.indexOf(0.1)]!,
          ),
        'control: a dictionary that learned from codes of other patches misses more than patches do': every(
          ({ error }, l) => error.shuffled[l]! > error.patches[l]!,
        ),
        'control: up to lambda 0.1 a code without inhibition, scaled as is best for it, misses at least twice as much with three times the neurons':
          every(
            ({ error, active }, l) =>
              LAMBDAS[l]! > 0.1 ||
              (error.without[l]! > 2 * error.learned[l]! && active.without[l]! > 3 * active.learned[l]!),
          ),
      },
      tables: {
        codes: tableOf(
          seedsOf(p).flatMap((seed, s) => LAMBDAS.map((lambda, l) => ({ seed, lambda, ...row(seeds[s]!, l) }))),
          { seed: WHOLE, lambda: '1', ...Object.fromEntries(COLUMNS.map(({ name }) => [name, '1'])) },
        ),
      },
      pictures: {
        dictionary: receptiveFields({
          title: 'The dictionary that was learned',
          subtitle: `${p.neurons} atoms after ${p.learn} patches; seed ${p.seed}`,
          weights: D.map((_, k) => D[(k % p.neurons) * PIXELS + Math.floor(k / p.neurons)]!),
          rows: SIDE,
          columns: SIDE,
          neurons: p.neurons,
        }),
        error: curve({
          title: 'Error of a spiking LCA against lambda',
          subtitle,
          x: { label: 'lambda', log: true },
          y: { label: 'share of the patch missed', domain: [0, 1] },
          series: lines('error'),
        }),
        active: curve({
          title: 'Active neurons of a spiking LCA against lambda',
          subtitle,
          x: { label: 'lambda', log: true },
          y: { label: 'share of active neurons', domain: [0.01, 1], log: true },
          series: lines('active'),
        }),
        learning: curve({
          title: 'Error while the dictionary is learned',
          subtitle: `training patches, before their step; band: ± sd over ${p.seeds} seeds`,
          x: { label: 'patches' },
          y: { label: 'share of the patch missed', domain: [0, 1] },
          series: (['learned', 'shuffled'] as const).map((kind) => ({
            name: LABELS[kind],
            points: overSeedsAt(
              first.course[kind].map((_, k, { length }) => ((k + 0.5) * p.learn) / length),
              (_, k) => seeds.map((one) => one.course[kind][k]!),
            ),
          })),
        }),
        patches: filmStrip({
          title: 'Patches and what their codes restore',
          subtitle: `seed ${p.seed}`,
          moments: ['patch', ...LAMBDAS.map((lambda) => `λ = ${lambda}`)],
          rows: first.restored[0]!.map((_, k) => ({
            label: String(k + 1),
            frames: [frame(patchOf(first.patches, k)), ...first.restored.map((of) => frame(of[k]!))],
          })),
          colours: { label: 'pixel of a patch of norm 1', domain: [0, 0.5] },
        }),
      },
    };
  },
});
