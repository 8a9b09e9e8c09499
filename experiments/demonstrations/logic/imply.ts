import { Crossbar, Stream } from '../../index.ts';

/** Memristors that share a bit line with a load: V, S; all assumed. */
const CIRCUIT = { condition: 0.6, set: 1, load: 1 / 1e4, on: 1e-3, off: 1e-6, threshold: 0.7 };

export interface Nonidealities {
  /** Relative sd of conductances (log-normal) and thresholds (normal) between devices. */
  readonly spread: number;
  /** True with the load; without it the shared line floats. */
  readonly load: boolean;
}

interface Device {
  on: number;
  off: number;
  threshold: number;
  state: boolean;
}

/** Devices on one bit line with their operations: FALSE, and material implication by two simultaneous voltages. */
export class ImplyRow {
  readonly #stream: Stream;
  readonly #options: Nonidealities;

  constructor(options: Nonidealities, seed: number) {
    this.#options = options;
    this.#stream = new Stream(seed, 'logic/devices');
  }

  device(state: boolean): Device {
    const { spread } = this.#options;
    const factor = () => Math.exp(spread * this.#stream.normal() - spread ** 2 / 2);
    const threshold = CIRCUIT.threshold * (1 + spread * this.#stream.normal());
    return { on: CIRCUIT.on * factor(), off: CIRCUIT.off * factor(), threshold, state };
  }

  /** q ← p implies q: if p conducts, the line takes its voltage, and the rest is too small to switch q on. */
  imply(p: Device, q: Device): void {
    const load = this.#options.load ? CIRCUIT.load : 0;
    const conductances = [...[p, q].map(({ state, on, off }) => (state ? on : off)), load];
    const row = new Crossbar({ rows: 3, columns: 1, conductances, lineResistance: 0 });
    const { cells } = row.solve({ words: [CIRCUIT.condition, CIRCUIT.set, 0], bits: [null] });
    for (const [k, device] of [p, q].entries()) if (cells[k]! >= device.threshold) device.state = true;
  }

  /** not (p and q), in a new device: FALSE, p implies it, q implies it. */
  nand(p: Device, q: Device): Device {
    const out = this.device(false);
    this.imply(p, out);
    this.imply(q, out);
    return out;
  }
}

/** Shares of right answers of one row of devices: implication, and a half adder made of NAND. */
export function testTruthTables(options: Nonidealities, seed: number) {
  const row = new ImplyRow(options, seed);
  let [implied, added] = [0, 0];
  for (const a of [false, true]) {
    for (const b of [false, true]) {
      const [p, q] = [row.device(a), row.device(b)];
      row.imply(p, q);
      if (q.state === (!a || b) && p.state === a) implied++;
      const [x, y] = [row.device(a), row.device(b)];
      const n = row.nand(x, y);
      const sum = row.nand(row.nand(x, n), row.nand(y, n));
      const carry = row.nand(n, n);
      if (sum.state === (a !== b) && carry.state === (a && b)) added++;
    }
  }
  return { implied: implied / 4, added: added / 4 };
}
