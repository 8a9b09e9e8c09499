import { renderAccuracyOverTraining } from '../../look/plots/chart.ts';
import { listSequentialColours } from '../../look/plots/colours.ts';
import { arrangeReceptiveFields, countOutputNeurons } from '../../training/unsupervised/architecture.ts';
import type { MnistConfig } from '../../training/unsupervised/config.ts';
import type { SingleLayerNetwork } from '../../training/unsupervised/network.ts';
import type { LivePageUpdate } from '../client/live.ts';
import { addStripColours } from '../stripColours.ts';
import { LivePage, renderLivePage } from './livePage.ts';
import { type ImageSize, TICK_MS, type TrainingPageUpdate, TrainingPageUpdater } from './trainingPageUpdater.ts';

const toLiveFrame = ({ weightLevels, accuracy = [], ...frame }: TrainingPageUpdate): LivePageUpdate => ({
  ...frame,
  ...(accuracy.length > 0 && {
    accuracyPicture: `data:image/svg+xml;base64,${Buffer.from(renderAccuracyOverTraining({ points: accuracy })).toString('base64')}`,
  }),
  ...(weightLevels && { weightLevels: Buffer.from(weightLevels.buffer).toString('base64') }),
});

export async function startTrainingPageServer(
  layer: SingleLayerNetwork,
  config: MnistConfig,
  { rows, columns }: ImageSize,
  port: number,
) {
  const neurons = countOutputNeurons(config);
  const shape = arrangeReceptiveFields(config, layer.synapses.edges.weights as Float32Array, rows, columns);
  const populations = [layer.input, layer.output].sort((a, b) => a.id - b.id).map(addStripColours);
  const fields = {
    rowsPerField: shape.rows,
    columnsPerField: shape.columns,
    neuronCount: neurons,
    colourRamp: listSequentialColours(),
    neuronClasses: new Array<number>(neurons).fill(-1),
    thresholds: new Array<number>(neurons).fill(config.neuron.threshold),
  };
  const raster = { window: [0, 1] as const, tickLength: TICK_MS, populations, marks: [] };
  const title = `MNIST, ${neurons} neurons, seed ${config.seed}`;
  const page = await new LivePage(renderLivePage(title, { fields, raster })).listen(port);
  const receiver = {
    isUpdateDue: (ms: number) => page.isUpdateDue(ms),
    update: (makeFrame: () => TrainingPageUpdate) => page.sendUpdate(() => toLiveFrame(makeFrame())),
    stop: (last: TrainingPageUpdate) => page.stop(toLiveFrame(last)),
  };
  return Object.assign(new TrainingPageUpdater(receiver, layer, config, { rows, columns }), { url: page.url });
}
