/**
 * A passive crossbar (Al2O3/TiO2−x) learns three letters in place by pulses of one size whose signs follow the gradient (Manhattan
 * rule): epochs against the spread between devices and the size of their steps.
 */
import { CrossbarLayer, integer, object, Stream, softBound } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, isDecreasing, makeTable, ResultGrid, WHOLE } from '../findings.ts';

/** Letters z, v, n of 3 × 3 pixels, black (1) and white (-1). */
const LETTERS = ['111010111', '101101010', '010101101'].map((rows) =>
  Array.from(rows, (pixel) => (pixel === '1' ? 1 : -1)),
);
const CLASSES = LETTERS.length;
const PIXELS = 9;

/** Each letter unchanged and with any one pixel inverted, with a bias: 30 patterns of 10 inputs. */
export const PATTERNS = LETTERS.flatMap((letter, label) =>
  [-1, ...Array(PIXELS).keys()].map((flipped) => ({
    label,
    inputs: Float64Array.from([...letter.map((pixel, k) => (k === flipped ? -pixel : pixel)), 1]),
  })),
);

interface Trial {
  readonly rule: 'sign' | 'proportional';
  /** Relative sd of ranges and steps between devices. */
  readonly spread: number;
  /** Step of a pulse, share of the way to the bound: larger steps are coarser and more non-linear. */
  readonly step: number;
  /** True for labels in another order, which no plane separates. */
  readonly shuffled: boolean;
  readonly epochs: number;
  readonly seed: number;
}

/**
 * Trains an array whose devices start in the middle half of their range. Returns the number of wrongly classified patterns before
 * each epoch, up to the first epoch without any.
 */
export function trainArray({ spread, step, rule, shuffled, epochs, seed }: Trial): number[] {
  const stream = new Stream(seed, 'perceptron/weights');
  const range = { gMin: 1e-5, gMax: 1e-4, reading: 'differential' } as const;
  const layer = new CrossbarLayer({
    rows: PIXELS + 1,
    columns: CLASSES,
    device: softBound({ ...range, deviceToDevice: spread, etaUp: step, etaDown: step }),
    weights: Float64Array.from({ length: (PIXELS + 1) * CLASSES }, () => stream.uniform() - 0.5),
    update: { rule },
    seed,
    name: 'perceptron',
  });
  const y = new Float64Array(CLASSES);
  const change = new Float64Array((PIXELS + 1) * CLASSES);
  const errorCounts: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    change.fill(0);
    let wrong = 0;
    PATTERNS.forEach(({ inputs, label: own }, n) => {
      const label = shuffled ? n % CLASSES : own;
      layer.forward(inputs, y);
      if (y.some((v, j) => j !== label && v >= y[label]!)) wrong++;
      for (let j = 0; j < CLASSES; j++) {
        const f = Math.tanh(y[j]!);
        const error = ((j === label ? 0.85 : -0.85) - f) * (1 - f * f);
        for (let i = 0; i < inputs.length; i++) change[i * CLASSES + j]! += error * inputs[i]!;
      }
    });
    errorCounts.push(wrong);
    if (wrong === 0) break;
    layer.update(change, rule === 'sign' ? 1 : layer.step / 10);
  }
  return errorCounts;
}

const SPREADS = [0, 0.1, 0.2, 0.4, 0.8];
const STEPS = [0.01, 0.03, 0.1, 0.3];
const RULES = ['sign', 'proportional'] as const;
const RULE_NAMES = { sign: 'pulses of one size', proportional: 'pulses as strong as the gradient' };
/** Step of the devices whose spread is varied (assumed), and spread of the devices whose step is varied. */
const STEP = 0.03;
const SPREAD = 0.2;
const SHOWN_EPOCHS = 60;

export default defineDemonstration({
  name: 'perceptron',
  title: 'Three letters on a crossbar, trained in place by pulses of one size',
  claim: 'A perceptron on a 12 × 12 crossbar without transistors is trained in situ to distinguish 3 × 3 letters.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 182 (Prezioso et al. 2015, doi:10.1038/nature14441)',
  parameters: object({
    epochs: integer({ default: 200, min: 10, max: 10_000, help: 'number of epochs after which learning has failed' }),
    ...SEED_PARAMS,
    seeds: integer({ default: 20, min: 1, max: 1000, help: 'number of arrays, with consecutive seeds' }),
  }),
  async run(p, context) {
    const train = (setting: Omit<Trial, 'epochs' | 'seed'>) =>
      listSeeds(p).map((seed) => {
        const errorCounts = trainArray({ ...setting, epochs: p.epochs, seed });
        const learned = errorCounts.at(-1) === 0 ? 1 : 0;
        const { rule, spread, step } = setting;
        return { rule, spread, step, seed, epochs: errorCounts.length - learned, learned, errorCounts };
      });
    const results = [];
    for (const rule of RULES) {
      await context.step(RULE_NAMES[rule]);
      for (const spread of SPREADS) results.push(...train({ rule, spread, step: STEP, shuffled: false }));
    }
    await context.step('sizes of steps');
    for (const step of STEPS.filter((step) => step !== STEP))
      results.push(...train({ rule: 'sign', spread: SPREAD, step, shuffled: false }));
    await context.step('labels that cannot be learned');
    const control = train({ rule: 'sign', spread: 0, step: STEP, shuffled: true });
    const arrays = new ResultGrid(results);
    const at = (spread: number, step = STEP) => ({ rule: 'sign', spread, step }) as const;
    const shown = arrays.select({ spread: SPREAD, step: STEP });
    const longest = Math.min(Math.max(...shown.map(({ errorCounts }) => errorCounts.length)), SHOWN_EPOCHS);
    const courses = new ResultGrid(
      shown.flatMap(({ rule, errorCounts }) =>
        Array.from({ length: longest }, (_, epoch) => ({ rule, epoch, wrong: errorCounts[epoch] ?? 0 })),
      ),
    );
    const epochs = inUnit('epochs');
    const share = inUnit('share');
    const hasLearned = (spread: number) => arrays.select(at(spread)).every(({ learned }) => learned === 1);
    return {
      figures: {
        'epochs, no spread': epochs(arrays.values('epochs', at(0))),
        'epochs, spread 0.2': epochs(arrays.values('epochs', at(0.2))),
        'epochs, spread 0.8': epochs(arrays.values('epochs', at(0.8))),
        'arrays that learned, spread 0.8': share(arrays.values('learned', at(0.8))),
        'arrays that learned, spread 0.8, proportional': share(
          arrays.values('learned', { ...at(0.8), rule: 'proportional' }),
        ),
        'epochs, steps of 0.3': epochs(arrays.values('epochs', at(SPREAD, 0.3))),
        'control: arrays that learned shuffled labels': share(control.map(({ learned }) => learned)),
      },
      expectations: {
        'every array without spread learns': hasLearned(0),
        'every array with a spread of 20 % learns': hasLearned(0.2),
        'a spread of 80 % takes more epochs': arrays.mean('epochs', at(0.8)) > arrays.mean('epochs', at(0)),
        'smaller steps take more epochs': isDecreasing(STEPS.map((step) => arrays.mean('epochs', at(SPREAD, step)))),
        'control: no array learns labels that no plane separates': control.every(({ learned }) => learned === 0),
      },
      tables: { arrays: makeTable(results, { epochs: WHOLE, learned: WHOLE }) },
      pictures: {
        spread: curve({
          title: 'Epochs until no pattern is wrong',
          subtitle: `${PATTERNS.length} patterns, mean and sd of ${p.seeds} arrays; ${p.epochs} where one did not learn`,
          x: { label: 'relative sd between devices' },
          y: { label: 'epochs', domain: [0, 0] },
          series: RULES.map((rule) => arrays.line(RULE_NAMES[rule], 'spread', 'epochs', { rule, step: STEP })),
        }),
        steps: curve({
          title: 'Epochs against the size of a step',
          subtitle: `pulses of one size, spread 0.2, mean and sd of ${p.seeds} arrays`,
          x: { label: 'step, share of the way to the bound', log: true },
          y: { label: 'epochs', domain: [0, 0] },
          series: [arrays.line(RULE_NAMES.sign, 'step', 'epochs', { rule: 'sign', spread: SPREAD })],
        }),
        errors: curve({
          title: 'Wrong patterns over training',
          subtitle: `of ${PATTERNS.length}, spread 0.2, mean and sd of ${p.seeds} arrays`,
          x: { label: 'epoch' },
          y: { label: 'wrong patterns', domain: [0, 0] },
          series: RULES.map((rule) => courses.line(RULE_NAMES[rule], 'epoch', 'wrong', { rule })),
        }),
      },
    };
  },
});
