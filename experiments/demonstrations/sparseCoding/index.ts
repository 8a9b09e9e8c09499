/**
 * Spiking locally competitive algorithm for sparse coding (Shapero et al. 2014, Int. J. Neural Syst. 24, 1440001; convergence: Tang et
 * al. 2017, arXiv:1705.05475). Neurons inhibit each other by the overlap of their atoms; lambda is an inhibiting current.
 */
import { mean } from 'simple-statistics';
import { integer, loadMnist, number, RandomStream } from '../../index.ts';
import { receptiveFields } from '../../look/plots/index.ts';
import { DEVICE_TO_DEVICE_SD_HELP, defineDemonstration } from '../demonstration.ts';
import * as lca from './lca.ts';

const LAMBDAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];

const KINDS = [
  'learned',
  'its optimum',
  'patches as atoms',
  'learned from codes of other patches',
  'no inhibition',
] as const;
type CodeKind = (typeof KINDS)[number];

export default defineDemonstration({
  parameters: {
    neurons: integer({ default: 64, min: 2, max: 1000, help: 'number of atoms (basis images) of the dictionary' }),
    learn: integer({ default: 3000, min: 10, max: 1_000_000, help: 'number of image patches for training' }),
    rate: number({ default: 3, min: 0, help: 'initial learning rate; it falls linearly to 0' }),
    lambda: number({ default: 0.1, min: 0, help: 'sparsity penalty lambda while the dictionary is learned' }),
    spread: number({ default: 0.1, min: 0, help: DEVICE_TO_DEVICE_SD_HELP }),
    patches: integer({ default: 30, min: 1, max: 1000, help: 'number of image patches for the test' }),
    noise: number({ default: 0.02, min: 0, help: 'write noise (sd), share of conductance range (assumed value)' }),
  },
  async simulate(p, context) {
    const { train, test } = loadMnist();
    const { codes: grid, dictionaries } = await context.measurePerSeed(async (seed) => {
      const draw = (images: typeof train, count: number, purpose: string) =>
        lca.sampleImagePatches(images, count, new RandomStream(seed, `sparseCoding/${purpose}`));
      const trainingPatches = draw(train, p.learn, 'lessons');
      await context.reportProgress('learning');
      const own = lca.learnDictionary(trainingPatches, { ...p, seed }, false);
      await context.reportProgress('wrong codes');
      const wrong = lca.learnDictionary(trainingPatches, { ...p, seed }, true);
      const drawn = lca.programDictionary(draw(train, p.neurons, 'dictionary'), { ...p, seed });
      const patches = draw(test, p.patches, 'patches');
      const grid = [];
      for (const lambda of LAMBDAS) {
        await context.reportProgress(`lambda ${lambda}`);
        const code = (dictionary: lca.PatchDictionary) => lca.encodePatches(patches, dictionary, lambda);
        const spiking = code(own);
        const optimal = spiking.map((_, k) => lca.findOptimalSparseCode(own, lca.getPatch(patches, k), lambda));
        const uninhibited = lca.encodePatches(patches, own, lambda, false);
        const scaled = uninhibited.map((one, k) => lca.rescaleSparseCode(own, one, lca.getPatch(patches, k)));
        const codes: Record<CodeKind, readonly [lca.PatchDictionary, Float64Array[]]> = {
          learned: [own, spiking],
          'its optimum': [own, optimal],
          'patches as atoms': [drawn, code(drawn)],
          'learned from codes of other patches': [wrong, code(wrong)],
          'no inhibition': [own, scaled],
        };
        for (const kind of KINDS) {
          const [dictionary, list] = codes[kind];
          const error = mean(list.map((one, k) => lca.computeCodingError(dictionary, one, lca.getPatch(patches, k))));
          const active = mean(list.map((one) => one.filter((a) => a !== 0).length / one.length));
          grid.push({ kind, lambda, error, active });
        }
      }
      return { codes: grid, dictionaries: own };
    });
    type FindResult = (kind: CodeKind, lambda?: number) => { readonly error: number; readonly active: number };
    /** True if `test` holds for all seeds and lambdas. `find` gives the error and active share of a code; `last`: preceding lambda. */
    const holds = (test: (find: FindResult, lambda: number, last: number | undefined) => boolean) =>
      grid.rows.every(({ seed, lambda }) => {
        const find: FindResult = (kind, at = lambda) => grid.selectRows({ seed, kind, lambda: at })[0]!;
        return test(find, lambda, LAMBDAS[LAMBDAS.indexOf(lambda) - 1]);
      });
    return {
      expectations: {
        'the error rises with lambda': holds(
          (find, _, last) => last === undefined || find('learned').error > find('learned', last).error,
        ),
        'the share of active neurons falls with lambda': holds(
          (find, _, last) => last === undefined || find('learned').active < find('learned', last).active,
        ),
        'the error is within 0.03 of optimal': holds(
          (find) => Math.abs(find('learned').error - find('its optimum').error) < 0.03,
        ),
        'control: patches as atoms have larger errors': holds(
          (find) => find('patches as atoms').error > find('learned').error,
        ),
        'control: patches as atoms never reach error and active share of the learned dictionary at lambda 0.1': holds(
          (find) => {
            const [drawn, learned] = [find('patches as atoms'), find('learned', 0.1)];
            return drawn.error > learned.error || drawn.active > learned.active;
          },
        ),
        'control: learning from codes of other patches leads to a larger error than patches as atoms': holds(
          (find) => find('learned from codes of other patches').error > find('patches as atoms').error,
        ),
        'control: up to lambda 0.1, the best scaled code without inhibition has twice the error and three times the neurons':
          holds((find, lambda) => {
            const [free, learned] = [find('no inhibition'), find('learned')];
            return lambda > 0.1 || (free.error > 2 * learned.error && free.active > 3 * learned.active);
          }),
      },
      pictures: {
        dictionary: receptiveFields({
          title: 'The dictionary that was learned',
          subtitle: `${p.neurons} atoms after ${p.learn} patches; seed ${p.seed}`,
          weights: dictionaries.rows[0]!.atoms,
          rows: lca.PATCH_SIDE,
          columns: lca.PATCH_SIDE,
          neurons: p.neurons,
        }),
      },
    };
  },
});
