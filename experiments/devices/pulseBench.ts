import type { Distribution } from '../../core/declare/distribution.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import type { Devices } from '../../core/model.ts';
import { Network } from '../../core/network.ts';
import type { Seed } from '../../core/random/random.ts';
import { spikeTrains } from '../../neurons/index.ts';
import { eachSpike } from '../../synapses/rules/index.ts';

/** Devices of a test bench with their initial weights and pulse times (ms). */
export interface PulseBenchOptions {
  readonly device: DeviceFactory;
  readonly seed: Seed;
  /** Times of potentiating pulses, ms, one list per device. */
  readonly up: readonly (readonly number[])[];
  readonly down?: readonly (readonly number[])[];
  /** Pulse strength; default: 1, a full pulse. */
  readonly strength?: number;
  /** Initial weight, clipped to the range of each device. Default: the lower end of each range. */
  readonly weight?: Distribution;
  /** Initial weight of each device, within its range; replaces `weight`. */
  readonly weights?: readonly number[];
}

/** Weight outside the range of every device; clipping moves it to the upper bound, its negative to the lower bound. */
export const OUT_OF_RANGE_WEIGHT = 1e9;
const LOWEST: Distribution = { uniform: [-OUT_OF_RANGE_WEIGHT, -OUT_OF_RANGE_WEIGHT] };

/**
 * Test bench: devices with individual pulse trains, like a pulse generator. Equal seeds give identical devices
 * and equal noise.
 *
 * ```ts
 * const bench = new PulseBench({ device: softBound({}), seed: 1, up: [[10, 20], [10, 20, 30]] });
 * bench.runTo(100);
 * bench.conductances(); // S, one per device
 * ```
 */
export class PulseBench {
  readonly net: Network;
  readonly devices: Devices;

  constructor({
    device,
    seed,
    up,
    down = up.map(() => []),
    strength = 1,
    weight = LOWEST,
    weights,
  }: PulseBenchOptions) {
    const copies = (trains: readonly (readonly number[])[]) => spikeTrains({ trains: trains.map((one) => [...one]) });
    this.net = new Network({ seed });
    const [pre, post] = [this.net.population('down', copies(down)), this.net.population('up', copies(up))];
    const rule = eachSpike({ up: strength, down: strength });
    const connect = weights ? { list: weights.map((w, k) => [k, k, w]) } : { oneToOne: { weight } };
    this.devices = this.net.projection(pre, post, { connect, device, rule }).devices!;
  }

  runTo(t: number): void {
    if (t > this.net.now || this.net.settledTime < 0) this.net.run(t - this.net.now);
  }

  /** Conductance of each device, S; NaN if the model has none. */
  conductances(): number[] {
    return Array.from({ length: this.devices.edges.count }, (_, k) => this.devices.conductance(k, this.net.now));
  }

  weights(): number[] {
    return Array.from({ length: this.devices.edges.count }, (_, k) => this.devices.weight(k, this.net.now));
  }
}
