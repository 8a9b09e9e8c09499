import { computeNetChange } from '../import/layout.ts';
import { dot, maxMagnitude, mean, sum } from '../lists.ts';
import { solveFitProblem } from '../statistics/intervals.ts';

/** Conductance window of one device against the number of cycles or pulses. */
export interface ConductanceWindowTrace {
  readonly cycles: readonly number[];
  /** High minus low level of each measured cycle, S. */
  readonly conductanceWindows: readonly number[];
}

const windowShare = (n: number, cycles: number, wear: number) => Math.max(0, 1 - (n / cycles) ** wear);

/** Fits endurance of one device: after n cycles, its conductance window is initial window × (1 - (n/cycles)^wear). */
export function fitWear({ cycles, conductanceWindows: windows }: ConductanceWindowTrace) {
  const last = cycles.at(-1)!;
  // Fits the memory window at cycle 0 by linear least squares, for a given endurance (cycles) and wear exponent.
  const initialWindow = ([end, wear]: readonly number[], readings: Float64Array) => {
    const shape = cycles.map((n) => windowShare(n, end!, wear!));
    return dot(readings, shape) / dot(shape, shape);
  };
  const scale = maxMagnitude(windows);
  const readings = Float64Array.from(windows, (w) => w / scale);
  const starts = [0.3, 0.6, 0.9, 1.1, 1.5, 3, 10, 100].map((s) => s * last);
  const { values, params, intervals, autocorrelation } = solveFitProblem({
    parameters: [
      { low: cycles.find((n) => n > 0)!, high: last * 1e3, starts, isLog: true },
      { low: 0.1, high: 50, starts: [0.3, 1, 2, 5, 15], isLog: true },
    ],
    readings,
    computeResiduals: (values, readings) => {
      const w0 = initialWindow(values, readings);
      return readings.map((w, i) => w0 * windowShare(cycles[i]!, values[0]!, values[1]!) - w);
    },
    linearParameterCount: 1,
    toParameters: ([end, wear]) => ({ cycles: end!, wear: wear! }),
  });
  const window = scale * initialWindow(values, readings);
  const share = (n: number) => windowShare(n, params.cycles!, params.wear!);
  const squares = sum(cycles.map((n, i) => (window * share(n) - windows[i]!) ** 2));
  const firstWindow = mean(windows.slice(0, Math.max(1, Math.floor(windows.length / 3))));
  const netChange = computeNetChange(windows) / Math.abs(firstWindow);
  return { cycles: params.cycles!, wear: params.wear!, window, share, squares, intervals, autocorrelation, netChange };
}

const MIN_SHRINKAGE = 0.01;
/** Minimum shrinkage of the conductance window that counts as wear, in standard errors. */
const MIN_SHRINKAGE_ERRORS = 3;

type WearFit = ReturnType<typeof fitWear>;

export function isWorn({ cycles }: ConductanceWindowTrace, { netChange, share, squares, window }: WearFit): boolean {
  const error = Math.sqrt(squares / cycles.length / Math.max(1, cycles.length / 3)) / window;
  const shrinkage = 1 - share(cycles.at(-1)!);
  return netChange < 0 && shrinkage > Math.max(MIN_SHRINKAGE, MIN_SHRINKAGE_ERRORS * error);
}

/** Mean endurance (`cycles`) and wear exponent of several devices; `spread`: relative sd of `cycles`. */
export function averageWear(fits: readonly WearFit[]) {
  const cycles = mean(fits.map((f) => f.cycles));
  const variance = mean(fits.map((f) => (f.cycles / cycles - 1) ** 2)); // over n, not n - 1
  const spread = fits.length === 1 ? 0 : Math.sqrt(variance * (fits.length / (fits.length - 1)));
  return { cycles, spread, wear: mean(fits.map((f) => f.wear)) };
}

/** Maximum ratio of fitted endurance and last measured cycle; above it, the device file gets no endurance. */
const MAX_EXTRAPOLATION = 3;
export const isEnduranceExtrapolated = (cycles: number, lastCycle: number): boolean =>
  cycles > MAX_EXTRAPOLATION * lastCycle;
