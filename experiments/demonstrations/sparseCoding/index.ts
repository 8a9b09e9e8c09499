/**
 * A spiking locally competitive algorithm (LCA): device pairs drive integrate-and-fire neurons, which inhibit each other by the overlap
 * of their atoms; lambda is a constant inhibiting current. Spiking LCA: Shapero et al. 2014, Int. J. Neural Syst. 24, 1440001; its
 * convergence: Tang et al. 2017, arXiv:1705.05475.
 */
import { mean } from 'simple-statistics';
import { integer, loadMnist, number, Stream } from '../../index.ts';
import { receptiveFields } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, measureSeeds } from '../demonstration.ts';
import { isDecreasing } from '../findings.ts';
import * as lca from './lca.ts';

const LAMBDAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
/** Codes: spiking codes of the learned dictionary; its optimal codes; and controls. */
const KINDS = [
  'learned',
  'its optimum',
  'patches as atoms',
  'learned from codes of other patches',
  'no inhibition',
] as const;
type Kind = (typeof KINDS)[number];
const LABELS = { error: 'error', active: 'active share' };

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
    const measure = async (seed: number) => {
      const draw = (images: typeof train, count: number, purpose: string) =>
        lca.drawPatches(images, count, new Stream(seed, `sparseCoding/${purpose}`));
      const trainingPatches = draw(train, p.learn, 'lessons');
      await context.step('learning');
      const own = lca.learnDictionary(trainingPatches, { ...p, seed }, false);
      await context.step('wrong codes');
      const wrong = lca.learnDictionary(trainingPatches, { ...p, seed }, true);
      const drawn = lca.programDictionary(draw(train, p.neurons, 'dictionary'), { ...p, seed });
      const patches = draw(test, p.patches, 'patches');
      const patchAt = (k: number) => lca.patchAt(patches, k);
      const codes = LAMBDAS.flatMap((lambda) => {
        const code = (dictionary: lca.Dictionary) => lca.codePatches(patches, dictionary, lambda);
        const assess = (kind: Kind, dictionary: lca.Dictionary, codes: readonly Float64Array[]) => {
          const errors = codes.map((code, k) => lca.codingError(dictionary, code, patchAt(k)));
          return { kind, lambda, error: mean(errors), active: mean(codes.map(activeShare)) };
        };
        const spiking = code(own);
        const optimal = spiking.map((_, k) => lca.findOptimum(own, patchAt(k), lambda));
        const uninhibited = lca.codePatches(patches, own, lambda, false);
        const scaled = uninhibited.map((one, k) => lca.scaleCode(own, one, patchAt(k)));
        return [
          assess('learned', own, spiking),
          assess('its optimum', own, optimal),
          assess('patches as atoms', drawn, code(drawn)),
          assess('learned from codes of other patches', wrong, code(wrong)),
          assess('no inhibition', own, scaled),
        ];
      });
      return { codes, dictionaries: own };
    };
    const { codes, dictionaries } = await measureSeeds(p, context, measure, LABELS);
    type Row = (typeof codes.rows)[number];
    const isTrue = (test: (at: (kind: Kind, lambda?: number) => Row, lambda: number) => boolean) =>
      codes.rows.every(({ seed, lambda }) =>
        test((kind, other = lambda) => codes.select({ seed, lambda: other, kind })[0]!, lambda),
      );
    const isFalling = (key: 'error' | 'active', sign: 1 | -1) =>
      listSeeds(p).every((seed) => isDecreasing(codes.values((row) => sign * row[key], { seed, kind: 'learned' })));
    const { atoms } = dictionaries.rows[0]!;
    return {
      figures: codes.figures(['error', 'active'], { kind: KINDS, lambda: [0.02, 0.1, 0.3] }),
      expectations: {
        'the error rises with lambda': isFalling('error', -1),
        'the share of active neurons falls with lambda': isFalling('active', 1),
        'the error is within 0.03 of optimal': isTrue(
          (at) => Math.abs(at('learned').error - at('its optimum').error) < 0.03,
        ),
        'control: patches as atoms have larger errors': isTrue(
          (at) => at('patches as atoms').error > at('learned').error,
        ),
        'control: patches as atoms never reach error and active share of the learned dictionary at lambda 0.1': isTrue(
          (at) =>
            at('patches as atoms').error > at('learned', 0.1).error ||
            at('patches as atoms').active > at('learned', 0.1).active,
        ),
        'control: learning from codes of other patches leads to a larger error than patches as atoms': isTrue(
          (at) => at('learned from codes of other patches').error > at('patches as atoms').error,
        ),
        'control: up to lambda 0.1, the best scaled code without inhibition has twice the error and three times the neurons':
          isTrue(
            (at, lambda) =>
              lambda > 0.1 ||
              (at('no inhibition').error > 2 * at('learned').error &&
                at('no inhibition').active > 3 * at('learned').active),
          ),
      },
      tables: { codes },
      pictures: {
        dictionary: receptiveFields({
          title: 'The dictionary that was learned',
          subtitle: `${p.neurons} atoms after ${p.learn} patches; seed ${p.seed}`,
          weights: atoms.map((_, k) => atoms[(k % p.neurons) * lca.PIXELS + Math.floor(k / p.neurons)]!),
          rows: lca.SIDE,
          columns: lca.SIDE,
          neurons: p.neurons,
        }),
        error: codes.picture({ x: 'lambda', y: 'error', by: ['kind'] }),
      },
    };
  },
});
