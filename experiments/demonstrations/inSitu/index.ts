/**
 * A network trained on ideal devices and then written into flawed ones, against the same network trained on the flawed ones:
 * stuck devices, device-to-device spread, drift.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716, section 1.3.
 * Run: memspike demo in-situ --out DIR
 * Expect: trained in place at least as accurate, within 1 point, as written, for every flaw and amount.
 */
import { mean } from 'simple-statistics';
import { integer, object } from '../../index.ts';
import { imagesOf, type Learned, loadMnist, mnistConfig, testLayer, trainLayer } from '../../mnist/index.ts';
import { curve, overSeeds } from '../../plots/index.ts';
import { demonstration, finished, REPEATED, type Stage, seedsOf, tableOf } from '../demonstration.ts';
import { AMOUNTS, blindlyImported, FLAWS, type Flaw, flawed, imported } from './flaws.ts';

/** Trained in place; written with a look at the result; written blindly (spread only). */
const WAYS = ['inSitu', 'exSitu', 'blind'] as const;
type Way = (typeof WAYS)[number];

interface Trained {
  readonly way: Way;
  readonly flaw: Flaw;
  readonly amount: number;
  readonly seed: number;
  /** Percent, log-probability vote. */
  readonly accuracy: number;
}

type Given = Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>;

/** Every flaw in every amount; the amount 0 stands for ideal devices. */
export async function compared(
  { neurons, train, label, test }: Given,
  amounts: Readonly<Record<Flaw, readonly number[]>>,
  seed: number,
  { signal, step }: Stage,
): Promise<Trained[]> {
  const given = { neurons, epochs: 1, train, label, test, seed };
  const config = mnistConfig(given);
  const data = imagesOf(loadMnist(), config);
  const score = async (learned: Learned) =>
    finished(await testLayer(config, learned, data, { signal })).accuracy.logProbability;
  await step(`seed ${seed}: ideal devices`);
  const { learned, layer } = finished(await trainLayer(config, data.train, { signal }));
  const operation = layer.net.now;
  const ideal = await score(learned);
  const found: Trained[] = FLAWS.flatMap((flaw) =>
    WAYS.slice(0, flaw === 'spread' ? 3 : 2).map((way) => ({ way, flaw, amount: 0, seed, accuracy: ideal })),
  );
  for (const flaw of FLAWS) {
    for (const amount of amounts[flaw]) {
      await step(`seed ${seed}: ${flaw} ${amount}`);
      const worse = mnistConfig({ ...given, device: flawed(config.device, flaw, amount, operation) });
      const inPlace = finished(await trainLayer(worse, data.train, { signal })).learned;
      const put = async (way: Way, read: Learned) =>
        found.push({ way, flaw, amount, seed, accuracy: await score(read) });
      await put('inSitu', inPlace);
      await put('exSitu', { ...learned, weights: imported(worse, learned.weights, operation) });
      if (flaw === 'spread')
        await put('blind', { ...learned, weights: blindlyImported(worse, learned.weights, amount) });
    }
  }
  return found;
}

const LABELS: Readonly<Record<Flaw, string>> = {
  stuck: 'share of stuck devices, half of them at each end',
  spread: 'relative sd between devices',
  drift: 'time of operation / time constant of drift',
};
const TITLES: Readonly<Record<Flaw, string>> = {
  stuck: 'stuck devices',
  spread: 'spread between devices',
  drift: 'drift',
};
const NAMES: Readonly<Record<Way, string>> = {
  inSitu: 'trained on the flawed devices',
  exSitu: 'trained ideal, then written with verification',
  blind: 'trained ideal, then written blindly',
};

export default demonstration({
  name: 'in-situ',
  title: 'Training on flawed devices against writing trained weights into them',
  claim:
    'In-situ training is more immune to loss of retention, stuck states and variation of devices than ex-situ training.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, section 1.3',
  parameters: object({
    neurons: integer({ default: 50, min: 2, max: 1000, help: 'output neurons of the network' }),
    train: integer({ default: 60_000, min: 1, max: 60_000, help: 'training images, shown once' }),
    label: integer({ default: 3000, min: 1, max: 60_000, help: 'training images shown again to label the neurons' }),
    test: integer({ default: 2000, min: 1, max: 10_000, help: 'test images' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (1 + FLAWS.reduce((sum, flaw) => sum + AMOUNTS[flaw].length, 0)),
  async run(p, stage) {
    const found: Trained[] = [];
    for (const seed of seedsOf(p)) found.push(...(await compared(p, AMOUNTS, seed, stage)));
    const of = (way: Way, flaw: Flaw, amount: number) =>
      found.filter((t) => t.way === way && t.flaw === flaw && t.amount === amount).map((t) => t.accuracy);
    const waysOf = (flaw: Flaw) => WAYS.filter((way) => of(way, flaw, 0).length > 0);
    const most = (flaw: Flaw) => AMOUNTS[flaw].at(-1)!;
    const beats = (way: Way, flaw: Flaw, margin: number) =>
      AMOUNTS[flaw].every((amount) => mean(of('inSitu', flaw, amount)) >= mean(of(way, flaw, amount)) - margin);
    return {
      figures: {
        'ideal devices': { unit: '%', values: of('inSitu', 'stuck', 0) },
        ...Object.fromEntries(
          FLAWS.flatMap((flaw) =>
            waysOf(flaw).map((way) => [
              `${flaw} ${most(flaw)}, ${NAMES[way]}`,
              { unit: '%', values: of(way, flaw, most(flaw)) },
            ]),
          ),
        ),
      },
      expectations: [
        ...FLAWS.flatMap((flaw) =>
          waysOf(flaw)
            .filter((way) => way !== 'inSitu')
            .map((way) => ({
              text: `${flaw}: in place at least as accurate, within 1 point, as ${NAMES[way]}`,
              shown: beats(way, flaw, 1),
            })),
        ),
        {
          text: 'each flaw costs what was written blindly or verified at least 3 points at its largest',
          shown: FLAWS.every((flaw) =>
            waysOf(flaw)
              .filter((way) => way !== 'inSitu')
              .some((way) => mean(of(way, flaw, most(flaw))) < mean(of(way, flaw, 0)) - 3),
          ),
        },
      ],
      tables: {
        accuracy: tableOf(found, {
          flaw: { names: FLAWS },
          amount: '1',
          way: { names: WAYS },
          seed: ['1', 'uint32'],
          accuracy: '%',
        }),
      },
      pictures: Object.fromEntries(
        FLAWS.map((flaw) => [
          flaw,
          curve({
            title: `Accuracy against ${TITLES[flaw]}`,
            subtitle: `MNIST, ${p.neurons} neurons, one epoch; mean and sd of ${p.seeds} seeds`,
            x: { label: LABELS[flaw] },
            y: { label: 'accuracy (%)', domain: [0, 100] },
            series: waysOf(flaw).map((way) => ({
              name: NAMES[way],
              points: [0, ...AMOUNTS[flaw]].map((amount) => overSeeds(amount, of(way, flaw, amount))),
            })),
          }),
        ]),
      ),
    };
  },
});
