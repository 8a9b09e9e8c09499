/**
 * A spiking locally competitive algorithm (LCA): device pairs drive integrate-and-fire neurons, which inhibit each other by the overlap
 * of their atoms; lambda is a constant inhibiting current. Spiking LCA: Shapero et al. 2014, Int. J. Neural Syst. 24, 1440001; its
 * convergence: Tang et al. 2017, arXiv:1705.05475.
 */

import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, loadMnist, number, object, Stream } from '../../index.ts';
import { curve, filmStrip, receptiveFields } from '../../look/plots/index.ts';
import { defineDemonstration, mapSeeds, type RunContext, SEED_PARAMS } from '../demonstration.ts';
import { makeTable, mergeRecords, ResultGrid, ratio } from '../findings.ts';
import * as lca from './lca.ts';

const parameters = object({
  ...SEED_PARAMS,
  neurons: integer({ default: 64, min: 2, max: 1000, help: 'number of atoms of the dictionary' }),
  learn: integer({ default: 3000, min: 10, max: 1_000_000, help: 'number of training patches' }),
  rate: number({ default: 3, min: 0, help: 'learning rate at the start; it falls linearly to 0' }),
  lambda: number({ default: 0.1, min: 0, help: 'lambda in learning' }),
  spread: number({ default: 0.1, min: 0, help: 'relative sd of ranges and steps between devices (assumed)' }),
  patches: integer({ default: 30, min: 1, max: 1000, help: 'number of test patches' }),
  noise: number({ default: 0.02, min: 0, help: 'write noise of patches as atoms, share of the range (assumed)' }),
});
type Settings = z.output<typeof parameters>;

const LAMBDAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
const SHOWN_PATCHES = 8;
/** Codes: spiking codes of the learned dictionary; its optimal codes; and controls. */
const KINDS = {
  learned: 'learned',
  optimum: 'its optimum',
  patches: 'patches as atoms',
  shuffled: 'learned from codes of other patches',
  without: 'no inhibition',
};
type Kind = keyof typeof KINDS;
const KIND_KEYS = Object.keys(KINDS) as Kind[];
type Quantity = 'error' | 'active';

/** Share of non-zero coefficients. */
const activeShare = (code: Float64Array): number =>
  code.reduce((count, a) => count + (a !== 0 ? 1 : 0), 0) / code.length;

async function runSeed(p: Settings, seed: number, { train, test }: ReturnType<typeof loadMnist>, context: RunContext) {
  const { neurons } = p;
  const trainingPatches = lca.drawPatches(train, p.learn, new Stream(seed, 'sparseCoding/lessons'));
  /** Learns a dictionary, with the mean error of the codes in each tenth of learning. */
  const learn = async (kind: 'learned' | 'shuffled') => {
    const shuffled = kind === 'shuffled';
    const errors: number[] = [];
    const tenth = Math.ceil(Math.ceil(p.learn / lca.BATCH) / 10);
    const dictionary = await lca.learnDictionary(trainingPatches, { ...p, seed, shuffled }, async (error) => {
      if (errors.length % tenth === 0) await context.step(shuffled ? 'wrong codes' : 'learning');
      errors.push(error);
    });
    const length = Math.ceil(errors.length / tenth);
    const course = Array.from({ length }, (_, k) => {
      const error = mean(errors.slice(k * tenth, (k + 1) * tenth));
      return { kind, patches: ((k + 0.5) * p.learn) / length, error };
    });
    return { dictionary, course };
  };
  const [own, wrong] = [await learn('learned'), await learn('shuffled')];
  const atoms = lca.drawPatches(train, neurons, new Stream(seed, 'sparseCoding/dictionary'));
  const drawn = lca.programDictionary(atoms, { ...p, seed });
  const patches = lca.drawPatches(test, p.patches, new Stream(seed, 'sparseCoding/patches'));
  const restored: Float64Array[][] = [];
  const results: { seed: number; lambda: number; kind: Kind; error: number; active: number }[] = [];
  for (const lambda of LAMBDAS) {
    await context.step(`lambda ${lambda}`);
    const code = (dictionary: lca.Dictionary, inhibition = true) =>
      lca.codePatches(patches, { ...dictionary, neurons, inhibition, lambda });
    const spiking = code(own.dictionary);
    const { atoms: D, gram } = own.dictionary;
    const uninhibited = code(own.dictionary, false);
    const codes: Record<Kind, readonly [lca.Dictionary, Float64Array[]]> = {
      learned: [own.dictionary, spiking],
      optimum: [own.dictionary, spiking.map((_, k) => lca.findOptimum(D, gram, lca.patchAt(patches, k), lambda))],
      patches: [drawn, code(drawn)],
      shuffled: [wrong.dictionary, code(wrong.dictionary)],
      without: [own.dictionary, uninhibited.map((one, k) => lca.scaleCode(D, one, lca.patchAt(patches, k)))],
    };
    for (const kind of KIND_KEYS) {
      const [dictionary, list] = codes[kind];
      const error = mean(list.map((one, k) => lca.codingError(dictionary.atoms, one, lca.patchAt(patches, k))));
      results.push({ seed, lambda, kind, error, active: mean(list.map(activeShare)) });
    }
    restored.push(spiking.slice(0, SHOWN_PATCHES).map((one) => lca.reconstruct(D, one)));
  }
  return { results, courses: [...own.course, ...wrong.course], patches, restored, atoms: own.dictionary.atoms };
}

export default defineDemonstration({
  name: 'sparse-coding',
  title: 'A spiking network learns a dictionary and codes image patches sparsely',
  claim:
    'A memristor array whose neurons inhibit each other learns a dictionary and codes images by few active neurons.',
  source: 'R184 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  async run(p, context) {
    const images = loadMnist();
    const runs = await mapSeeds(p, context, (seed) => runSeed(p, seed, images, context));
    const grid = new ResultGrid(runs.flatMap(({ results }) => results));
    const courses = new ResultGrid(runs.flatMap((run) => run.courses));
    const lines = (quantity: Quantity) => KIND_KEYS.map((kind) => grid.line(KINDS[kind], 'lambda', quantity, { kind }));
    /** Values of all kinds, for each seed and lambda. */
    const settings = runs.flatMap(({ results }) =>
      LAMBDAS.map((lambda) => {
        const rows = new ResultGrid(results).select({ lambda });
        const valuesOf = (quantity: Quantity) =>
          Object.fromEntries(rows.map((row) => [row.kind, row[quantity]])) as Record<Kind, number>;
        return { seed: rows[0]!.seed, lambda, error: valuesOf('error'), active: valuesOf('active') };
      }),
    );
    type Setting = (typeof settings)[number];
    const isTrue = (test: (setting: Setting, last: Setting | null, reference: Setting) => boolean) =>
      settings.every((setting, k) => {
        const last = setting.lambda === LAMBDAS[0] ? null : settings[k - 1]!;
        const reference = settings.find(({ seed, lambda }) => seed === setting.seed && lambda === 0.1)!;
        return test(setting, last, reference);
      });
    const first = runs[0]!;
    const frame = (values: Float64Array) => ({ values, rows: lca.SIDE, columns: lca.SIDE });
    const subtitle = `${p.neurons} atoms, ${p.patches} patches of ${lca.SIDE} × ${lca.SIDE} pixels; band: ± sd over ${p.seeds} seeds`;
    const quantities: readonly (readonly [Quantity, string])[] = [
      ['error', 'error'],
      ['active', 'active share'],
    ];
    return {
      figures: mergeRecords([0.02, 0.1, 0.3], (lambda) =>
        mergeRecords(quantities, ([quantity, name]) =>
          mergeRecords(KIND_KEYS, (kind) => ({
            [`${name}, ${KINDS[kind]}, lambda ${lambda}`]: ratio(grid.values(quantity, { kind, lambda })),
          })),
        ),
      ),
      expectations: {
        'the error rises with lambda': isTrue(({ error }, last) => !last || error.learned > last.error.learned),
        'the share of active neurons falls with lambda': isTrue(
          ({ active }, last) => !last || active.learned < last.active.learned,
        ),
        'the error is within 0.03 of optimal': isTrue(({ error }) => Math.abs(error.learned - error.optimum) < 0.03),
        'control: patches as atoms have larger errors': isTrue(({ error }) => error.patches > error.learned),
        'control: patches as atoms never reach error and active share of the learned dictionary at lambda 0.1': isTrue(
          ({ error, active }, _, at) => error.patches > at.error.learned || active.patches > at.active.learned,
        ),
        'control: learning from codes of other patches leads to a larger error than patches as atoms': isTrue(
          ({ error }) => error.shuffled > error.patches,
        ),
        'control: up to lambda 0.1, the best scaled code without inhibition has twice the error and three times the neurons':
          isTrue(
            ({ lambda, error, active }) =>
              lambda > 0.1 || (error.without > 2 * error.learned && active.without > 3 * active.learned),
          ),
      },
      tables: {
        codes: makeTable(
          settings.map(({ seed, lambda, ...values }) => ({
            seed,
            lambda,
            ...mergeRecords(quantities, ([quantity]) =>
              mergeRecords(KIND_KEYS, (kind) => ({ [`${quantity}, ${kind}`]: values[quantity][kind] })),
            ),
          })),
        ),
      },
      pictures: {
        dictionary: receptiveFields({
          title: 'The dictionary that was learned',
          subtitle: `${p.neurons} atoms after ${p.learn} patches; seed ${p.seed}`,
          weights: first.atoms.map((_, k) => first.atoms[(k % p.neurons) * lca.PIXELS + Math.floor(k / p.neurons)]!),
          rows: lca.SIDE,
          columns: lca.SIDE,
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
          series: (['learned', 'shuffled'] as const).map((kind) =>
            courses.line(KINDS[kind], 'patches', 'error', { kind }),
          ),
        }),
        patches: filmStrip({
          title: 'Patches and what their codes restore',
          subtitle: `seed ${p.seed}`,
          moments: ['patch', ...LAMBDAS.map((lambda) => `λ = ${lambda}`)],
          rows: first.restored[0]!.map((_, k) => ({
            label: String(k + 1),
            frames: [frame(lca.patchAt(first.patches, k)), ...first.restored.map((list) => frame(list[k]!))],
          })),
          colours: { label: 'pixel of a patch of norm 1', domain: [0, 0.5] },
        }),
      },
    };
  },
});
