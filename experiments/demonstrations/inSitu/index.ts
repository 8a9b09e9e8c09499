/**
 * A softmax layer trained on ideal devices and then written into flawed ones, against the same layer trained on the very same flawed ones:
 * stuck devices, spread of ranges, spread of steps that are the same up and down or not, drift that differs between devices. How well it is written
 * is an axis: the tolerance of write and verify, and with it the point at which training in place is ahead.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716, section 1.3.
 * Run: memspike demo in-situ --out DIR
 * Expect: trained in place at least as accurate, within a point, as written, for every flaw; the coarser the writing, the more it is ahead.
 */
import { mean } from 'simple-statistics';
import { integer, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../mnist/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { AMOUNTS, compared, FLAWS, type Flaw, TOLERANCES } from './compared.ts';

const LABELS: Readonly<Record<Flaw, string>> = {
  stuck: 'stuck devices',
  range: 'spread of ranges',
  steps: 'spread of steps, the same up and down',
  unevenSteps: 'spread of steps, up and down apart',
  drift: 'uneven drift',
};
const SOME = TOLERANCES.filter((tolerance) => tolerance < 1);
const FINEST = TOLERANCES[0]!;
const COARSE = 0.2;

/** The tolerance from which on what is written is behind, on a straight line over its logarithm; null where it is so nowhere or everywhere. */
export function crossover(
  written: readonly { readonly tolerance: number; readonly accuracy: number }[],
  inPlace: number,
): number | null {
  const i = written.findIndex(({ accuracy }) => accuracy < inPlace);
  if (i < 1) return null;
  const [a, b] = [written[i - 1]!, written[i]!];
  return a.tolerance * (b.tolerance / a.tolerance) ** ((a.accuracy - inPlace) / (a.accuracy - b.accuracy));
}

export default demonstration({
  name: 'in-situ',
  title: 'Training on flawed devices against writing trained weights into them',
  claim:
    'In-situ training is more immune to loss of retention, stuck states and variation of devices than ex-situ training.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, section 1.3',
  parameters: object({
    train: integer({ default: 5000, min: 10, max: 60_000, help: 'training images, shown once' }),
    test: integer({ default: 1000, min: 10, max: 10_000, help: 'test images' }),
    split: mnistSchema.shape.split,
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (1 + FLAWS.reduce((sum, flaw) => sum + AMOUNTS[flaw].length, 0)),
  async run(p, stage) {
    const images = imagesOf(loadMnist(), mnistConfig({ train: p.train, label: 1, test: p.test, split: p.split }));
    const trials = await perSeed(p, (seed) => compared({ ...p, seed }, images, stage));
    const found = trials.flatMap((one) => one.found);
    const of = (flaw: Flaw, amount: number, tolerance: number, what: 'accuracy' | 'pulses' = 'accuracy') =>
      found.filter((c) => c.flaw === flaw && c.amount === amount && c.tolerance === tolerance).map((c) => c[what]);
    const inPlace = (flaw: Flaw, amount: number) => mean(of(flaw, amount, 0));
    const most = (flaw: Flaw) => AMOUNTS[flaw].at(-1)!;
    const ideal = trials.map((one) => one.ideal);
    const crossings = FLAWS.flatMap((flaw) => {
      const written = SOME.map((tolerance) => ({ tolerance, accuracy: mean(of(flaw, most(flaw), tolerance)) }));
      const at = crossover(written, inPlace(flaw, most(flaw)));
      const name = `${LABELS[flaw]} ${most(flaw)}: in place is ahead from a tolerance of`;
      return at === null ? [] : [[name, { unit: 'of the range', values: [at] }] as const];
    });
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    const subtitle = `MNIST, softmax on pairs of devices, ${p.train.toLocaleString('en')} images; mean and sd of ${p.seeds} seeds`;
    return {
      figures: {
        'ideal devices': percent(ideal),
        ...Object.fromEntries(
          FLAWS.flatMap((flaw) =>
            AMOUNTS[flaw].flatMap((amount) => [
              [`${LABELS[flaw]} ${amount}: in place`, percent(of(flaw, amount, 0))],
              ...[FINEST, 0.1, COARSE].map((y) => [
                `${LABELS[flaw]} ${amount}: written within ${y}`,
                percent(of(flaw, amount, y)),
              ]),
            ]),
          ),
        ),
        ...Object.fromEntries(crossings),
      },
      expectations: {
        ...Object.fromEntries(
          FLAWS.flatMap((flaw) => [
            [
              `${LABELS[flaw]}: in place at least as accurate, within a point, as written within ${FINEST} of the range`,
              AMOUNTS[flaw].every((amount) => inPlace(flaw, amount) >= mean(of(flaw, amount, FINEST)) - 1),
            ],
            [
              `${LABELS[flaw]}: in place ahead of what is written within ${COARSE}`,
              AMOUNTS[flaw].every((amount) => inPlace(flaw, amount) > mean(of(flaw, amount, COARSE))),
            ],
          ]),
        ),
        'control: it makes no difference, within a point, in place whether spread of steps is the same up and down':
          AMOUNTS.steps.every((amount) => Math.abs(inPlace('steps', amount) - inPlace('unevenSteps', amount)) < 1),
        'control: without a pulse accuracy is that of chance, below 20 %': FLAWS.every(
          (flaw) => mean(of(flaw, most(flaw), 1)) < 20,
        ),
      },
      tables: {
        accuracy: tableOf(found, {
          ...{ flaw: { names: FLAWS }, amount: '1', tolerance: '1', seed: WHOLE, accuracy: '%', pulses: '1' },
        }),
      },
      pictures: {
        tolerance: curve({
          title: 'Written within a tolerance, less trained in place',
          subtitle,
          x: { label: 'tolerance of writing (share of the range)', log: true },
          y: { label: 'accuracy less that in place (points)' },
          series: FLAWS.map((flaw) => ({
            name: `${LABELS[flaw]}, ${most(flaw)}`,
            points: overSeedsAt(SOME, (y) => of(flaw, most(flaw), y).map((v, s) => v - of(flaw, most(flaw), 0)[s]!)),
          })),
          references: [{ name: 'level', y: 0 }],
        }),
        pulses: curve({
          title: 'Pulses against the tolerance of writing',
          subtitle,
          x: { label: 'tolerance of writing (share of the range)', log: true },
          y: { label: 'pulses of a device' },
          series: FLAWS.map((flaw) => ({
            name: `${LABELS[flaw]}, ${most(flaw)}`,
            points: overSeedsAt(SOME, (y) => of(flaw, most(flaw), y, 'pulses')),
          })),
        }),
      },
    };
  },
});
