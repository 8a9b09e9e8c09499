/** 95 % intervals of what is fitted beside pulses hold the truth about as often as they say, and are no wider than that takes. */
// slow: coverage of confidence intervals over many fits; fit.test.ts has one in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MeasurementType } from '../../../../experiments/devices/fit/kinds/measurementType.ts';
import { MEASUREMENT_TYPES } from '../../../../experiments/devices/fit/kinds/measurementTypes.ts';
import { computeShortTermEfficacies } from '../../../../experiments/devices/fit/kinds/shortTerm.ts';
import { fitted, normals, text } from './madeKinds.ts';

const SETS = 6;
interface Made {
  readonly kind: MeasurementType;
  readonly model: string;
  readonly truth: Readonly<Record<string, number>>;
  /** The same measurement with the noise of this number. */
  readonly content: (set: number) => string;
}

const spaced = <T>(count: number, of: (i: number) => T) => Array.from({ length: count }, (_, i) => of(i));
const noisy = (name: string, set: number) => normals(`${name} ${set}`);

const MADE: Readonly<Record<string, Made>> = {
  'exponential retention': {
    kind: MEASUREMENT_TYPES.retention,
    model: 'exponential',
    truth: { tau: 800, rest: 2e-6 },
    content: (set) => {
      const normal = noisy('exponential', set);
      return text(
        ['time_s', 'G (S)'],
        spaced(40, (i) => [10 ** (i / 10), 2e-6 + 8e-6 * Math.exp(-(10 ** (i / 10)) / 800) + 2e-7 * normal()]),
      );
    },
  },
  'retention whose noise lasts for some readings': {
    kind: MEASUREMENT_TYPES.retention,
    model: 'exponential',
    truth: { tau: 800, rest: 2e-6 },
    content: (set) => {
      const normal = noisy('lasting', set);
      let noise = 0;
      return text(
        ['time_s', 'G (S)'],
        spaced(150, (i) => {
          noise = 0.8 * noise + 0.6 * 2e-7 * normal();
          return [20 * i, 2e-6 + 8e-6 * Math.exp((-20 * i) / 800) + noise];
        }),
      );
    },
  },
  endurance: {
    kind: MEASUREMENT_TYPES.endurance,
    model: 'wear',
    truth: { cycles: 2e5, wear: 1.5 },
    content: (set) => {
      const normal = noisy('endurance', set);
      return text(
        ['cycle', 'G_off (S)', 'G_on (S)'],
        spaced(40, (i) => {
          const n = 10 ** (1 + i / 9.5);
          return [n, 1e-6, 1e-6 + 9e-5 * Math.max(0, 1 - (n / 2e5) ** 1.5) + 2e-6 * normal()];
        }),
      );
    },
  },
  'paired pulses': {
    kind: MEASUREMENT_TYPES.ppf,
    model: 'volatile',
    truth: { eta: 0.3, tau: 60 },
    content: (set) => {
      const normal = noisy('ppf', set);
      return text(
        ['Δt (ms)', 'A2/A1'],
        [5, 10, 20, 40, 80, 160, 320, 640].map((t) => {
          const [[a, b]] = computeShortTermEfficacies('volatile', { eta: 0.3, tau: 60 }, [[0, t]]) as [number[]];
          return [t, b! / a! + 0.01 * normal()];
        }),
      );
    },
  },
  'a train': {
    kind: MEASUREMENT_TYPES.train,
    model: 'volatile',
    truth: { eta: 0.25, tau: 70, scale: 40 },
    content: (set) => {
      const normal = noisy('train', set);
      return text(
        ['frequency (Hz)', 'spike', 'response'],
        [10, 50].flatMap((f) =>
          computeShortTermEfficacies('volatile', { eta: 0.25, tau: 70 }, [spaced(12, (i) => (i * 1000) / f)])[0]!.map(
            (v, i) => [f, i + 1, 40 * v + 0.2 * normal()],
          ),
        ),
      );
    },
  },
  'a timing window': {
    kind: MEASUREMENT_TYPES.stdp,
    model: 'pairStdp',
    truth: { 'change at 0+': 0.01, tauPlus: 18, 'change at 0-': -0.007, tauMinus: 30 },
    content: (set) => {
      const normal = noisy('stdp', set);
      const at = spaced(40, (i) => (i < 20 ? i - 20 : i - 19) * 4);
      return text(
        ['dt (ms)', 'dw (%)'],
        at.map((t) => [t, (t > 0 ? Math.exp(-t / 18) : -0.7 * Math.exp(t / 30)) + 0.05 * normal()]),
      );
    },
  },
};

/** Quantile 0.975 of the normal distribution, both ways. */
const BOTH = 3.92;
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

const all: boolean[] = [];
for (const [name, { kind, model, truth, content }] of Object.entries(MADE)) {
  test(`${name}: intervals are as wide as fits scatter`, () => {
    const fits = spaced(SETS, (set) => {
      const { models } = fitted(kind, content(set), kind.modelNames.includes(model) ? { requestedModel: model } : {});
      return models.find((m) => m.name === model)!;
    });
    for (const [key, value] of Object.entries(truth)) {
      all.push(...fits.map(({ ci }) => ci[key]![0] <= value && value <= ci[key]![1]));
      const off = Math.sqrt(fits.reduce((sum, { params }) => sum + (params[key]! - value) ** 2, 0) / SETS);
      const wide = median(fits.map(({ ci }) => ci[key]![1] - ci[key]![0])) / (BOTH * off);
      assert.ok(wide > 0.5 && wide < 2.5, `${key}: ${wide.toFixed(2)} times as wide as fits scatter`);
    }
  });
}

test('of all of them 85 % at least hold the truth', () => {
  const holding = all.filter(Boolean).length;
  assert.ok(holding >= 0.85 * all.length, `${holding} of ${all.length}`);
});

test('too few readings tell no interval', () => {
  const points = [10, 50, 200, 800].map((t) => [t, 1 + 0.6 * Math.exp(-t / 40) + 0.4 * Math.exp(-t / 300)]);
  const { models } = fitted(MEASUREMENT_TYPES.ppf, text(['interval (ms)', 'PPF'], points));
  const double = models.find((m) => m.name === 'double exponential')!;
  assert.equal(double.ci, { c1: null, t1: null, c2: null, t2: null });
});

test('several devices: intervals are from how they differ', () => {
  const lives = [1e5, 1.4e5, 2.1e5, 1.2e5];
  const rows = lives.flatMap((life, d) =>
    spaced(30, (i) => {
      const n = 10 ** (1 + i / 7);
      return [`D${d}`, n, 1e-6, 1e-6 + 9e-5 * Math.max(0, 1 - (n / life) ** 1.5)];
    }),
  );
  const { params, ci } = fitted(MEASUREMENT_TYPES.endurance, text(['device', 'cycle', 'G_off (S)', 'G_on (S)'], rows))
    .models[0]!;
  const [mean, sd] = [1.425e5, 0.478714e5]; // of the lives
  const near = (found: number, expected: number) =>
    assert.ok(Math.abs(found / expected - 1) < 0.01, `${found}, not ${expected}`);
  near(params.cycles!, mean);
  near(ci.cycles![1], mean + (3.18245 * sd) / 2); // Student's t of 3
  near(ci.spread![0], (sd / mean) * Math.sqrt(3 / 9.3484)); // chi squared of 3
  near(ci.spread![1], (sd / mean) * Math.sqrt(3 / 0.215795));
});

test.run();
