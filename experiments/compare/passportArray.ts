import jstat from 'jstat';
import {
  applyPulses,
  createPulses,
  describeStateAxis,
  readDeviceStatesAtTime,
  readStateRange,
  readWeightRange,
} from '../devices/characterise/specimens.ts';
import type { LoadedDevice } from '../devices/load.ts';
import { isMapping, type Mapping } from '../network/config/override.ts';
import type { ModelChoice } from '../network/models.ts';

/** Ratio of the currents at V and V/2 of an ohmic device, assumed in the read margin. */
const OHMIC_CURRENT_RATIO = 2;
/** Limits of a usable array: smallest read margin; largest half-select disturb of a cell by its row, in full steps. */
const [MIN_READ_MARGIN, MAX_DISTURB_SUM] = [0.1, 0.1];
const START_STATE_COUNT = 17;
const PULSE_TIME = 1; // ms

/** Largest number of lines N with read margin (1 - 1/`onOffRatio`) / (1 + (N - 1)/`currentRatio`) >= 0.1; lines float. */
export const computeReadLines = (onOffRatio: number, currentRatio = OHMIC_CURRENT_RATIO): number =>
  Math.max(1, Math.floor(1 + currentRatio * ((1 - 1 / onOffRatio) / MIN_READ_MARGIN - 1)));

/** Largest number of columns N with `share` (N - 1) <= 0.1, if a half-select pulse makes `share` of a full step. */
export const computeWriteColumns = (share: number): number | null =>
  share > 0 ? Math.floor(1 + MAX_DISTURB_SUM / share) : null;

const createSpecimen = (loaded: LoadedDevice, device: ModelChoice) =>
  ({ loaded: { ...loaded, device }, deviceCount: 1, seed: 1, pulseCount: 1 }) as const;

/** Largest changes of state by one pulse upwards and by one downwards, from equidistant states. */
function findLargestSteps(loaded: LoadedDevice, device: ModelChoice): readonly number[] {
  const specimen = createSpecimen(loaded, device);
  const { low, high } = readWeightRange(specimen);
  const starts = Array.from(
    { length: START_STATE_COUNT },
    (_, i) => low + ((high - low) * i) / (START_STATE_COUNT - 1),
  );
  return [true, false].map((isUp) => {
    const steps = starts.map((start) => {
      const bench = applyPulses(
        specimen,
        createPulses(1, PULSE_TIME, () => isUp),
        start,
      );
      const [before, after] = [0, 2 * PULSE_TIME].map((t) => readDeviceStatesAtTime(bench, t)[0]!);
      return Math.abs(after! - before!);
    });
    return Math.max(...steps);
  });
}

/**
 * Step by a pulse at half the write voltage, as a share of a full step: simulated if the device model depends on the
 * voltage, else from `disturb`, averaged over the (log-normal) thresholds of devices. Null if neither is known.
 */
export function computeHalfSelectShare(loaded: LoadedDevice, device: ModelChoice): number | null {
  const { writeVoltageUp, writeVoltageDown, writeVoltage, disturb } = device as Mapping;
  const voltages = [writeVoltageUp, writeVoltageDown, writeVoltage].filter((volts) => typeof volts === 'number');
  if (voltages.length === 0) return null;
  if (isMapping(disturb)) {
    const {
      threshold,
      thresholdSpread = 0,
      share,
    } = disturb as Record<'threshold' | 'thresholdSpread' | 'share', number>;
    const sd = Math.sqrt(Math.log1p(thresholdSpread ** 2));
    const excess = Math.log(Math.max(...voltages) / 2 / threshold);
    return share * (sd === 0 ? Number(excess > 0) : jstat.jStat.normal.cdf(excess, (-sd * sd) / 2, sd));
  }
  const full = findLargestSteps(loaded, device);
  const halved = Object.entries(device).map(([key, value]) =>
    key.startsWith('writeVoltage') && typeof value === 'number' ? [key, value / 2] : [key, value],
  );
  const partial = findLargestSteps(loaded, Object.fromEntries(halved) as ModelChoice);
  // Equal steps at half the voltage: in this device model the voltage affects only energies, so the share is unknown.
  if (full.every((step, i) => step === partial[i])) return null;
  return Math.max(...full.map((step, i) => (step > 0 ? partial[i]! / step : 0)));
}

/**
 * Limits of a passive array (V/2 scheme): lines that can be read with floating lines, and columns that can be written
 * (null: no limit, because a half-selected pulse moves no device). `halfSelectShare` and `readLines` are null if they
 * are not known.
 * @param ideal device without non-idealities, whose steps are not random
 */
export function computeArrayLimits(loaded: LoadedDevice, ideal: ModelChoice) {
  const specimen = createSpecimen(loaded, ideal);
  const { low, high } = readStateRange(specimen);
  const hasConductance = describeStateAxis(specimen).unit === 'S';
  const halfSelectShare = computeHalfSelectShare(loaded, ideal);
  return {
    onOffRatio: hasConductance && low > 0 ? high / low : null,
    currentRatio: OHMIC_CURRENT_RATIO,
    readLines: hasConductance ? computeReadLines(high / low) : null,
    halfSelectShare,
    /** True if `halfSelectShare` follows from an assumed `disturb`. */
    isAssumed: loaded.assumed.some(({ parameter }) => parameter.startsWith('device.disturb')),
    columns: halfSelectShare === null ? null : computeWriteColumns(halfSelectShare),
  };
}
