import { plural } from '../../../core/declare/show.ts';
import type { ColourScale } from '../plots/colourBar.ts';
import { filmStrip } from '../plots/filmStrip.ts';
import { type HeatMapAxis, heatMap } from '../plots/heatMap.ts';
import { withPrefix } from '../plots/prefix.ts';
import { receptiveFields } from '../plots/receptiveFields.ts';
import { timeText } from '../time.ts';
import type { Histogram } from './histogram.ts';
import { histogramPicture } from './histogramPicture.ts';
import { type ImageShape, placeOf, planesTold } from './image.ts';
import type { Matrix, Moment } from './moments.ts';
import { pairsPicture } from './pairsPicture.ts';
import type { Range } from './recorded.ts';
import type { WeightsStudy } from './weights.ts';

const MOST_STRIPS = 6;

/** From 0, or the lowest where that is below, to the highest. */
const domainOf = ({ low, high }: Range): readonly [number, number] => {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  return from < to ? [from, to] : [0, 1];
};

function rangeOf(values: Matrix): Range {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Each neuron about its number. */
function neuronAxis(label: string, size: number, down = false): HeatMapAxis {
  const [first, last] = [-0.5, size - 0.5];
  return { label, domain: down ? [last, first] : [first, last], ticks: Math.min(size, 10) };
}

const largestOf = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > most) most = Math.abs(values[i]!);
  return most;
};

const UNKNOWN = 'white: no synapse, or none recorded yet';

/** One quantity of each synapse: an image for each postsynaptic neuron, or else a map of presynaptic × postsynaptic neurons. */
function map(
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
    for (let j = 0; j < post; j++) weights[placeOf(image, i) * post + j] = values[i * post + j] || 0; // no synapse: as a weight of 0
  const [min, max] = colours.domain;
  const subtitle = [heading.subtitle, ...planesTold(image)].join('; ');
  return receptiveFields({
    ...heading,
    subtitle,
    weights,
    rows,
    columns,
    neurons: post,
    min,
    max,
    label: colours.label,
  });
}

function fields({ projection, recorded, image, label }: WeightsStudy): string {
  const { frames, pre, post, weight } = recorded!;
  const { time, matrix } = frames.at(-1)!;
  return map(
    { pre, post },
    image,
    matrix,
    { label, domain: domainOf(weight) },
    {
      title: image === null ? 'Weights' : 'Receptive fields',
      subtitle: `${projection}, ${plural(post, 'neuron')}, at ${timeText(time)}`,
    },
  );
}

/** The frames of a film, or what each differs by from the first. */
function film({ projection, recorded, image, label, options }: WeightsStudy, change = false): string | null {
  const { frames: all, pre, post, weight } = recorded!;
  const start = all[0]!.matrix;
  const frames = change
    ? all.slice(1).map(({ time, matrix }) => ({ time, matrix: Float64Array.from(matrix, (w, i) => w - start[i]!) }))
    : all;
  const most = change ? Math.max(...frames.map(({ matrix }) => largestOf(matrix))) : 0;
  if (change && most === 0) return null;
  const neurons = options.neurons ?? Array.from({ length: Math.min(post, MOST_STRIPS) }, (_, j) => j);
  const strip = (neuron: number, shape: ImageShape) => ({
    label: `neuron ${neuron}`,
    frames: frames.map(({ matrix }) => {
      const values = new Float64Array(shape.rows * shape.columns).fill(Number.NaN);
      for (let i = 0; i < pre; i++) values[placeOf(shape, i)] = matrix[i * post + neuron]!;
      return { values, rows: shape.rows, columns: shape.columns };
    }),
  });
  const whole = {
    label: 'pre × post',
    frames: frames.map(({ matrix }) => ({ values: matrix, rows: pre, columns: post })),
  };
  return filmStrip({
    rows: image === null ? [whole] : neurons.map((neuron) => strip(neuron, image)),
    moments: frames.map(({ time }) => timeText(time, 4)),
    colours: change
      ? { label: `change of ${label}`, domain: [-most, most], diverging: true }
      : { label, domain: domainOf(weight) },
    title: change ? `Weights: change since ${timeText(all[0]!.time)}` : 'Weights at successive moments',
    subtitle: [
      projection,
      ...(image === null ? ['presynaptic neurons downwards, postsynaptic to the right'] : planesTold(image)),
      ...(frames.some(({ matrix }) => matrix.includes(Number.NaN)) ? [UNKNOWN] : []),
    ].join('; '),
  });
}

/** What broke, in words. */
const failures = ({ stuck, wornOut }: { readonly stuck: number; readonly wornOut: number }): string =>
  `${stuck.toLocaleString('en')} stuck from the beginning, ${wornOut.toLocaleString('en')} worn out`;

/** The pictures of a study that have something to show, by file name. */
export function pictures(study: WeightsStudy): Record<string, string> {
  const { projection, recorded, devices, image } = study;
  const drawn: Record<string, string> = {};
  if (recorded !== null) {
    drawn['weights.fields'] = fields(study);
    if (recorded.frames.length > 1) {
      drawn['weights.film'] = film(study)!;
      const changes = film(study, true);
      if (changes !== null) drawn['weights.change'] = changes;
    }
    const histogram = (title: string, label: string, of: (moment: Moment) => Histogram) =>
      histogramPicture(title, label, projection, recorded.moments, of);
    drawn['weights.histogram'] = histogram('Weights', study.label, (m) => m.weights);
    if (recorded.conductance !== null)
      drawn['weights.conductances'] = histogram('Conductances', 'conductance (S)', (m) => m.conductances!);
    if (recorded.pairs.length > 0) drawn['weights.stdp'] = pairsPicture(study, recorded.pairs);
  }
  if (devices !== null) {
    const { pulses, energies, totalPulses, totalEnergy, assumed } = devices;
    const deviceMap = (values: Matrix, label: string, title: string, told: string) =>
      map(
        devices,
        image,
        values,
        { label, domain: domainOf(rangeOf(values)) },
        { title, subtitle: `${projection}, ${told}` },
      );
    const taken = `${plural(totalPulses, 'pulse')} on ${plural(devices.devices, 'device')}; ${failures(devices)}`;
    drawn['devices.pulses'] = deviceMap(pulses, 'pulses', 'Pulses that each device took', taken);
    const spent = `${withPrefix(totalEnergy, 'J')} together, without half-selected devices${assumed === '' ? '' : `; ${assumed}`}`;
    if (energies !== null)
      drawn['devices.energy'] = deviceMap(energies, 'energy (J)', 'Energy spent on the pulses of each device', spent);
  }
  return drawn;
}
