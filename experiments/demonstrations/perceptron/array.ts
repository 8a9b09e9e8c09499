import { CrossbarLayer, Stream, softBound } from '../../index.ts';

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

export type UpdateRule = 'sign' | 'proportional';

export interface Trial {
  /** Relative sd of ranges and steps between devices. */
  readonly spread: number;
  /** Step of a pulse, share of the way to the bound: larger steps are coarser and more non-linear. */
  readonly step: number;
  readonly rule: UpdateRule;
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
