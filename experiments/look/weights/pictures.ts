import { extent } from 'simple-statistics';
import { formatCount } from '../../../core/declare/show.ts';
import { renderCurves, renderScatterPlot } from '../plots/chart.ts';
import type { ColourScale } from '../plots/colours.ts';
import { type HeatMapAxis, renderHeatMap } from '../plots/heatMaps.ts';
import { renderFilmStrip, renderReceptiveFields } from '../plots/imagePanels.ts';
import { formatWithPrefix } from '../plots/prefix.ts';
import { chooseTimeUnit, formatTime } from '../time.ts';
import { computePixelIndex, describePolarityPlanes, type ImageShape } from './runFacts.ts';
import type { Histogram, SynapseMatrix, ValueRange } from './snapshots.ts';
import type { StdpPair } from './stdpPairs.ts';
import type { WeightsAnalysis } from './weights.ts';

const MAX_STRIPS = 6;

const computeColourDomain = ({ min, max }: ValueRange): readonly [number, number] => {
  const [from, to] = [Math.min(0, min), Math.max(0, max)];
  return from < to ? [from, to] : [0, 1];
};

/** Smallest range that contains 0 and all values; NaN is ignored. */
function computeRange(values: SynapseMatrix): ValueRange {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { min: low, max: high };
}

function createNeuronAxis(label: string, size: number, down = false): HeatMapAxis {
  const [first, last] = [-0.5, size - 0.5];
  return { label, domain: down ? [last, first] : [first, last], ticks: Math.min(size, 10) };
}

/** Draws one value per synapse: an image per postsynaptic neuron, or a presynaptic × postsynaptic heat map. */
function drawMap(
  { pre, post }: { readonly pre: number; readonly post: number },
  image: ImageShape | null,
  values: SynapseMatrix,
  colours: ColourScale,
  heading: { readonly title: string; readonly subtitle: string },
): string {
  if (image === null)
    return renderHeatMap({
      ...heading,
      values,
      rows: pre,
      columns: post,
      x: createNeuronAxis('postsynaptic neuron', post),
      y: createNeuronAxis('presynaptic neuron', pre, true),
      colours,
    });
  const { rows, columns } = image;
  const weights = new Float64Array(rows * columns * post);
  for (let i = 0; i < pre; i++)
    for (let j = 0; j < post; j++) weights[computePixelIndex(image, i) * post + j] = values[i * post + j] || 0; // no synapse: 0
  const [min, max] = colours.domain;
  const subtitle = [heading.subtitle, ...describePolarityPlanes(image)].join('; ');
  return renderReceptiveFields({
    title: heading.title,
    subtitle,
    label: colours.label,
    weights,
    rows,
    columns,
    neurons: post,
    min,
    max,
  });
}

/** Draws the weights, or their changes since the first frame, at successive times; null if nothing changed. */
function drawFilm(
  { projection, weightRecord, image, weightLabel: label, options }: WeightsAnalysis,
  kind: 'weights' | 'changes',
): string | null {
  const { frames: all, pre, post, weightRange } = weightRecord!;
  const start = all[0]!.matrix;
  const difference = (matrix: SynapseMatrix) => Float64Array.from(matrix, (w, i) => w - start[i]!);
  const isChange = kind === 'changes';
  const frames = isChange ? all.slice(1).map(({ time, matrix }) => ({ time, matrix: difference(matrix) })) : all;
  const ranges = isChange ? frames.map(({ matrix }) => computeRange(matrix)) : [];
  const largest = Math.max(...ranges.map(({ min, max }) => Math.max(-min, max)));
  if (isChange && largest === 0) return null;
  const strip = (neuron: number, shape: ImageShape) => ({
    label: `neuron ${neuron}`,
    frames: frames.map(({ matrix }) => {
      const values = new Float64Array(shape.rows * shape.columns).fill(Number.NaN);
      for (let i = 0; i < pre; i++) values[computePixelIndex(shape, i)] = matrix[i * post + neuron]!;
      return { values, rows: shape.rows, columns: shape.columns };
    }),
  });
  const wholeMatrix = {
    label: 'pre × post',
    frames: frames.map(({ matrix }) => ({ values: matrix, rows: pre, columns: post })),
  };
  const neurons = options.neurons ?? Array.from({ length: Math.min(post, MAX_STRIPS) }, (_, j) => j);
  return renderFilmStrip({
    rows: image === null ? [wholeMatrix] : neurons.map((neuron) => strip(neuron, image)),
    moments: frames.map(({ time }) => formatTime(time, 4)),
    colours: isChange
      ? { label: `change of ${label}`, domain: [-largest, largest], diverging: true }
      : { label, domain: computeColourDomain(weightRange) },
    title: isChange ? `Weights: change since ${formatTime(all[0]!.time)}` : 'Weights at successive times',
    subtitle: [
      projection,
      ...(image === null
        ? ['presynaptic neurons downwards, postsynaptic to the right']
        : describePolarityPlanes(image)),
      ...(frames.some(({ matrix }) => matrix.includes(Number.NaN)) ? ['white: no synapse, or none recorded yet'] : []),
    ].join('; '),
  });
}

const MAX_HISTOGRAM_LINES = 6; // more histograms are drawn as a heat map
const MAX_COLUMNS = 200;
const MAX_PAIR_POINTS = 4000; // more pairs are drawn as a heat map
const CELLS = { rows: 80, columns: 160 };

export function drawHistograms(
  quantity: string,
  label: string,
  projection: string,
  histograms: readonly { readonly time: number; readonly histogram: Histogram }[],
): string {
  const shares = histograms.map(({ histogram: { binCounts, valueCount } }) =>
    Array.from(binCounts, (n) => (100 * n) / valueCount),
  );
  const { lowestEdge: low, binWidth, binCounts } = histograms[0]!.histogram;
  const bins = binCounts.length;
  const share = 'share of synapses (%)';
  if (histograms.length <= MAX_HISTOGRAM_LINES)
    return renderCurves({
      title: `Distribution of ${quantity}`,
      subtitle: `${projection}, ${bins} bins`,
      x: { label },
      y: { label: share, domain: [0, 0] },
      series: histograms.map(({ time }, i) => ({
        name: `at ${formatTime(time, 4)}`,
        keepsOrder: true,
        isUnmarked: true,
        points: shares[i]!.flatMap((y, k) => [k, k + 1].map((edge) => ({ x: low + edge * binWidth, y }))),
      })),
    });
  const [start, end] = [histograms[0]!.time, histograms.at(-1)!.time];
  const columns = Math.min(MAX_COLUMNS, 4 * histograms.length);
  const values = new Float64Array(bins * columns);
  let i = 0;
  for (let column = 0; column < columns; column++) {
    const time = start + (column / columns) * (end - start);
    while (i + 1 < histograms.length && histograms[i + 1]!.time <= time) i++;
    for (const [k, y] of shares[i]!.entries()) values[(bins - 1 - k) * columns + column] = y || Number.NaN;
  }
  const drawn = values.filter((y) => y > 0);
  const [smallest, largest] = extent([...drawn]);
  const { unit, ms } = chooseTimeUnit(end);
  return renderHeatMap({
    title: `${quantity[0]!.toUpperCase()}${quantity.slice(1)} over time`,
    subtitle: `${projection}, ${histograms.length} times, ${bins} bins; white: none`,
    values,
    rows: bins,
    columns,
    x: { label: `time (${unit})`, domain: [start / ms, end / ms] },
    y: { label, domain: [low, low + bins * binWidth] },
    colours: { label: share, domain: smallest < largest ? [smallest, largest] : [largest / 10, largest], log: true },
  });
}

export function drawStdpPairs(
  { projection, weightLabel, options: { window } }: Pick<WeightsAnalysis, 'projection' | 'weightLabel' | 'options'>,
  pairs: readonly StdpPair[],
): string {
  const isolated = pairs.filter((pair) => pair.isolated).length.toLocaleString('en');
  const heading = {
    title: 'STDP pairs: applied weight changes',
    subtitle: `${projection}, ${formatCount(pairs.length, 'change')}, ${isolated} of isolated pairs; Δt = postsynaptic spike − presynaptic arrival`,
  };
  const yLabel = weightLabel.replace('weight', 'weight change Δw');
  const largest = pairs.reduce((max, p) => Math.max(max, Math.abs(p.interval)), 0);
  const reach = Math.min(window, largest);
  const x = { label: 'Δt of the nearest pair (ms)', domain: [-reach, reach] as const };
  if (pairs.length <= MAX_PAIR_POINTS) {
    const group = (name: string, isolated: boolean) => {
      const own = pairs.filter((pair) => pair.isolated === isolated);
      return { name, x: own.map((p) => p.interval), y: own.map((p) => p.change) };
    };
    const groups = [group('isolated pair', true), group('several spikes between the two records', false)];
    return renderScatterPlot({ ...heading, x, y: { label: yLabel }, groups });
  }
  const { min, max: high } = computeRange(Float64Array.from(pairs, ({ change }) => change));
  const { rows, columns } = CELLS;
  const values = new Float64Array(rows * columns).fill(Number.NaN);
  const cell = (share: number, cells: number): number => Math.min(cells - 1, Math.floor(share * cells));
  let densest = 2;
  for (const { interval, change } of pairs) {
    const row = cell((high - change) / (high - min), rows);
    const k = row * columns + cell((interval + reach) / (2 * reach), columns);
    values[k] = (values[k] || 0) + 1;
    densest = Math.max(densest, values[k]!);
  }
  return renderHeatMap({
    ...heading,
    ...CELLS,
    values,
    x,
    y: { label: yLabel, domain: [min, high] },
    colours: { label: 'changes', domain: [1, densest], log: true },
    hasZeroLines: true,
  });
}

export function drawWeightsAnalysis(analysis: WeightsAnalysis): Record<string, string> {
  const { projection, weightRecord: recorded, devices, image, weightLabel: label } = analysis;
  const drawn: Record<string, string> = {};
  if (recorded !== null) {
    const { frames, snapshots, post, pairs } = recorded;
    const { time, matrix } = frames.at(-1)!;
    const colours = { label, domain: computeColourDomain(recorded.weightRange) };
    drawn['weights.fields'] = drawMap(recorded, image, matrix, colours, {
      title: image === null ? 'Weights' : 'Receptive fields',
      subtitle: `${projection}, ${formatCount(post, 'neuron')}, at ${formatTime(time)}`,
    });
    if (frames.length > 1) {
      drawn['weights.film'] = drawFilm(analysis, 'weights')!;
      const changes = drawFilm(analysis, 'changes');
      if (changes !== null) drawn['weights.change'] = changes;
    }
    const histograms = (quantity: 'weight' | 'conductance', label: string) => {
      const selected = snapshots.map((one) => ({ time: one.time, histogram: one[`${quantity}Histogram` as const]! }));
      return drawHistograms(`${quantity}s`, label, projection, selected);
    };
    drawn['weights.histogram'] = histograms('weight', label);
    if (recorded.conductanceRange !== null)
      drawn['weights.conductances'] = histograms('conductance', 'conductance (S)');
    if (pairs.length > 0) drawn['weights.stdp'] = drawStdpPairs(analysis, pairs);
  }
  if (devices !== null) {
    const { pulses, energies, totalPulses, totalEnergy, assumedPulse, stuck, wornOut } = devices;
    const deviceMap = (values: SynapseMatrix, label: string, title: string, sums: string) => {
      const colours = { label, domain: computeColourDomain(computeRange(values)) };
      return drawMap(devices, image, values, colours, { title, subtitle: `${projection}, ${sums}` });
    };
    const failures = `${stuck.toLocaleString('en')} stuck from the beginning, ${wornOut.toLocaleString('en')} worn out`;
    const counts = `${formatCount(totalPulses, 'pulse')} on ${formatCount(devices.devices, 'device')}; ${failures}`;
    drawn['devices.pulses'] = deviceMap(pulses, 'pulses', 'Pulses per device', counts);
    const total = `${formatWithPrefix(totalEnergy, 'J')} in total, without half-selected devices${assumedPulse === '' ? '' : `; ${assumedPulse}`}`;
    if (energies !== null)
      drawn['devices.energy'] = deviceMap(energies, 'energy (J)', 'Write energy per device', total);
  }
  return drawn;
}
