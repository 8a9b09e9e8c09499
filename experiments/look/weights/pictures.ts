import { formatCount } from '../../../core/declare/show.ts';
import type { ColourScale } from '../plots/colourBar.ts';
import { filmStrip } from '../plots/filmStrip.ts';
import { type HeatMapAxis, heatMap } from '../plots/heatMap.ts';
import { formatWithPrefix } from '../plots/prefix.ts';
import { receptiveFields } from '../plots/receptiveFields.ts';
import { formatTime } from '../time.ts';
import { drawHistograms, drawStdpPairs } from './distributionPictures.ts';
import { describePlanes, type ImageShape, pixelIndexOf } from './runFacts.ts';
import type { Histogram, Matrix, Range, Snapshot } from './snapshots.ts';
import type { WeightsAnalysis } from './weights.ts';

const MAX_STRIPS = 6;

/** Domain of a colour scale: range of the values, extended to include 0. */
const domainOf = ({ low, high }: Range): readonly [number, number] => {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  return from < to ? [from, to] : [0, 1];
};

/** Range of the values, extended to include 0; NaN is ignored. */
function rangeOf(values: Matrix): Range {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Axis of neuron indices, on which each neuron is centred at its index. */
function neuronAxis(label: string, size: number, down = false): HeatMapAxis {
  const [first, last] = [-0.5, size - 0.5];
  return { label, domain: down ? [last, first] : [first, last], ticks: Math.min(size, 10) };
}

/** Draws a value per synapse: an image per postsynaptic neuron, or a presynaptic × postsynaptic heat map. */
function drawMap(
  { pre, post }: { readonly pre: number; readonly post: number },
  image: ImageShape | null,
  values: Matrix,
  colours: ColourScale,
  heading: { readonly title: string; readonly subtitle: string },
): string {
  if (image === null)
    return heatMap({
      ...heading,
      values,
      rows: pre,
      columns: post,
      x: neuronAxis('postsynaptic neuron', post),
      y: neuronAxis('presynaptic neuron', pre, true),
      colours,
    });
  const { rows, columns } = image;
  const weights = new Float64Array(rows * columns * post);
  for (let i = 0; i < pre; i++)
    for (let j = 0; j < post; j++) weights[pixelIndexOf(image, i) * post + j] = values[i * post + j] || 0; // no synapse: 0
  const [min, max] = colours.domain;
  const subtitle = [heading.subtitle, ...describePlanes(image)].join('; ');
  return receptiveFields({
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

/** Draws a film strip of the weights, or of their change since the first frame; null if nothing changed. */
function drawFilm(
  { projection, recorded, image, label, options }: WeightsAnalysis,
  kind: 'weights' | 'changes',
): string | null {
  const { frames: all, pre, post, weight } = recorded!;
  const start = all[0]!.matrix;
  const difference = (matrix: Matrix) => Float64Array.from(matrix, (w, i) => w - start[i]!);
  const isChange = kind === 'changes';
  const frames = isChange ? all.slice(1).map(({ time, matrix }) => ({ time, matrix: difference(matrix) })) : all;
  const ranges = isChange ? frames.map(({ matrix }) => rangeOf(matrix)) : [];
  const largest = Math.max(...ranges.map(({ low, high }) => Math.max(-low, high)));
  if (isChange && largest === 0) return null;
  const strip = (neuron: number, shape: ImageShape) => ({
    label: `neuron ${neuron}`,
    frames: frames.map(({ matrix }) => {
      const values = new Float64Array(shape.rows * shape.columns).fill(Number.NaN);
      for (let i = 0; i < pre; i++) values[pixelIndexOf(shape, i)] = matrix[i * post + neuron]!;
      return { values, rows: shape.rows, columns: shape.columns };
    }),
  });
  const wholeMatrix = {
    label: 'pre × post',
    frames: frames.map(({ matrix }) => ({ values: matrix, rows: pre, columns: post })),
  };
  const neurons = options.neurons ?? Array.from({ length: Math.min(post, MAX_STRIPS) }, (_, j) => j);
  return filmStrip({
    rows: image === null ? [wholeMatrix] : neurons.map((neuron) => strip(neuron, image)),
    moments: frames.map(({ time }) => formatTime(time, 4)),
    colours: isChange
      ? { label: `change of ${label}`, domain: [-largest, largest], diverging: true }
      : { label, domain: domainOf(weight) },
    title: isChange ? `Weights: change since ${formatTime(all[0]!.time)}` : 'Weights at successive times',
    subtitle: [
      projection,
      ...(image === null ? ['presynaptic neurons downwards, postsynaptic to the right'] : describePlanes(image)),
      ...(frames.some(({ matrix }) => matrix.includes(Number.NaN)) ? ['white: no synapse, or none recorded yet'] : []),
    ].join('; '),
  });
}

/** Draws the pictures of an analysis as SVG, by file name; empty pictures are omitted. */
export function drawWeightsAnalysis(analysis: WeightsAnalysis): Record<string, string> {
  const { projection, recorded, devices, image, label } = analysis;
  const drawn: Record<string, string> = {};
  if (recorded !== null) {
    const { frames, snapshots, post, pairs } = recorded;
    const { time, matrix } = frames.at(-1)!;
    const colours = { label, domain: domainOf(recorded.weight) };
    drawn['weights.fields'] = drawMap(recorded, image, matrix, colours, {
      title: image === null ? 'Weights' : 'Receptive fields',
      subtitle: `${projection}, ${formatCount(post, 'neuron')}, at ${formatTime(time)}`,
    });
    if (frames.length > 1) {
      drawn['weights.film'] = drawFilm(analysis, 'weights')!;
      const changes = drawFilm(analysis, 'changes');
      if (changes !== null) drawn['weights.change'] = changes;
    }
    const histograms = (title: string, label: string, histogramOf: (snapshot: Snapshot) => Histogram) => {
      const selected = snapshots.map((one) => ({ time: one.time, histogram: histogramOf(one) }));
      return drawHistograms(title, label, projection, selected);
    };
    drawn['weights.histogram'] = histograms('Weights', label, (s) => s.weights);
    if (recorded.conductance !== null)
      drawn['weights.conductances'] = histograms('Conductances', 'conductance (S)', (s) => s.conductances!);
    if (pairs.length > 0) drawn['weights.stdp'] = drawStdpPairs(analysis, pairs);
  }
  if (devices !== null) {
    const { pulses, energies, totalPulses, totalEnergy, assumed, stuck, wornOut } = devices;
    const deviceMap = (values: Matrix, label: string, title: string, sums: string) => {
      const colours = { label, domain: domainOf(rangeOf(values)) };
      return drawMap(devices, image, values, colours, { title, subtitle: `${projection}, ${sums}` });
    };
    const failures = `${stuck.toLocaleString('en')} stuck from the beginning, ${wornOut.toLocaleString('en')} worn out`;
    const counts = `${formatCount(totalPulses, 'pulse')} on ${formatCount(devices.devices, 'device')}; ${failures}`;
    drawn['devices.pulses'] = deviceMap(pulses, 'pulses', 'Pulses per device', counts);
    const total = `${formatWithPrefix(totalEnergy, 'J')} in total, without half-selected devices${assumed === '' ? '' : `; ${assumed}`}`;
    if (energies !== null)
      drawn['devices.energy'] = deviceMap(energies, 'energy (J)', 'Write energy per device', total);
  }
  return drawn;
}
