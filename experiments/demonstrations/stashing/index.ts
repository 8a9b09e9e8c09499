/**
 * A device that several pulses in a row have hardly changed is taken out of the array: it is neither read nor written, carries no
 * current and costs no energy. It returns after a number of missed pulses, and for inference. The comparison is with write on
 * change, which sends no pulses to devices at their bound and changes no weight. The criterion of hiding is our own.
 */

import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, number, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, type Mnist, mnistConfig, mnistSchema } from '../../training/unsupervised/index.ts';
import { defineDemonstration, measureSeeds, type RunContext, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, isDecreasing, makeTable, mergeRecords, percent, pointDifferences, WHOLE } from '../findings.ts';
import { trainAndTest } from '../trainedLayer.ts';

const parameters = object({
  ...SEED_PARAMS,
  neurons: integer({ default: 100, min: 10, max: 10000, help: 'number of output neurons' }),
  onOff: number({ default: 5, min: 1, exclusiveMin: true, help: 'on/off ratio gMax/gMin of the devices (assumed)' }),
  pulses: integer({ default: 3, min: 1, max: 65535, help: 'number of pulses without a change that hide a device' }),
  change: number({ default: 0.001, min: 0, help: 'largest change that counts as none, share of the range' }),
  train: integer({ default: 20_000, min: 1, help: 'number of training images, each shown once' }),
  label: integer({ default: 5000, min: 1, help: 'number of training images for the readout' }),
  test: integer({ default: 10000, min: 10, help: 'number of test images' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

/** Number of pulses that a hidden device misses; FOR_GOOD hides it until inference. */
const FOR_GOOD = 65535;
const MISSES = [3, 10, 30, 100, FOR_GOOD];
const TARGET_SAVING = 37; // %
const MAX_LOSS = 0.5; // points

const layerConfig = ({ neurons, train, split, label, test }: Settings, more: object) =>
  mnistConfig({ neurons, epochs: 1, train, split, label, test, ...more });

/** Trains: energy of reads and writes (J), accuracy (%) of the revealed network, and share of pulses that were not sent. */
async function train(p: Settings, seed: number, options: object, images: Mnist, context: RunContext) {
  const device = { model: 'exponential', gMin: 1e-4 / p.onOff, gMax: 1e-4, reading: 'referenceColumn', ...options };
  const config = layerConfig(p, { seed, device });
  const { layer, accuracy } = await trainAndTest(config, images, context);
  const { skipped, writesUp, writesDown, energy } = layer.synapses.devices!.usage;
  return { energy: energy.read + energy.write, accuracy, skipped: skipped / (skipped + writesUp + writesDown) };
}

export default defineDemonstration({
  name: 'stashing',
  title: 'Hidden synapses save energy of training',
  claim:
    'Hiding trained synapses of a 32 x 32 self-rectifying crossbar saves 37 % of the array energy in unsupervised learning of MNIST.',
  source: 'Cheong et al. 2022 (R87 of the review Nanoscale Horiz. 2023, 8, 716)',
  parameters,
  async run(p, context) {
    const images = imagesOf(loadMnist(), layerConfig(p, {}));
    const { hidden, visible } = await measureSeeds(p, context, async (seed) => {
      const trainWith = async (text: string, options: object) => {
        await context.step(text);
        return train(p, seed, options, images, context);
      };
      const everyPulse = await trainWith('every pulse sent', {});
      const onChange = await trainWith('write on change', { writeOnChange: true });
      const hidden = [];
      for (const misses of MISSES) {
        const stash = { pulses: p.pulses, change: p.change, misses };
        const result = await trainWith(`hidden for ${misses} pulses`, { writeOnChange: true, stash });
        const saved = 100 * (1 - result.energy / onChange.energy);
        hidden.push({ misses, seed, ...result, saved, lost: onChange.accuracy - result.accuracy });
      }
      return { hidden, visible: { everyPulse, onChange } };
    });
    const returning = hidden.filter(({ misses }) => misses !== FOR_GOOD);
    const forGood = { misses: FOR_GOOD };
    const cheap = MISSES.filter((misses) => hidden.mean('lost', { misses }) <= MAX_LOSS);
    const savedOnChange = visible.values(({ everyPulse, onChange }) => 100 * (1 - onChange.energy / everyPulse.energy));
    const joules = inUnit('J');
    const conditions = (more: string) => `MNIST, ${p.neurons} neurons, ${more}; band: ± sd over ${p.seeds} seeds`;
    const x = { label: 'pulses that a device misses while it is hidden', log: true };
    const [savedForGood, lostForGood] = [hidden.mean('saved', forGood), hidden.mean('lost', forGood)];
    return {
      figures: {
        'accuracy, write on change': percent(visible.values(({ onChange }) => onChange.accuracy)),
        'energy of training, every pulse sent': joules(visible.values(({ everyPulse }) => everyPulse.energy)),
        'energy of training, write on change': joules(visible.values(({ onChange }) => onChange.energy)),
        'control: saved by write on change, nothing hidden': percent(savedOnChange),
        ...mergeRecords(MISSES, (misses) => {
          const name = misses === FOR_GOOD ? 'hidden for good' : `hidden for ${misses} pulses`;
          return {
            [`${name}: energy saved beyond that`]: percent(hidden.values('saved', { misses })),
            [`${name}: accuracy lost`]: pointDifferences(hidden.values('lost', { misses })),
          };
        }),
      },
      expectations: {
        [`hiding saves at least ${TARGET_SAVING} % beyond write on change, at a mean loss of at most ${MAX_LOSS} points`]:
          cheap.some((misses) => hidden.mean('saved', { misses }) >= TARGET_SAVING),
        'some hiding saves energy beyond write on change in every seed at such a loss': cheap.some((misses) =>
          hidden.values('saved', { misses }).every((saved) => saved > 0),
        ),
        [`control: write on change alone saves less than ${TARGET_SAVING} %`]: mean(savedOnChange) < TARGET_SAVING,
        'control: longer hiding saves more': isDecreasing(
          MISSES.map((misses) => hidden.mean('saved', { misses })).toReversed(),
        ),
      },
      tables: {
        stashing: makeTable(
          hidden.rows.map(({ saved, lost, ...row }) => row),
          { misses: WHOLE, energy: 'J' },
        ),
      },
      pictures: {
        stashing: curve({
          title: 'Energy that hidden synapses save beyond write on change',
          subtitle: conditions(`on/off ${p.onOff}, hidden after ${p.pulses} pulses without a change`),
          x,
          y: { label: 'energy of training saved (%)', domain: [0, 40] },
          series: [returning.line('hidden synapses', 'misses', 'saved')],
          references: [
            { name: `hidden for good (${savedForGood.toFixed(1)} %)`, y: savedForGood },
            { name: `the review's ${TARGET_SAVING} %`, y: TARGET_SAVING },
          ],
        }),
        lost: curve({
          title: 'Accuracy that hidden synapses cost',
          subtitle: conditions('all synapses revealed'),
          x,
          y: { label: 'accuracy lost (points)' },
          series: [returning.line('hidden synapses', 'misses', 'lost')],
          references: [
            { name: `hidden for good (${lostForGood.toFixed(2)} points)`, y: lostForGood },
            { name: `limit of ${MAX_LOSS} points`, y: MAX_LOSS },
          ],
        }),
      },
    };
  },
});
