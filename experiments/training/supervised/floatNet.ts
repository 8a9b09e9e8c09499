import { Arena } from '../../../core/kernels/arena.ts';
import { inputsOf, isWeighted, type Model, matrixOf, outputsOf, placesOf, type Stage, sizeOf } from './model.ts';
import { fold, placesTable, pool, unfold, unpool } from './sliding.ts';

/** One stage with room for a batch. */
interface Room {
  readonly stage: Stage;
  readonly inputs: number;
  readonly outputs: number;
  readonly y: Float32Array;
  readonly errors: Float32Array;
  readonly table: Int32Array;
  readonly chosen: Int32Array;
  /** What windows see, of all images; the weights, their transpose and gradient; of stages with weights. */
  readonly unfolded: Float32Array;
  readonly unfoldedErrors: Float32Array;
  readonly weights: Float32Array;
  readonly turned: Float32Array;
  readonly bias: Float32Array;
  readonly gradient: Float32Array;
  readonly biasGradient: Float32Array;
}

/** A net in single precision, a batch at a time, with the gradients of its weights: what is trained before devices are programmed. */
export class FloatNet {
  readonly model: Model;
  readonly batch: number;
  /** Inputs of a batch, image by image. */
  readonly x: Float32Array;
  readonly rooms: readonly Room[];
  readonly #arena: Arena;

  constructor(model: Model, batch: number) {
    this.model = model;
    this.batch = batch;
    const arena = new Arena();
    this.#arena = arena;
    this.x = arena.f32(batch * sizeOf(model.input));
    this.rooms = model.stages.map((stage, n): Room => {
      const [inputs, outputs] = [inputsOf(stage), outputsOf(stage)];
      const { rows, columns } = isWeighted(stage) ? matrixOf(stage) : { rows: 0, columns: 0 };
      const slides = stage.kind !== 'dense' && stage.kind !== 'relu';
      const seen = stage.kind === 'convolution' ? batch * placesOf(stage) * rows : 0;
      const room: Room = {
        stage,
        inputs,
        outputs,
        y: arena.f32(batch * outputs),
        errors: arena.f32(batch * outputs),
        table: slides ? placesTable(stage) : new Int32Array(0),
        chosen: new Int32Array(stage.kind === 'maxPooling' ? batch * outputs : 0),
        unfolded: arena.f32(seen),
        unfoldedErrors: arena.f32(n > 0 ? seen : 0),
        weights: arena.f32(rows * columns),
        turned: arena.f32(rows * columns),
        bias: arena.f32(columns),
        gradient: arena.f32(rows * columns),
        biasGradient: arena.f32(columns),
      };
      if (isWeighted(stage)) {
        room.weights.set(stage.weights);
        room.bias.set(stage.bias);
      }
      return room;
    });
  }

  /** Scores of the first `count` images of `x`: `count` × classes. */
  forward(count: number): Float32Array {
    let x = this.x;
    for (const room of this.rooms) {
      this.#forward(room, x, count);
      x = room.y;
    }
    return x;
  }

  /** Gradients from the errors of the last stage, which stand in its room. */
  backward(count: number): void {
    for (let n = this.rooms.length - 1; n >= 0; n--) {
      const before = n > 0 ? this.rooms[n - 1]! : null;
      this.#backward(this.rooms[n]!, before?.y ?? this.x, before?.errors ?? null, count);
    }
  }

  /** The model with the weights as they are now. */
  trained(): Model {
    const stages = this.rooms.map(({ stage, weights, bias }) =>
      isWeighted(stage) ? { ...stage, weights: Float32Array.from(weights), bias: Float32Array.from(bias) } : stage,
    );
    return { ...this.model, stages };
  }

  #forward(room: Room, x: Float32Array, count: number): void {
    const { stage, inputs, outputs, y } = room;
    if (stage.kind === 'relu') for (let k = 0; k < count * outputs; k++) y[k] = Math.max(x[k]!, 0);
    else if (isWeighted(stage)) {
      const { rows, columns } = matrixOf(stage);
      const places = placesOf(stage);
      if (stage.kind === 'convolution') {
        const { channels } = stage.from;
        const pixels = rows / channels;
        for (let i = 0; i < count; i++)
          unfold(room.table, channels, x, i * inputs, [0, places], pixels, room.unfolded, i * places * rows);
      }
      const a = stage.kind === 'dense' ? x : room.unfolded;
      this.#arena.kernels.multiply(a, rows, 1, room.weights, y, count * places, rows, columns);
      for (let k = 0, n = 0; n < count * places; n++) for (let c = 0; c < columns; c++, k++) y[k]! += room.bias[c]!;
    } else {
      for (let i = 0; i < count; i++) pool(stage, room.table, x, i * inputs, y, i * outputs, room.chosen);
    }
  }

  #backward(room: Room, x: Float32Array, errors: Float32Array | null, count: number): void {
    const { stage, inputs, outputs, errors: own } = room;
    if (isWeighted(stage)) {
      this.#gradients(room, x, count);
      if (errors) this.#back(room, errors, count);
      return;
    }
    if (errors === null) return;
    if (stage.kind === 'relu') {
      for (let k = 0; k < count * outputs; k++) errors[k] = x[k]! > 0 ? own[k]! : 0;
      return;
    }
    errors.fill(0, 0, count * inputs);
    for (let i = 0; i < count; i++) unpool(stage, room.table, own, i * outputs, errors, i * inputs, room.chosen);
  }

  #gradients({ stage, unfolded, errors, gradient, biasGradient }: Room, x: Float32Array, count: number): void {
    if (!isWeighted(stage)) return;
    const { rows, columns } = matrixOf(stage);
    const n = count * placesOf(stage);
    const a = stage.kind === 'dense' ? x : unfolded;
    this.#arena.kernels.multiply(a, 1, rows, errors, gradient, rows, n, columns);
    biasGradient.fill(0);
    for (let k = 0, p = 0; p < n; p++) for (let c = 0; c < columns; c++, k++) biasGradient[c]! += errors[k]!;
  }

  #back(
    { stage, inputs, errors: own, weights, turned, unfoldedErrors, table }: Room,
    errors: Float32Array,
    count: number,
  ): void {
    if (!isWeighted(stage)) return;
    const { rows, columns } = matrixOf(stage);
    const places = placesOf(stage);
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = weights[r * columns + c]!;
    const out = stage.kind === 'dense' ? errors : unfoldedErrors;
    this.#arena.kernels.multiply(own, columns, 1, turned, out, count * places, columns, rows);
    if (stage.kind === 'dense') return;
    const { channels } = stage.from;
    errors.fill(0, 0, count * inputs);
    for (let i = 0; i < count; i++)
      fold(table, channels, out, i * places * rows, [0, places], rows / channels, errors, i * inputs);
  }
}
