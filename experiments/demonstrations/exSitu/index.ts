/**
 * A single-layer classifier trained in software and programmed into pairs of devices: accuracy against programming noise, levels
 * and line resistance, and, where they are written by pulses and verified, accuracy and pulses against the tolerance.
 * Source: 128 × 64 array of 1T1R Ta/HfO2 devices, ref. 83 of Cao et al., Nanoscale Horiz. 2023, 8, 716 (89.9 % on MNIST).
 * Run: memspike demo ex-situ --out DIR [--set weights=FILE.npy]
 * Expect: accuracy near that of the software at little noise, enough levels and a narrow tolerance, and a fall with either, and
 *         with line resistance; fewer pulses at a wider tolerance, and chance without any.
 */
import { mean } from 'simple-statistics';
import { integer, loadMnist, number, object, optional, readMatrix, text } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { accuracyOf, imported, onDevices, trained } from './classifier.ts';
import { verified } from './verified.ts';

const NOISES = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const LEVELS = [2, 4, 8, 16, 32, 64];
const LINE_RESISTANCES = [0.5, 1, 2, 5, 10, 20]; // Ω a segment
const TOLERANCES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]; // share of the range
/** As wide as the range on either side of 0: no device gets a pulse. */
const WIDE_OPEN = 1;
const NAMES = ['software', 'noise', 'levels', 'lines', 'tolerance'] as const;

interface Point {
  readonly study: (typeof NAMES)[number];
  readonly x: number;
  readonly seed: number;
  readonly accuracy: number;
  /** Of a device, on average, and percent of the weights beside the tolerance; NaN where nothing is verified. */
  readonly pulses: number;
  readonly missed: number;
}

export default demonstration({
  name: 'ex-situ',
  title: 'A classifier trained in software, on devices',
  claim:
    'A single layer on a 128 × 64 array of Ta/HfO2 devices, programmed with weights trained elsewhere, reads MNIST with 89.9 %.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 83',
  parameters: object({
    weights: optional(
      text({
        help: 'trained weights to import, .npy or JSON: a row a pixel, and one more for the bias, a column a class, for pixels of 0 to 255',
      }),
    ),
    train: integer({ default: 20_000, min: 1, max: 60_000, help: 'training images for the software' }),
    test: integer({ default: 10_000, min: 1, max: 10_000, help: 'test images' }),
    noise: number({
      default: 0.02,
      min: 0,
      help: 'sd of programming, share of the range, where it is not what is varied',
    }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => (4 + TOLERANCES.length) * seeds,
  async run(p, stage) {
    const { train, test } = loadMnist();
    const points: Point[] = [];
    const file = p.weights;
    const given = file === undefined ? null : imported(readMatrix(file), train.rows * train.columns, file);
    for (const seed of seedsOf(p)) {
      await stage.step(`seed ${seed}: software`);
      const classifier = given ?? trained(train, p.train, seed);
      const put = (study: Point['study'], x: number, how: Parameters<typeof onDevices>[1], ohm = 0) => {
        const read = study === 'software' ? classifier : onDevices(classifier, how, ohm, seed);
        const unverified = { pulses: Number.NaN, missed: Number.NaN };
        points.push({ study, x, seed, accuracy: accuracyOf(read, test, p.test), ...unverified });
      };
      put('software', 0, {});
      await stage.step(`seed ${seed}: noise`);
      for (const noise of NOISES) put('noise', noise, { noise });
      await stage.step(`seed ${seed}: levels`);
      for (const levels of LEVELS) put('levels', levels, { levels, noise: p.noise });
      await stage.step(`seed ${seed}: lines`);
      for (const ohm of LINE_RESISTANCES) put('lines', ohm, { noise: p.noise }, ohm);
      for (const tolerance of [...TOLERANCES, WIDE_OPEN]) {
        if (tolerance !== WIDE_OPEN) await stage.step(`seed ${seed}: tolerance ${tolerance}`);
        const { classifier: read, pulses, missed } = verified(classifier, tolerance, seed);
        points.push({
          study: 'tolerance',
          x: tolerance,
          seed,
          accuracy: accuracyOf(read, test, p.test),
          pulses,
          missed,
        });
      }
    }
    const of = (study: Point['study'], x: number, value: 'accuracy' | 'pulses' | 'missed' = 'accuracy') =>
      points.filter((s) => s.study === study && s.x === x).map((s) => s[value]);
    const software = of('software', 0);
    const picture = (study: Point['study'], label: string, values: readonly number[], subtitle: string) =>
      curve({
        title: `Accuracy of a programmed classifier against ${study === 'lines' ? 'line resistance' : study}`,
        subtitle: `784 × 10 pairs${study === 'tolerance' ? '' : ' in arrays of 128 × 64'}${subtitle}; mean and sd of ${p.seeds} seeds`,
        x: { label, log: true },
        y: { label: 'accuracy (%)', domain: [0, 100] },
        series: [{ name: 'on devices', points: overSeedsAt(values, (x) => of(study, x)) }],
        references: [{ name: 'software', y: mean(software) }],
      });
    const loss = (study: Point['study'], x: number) => mean(software) - mean(of(study, x));
    return {
      figures: {
        software: { unit: '%', values: software },
        ...Object.fromEntries(
          [0.01, 0.05, 0.1, 0.5].map((noise) => [`noise ${noise}`, { unit: '%', values: of('noise', noise) }]),
        ),
        ...Object.fromEntries(
          [4, 16, 64].map((levels) => [`${levels} levels`, { unit: '%', values: of('levels', levels) }]),
        ),
        ...Object.fromEntries([1, 10].map((ohm) => [`lines of ${ohm} Ω`, { unit: '%', values: of('lines', ohm) }])),
        ...Object.fromEntries(
          TOLERANCES.flatMap((x) => [
            [`tolerance ${x}`, { unit: '%', values: of('tolerance', x) }],
            [`pulses of a device, tolerance ${x}`, { unit: '1', values: of('tolerance', x, 'pulses') }],
            [`weights beside the tolerance ${x}`, { unit: '%', values: of('tolerance', x, 'missed') }],
          ]),
        ),
        'no pulse at all': { unit: '%', values: of('tolerance', WIDE_OPEN) },
      },
      expectations: {
        'noise of 1 % costs less than 2 points': loss('noise', 0.01) < 2,
        'noise of 50 % costs more than 20 points': loss('noise', 0.5) > 20,
        '64 levels cost no more than 2 points, 2 levels do': loss('levels', 64) < 2 && loss('levels', 2) > 2,
        'lines of 10 Ω cost more than lines of 0.5 Ω': loss('lines', 10) > loss('lines', 0.5),
        'a tolerance of 0.5 % costs less than 2 points': loss('tolerance', 0.005) < 2,
        'a tolerance of 10 % costs more than 20 points': loss('tolerance', 0.1) > 20,
        'the wider the tolerance, the fewer pulses': TOLERANCES.slice(1).every(
          (x, i) => mean(of('tolerance', x, 'pulses')) < mean(of('tolerance', TOLERANCES[i]!, 'pulses')),
        ),
        'control: without a pulse accuracy is that of chance, below 20 %':
          mean(of('tolerance', WIDE_OPEN, 'pulses')) === 0 && mean(of('tolerance', WIDE_OPEN)) < 20,
      },
      tables: {
        accuracy: tableOf(points, {
          study: { names: NAMES },
          x: '1',
          seed: WHOLE,
          accuracy: '%',
          pulses: '1',
          missed: '%',
        }),
      },
      pictures: {
        noise: picture('noise', 'programming noise (share of the range)', NOISES, ''),
        levels: picture('levels', 'levels', LEVELS, `, noise ${p.noise}`),
        lines: picture('lines', 'resistance of a line segment (Ω)', LINE_RESISTANCES, `, noise ${p.noise}`),
        tolerance: picture('tolerance', 'tolerance of write and verify (share of the range)', TOLERANCES, ''),
        pulses: curve({
          title: 'Pulses of write and verify against its tolerance',
          subtitle: `784 × 10 pairs of devices; mean and sd of ${p.seeds} seeds`,
          x: { label: 'tolerance of write and verify (share of the range)', log: true },
          y: { label: 'pulses of a device' },
          series: [
            { name: 'mean of all devices', points: overSeedsAt(TOLERANCES, (x) => of('tolerance', x, 'pulses')) },
          ],
        }),
      },
    };
  },
});
