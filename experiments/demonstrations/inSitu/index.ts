/**
 * A softmax layer trained on ideal devices and then written into flawed ones, against the same layer trained in place on the
 * same flawed devices. Flaws: stuck devices, spread of ranges, spread of steps (the same up and down or not), and uneven drift.
 * The quality of writing is an axis: beyond some tolerance of program-and-verify, training in place is ahead.
 */
import { integer, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../mnist/index.ts';
import { defineDemonstration, mapSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, mergeRecords, percent, ResultGrid } from '../findings.ts';
import { AMOUNTS, compareTraining, FLAWS, type Flaw, NO_PULSE, TOLERANCES } from './training.ts';

const FLAW_NAMES: Readonly<Record<Flaw, string>> = {
  stuck: 'stuck devices',
  range: 'spread of ranges',
  steps: 'spread of steps, the same up and down',
  unevenSteps: 'spread of steps, up and down apart',
  drift: 'uneven drift',
};
const WRITTEN = TOLERANCES.filter((tolerance) => tolerance !== NO_PULSE);
const FINEST = TOLERANCES[0]!;
const COARSE = 0.2;

/** Tolerance beyond which written weights are behind, interpolated over its logarithm; null if they are behind nowhere or everywhere. */
export function findCrossover(
  written: readonly { readonly tolerance: number; readonly accuracy: number }[],
  inPlace: number,
): number | null {
  const i = written.findIndex(({ accuracy }) => accuracy < inPlace);
  if (i < 1) return null;
  const [a, b] = [written[i - 1]!, written[i]!];
  return a.tolerance * (b.tolerance / a.tolerance) ** ((a.accuracy - inPlace) / (a.accuracy - b.accuracy));
}

export default defineDemonstration({
  name: 'in-situ',
  title: 'Training on flawed devices against writing trained weights into them',
  claim:
    'In-situ training is more immune to loss of retention, stuck states and variation of devices than ex-situ training.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, section 1.3',
  parameters: object({
    train: integer({ default: 5000, min: 10, max: 60_000, help: 'number of training images, each shown once' }),
    test: integer({ default: 1000, min: 10, max: 10_000, help: 'number of test images' }),
    split: mnistSchema.shape.split,
    ...SEED_PARAMS,
  }),
  steps: ({ seeds }) => seeds * (1 + FLAWS.length),
  async run(p, context) {
    const images = imagesOf(loadMnist(), mnistConfig({ train: p.train, label: 1, test: p.test, split: p.split }));
    const runs = await mapSeeds(p, (seed) => compareTraining({ ...p, seed }, images, context));
    const grid = new ResultGrid(runs.flatMap(({ results }) => results));
    const means = (flaw: Flaw, tolerance: number) => grid.mean('accuracy', { flaw, tolerance });
    const nameOf = (flaw: Flaw) => `${FLAW_NAMES[flaw]} ${AMOUNTS[flaw]}`;
    const inPlace = new Map(grid.select({ tolerance: 0 }).map((row) => [`${row.flaw} ${row.seed}`, row.accuracy]));
    const writtenRows = grid.rows.filter(({ tolerance }) => WRITTEN.includes(tolerance));
    const written = new ResultGrid(
      writtenRows.map((row) => ({ ...row, lead: row.accuracy - inPlace.get(`${row.flaw} ${row.seed}`)! })),
    );
    const subtitle = `MNIST, softmax on pairs of devices, ${p.train.toLocaleString('en')} images; mean and sd of ${p.seeds} seeds`;
    const picture = (title: string, key: 'lead' | 'pulses', label: string, level?: number) =>
      curve({
        title,
        subtitle,
        x: { label: 'tolerance of writing (share of the range)', log: true },
        y: { label },
        series: FLAWS.map((flaw) => written.line(`${FLAW_NAMES[flaw]}, ${AMOUNTS[flaw]}`, 'tolerance', key, { flaw })),
        ...(level !== undefined && { references: [{ name: 'level', y: level }] }),
      });
    return {
      figures: {
        'ideal devices': percent(runs.map(({ ideal }) => ideal)),
        ...mergeRecords(FLAWS, (flaw) => ({
          [`${nameOf(flaw)}: in place`]: percent(grid.values('accuracy', { flaw, tolerance: 0 })),
          ...mergeRecords([FINEST, 0.1, COARSE], (tolerance) => ({
            [`${nameOf(flaw)}: written within ${tolerance}`]: percent(grid.values('accuracy', { flaw, tolerance })),
          })),
        })),
        ...mergeRecords(FLAWS, (flaw) => {
          const accuracies = WRITTEN.map((tolerance) => ({ tolerance, accuracy: means(flaw, tolerance) }));
          const at = findCrossover(accuracies, means(flaw, 0));
          if (at === null) return {};
          return { [`${nameOf(flaw)}: in place is ahead from a tolerance of`]: inUnit('of the range')(at) };
        }),
      },
      expectations: {
        ...mergeRecords(FLAWS, (flaw) => ({
          [`${FLAW_NAMES[flaw]}: in place at least as accurate, within a point, as written within ${FINEST} of the range`]:
            means(flaw, 0) >= means(flaw, FINEST) - 1,
          [`${FLAW_NAMES[flaw]}: in place ahead of what is written within ${COARSE}`]:
            means(flaw, 0) > means(flaw, COARSE),
        })),
        'control: it makes no difference, within a point, in place whether spread of steps is the same up and down':
          Math.abs(means('steps', 0) - means('unevenSteps', 0)) < 1,
        'control: without a pulse accuracy is that of chance, below 20 %': FLAWS.every(
          (flaw) => means(flaw, NO_PULSE) < 20,
        ),
      },
      tables: { accuracy: grid.table() },
      pictures: {
        tolerance: picture(
          'Written within a tolerance, less trained in place',
          'lead',
          'accuracy less that in place (points)',
          0,
        ),
        pulses: picture('Pulses against the tolerance of writing', 'pulses', 'pulses of a device'),
      },
    };
  },
});
