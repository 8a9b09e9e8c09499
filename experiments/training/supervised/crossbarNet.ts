import type { DeviceFactory } from '../../../core/factories.ts';
import type { State } from '../../../core/kernels/arena.ts';
import type { Stateful } from '../../../core/model.ts';
import type { Seed } from '../../../core/random/random.ts';
import {
  CrossbarLayer,
  type LayerProgrammed,
  type Periphery,
  type ProgrammingOptions,
} from '../../../synapses/crossbar/index.ts';
import { isWeighted, type Model, matrixOf, outputsOf, placesOf, type Stage, type Weighted } from './model.ts';
import { fold, placesTable, pool, unfold, unpool } from './sliding.ts';

export interface CrossbarNetOptions extends Periphery {
  readonly model: Model;
  readonly device: DeviceFactory;
  /** Largest weight that devices can hold; left out: the largest of each layer. */
  readonly range?: number | undefined;
  readonly centred: boolean;
  /** Whether devices have the weights of the model from the start; else they are at 0, to be programmed. */
  readonly fresh: boolean;
  /** ms from one image to the next, for what fades with time. */
  readonly interval: number;
  readonly seed: Seed;
}

/** A stage with what passes through it; `x`: its inputs as word lines see them, for each place of a window. */
export interface Room {
  readonly stage: Stage;
  readonly layer: CrossbarLayer | null;
  readonly y: Float64Array;
  readonly errors: Float64Array;
  readonly table: Int32Array;
  readonly chosen: Int32Array;
  readonly x: readonly Float64Array[];
  /** Outputs and errors of each place. */
  readonly outputs: readonly Float64Array[];
  readonly outputErrors: readonly Float64Array[];
  /** Wanted change of the weights, added up over a batch. */
  readonly wanted: Float64Array;
}

/** Lines for biases: as many as hold the largest bias without a larger range than the weights need. */
const MOST_BIAS_LINES = 64;

/**
 * A model on crossbars: each matrix of weights is a `CrossbarLayer`, with biases on word lines of their own that are always at 1.
 * Kernels of a convolution are one matrix that is read once for each place of the window.
 */
export class CrossbarNet implements Stateful {
  readonly model: Model;
  readonly rooms: readonly Room[];
  readonly layers: readonly CrossbarLayer[];
  readonly #interval: number;
  readonly #images = new Float64Array(1);

  constructor({ model, device, range, centred, fresh, interval, seed, ...periphery }: CrossbarNetOptions) {
    this.model = model;
    this.#interval = interval;
    const half = (device.reach.high - device.reach.low) / 2;
    let layers = 0;
    this.rooms = model.stages.map((stage): Room => {
      const weighted = isWeighted(stage);
      const lines = weighted ? biasLines(stage) : 0;
      const { rows, columns } = weighted ? matrixOf(stage) : { rows: 0, columns: 0 };
      const layer = weighted
        ? new CrossbarLayer({
            ...periphery,
            rows: rows + lines,
            columns,
            device,
            centred,
            seed,
            scale: (range ?? largestOf(stage)) / half,
            name: `layer${++layers}`,
            ...(fresh && { weights: withBias(stage, rows + lines) }),
          })
        : null;
      const places = weighted ? placesOf(stage) : 0;
      const y = new Float64Array(outputsOf(stage));
      const errors = new Float64Array(outputsOf(stage));
      const ofPlaces = (of: Float64Array) =>
        Array.from({ length: places }, (_, n) => of.subarray(n * columns, (n + 1) * columns));
      return {
        stage,
        layer,
        y,
        errors,
        table: stage.kind === 'dense' || stage.kind === 'relu' ? new Int32Array(0) : placesTable(stage),
        chosen: new Int32Array(stage.kind === 'maxPooling' ? y.length : 0),
        x: Array.from({ length: places }, () => new Float64Array(rows + lines).fill(1)),
        outputs: ofPlaces(y),
        outputErrors: ofPlaces(errors),
        wanted: new Float64Array((rows + lines) * columns),
      };
    });
    this.layers = this.rooms.flatMap(({ layer }) => layer ?? []);
  }

  /** All that changes between two images whose pulses were sent, as live arrays. */
  get state(): State {
    const layers = this.layers.flatMap(({ state }, n) =>
      Object.entries(state).map(([key, array]) => [`layer${n + 1}.${key}`, array] as const),
    );
    return { images: this.#images, ...Object.fromEntries(layers) };
  }

  restored(): void {
    for (const layer of this.layers) layer.restored();
  }

  /** Scores of one image, or what comes out before stage `until`. */
  forward(image: Float64Array, until = this.rooms.length): Float64Array {
    return this.run(image, 0, until);
  }

  /** The stages `from` … `until - 1`, of which the first has the inputs x. */
  run(x: Float64Array, from: number, until = this.rooms.length): Float64Array {
    for (const layer of this.layers) layer.now = this.#images[0]! * this.#interval;
    this.#images[0]!++;
    let now = x;
    for (let n = from; n < until; n++) {
      this.#forward(this.rooms[n]!, now);
      now = this.rooms[n]!.y;
    }
    return now;
  }

  /** Errors of the last stage back to stage `from`, of which those of the outputs are known then. */
  backward(image: Float64Array, from: number): void {
    for (let n = this.rooms.length - 1; n > from; n--) {
      const before = this.rooms[n - 1]!;
      this.#backward(this.rooms[n]!, n > 0 ? before.y : image, before.errors);
    }
  }

  /** Adds the gradient of this image to what is wanted, from stage `from` on. */
  collect(from: number): void {
    for (const room of this.rooms.slice(from)) addGradient(room);
  }

  /** Sends the pulses for what was collected. */
  update(from: number, rate: number): void {
    for (const room of this.rooms.slice(from)) pulse(room, rate);
  }

  /** Pulses of outer products of this image, at once; those of a window with several places are added up first. */
  learn(from: number, rate: number): void {
    for (const room of this.rooms.slice(from)) {
      if (room.x.length === 1) room.layer!.outer(room.x[0]!, room.outputErrors[0]!, -rate);
      else {
        addGradient(room);
        pulse(room, rate);
      }
    }
  }

  /** Programs the weights of a model of the same shape; returns what that came to, layer by layer. */
  program(model: Model, how: ProgrammingOptions): LayerProgrammed[] {
    return this.rooms.flatMap(({ layer }, n) => {
      const stage = model.stages[n]!;
      return layer && isWeighted(stage) ? [layer.program(withBias(stage, layer.rows), how)] : [];
    });
  }

  /** Shows images to set ranges and gains of the periphery, one layer after the other. */
  calibrate(images: readonly Float64Array[]): void {
    this.rooms.forEach(({ layer, x }, n) => {
      if (layer === null) return;
      const seen: Float64Array[] = [];
      for (const image of images) {
        this.forward(image, n);
        this.#see(this.rooms[n]!, n > 0 ? this.rooms[n - 1]!.y : image);
        const every = Math.max(1, Math.floor(x.length / 8)); // of a window, some of its places
        for (let place = 0; place < x.length; place += every) seen.push(Float64Array.from(x[place]!));
      }
      layer.calibrate(seen);
    });
  }

  /** The weights as they are stored. */
  trained(): Model {
    const stages = this.rooms.map(({ stage, layer }): Stage => {
      if (!isWeighted(stage) || layer === null) return stage;
      const { rows, columns } = matrixOf(stage);
      const all = layer.weights;
      const bias = new Float32Array(columns);
      for (let k = rows * columns; k < all.length; k++) bias[k % columns]! += all[k]!;
      return { ...stage, weights: Float32Array.from(all.subarray(0, rows * columns)), bias };
    });
    return { ...this.model, stages };
  }

  /** Puts the inputs of a stage onto its word lines. */
  #see({ stage, table, x }: Room, from: Float64Array): void {
    if (stage.kind === 'dense') x[0]!.set(from);
    else if (stage.kind === 'convolution') {
      const { channels } = stage.from;
      const pixels = matrixOf(stage).rows / channels;
      for (let n = 0; n < x.length; n++) unfold(table, channels, from, 0, [n, n + 1], pixels, x[n]!, 0);
    }
  }

  #forward(room: Room, from: Float64Array): void {
    const { stage, layer, x, y, outputs } = room;
    if (stage.kind === 'relu') for (let k = 0; k < y.length; k++) y[k] = Math.max(from[k]!, 0);
    else if (isWeighted(stage)) {
      this.#see(room, from);
      for (let n = 0; n < x.length; n++) layer!.forward(x[n]!, outputs[n]!);
    } else pool(stage, room.table, from, 0, y, 0, room.chosen);
  }

  #backward(
    { stage, layer, errors: own, outputErrors, table, chosen }: Room,
    x: Float64Array,
    errors: Float64Array,
  ): void {
    if (stage.kind === 'relu') for (let k = 0; k < errors.length; k++) errors[k] = x[k]! > 0 ? own[k]! : 0;
    else if (isWeighted(stage)) {
      const back = new Float64Array(layer!.rows);
      errors.fill(0);
      outputErrors.forEach((d, n) => {
        layer!.backward(d, back);
        if (stage.kind === 'dense') errors.set(back.subarray(0, stage.inputs));
        else {
          const pixels = matrixOf(stage).rows / stage.from.channels;
          fold(table, stage.from.channels, back, 0, [n, n + 1], pixels, errors, 0);
        }
      });
    } else {
      errors.fill(0);
      unpool(stage, table, own, 0, errors, 0, chosen);
    }
  }
}

function addGradient({ x, outputErrors, wanted }: Room): void {
  for (let n = 0; n < x.length; n++) {
    const [inputs, errors] = [x[n]!, outputErrors[n]!];
    for (let i = 0, k = 0; i < inputs.length; i++) {
      const value = inputs[i]!;
      if (value === 0) k += errors.length;
      else for (let j = 0; j < errors.length; j++, k++) wanted[k]! += value * errors[j]!;
    }
  }
}

function pulse({ layer, wanted }: Room, rate: number): void {
  layer?.update(wanted, -rate);
  wanted.fill(0);
}

const mostOf = (values: Float32Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

function biasLines({ weights, bias }: Weighted): number {
  const [w, b] = [mostOf(weights), mostOf(bias)];
  return w > 0 ? Math.min(Math.max(Math.ceil(b / w), 1), MOST_BIAS_LINES) : 1;
}

/** Largest number that a layer has to hold, biases in shares of their lines. */
function largestOf(stage: Weighted): number {
  return Math.max(mostOf(stage.weights), mostOf(stage.bias) / biasLines(stage)) || 1;
}

/** Weights, then the lines of the biases. */
function withBias(stage: Weighted, rows: number): Float64Array {
  const { weights, bias } = stage;
  const lines = rows - matrixOf(stage).rows;
  const all = new Float64Array(rows * bias.length);
  all.set(weights);
  for (let k = weights.length; k < all.length; k++) all[k] = bias[k % bias.length]! / lines;
  return all;
}
