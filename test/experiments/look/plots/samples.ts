/** Small inputs for every picture of the project; arithmetic only, so that every machine draws the same bytes. */

import { renderScatterPlot } from '../../../../experiments/look/plots/chart.ts';
import { renderHeatMap, renderValueTable } from '../../../../experiments/look/plots/heatMaps.ts';
import { renderFilmStrip, renderWindowVotes } from '../../../../experiments/look/plots/imagePanels.ts';
import { confusionMatrix, raster, receptiveFields } from '../../../../experiments/look/plots/index.ts';
import { drawHistograms, drawStdpPairs } from '../../../../experiments/look/weights/pictures.ts';
import { computeHistogram } from '../../../../experiments/look/weights/snapshots.ts';
import { CURVE_SAMPLES } from './curveSamples.ts';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** Numbers from 0 to 1 that look scattered. */
const mixed = (i: number): number => ((i * 7919 + 13) % 1009) / 1009;

const spikes = (count: number, neurons: number, duration: number) => ({
  times: Float64Array.from(range(count), (i) => (duration * i) / count),
  neurons: Uint32Array.from(range(count), (i) => Math.floor(mixed(i) * neurons)),
  population: Uint8Array.from(range(count), (i) => (mixed(i + 500) < 0.7 ? 0 : 1)),
  populations: [
    { name: 'input & noise', size: neurons },
    { name: 'output', size: neurons },
  ],
  window: [0, duration] as const,
});

const field = (rows: number, columns: number, neurons: number) =>
  Float64Array.from(range(rows * columns * neurons), (k) => mixed(k) * ((k % neurons) + 1));

const histograms = (count: number) =>
  range(count).map((i) => {
    const values = Float64Array.from(range(400), (k) => mixed(k) * (1 + i / count));
    return { time: 100 * i, histogram: computeHistogram(values, { min: 0, max: 2 }, 20) };
  });

const pairs = (count: number) =>
  range(count).map((i) => {
    const interval = 80 * mixed(i) - 40;
    const change = (interval > 0 ? 0.02 : -0.015) / (1 + Math.abs(interval) / 10);
    return { time: i, pre: 0, post: 0, interval, change, before: 1, isolated: i % 3 > 0 };
  });

const STUDY = { projection: 'input->output', weightLabel: 'weight (mV)', options: { bins: 20, window: 100 } };

export const SAMPLES: Readonly<Record<string, () => string>> = {
  ...CURVE_SAMPLES,
  'raster-few': () => raster({ ...spikes(20, 5, 100), marks: [{ time: 0, label: 'digit 7' }, { time: 50 }] }),
  'raster-many': () => raster({ ...spikes(2000, 100, 1e6), title: 'A long run' }),
  'raster-density': () => raster(spikes(60_000, 300, 1000)),
  'receptive-fields': () =>
    receptiveFields({
      weights: field(4, 3, 6),
      rows: 4,
      columns: 3,
      neurons: 6,
      captions: ['3', '7', '–', '0', '1', '9'],
      label: 'weight (mV)',
    }),
  'receptive-fields-signed': () =>
    receptiveFields({ weights: field(4, 4, 12).map((w) => w - 2), rows: 4, columns: 4, neurons: 12, min: -2, max: 10 }),
  'confusion-matrix': () =>
    confusionMatrix({ matrix: range(100).map((k) => (k % 11 === 0 ? 90 + (k % 7) : Math.floor(4 * mixed(k)))) }),
  'confusion-matrix-named': () => confusionMatrix({ matrix: [3, 1, 0, 2], classes: ['bright', 'dark'] }),
  'heat-map': () =>
    renderHeatMap({
      values: range(60).map((k) => (k % 7 === 0 ? Number.NaN : mixed(k))),
      rows: 6,
      columns: 10,
      x: { label: 'postsynaptic neuron', domain: [-0.5, 9.5] },
      y: { label: 'presynaptic neuron', domain: [5.5, -0.5], ticks: 6 },
      colours: { label: 'pulses', domain: [0, 1] },
      title: 'Pulses that each device took',
    }),
  'value-map-low': () =>
    renderValueTable({
      title: 'A table lower than the label of its key',
      x: { label: 'neurons', values: ['50', '100', '400'] },
      y: { label: 'epochs', values: ['1', '4'] },
      label: 'accuracy.logProbability (%)',
      cells: [
        [84.4, 88.2, 91.2],
        [85.6, 90.2, 94.2],
      ],
    }),
  'film-strip': () =>
    renderFilmStrip({
      rows: range(2).map((neuron) => ({
        label: `neuron ${neuron}`,
        frames: range(4).map((t) => ({
          values: range(9).map((k) => (t < 1 && k < 3 ? Number.NaN : mixed(k + t + neuron))),
          rows: 3,
          columns: 3,
        })),
      })),
      moments: ['0 ms', '100 ms', '1,000.5 ms', '25,000 ms'],
      colours: { label: 'weight (mV)', domain: [0, 1] },
      title: 'Weights at successive moments',
      subtitle: 'input->output',
    }),
  'window-votes': () =>
    renderWindowVotes({
      images: Uint8Array.from({ length: 7 * 16 }, (_, k) => 255 * mixed(k)),
      rows: 4,
      columns: 4,
      windowsPerSide: 2,
      votes: Uint8Array.from({ length: 7 * 4 }, (_, k) => (k % 9 === 4 ? 255 : (k * 7) % 4)),
      labels: Uint8Array.from(range(7), (i) => i % 4),
      predictions: Uint8Array.from(range(7), (i) => (i === 3 ? 0 : i % 4)),
    }),
  scatter: () =>
    renderScatterPlot({
      x: { label: 'Δt (ms)' },
      y: { label: 'Δw (mV)' },
      groups: [
        { name: 'alone', x: [-10, 5, 20], y: [-0.1, 0.3, 0.05] },
        { name: 'several', x: [-4, 8], y: [0.2, 0.1] },
      ],
      title: 'Changes',
    }),
  'weights-few-moments': () => drawHistograms('weights', 'weight (mV)', 'input->output', histograms(3)),
  'weights-over-time': () => drawHistograms('weights', 'weight (mV)', 'input->output', histograms(30)),
  'stdp-pairs': () => drawStdpPairs(STUDY, pairs(300)),
  'stdp-pairs-many': () => drawStdpPairs(STUDY, pairs(5000)),
};
