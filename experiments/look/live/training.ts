import { outputsOf } from '../../mnist/architecture.ts';
import type { MnistConfig } from '../../mnist/config.ts';
import { fieldsOf } from '../../mnist/fields.ts';
import type { Layer } from '../../mnist/network.ts';
import { rampColours } from '../plots/ramp.ts';
import { pageBand } from '../report/band.ts';
import type { LiveFrame } from '../report/client/live.ts';
import { type ImageSize, TICK_MS, type TrainingFrame, TrainingFrames } from './frames.ts';
import { Live } from './live.ts';

/** A frame as text can carry it. */
const inText = ({ levels, ...frame }: TrainingFrame): LiveFrame => ({
  ...frame,
  ...(levels && { levels: Buffer.from(levels.buffer).toString('base64') }),
});

/** The live page of a training. */
export class LiveTraining extends TrainingFrames {
  readonly url: string;

  private constructor(live: Live, layer: Layer, config: MnistConfig, size: ImageSize) {
    const onlooker = {
      dueWithin: (ms: number) => live.dueWithin(ms),
      update: (make: () => TrainingFrame) => live.update(() => inText(make())),
      stop: (last: TrainingFrame) => live.stop(inText(last)),
    };
    super(onlooker, layer, config, size);
    this.url = live.url;
  }

  static async start(
    layer: Layer,
    config: MnistConfig,
    { rows, columns }: ImageSize,
    port: number,
  ): Promise<LiveTraining> {
    const neurons = outputsOf(config);
    const seen = fieldsOf(config, layer.synapses.edges.weights as Float32Array, rows, columns);
    const populations = [layer.input, layer.output]
      .sort((a, b) => a.id - b.id)
      .map(({ name, size }, i) => pageBand({ name, size }, i));
    const fields = {
      rows: seen.rows,
      columns: seen.columns,
      neurons,
      ramp: rampColours(),
      labels: new Array<number>(neurons).fill(-1),
      thresholds: new Array<number>(neurons).fill(config.neuron.threshold),
    };
    const raster = { window: [0, 1] as const, tick: TICK_MS, populations, marks: [] };
    const live = await Live.start(`MNIST, ${neurons} neurons, seed ${config.seed}`, { fields, raster }, port);
    return new LiveTraining(live, layer, config, { rows, columns });
  }
}
