/**
 * A random layer for free: memristors that were all programmed alike differ by chance, and these differences project images onto
 * a hidden layer of spiking neurons, of which only a linear read-out is trained (an extreme learning machine).
 * Source: h-BN devices in Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 117.
 * Run: memspike demo random-projection --out DIR
 * Expect: accuracy rises with the number of hidden neurons and passes that of the same read-out on the input spikes; without
 *         differences between devices it is chance.
 */
import { mean } from 'simple-statistics';
import { accuracy, integer, number, object, READOUTS, type SpikeCounts, Stream } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { loadMnist } from '../../mnist/index.ts';
import { demonstration, Interrupted, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { firstOf, responses } from './hidden.ts';

const SIZES = [25, 50, 100, 200, 400, 800, 1600];

interface Labelled {
  readonly counts: SpikeCounts;
  readonly labels: Uint8Array;
}

/** Percent of the test images that a linear read-out tells, trained on the others. */
function told(train: Labelled, test: Labelled, neurons: number, seed: number): number {
  const random = new Stream(seed, 'read-out');
  const readout = READOUTS.linear(train.counts, train.labels, train.labels.length, neurons, () => random.uniform());
  return accuracy(test.labels, readout.predictAll(test.counts));
}

export default demonstration({
  name: 'random-projection',
  title: 'Differences between devices as a random layer, with a trained linear read-out',
  claim:
    'An array of h-BN memristors is the random layer of an extreme learning machine; only the read-out is trained.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 117',
  parameters: object({
    train: integer({ default: 4000, min: 100, max: 60_000, help: 'training images' }),
    test: integer({ default: 2000, min: 100, max: 10_000, help: 'test images' }),
    largest: integer({ default: 1600, min: 25, max: 6400, help: 'hidden neurons of the largest layer' }),
    spread: number({ default: 0.5, min: 0, max: 2, help: 'relative sd between devices' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => 2 * seeds,
  async run(p, stage) {
    const sizes = SIZES.filter((n) => n <= p.largest);
    const { train, test } = loadMnist();
    const [known, asked] = [train.labels.subarray(0, p.train), test.labels.subarray(0, p.test)];
    const pixels = train.rows * train.columns;
    const pause = async () => {
      if (stage.signal.aborted) throw new Interrupted();
    };
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`hidden layer, seed ${seed}`);
      const hidden = { neurons: p.largest, spread: p.spread, seed };
      const learned = await responses(train, p.train, hidden, 'train', pause);
      const shown = await responses(test, p.test, hidden, 'test', pause);
      await stage.step(`read-outs, seed ${seed}`);
      const accuracies = sizes.map((n) =>
        told(
          { counts: firstOf(learned.hidden, p.largest, n), labels: known },
          { counts: firstOf(shown.hidden, p.largest, n), labels: asked },
          n,
          seed,
        ),
      );
      const input = told(
        { counts: learned.input, labels: known },
        { counts: shown.input, labels: asked },
        pixels,
        seed,
      );
      return { seed, accuracies, input };
    });
    const at = (n: number) => runs.map(({ accuracies }) => accuracies[sizes.indexOf(n)]!);
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    const best = sizes.at(-1)!;
    const direct = runs.map(({ input }) => input);
    return {
      figures: {
        ...Object.fromEntries(sizes.map((n) => [`accuracy, ${n} hidden neurons`, percent(at(n))])),
        'accuracy of the same read-out on the input spikes': percent(direct),
      },
      expectations: {
        'accuracy rises with every doubling of the hidden layer': sizes.every(
          (n, i) => i === 0 || mean(at(n)) > mean(at(sizes[i - 1]!)),
        ),
        'control: the largest layer is better than the read-out on the input spikes': mean(at(best)) > mean(direct),
        'the projection carries information: far above chance': mean(at(best)) > 50,
      },
      tables: {
        sizes: tableOf(
          runs.flatMap(({ seed, accuracies }) =>
            sizes.map((hidden, i) => ({ seed, hidden, accuracy: accuracies[i]! })),
          ),
          { seed: WHOLE, hidden: WHOLE, accuracy: '%' },
        ),
      },
      pictures: {
        sizes: curve({
          title: 'MNIST by a random layer of device differences and a linear read-out',
          subtitle: `devices differ by ${p.spread}; ${p.train} training and ${p.test} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'hidden neurons', log: true },
          y: { label: 'accuracy (%)' },
          series: [{ name: 'random projection', points: overSeedsAt(sizes, (n) => at(n)) }],
          references: [{ name: 'the same read-out on the input spikes', y: mean(direct) }],
        }),
      },
    };
  },
});
