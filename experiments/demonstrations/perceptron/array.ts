import { CrossbarLayer, Stream, softBound } from '../../index.ts';

/** 3 × 3 letters as black (1) and white (-1) pixels: z, v, n. */
const LETTERS = ['111010111', '101101010', '010101101'].map((rows) =>
  Array.from(rows, (pixel) => (pixel === '1' ? 1 : -1)),
);
export const CLASSES = LETTERS.length;
const PIXELS = 9;

/** Each letter as it is and with any one pixel inverted, and a bias: 30 patterns of 10 inputs. */
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
  /** Share of the way to the bound that a pulse goes: the larger, the more non-linear and the coarser the steps. */
  readonly step: number;
  readonly rule: UpdateRule;
  /** Labels in another order, which no plane can tell apart. */
  readonly shuffled: boolean;
  readonly epochs: number;
  readonly seed: number;
}

/** Devices begin anywhere in the middle half of their range. Wrongly classified patterns before each epoch, up to the first one without any. */
export function trained({ spread, step, rule, shuffled, epochs, seed }: Trial): number[] {
  const stream = new Stream(seed, 'perceptron/weights');
  const layer = new CrossbarLayer({
    rows: PIXELS + 1,
    columns: CLASSES,
    device: softBound({
      ...{ gMin: 1e-5, gMax: 1e-4, reading: 'differential', deviceToDevice: spread },
      ...{ etaUp: step, etaDown: step },
    }),
    weights: Float64Array.from({ length: (PIXELS + 1) * CLASSES }, () => stream.uniform() - 0.5),
    update: { rule },
    seed,
    name: 'perceptron',
  });
  const y = new Float64Array(CLASSES);
  const wanted = new Float64Array((PIXELS + 1) * CLASSES);
  const errors: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    wanted.fill(0);
    let wrong = 0;
    PATTERNS.forEach(({ inputs, label: own }, n) => {
      const label = shuffled ? n % CLASSES : own;
      layer.forward(inputs, y);
      if (y.some((v, j) => j !== label && v >= y[label]!)) wrong++;
      for (let j = 0; j < CLASSES; j++) {
        const f = Math.tanh(y[j]!);
        const error = ((j === label ? 0.85 : -0.85) - f) * (1 - f * f);
        for (let i = 0; i < inputs.length; i++) wanted[i * CLASSES + j]! += error * inputs[i]!;
      }
    });
    errors.push(wrong);
    if (wrong === 0) break;
    layer.update(wanted, rule === 'sign' ? 1 : layer.step / 10);
  }
  return errors;
}
