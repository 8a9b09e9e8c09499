/** Learning without labels on a passive array: accuracy that is lost by half-select disturb, against an array with a transistor per device. */
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../training/unsupervised/index.ts';
import {
  declareCounts,
  defineDemonstration,
  fraction,
  integer,
  isDecreasing,
  isSignificantlyGreater,
  positiveFraction,
} from '../demonstration.ts';
import { trainAndTestLayer } from '../trainedLayer.ts';

const TRANSISTORS = 'a transistor per device';
const G_MAX = 1e-5; // S
const THRESHOLDS = [0.5, 0.58, 0.66, 0.8]; // mean threshold, divided by the write voltage
const MEASURED_THRESHOLD = 0.66;
const MAX_LOSS = 1; // loss that counts as none, percentage points: single roundings change the course of learning
const LINE_RESISTANCE = 2; // Ω per segment
/** Selector device in series with each memristor; it conducts at the write voltage only. */
const SELECTOR = { voltage: 1.2, time: 10, threshold: 0.7, spread: 0.02 };

interface ArrayVariant {
  readonly array: string;
  /** Fraction of the write voltage across unselected devices, 1/2 or 1/3; null: none. */
  readonly selection: 'half' | 'third' | null;
  readonly neurons: number;
  readonly threshold?: number;
  readonly thresholdSpread?: number;
  readonly onOff?: number;
  readonly lineResistance?: number;
  readonly device?: object;
}

/** Arrays in the order of training: each array with transistors precedes the arrays that are compared with it. */
function listVariants(neurons: number, many: number): ArrayVariant[] {
  const schemes = [
    { array: 'V/2', selection: 'half' },
    { array: 'V/3', selection: 'third' },
  ] as const;
  const selectors = { array: 'V/2 with selectors', selection: 'half', device: { selector: SELECTOR } } as const;
  const transistors = { array: TRANSISTORS, selection: null };
  const half = schemes[0];
  return [
    { ...transistors, neurons },
    ...schemes.flatMap((scheme) => THRESHOLDS.map((threshold) => ({ ...scheme, neurons, threshold }))),
    { ...selectors, neurons },
    { ...half, array: 'V/2, equal thresholds', neurons, thresholdSpread: 0 },
    { ...half, array: 'V/2 with resistive lines', neurons, lineResistance: LINE_RESISTANCE },
    { ...transistors, neurons, onOff: 5 },
    { ...half, neurons, onOff: 5 },
    { ...transistors, neurons: many },
    ...[...schemes, selectors].map((scheme) => ({ ...scheme, neurons: many })),
  ];
}

export default defineDemonstration({
  parameters: {
    ...declareCounts({ neurons: 100, train: 3000, label: 1000, test: 2000 }),
    many: { ...declareCounts({ neurons: 400 }) }.neurons,
    spread: fraction(0.26, 'relative spread of the thresholds of devices'),
    share: positiveFraction(0.1, 'step by a partial pulse above the threshold, divided by that of a full pulse'),
    seeds: integer({ default: 10, min: 1, max: 1000, help: 'number of trainings, with consecutive random seeds' }),
    split: mnistSchema.shape.split,
  },
  async simulate(p, context) {
    const { neurons, many, spread, share, seeds, ...settings } = p;
    const images = imagesOf(loadMnist(), mnistConfig({ ...settings, neurons, epochs: 1 }));
    const { arrays } = await context.measurePerSeed(async (seed) => {
      const accuracyWithTransistors: Record<string, number> = {};
      const arrays = [];
      for (const variant of listVariants(neurons, many)) {
        const { array, selection, threshold = MEASURED_THRESHOLD, thresholdSpread = spread, onOff = 100 } = variant;
        await context.reportProgress(`${array}, ${variant.neurons} neurons`);
        const lines = variant.lineResistance ?? 0;
        const passive = selection && {
          selection,
          disturb: { threshold, thresholdSpread, share },
          ...(lines > 0 && { array: { lineResistance: lines } }),
        };
        const range = { gMin: G_MAX / onOff, gMax: G_MAX };
        const steps = { model: 'softBound', etaUp: 0.02, etaDown: 0.01, writeVoltage: 1 };
        const device = { ...steps, ...range, ...passive, ...variant.device };
        const config = mnistConfig({ ...settings, neurons: variant.neurons, epochs: 1, seed, device });
        const { layer, accuracy } = await trainAndTestLayer(config, images, context);
        const key = `${variant.neurons} ${onOff}`;
        if (selection === null) accuracyWithTransistors[key] = accuracy;
        const lost = accuracyWithTransistors[key]! - accuracy;
        const { halfSelected } = layer.synapses.devices!.usage.energy;
        const row = { array, neurons: variant.neurons, threshold, onOff, accuracy, lost };
        arrays.push({ ...row, halfSelectEnergy: 1e6 * halfSelected });
      }
      return { arrays };
    });
    const base = { neurons, threshold: MEASURED_THRESHOLD, onOff: 100 };
    const lost = (array: string, changes: object = {}) => arrays.values('lost', { array, ...base, ...changes });
    const isSmall = (losses: readonly number[]) =>
      isSignificantlyGreater(
        losses.map(() => MAX_LOSS),
        losses,
      );
    return {
      expectations: [
        {
          'at V/2, disturb costs accuracy': isSignificantlyGreater(lost('V/2'), 0),
          'the loss at V/2 grows as thresholds fall': isDecreasing(
            arrays.computeGroupMeans('lost', 'threshold', { array: 'V/2', neurons, onOff: 100 }),
          ),
          'V/3 loses less than V/2': isSignificantlyGreater(lost('V/2'), lost('V/3')),
          'selectors remove the loss': isSmall(lost('V/2 with selectors')),
          'control: equal thresholds above V/2 remove the loss': isSmall(lost('V/2, equal thresholds')),
        },
        {
          'an on/off ratio of 5 loses more than one of 100': isSignificantlyGreater(
            lost('V/2', { onOff: 5 }),
            lost('V/2'),
          ),
        },
        { 'resistive lines add to the loss': isSignificantlyGreater(lost('V/2 with resistive lines'), lost('V/2')) },
        { 'the larger network loses accuracy, too': isSignificantlyGreater(lost('V/2', { neurons: many }), 0) },
      ],
      pictures: {
        threshold: arrays.plot({
          ...{ x: 'threshold', y: 'lost', groupBy: ['array'] },
          filter: { array: ['V/2', 'V/3'], neurons, onOff: 100 },
        }),
      },
    };
  },
});
