/** Samples of the pictures that are made of lines and bars. */

import { renderChartPage } from '../../../../experiments/devices/characterise/page.ts';
import { renderPulseFitPicture } from '../../../../experiments/devices/fit/pictures.ts';
import type { PulseFit } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import { renderEnergyScale } from '../../../../experiments/look/plots/categoryPlots.ts';
import { accuracyOverTraining, type CurveSeries, curve } from '../../../../experiments/look/plots/index.ts';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const line = (name: string, slope: number): CurveSeries => ({
  name,
  points: range(8).map((x) => ({ x: x + 1, y: slope * (x + 1), low: slope * x, high: slope * (x + 2) })),
});

const TRAINS = (['up', 'down'] as const).map((direction) => ({
  device: '1',
  cycle: '1',
  direction,
  elapsed: range(10),
  first: 0,
  conductance: range(10).map((n) => 1e-6 * (direction === 'up' ? 1 + n : 10 - n)),
}));

function fitOf(): PulseFit {
  const fitted = (off: number) => TRAINS.map(({ conductance }) => Float64Array.from(conductance, (g) => g + off));
  const model = (rmse: number) => ({
    params: {},
    ci: {},
    rmse,
    shareOfRange: rmse / 9e-6,
    r2: 0.99,
    autocorrelation: 0,
    crossValidated: rmse,
  });
  return {
    best: 'softBound',
    models: {
      softBound: model(1e-8),
      exponential: model(2.5e-7),
      neuroSim: model(1.5e-6),
      linear: model(1.5e-6),
      power: model(1e-8),
    },
    simulatedTrains: TRAINS,
    spread: { deviceToDevice: 0.081, cycleToCycle: null },
    curves: {
      softBound: fitted(1e-8),
      exponential: fitted(2.5e-7),
      neuroSim: fitted(1.5e-6),
      linear: fitted(1.5e-6),
      power: fitted(1e-8),
    },
  } as Partial<PulseFit> as PulseFit;
}

export const CURVE_SAMPLES: Readonly<Record<string, () => string>> = {
  curve: () =>
    curve({
      title: 'Rate over drive',
      subtitle: 'two seeds',
      x: { label: 'drive (pA)' },
      y: { label: 'rate (Hz)' },
      series: [line('a < b', 1), line('second', 2)],
      references: [{ name: 'literature', y: 4 }],
    }),
  'curve-logarithmic': () =>
    curve({
      title: 'Time per event',
      x: { label: 'neurons', log: true },
      y: { label: 'time (s)', log: true },
      series: range(9).map((i) => ({
        name: `series ${i}`,
        points: range(5).map((x) => ({ x: 10 ** x, y: (i + 1) * 10 ** -x })),
      })),
    }),
  'accuracy-over-training': () =>
    accuracyOverTraining({
      points: range(70).map((i) => ({ images: 1000 * (i + 1), accuracy: 90 - 80 / (i + 1) })),
      validation: range(3).map((i) => ({ images: 20_000 * (i + 1), accuracy: 80 + 3 * i })),
    }),
  characterise: () =>
    renderChartPage({ title: 'A device', subtitle: 'exponential' }, [
      { title: 'Pulses', x: { label: 'pulse' }, y: { label: 'conductance (S)' }, series: [line('up', 1e-6)] },
      {
        title: 'Hysteresis',
        x: { label: 'voltage (V)' },
        y: { label: 'current (A)' },
        series: [{ ...line('loop', 1e-4), keepsOrder: true }],
      },
      {
        title: 'Retention',
        x: { label: 'time (s)', log: true },
        y: { label: 'weight' },
        series: range(4).map((i) => line(`specimen number ${i}`, i + 1)),
      },
    ]),
  'energy-scale': () =>
    renderEnergyScale([
      { name: 'a read', joules: 4.3e-15 },
      { name: 'a write', joules: 4.4e-12 },
      { name: 'a spike', joules: 3e-8 },
    ]),
  fit: () => renderPulseFitPicture(TRAINS, fitOf(), 'pulses.csv: measured pulses and fitted models'),
};
