/** Single-layer perceptron on Al2O3/TiO2−x devices, trained by the Manhattan rule: a pulse per weight, with the sign of its gradient. */
import { CrossbarLayer, integer, RandomStream, softBound } from '../../index.ts';
import { areAllEqual, defineDemonstration, isDecreasing, isSignificantlyGreater } from '../demonstration.ts';

/** Letters z, v, n of 3 × 3 pixels, black (1) and white (-1). */
const LETTERS = ['111010111', '101101010', '010101101'].map((rows) =>
  Array.from(rows, (pixel) => (pixel === '1' ? 1 : -1)),
);
const CLASSES = LETTERS.length;
const PIXELS = 9;

const PATTERNS = LETTERS.flatMap((letter, label) =>
  [-1, ...Array(PIXELS).keys()].map((flipped) => ({
    label,
    inputs: Float64Array.from([...letter.map((pixel, k) => (k === flipped ? -pixel : pixel)), 1]),
  })),
);

/** Settings of one training run: relative sd between devices and between pulses; pulse step, share of the distance to the bound. */
type RunSettings = Readonly<Record<'spread' | 'cycleToCycle' | 'step', number> & { rule: 'sign' | 'proportional' }>;

/** Control of a training run: shuffled labels, which are not linearly separable, or pulses of random sign. */
type ControlKind = 'none' | 'shuffled' | 'random';

/** Trains until all patterns are classified. Returns the number of `epochs` (at most `limit`); `learned`: 1 on success. */
function trainArray(p: RunSettings, control: ControlKind, limit: number, seed: number) {
  const { spread, cycleToCycle, step, rule } = p;
  const stream = new RandomStream(seed, 'perceptron/weights');
  const range = { gMin: 1e-5, gMax: 1e-4, reading: 'differential' } as const;
  const layer = new CrossbarLayer({
    rows: PIXELS + 1,
    columns: CLASSES,
    device: softBound({ ...range, deviceToDevice: spread, cycleToCycle, etaUp: step, etaDown: step }),
    weights: Float64Array.from({ length: (PIXELS + 1) * CLASSES }, () => stream.uniform() - 0.5),
    update: { rule },
    seed,
    name: 'perceptron',
  });
  const y = new Float64Array(CLASSES);
  const change = new Float64Array((PIXELS + 1) * CLASSES);
  for (let epochs = 0; epochs < limit; epochs++) {
    change.fill(0);
    let wrong = 0;
    PATTERNS.forEach(({ inputs, label: own }, n) => {
      const label = control === 'shuffled' ? n % CLASSES : own;
      layer.forward(inputs, y);
      if (y.some((v, j) => j !== label && v >= y[label]!)) wrong++;
      for (let j = 0; j < CLASSES; j++) {
        const f = Math.tanh(y[j]!);
        const error = ((j === label ? 0.85 : -0.85) - f) * (1 - f * f);
        for (let i = 0; i < inputs.length; i++) change[i * CLASSES + j]! += error * inputs[i]!;
      }
    });
    if (wrong === 0) return { epochs, learned: 1 };
    for (const k of control === 'random' ? change.keys() : []) change[k] = stream.uniform() - 0.5;
    layer.update(change, rule === 'sign' ? 1 : layer.step / 10);
  }
  return { epochs: limit, learned: 0 };
}

const SPREADS = [0, 0.1, 0.2, 0.4, 0.8];
const STEPS = [0.01, 0.03, 0.1, 0.3];
const RULES = ['sign', 'proportional'] as const;
const CYCLE_SDS = [0, 0.3, 1, 5];
/** Pulse step (assumed value) of runs that vary other settings, share of the distance to the bound. */
const PULSE_STEP = 0.03;
/** Device-to-device variability (relative sd) of runs that vary the pulse step. */
const SPREAD = 0.2;

export default defineDemonstration({
  parameters: {
    epochs: integer({ default: 200, min: 10, max: 10_000, help: 'maximum number of training epochs' }),
    seeds: integer({ default: 20, min: 1, max: 1000, help: 'number of simulated arrays, with consecutive seeds' }),
  },
  async simulate(p, context) {
    const { arrays, cycles, controls } = await context.measurePerSeed((seed) => {
      const base: RunSettings = { rule: 'sign', spread: SPREAD, cycleToCycle: 0, step: PULSE_STEP };
      const train = (changes: Partial<RunSettings>) => {
        const trial = { ...base, ...changes };
        return { ...trial, ...trainArray(trial, 'none', p.epochs, seed) };
      };
      const runControl = (control: ControlKind) => trainArray({ ...base, spread: 0 }, control, p.epochs, seed).learned;
      const others = STEPS.filter((step) => step !== PULSE_STEP);
      return {
        arrays: [
          ...RULES.flatMap((rule) => SPREADS.map((spread) => train({ rule, spread }))),
          ...others.map((step) => train({ step })),
        ],
        cycles: CYCLE_SDS.map((cycleToCycle) => train({ cycleToCycle })),
        controls: { shuffled: runControl('shuffled'), random: runControl('random') },
      };
    });
    const at = (spread: number | readonly number[], step = PULSE_STEP) => ({ rule: 'sign', spread, step }) as const;
    const hasLearned = (spread: number) => areAllEqual(arrays.values('learned', at(spread)), 1);
    return {
      expectations: {
        'every array without spread learns': hasLearned(0),
        'every array with a spread of 20 % learns': hasLearned(0.2),
        'a spread of 80 % takes more epochs': arrays.mean('epochs', at(0.8)) > arrays.mean('epochs', at(0)),
        'smaller steps take more epochs': isDecreasing(STEPS.map((step) => arrays.mean('epochs', at(SPREAD, step)))),
        'control: no array learns labels that no plane separates': areAllEqual(controls.values('shuffled'), 0),
        'control: no array learns by pulses of random sign': areAllEqual(controls.values('random'), 0),
        'control: a cycle-to-cycle sd of 500 % takes more epochs than deterministic steps': isSignificantlyGreater(
          cycles.values('epochs', { cycleToCycle: 5 }),
          cycles.values('epochs', { cycleToCycle: 0 }),
        ),
      },
    };
  },
});
