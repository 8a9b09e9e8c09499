/**
 * A convolutional net of five layers on memristor crossbars: kernels are trained in floating point and written, in several copies that are
 * read together; the full layer is then trained in place (hybrid training).
 * Source: Yao et al. 2020, doi:10.1038/s41586-020-1942-4, in Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 85.
 * Run: memspike demo five-layer-cnn --out DIR
 * Expect: copies average what is wrong with them, hybrid training gives back most of what is lost; together more than 96 %.
 */
import { mean } from 'simple-statistics';
import { integer, type LabelledImages, loadMnist, number, object } from '../../index.ts';
import { trainFloat, untrained } from '../../learn/index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { accuracyOf, averaged, CLASSES, kernelError, rightOf, seenBy, shuffled, trainLast, written } from './arrays.ts';

const NOISES = [0, 0.05, 0.1, 0.2];
const NOISE = 0.1;
const COPIES = [1, 2, 3, 4, 8];
const FEW = 1;
const MANY = 3; // of the original
const RATE = 0.01; // of the full layer, in place

const firstOf = (images: LabelledImages, n: number): LabelledImages => ({ ...images, n });

export default demonstration({
  name: 'five-layer-cnn',
  title: 'A convolutional net on crossbars: copies of kernels, and a last layer trained in place',
  claim:
    'A five-layer convolutional net on eight memristor arrays tells more than 96 % of MNIST after hybrid training; kernels are written in several copies.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 85 (Yao et al. 2020, doi:10.1038/s41586-020-1942-4)',
  parameters: object({
    train: integer({ default: 20_000, min: 1000, max: 60_000, help: 'images for training in floating point' }),
    epochs: integer({ default: 2, min: 1, max: 100, help: 'times that they are shown' }),
    inPlace: integer({
      default: 5000,
      min: 10,
      max: 60_000,
      help: 'images that the last layer is trained on in place, twice',
    }),
    test: integer({ default: 2000, min: 10, max: 10_000, help: 'test images' }),
    stuck: number({ default: 0.02, min: 0, max: 1, help: 'share of stuck devices' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (2 + NOISES.length),
  async run(p, stage) {
    const data = loadMnist();
    const [train, inPlace, test] = [
      firstOf(data.train, p.train),
      firstOf(data.train, p.inPlace),
      firstOf(data.test, p.test),
    ];
    const image = { rows: train.rows, columns: train.columns, channels: 1 };
    const sizes = { hidden: [], kernels: [8, 12], kernelSize: 3, pooling: 'max' } as const;
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}: training in floating point`);
      const descent = {
        epochs: p.epochs,
        batch: 32,
        rate: 0.05,
        momentum: 0.9,
        shift: 0,
        seed,
      } as const;
      const begun = untrained('cnn', image, CLASSES, sizes, seed);
      const scaling = { mean: 0, sd: 1 };
      const model = await trainFloat(begun, train, scaling, descent, () => {});
      const chipOf = (noise: number, k: number, of = model) =>
        written(of, { noise, stuck: p.stuck }, `${seed} chip ${k} ${noise}`);
      const trained = (chip: ReturnType<typeof chipOf>, kernels: typeof model) => {
        trainLast(chip, kernels, inPlace, 2, RATE);
        return accuracyOf(chip, kernels, test);
      };
      const noises = [];
      for (const noise of NOISES) {
        await stage.step(`seed ${seed}: noise ${noise}`);
        const most = Array.from({ length: MANY }, (_, k) => chipOf(noise, k));
        const copies = most.map((chip) => chip.trained());
        const [few, many] = [averaged(copies.slice(0, FEW)), averaged(copies)];
        const exSitu = [accuracyOf(most[0]!, few, test), accuracyOf(most[0]!, many, test)] as const;
        noises.push({
          ...{ seed, noise, one: exSitu[0], three: exSitu[1] },
          oneHybrid: trained(chipOf(noise, 0), few),
          threeHybrid: trained(most[0]!, many),
        });
      }
      await stage.step(`seed ${seed}: copies`);
      const chips = Array.from({ length: Math.max(...COPIES) }, (_, k) => chipOf(NOISE, k).trained());
      const errors = COPIES.map((n) => kernelError(averaged(chips.slice(0, n)), model));
      const senseless = chipOf(NOISE, 0, shuffled(model, seed));
      return {
        ...{ seed, noises, errors },
        floating: rightOf(seenBy(model, test).scores, test),
        senseless: trained(senseless, senseless.trained()),
      };
    });
    type Way = 'one' | 'three' | 'oneHybrid' | 'threeHybrid';
    const at = (noise: number, way: Way) => runs.map(({ noises }) => noises[NOISES.indexOf(noise)]![way]);
    const errors = (copies: number) => runs.map((run) => run.errors[COPIES.indexOf(copies)]!);
    const floating = runs.map((run) => run.floating);
    const senseless = runs.map((run) => run.senseless);
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    const share = (values: readonly number[]) => ({ unit: 'share of the largest weight', values });
    const names: Record<Way, string> = {
      one: 'ex situ, one copy',
      three: 'ex situ, three copies',
      oneHybrid: 'hybrid, one copy',
      threeHybrid: 'hybrid, three copies',
    };
    const ways = Object.keys(names) as Way[];
    return {
      figures: {
        'in floating point': percent(floating),
        ...Object.fromEntries(ways.map((way) => [`noise 0.1, ${names[way]}`, percent(at(NOISE, way))])),
        ...Object.fromEntries(ways.map((way) => [`noise 0.2, ${names[way]}`, percent(at(0.2, way))])),
        'control: shuffled kernels, last layer trained in place': percent(senseless),
        'error of a kernel, one copy': share(errors(1)),
        'error of a kernel, four copies': share(errors(4)),
      },
      expectations: {
        'hybrid with three copies tells more than 96 %': mean(at(NOISE, 'threeHybrid')) > 96,
        'three copies beat one, ex situ, in every seed': at(NOISE, 'three').every((a, k) => a > at(NOISE, 'one')[k]!),
        'hybrid training gives back at least half of what one copy lost': at(NOISE, 'oneHybrid').every(
          (a, k) => floating[k]! - a < (floating[k]! - at(NOISE, 'one')[k]!) / 2,
        ),
        'four copies halve the error of a kernel, to 10 %': errors(1).every(
          (e, k) => Math.abs(e / errors(4)[k]! / 2 - 1) < 0.1,
        ),
        'control: the last layer alone does not do it: shuffled kernels tell less': senseless.every(
          (a, k) => a < at(NOISE, 'threeHybrid')[k]!,
        ),
      },
      tables: {
        accuracy: tableOf(
          runs.flatMap(({ noises }) => noises),
          { seed: WHOLE, noise: '1', one: '%', three: '%', oneHybrid: '%', threeHybrid: '%' },
        ),
        copies: tableOf(
          runs.flatMap(({ seed, errors }) => COPIES.map((copies, k) => ({ seed, copies, error: errors[k]! }))),
          { seed: WHOLE, copies: WHOLE, error: '1' },
        ),
      },
      pictures: {
        accuracy: curve({
          title: 'Accuracy against what devices stray by after they were verified',
          subtitle: `${100 * p.stuck} % stuck, ${p.test} test images, mean and sd of ${p.seeds} seeds`,
          x: { label: 'sd of programming noise (share of the range)' },
          y: { label: 'accuracy (%)', domain: [80, 100] },
          series: ways.map((way) => ({ name: names[way], points: overSeedsAt(NOISES, (noise) => at(noise, way)) })),
          references: [{ name: 'floating point', y: mean(floating) }],
        }),
        copies: curve({
          title: 'Error of a kernel against the number of its copies',
          subtitle: `programming noise ${NOISE}, ${100 * p.stuck} % stuck, mean and sd of ${p.seeds} seeds`,
          x: { label: 'copies', log: true },
          y: { label: 'rms error (share of the largest weight)', log: true },
          series: [
            { name: 'found', points: overSeedsAt(COPIES, errors) },
            {
              name: '1/√copies',
              reference: true,
              points: COPIES.map((n) => ({ x: n, y: mean(errors(1)) / Math.sqrt(n) })),
            },
          ],
        }),
      },
    };
  },
});
