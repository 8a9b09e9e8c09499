/**
 * Masking of devices whose state hardly changes at several successive pulses. A masked device is neither read nor written until it has
 * skipped a number of pulses, or until inference. Baseline: write on change, which omits pulses to devices at their bound.
 */

import { integer, number } from '../../index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../training/unsupervised/index.ts';
import { declareCounts, defineDemonstration, isDecreasing } from '../demonstration.ts';
import { trainAndTestLayer } from '../trainedLayer.ts';

/** Number of skipped pulses that stands for "the device stays masked until inference". */
const UNTIL_INFERENCE = 65535;
const SKIPPED_PULSES = [3, 10, 30, 100, UNTIL_INFERENCE]; // numbers of pulses that a masked device skips before it is unmasked
const TARGET_SAVING = 37; // energy saving of the claim, %
const MAX_LOSS = 0.5; // accepted loss of accuracy, percentage points

export default defineDemonstration({
  parameters: {
    ...declareCounts({ neurons: 100, train: 20_000, label: 5000, test: 10_000 }),
    onOff: number({
      default: 5,
      min: 1,
      exclusiveMin: true,
      help: 'on/off ratio gMax/gMin of devices (assumed value)',
    }),
    pulses: integer({
      default: 3,
      min: 1,
      max: 65535,
      help: 'number of successive pulses without effect after which a device is masked',
    }),

    split: mnistSchema.shape.split,
  },
  async simulate(p, context) {
    const { onOff, pulses, seeds, ...settings } = p;
    const images = imagesOf(loadMnist(), mnistConfig({ ...settings, epochs: 1 }));
    const { stashing: hidden, visible } = await context.measurePerSeed(async (seed) => {
      /** Trains a network. Returns the energy of reads and writes, J, and the accuracy (%) with all devices unmasked. */
      const train = async (text: string, options: object) => {
        await context.reportProgress(text);
        const range = { gMin: 1e-4 / onOff, gMax: 1e-4 };
        const device = { model: 'exponential', ...range, reading: 'referenceColumn', ...options };
        const config = mnistConfig({ ...settings, epochs: 1, seed, device });
        const { layer, accuracy } = await trainAndTestLayer(config, images, context);
        const { energy } = layer.synapses.devices!.usage;
        return { energy: energy.read + energy.write, accuracy };
      };
      const everyPulse = await train('every pulse sent', {});
      const onChange = await train('write on change', { writeOnChange: true });
      const hidden = [];
      for (const misses of SKIPPED_PULSES) {
        const stash = { pulses, change: 0.001, misses };
        const { energy, accuracy } = await train(`hidden for ${misses} pulses`, { writeOnChange: true, stash });
        const saved = 100 * (1 - energy / onChange.energy);
        hidden.push({ misses, energy, accuracy, saved, lost: onChange.accuracy - accuracy });
      }
      const byChange = 100 * (1 - onChange.energy / everyPulse.energy);
      return { stashing: hidden, visible: { ...onChange, energyOfAll: everyPulse.energy, byChange } };
    });
    const cheap = SKIPPED_PULSES.filter((misses) => hidden.mean('lost', { misses }) <= MAX_LOSS);
    const savedForGood = hidden.mean('saved', { misses: UNTIL_INFERENCE });
    const untilUnmasked = { misses: SKIPPED_PULSES.slice(0, -1) };
    const referenceLines = [
      { name: `hidden for good (${savedForGood.toFixed(1)} %)`, y: savedForGood },
      { name: `the review's ${TARGET_SAVING} %`, y: TARGET_SAVING },
    ];
    return {
      expectations: [
        {
          [`hiding saves at least ${TARGET_SAVING} % beyond write on change, at a mean loss of at most ${MAX_LOSS} points`]:
            cheap.some((misses) => hidden.mean('saved', { misses }) >= TARGET_SAVING),
        },
        {
          'some hiding saves energy beyond write on change in every seed at such a loss': cheap.some((misses) =>
            hidden.values('saved', { misses }).every((saved) => saved > 0),
          ),
          [`control: write on change alone saves less than ${TARGET_SAVING} %`]:
            visible.mean('byChange') < TARGET_SAVING,
          'control: longer hiding saves more': isDecreasing(hidden.computeGroupMeans('saved', 'misses').toReversed()),
        },
      ],
      pictures: {
        stashing: hidden.plot({ x: 'misses', y: 'saved', filter: untilUnmasked, referenceLines }),
      },
    };
  },
});
