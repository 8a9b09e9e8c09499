/**
 * A spiking locally competitive algorithm (LCA): device pairs drive integrate-and-fire neurons, which inhibit each other by the overlap
 * of their atoms; lambda is a constant inhibiting current. Spiking LCA: Shapero et al. 2014, Int. J. Neural Syst. 24, 1440001; its
 * convergence: Tang et al. 2017, arXiv:1705.05475.
 */
import { mean } from 'simple-statistics';
import { integer, loadMnist, number, Stream } from '../../index.ts';
import { curve, receptiveFields } from '../../look/plots/index.ts';
import { defineDemonstration, measureSeeds } from '../demonstration.ts';
import { mergeRecords, ratio } from '../findings.ts';
import * as lca from './lca.ts';

const LAMBDAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
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
const QUANTITIES = { error: 'error', active: 'active share' };
/** Columns of the errors and of the shares of non-zero coefficients. */
type Column = `${keyof typeof QUANTITIES}, ${Kind}`;

const activeShare = (code: Float64Array): number => code.filter((a) => a !== 0).length / code.length;

export default defineDemonstration({
  name: 'sparse-coding',
  title: 'A spiking network learns a dictionary and codes image patches sparsely',
  claim:
    'A memristor array whose neurons inhibit each other learns a dictionary and codes images by few active neurons.',
  source: 'R184 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters: {
    neurons: integer({ default: 64, min: 2, max: 1000, help: 'number of atoms of the dictionary' }),
    learn: integer({ default: 3000, min: 10, max: 1_000_000, help: 'number of training patches' }),
    rate: number({ default: 3, min: 0, help: 'learning rate at the start; it falls linearly to 0' }),
    lambda: number({ default: 0.1, min: 0, help: 'lambda in learning' }),
    spread: number({ default: 0.1, min: 0, help: 'relative sd of ranges and steps between devices (assumed)' }),
    patches: integer({ default: 30, min: 1, max: 1000, help: 'number of test patches' }),
    noise: number({ default: 0.02, min: 0, help: 'write noise of patches as atoms, share of the range (assumed)' }),
  },
  async run(p, context) {
    const { train, test } = loadMnist();
    const { grid, dictionaries } = await measureSeeds(p, context, async (seed) => {
      const draw = (images: typeof train, count: number, purpose: string) =>
        lca.drawPatches(images, count, new Stream(seed, `sparseCoding/${purpose}`));
      const trainingPatches = draw(train, p.learn, 'lessons');
      await context.step('learning');
      const own = lca.learnDictionary(trainingPatches, { ...p, seed }, false);
      await context.step('wrong codes');
      const wrong = lca.learnDictionary(trainingPatches, { ...p, seed }, true);
      const drawn = lca.programDictionary(draw(train, p.neurons, 'dictionary'), { ...p, seed });
      const patches = draw(test, p.patches, 'patches');
      const grid = [];
      for (const lambda of LAMBDAS) {
        await context.step(`lambda ${lambda}`);
        const measure = (kind: Kind, dictionary: lca.Dictionary, codes: readonly Float64Array[]) => ({
          [`error, ${kind}`]: mean(codes.map((code, k) => lca.codingError(dictionary, code, lca.patchAt(patches, k)))),
          [`active, ${kind}`]: mean(codes.map(activeShare)),
        });
        const code = (dictionary: lca.Dictionary) => lca.codePatches(patches, dictionary, lambda);
        const uninhibited = lca.codePatches(patches, own, lambda, false);
        const spiking = code(own);
        grid.push({
          lambda,
          ...(Object.assign(
            measure('learned', own, spiking),
            measure(
              'optimum',
              own,
              spiking.map((_, k) => lca.findOptimum(own, lca.patchAt(patches, k), lambda)),
            ),
            measure('patches', drawn, code(drawn)),
            measure('shuffled', wrong, code(wrong)),
            measure(
              'without',
              own,
              uninhibited.map((one, k) => lca.scaleCode(own, one, lca.patchAt(patches, k))),
            ),
          ) as Record<Column, number>),
        });
      }
      return { grid, dictionaries: own };
    });
    type Setting = (typeof grid.rows)[number];
    const isTrue = (test: (setting: Setting, last: Setting | null, reference: Setting) => boolean) =>
      grid.rows.every((row, k) => {
        const last = row.lambda === LAMBDAS[0] ? null : grid.rows[k - 1]!;
        return test(row, last, grid.select({ seed: row.seed, lambda: 0.1 })[0]!);
      });
    const { atoms } = dictionaries.rows[0]!;
    return {
      figures: mergeRecords([0.02, 0.1, 0.3], (lambda) =>
        mergeRecords(['error', 'active'] as const, (quantity) =>
          mergeRecords(KIND_KEYS, (kind) => ({
            [`${QUANTITIES[quantity]}, ${KINDS[kind]}, lambda ${lambda}`]: ratio(
              grid.values(`${quantity}, ${kind}`, { lambda }),
            ),
          })),
        ),
      ),
      expectations: {
        'the error rises with lambda': isTrue((at, last) => !last || at['error, learned'] > last['error, learned']),
        'the share of active neurons falls with lambda': isTrue(
          (at, last) => !last || at['active, learned'] < last['active, learned'],
        ),
        'the error is within 0.03 of optimal': isTrue(
          (at) => Math.abs(at['error, learned'] - at['error, optimum']) < 0.03,
        ),
        'control: patches as atoms have larger errors': isTrue((at) => at['error, patches'] > at['error, learned']),
        'control: patches as atoms never reach error and active share of the learned dictionary at lambda 0.1': isTrue(
          (at, _, reference) =>
            at['error, patches'] > reference['error, learned'] || at['active, patches'] > reference['active, learned'],
        ),
        'control: learning from codes of other patches leads to a larger error than patches as atoms': isTrue(
          (at) => at['error, shuffled'] > at['error, patches'],
        ),
        'control: up to lambda 0.1, the best scaled code without inhibition has twice the error and three times the neurons':
          isTrue(
            (at) =>
              at.lambda > 0.1 ||
              (at['error, without'] > 2 * at['error, learned'] && at['active, without'] > 3 * at['active, learned']),
          ),
      },
      tables: { codes: grid.table() },
      pictures: {
        dictionary: receptiveFields({
          title: 'The dictionary that was learned',
          subtitle: `${p.neurons} atoms after ${p.learn} patches; seed ${p.seed}`,
          weights: atoms.map((_, k) => atoms[(k % p.neurons) * lca.PIXELS + Math.floor(k / p.neurons)]!),
          rows: lca.SIDE,
          columns: lca.SIDE,
          neurons: p.neurons,
        }),
        error: curve({
          title: 'Error of a spiking LCA against lambda',
          subtitle: `${p.neurons} atoms, ${p.patches} patches of ${lca.SIDE} × ${lca.SIDE} pixels; band: ± sd over ${p.seeds} seeds`,
          x: { label: 'lambda', log: true },
          y: { label: 'share of the patch missed', domain: [0, 1] },
          series: KIND_KEYS.map((kind) => grid.line(KINDS[kind], 'lambda', `error, ${kind}`)),
        }),
      },
    };
  },
});
