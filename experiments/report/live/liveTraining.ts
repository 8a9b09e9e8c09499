import { accuracyOverTraining } from '../../look/plots/chart.ts';
import { listRampColours } from '../../look/plots/colours.ts';
import { arrangeReceptiveFields, countOutputs } from '../../training/unsupervised/architecture.ts';
import type { MnistConfig } from '../../training/unsupervised/config.ts';
import type { Layer } from '../../training/unsupervised/network.ts';
import type { LiveFrame } from '../client/live.ts';
import { addStripColours } from '../stripColours.ts';
import { LivePage, renderLivePage } from './livePage.ts';
import { type ImageSize, TICK_MS, type TrainingFrame, TrainingFrames } from './trainingFrames.ts';

const toLiveFrame = ({ weightLevels, accuracy = [], ...frame }: TrainingFrame): LiveFrame => ({
  ...frame,
  ...(accuracy.length > 0 && {
    accuracyPicture: `data:image/svg+xml;base64,${Buffer.from(accuracyOverTraining({ points: accuracy })).toString('base64')}`,
  }),
  ...(weightLevels && { weightLevels: Buffer.from(weightLevels.buffer).toString('base64') }),
});

export async function startLiveTraining(layer: Layer, config: MnistConfig, { rows, columns }: ImageSize, port: number) {
  const neurons = countOutputs(config);
  const shape = arrangeReceptiveFields(config, layer.synapses.edges.weights as Float32Array, rows, columns);
  const populations = [layer.input, layer.output].sort((a, b) => a.id - b.id).map(addStripColours);
  const fields = {
    rowsPerField: shape.rows,
    columnsPerField: shape.columns,
    neuronCount: neurons,
    colourRamp: listRampColours(),
    neuronClasses: new Array<number>(neurons).fill(-1),
    thresholds: new Array<number>(neurons).fill(config.neuron.threshold),
  };
  const raster = { window: [0, 1] as const, tickLength: TICK_MS, populations, marks: [] };
  const title = `MNIST, ${neurons} neurons, seed ${config.seed}`;
  const page = await new LivePage(renderLivePage(title, { fields, raster })).listen(port);
  const receiver = {
    isUpdateDue: (ms: number) => page.isUpdateDue(ms),
    update: (makeFrame: () => TrainingFrame) => page.update(() => toLiveFrame(makeFrame())),
    stop: (last: TrainingFrame) => page.stop(toLiveFrame(last)),
  };
  return Object.assign(new TrainingFrames(receiver, layer, config, { rows, columns }), { url: page.url });
}
