import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { findExtent, groupBy, hasNoDuplicates, sum } from '../lists.ts';
import { CellErrors } from './grid.ts';
import { computeNetChange } from './layout.ts';
import type { StatedDirection } from './names.ts';
import type { Reading } from './readings.ts';
import { DIRECTIONS, type Direction, MAX_TRAIN_PULSES, MIN_TRAIN_READINGS, type Train } from './trains.ts';

interface UnorderedTrain<D extends StatedDirection = StatedDirection> {
  readonly device: string;
  readonly cycle: string;
  readonly direction: D;
  readonly readings: readonly Reading[];
}

export const ORDERING_NOTES = {
  sorted: 'put in the order of the counter',
  rounded: 'fractional counters rounded',
  ranked: 'fractional counters replaced by the number of the reading',
  filled: 'empty counters filled in',
  turns: 'directions taken from where the conductance turns',
  signs: 'directions taken from the sign of the voltage',
  duplicates: 'exact duplicates of trains left out',
  reversed: 'downward readings in rising order reversed',
  words: 'program and erase taken as the directions in which they move the conductance',
} as const;
export type OrderingAssumption = keyof typeof ORDERING_NOTES;

const conductancesOf = (readings: readonly Reading[]) => readings.map(({ conductance }) => conductance);
const netChangeOf = (readings: readonly Reading[]) => computeNetChange(conductancesOf(readings));
const countersOf = (readings: readonly Reading[]) => readings.map(({ pulse }) => pulse!);
const isRising = (list: readonly number[]) => list.every((v, i) => i === 0 || v > list[i - 1]!);
const isFalling = (list: readonly number[]) => list.every((v, i) => i === 0 || v < list[i - 1]!);
const sortByCounter = (readings: readonly Reading[]) => readings.toSorted((a, b) => a.pulse! - b.pulse!);

function splitBefore<T>(list: readonly T[], isFirst: (item: T, before: T) => boolean): T[][] {
  const parts: T[][] = [];
  list.forEach((item, i) => {
    if (i === 0 || isFirst(item, list[i - 1]!)) parts.push([item]);
    else parts.at(-1)!.push(item);
  });
  return parts;
}

/** Splits readings after extrema that are followed by a change of over a third of the range. */
function splitAtTurns(readings: readonly Reading[]): Reading[][] {
  const g = conductancesOf(readings);
  const [low, high] = findExtent(g);
  const back = (high - low) / 3;
  const ends: number[] = [];
  let [bottom, top, sign] = [0, 0, 0];
  g.forEach((value, i) => {
    if (value > g[top]!) top = i;
    if (value < g[bottom]!) bottom = i;
    if (sign >= 0 && g[top]! - value > back) {
      if (sign > 0) ends.push(top);
      [sign, bottom] = [-1, i];
      top = i;
    } else if (sign <= 0 && value - g[bottom]! > back) {
      if (sign < 0) ends.push(bottom);
      [sign, top] = [1, i];
      bottom = i;
    }
  });
  const starts = [0, ...ends.map((e) => e + 1)];
  return starts.map((s, k) => readings.slice(s, starts[k + 1] ?? readings.length)).filter((part) => part.length > 0);
}

export class TrainSorter {
  readonly assumptions = new Set<OrderingAssumption>();
  readonly #errors: CellErrors;

  constructor(name: string) {
    this.#errors = new CellErrors(name);
  }

  sortIntoTrains(readings: readonly Reading[]): Train[] {
    const runs = groupBy(readings, ({ device, cycle }) => [device, cycle]).flatMap((own) =>
      this.#splitIntoUnorderedTrains(own),
    );
    const made = this.#reverseRisingTrains(this.#resolveDirections(runs)).map((run) => this.#createTrain(run));
    this.#errors.throwIfErrors();
    return made as Train[];
  }

  #splitIntoUnorderedTrains(given: readonly Reading[]): UnorderedTrain[] {
    const { device, cycle } = given[0]!;
    const own = this.#fillPulseNumbers(given);
    const isCounted = own[0]!.pulse !== undefined;
    const isDirected = own[0]!.direction !== undefined;
    const splitDirected = () =>
      isCounted ? this.#splitByCounter(own) : splitBefore(own, (a, b) => a.direction !== b.direction);
    const whole = isDirected ? splitDirected() : this.#splitUndirectedReadings(own);
    const parts = cycle === undefined ? this.#dropDuplicates(whole) : whole;
    const seen = new Map<string, number>();
    return parts.map((readings) => {
      const { direction = netChangeOf(readings) > 0 ? 'up' : 'down' } = readings[0]!;
      const number = (seen.get(direction) ?? 0) + 1;
      seen.set(direction, number);
      const isOne = parts.filter((p) => p[0]!.direction === readings[0]!.direction).length === 1;
      const name = cycle === undefined ? String(number) : isOne || number === 1 ? cycle : `${cycle}.${number}`;
      return { device, cycle: name, direction, readings };
    });
  }

  #dropDuplicates(parts: Reading[][]): Reading[][] {
    const different = groupBy(parts, (part) =>
      part.map(({ direction, pulse, conductance }) => [direction, pulse, conductance]),
    );
    if (different.length < parts.length) this.assumptions.add('duplicates');
    return different.map(([first]) => first!);
  }

  /** Splits readings without direction into trains: at restarts of the counter and reversals of the conductance. */
  #splitUndirectedReadings(own: readonly Reading[]): Reading[][] {
    this.assumptions.add('turns');
    const ordered = sortByTime(own);
    if (ordered !== own) this.assumptions.add('sorted');
    const first = ordered[0]!.pulse ?? Number.NaN;
    const isRestart = (a: Reading, b: Reading) => a.pulse! < b.pulse! && a.pulse! <= first + 1;
    return splitBefore(ordered, isRestart).flatMap(splitAtTurns);
  }

  #splitByCounter(own: readonly Reading[]): Reading[][] {
    if (hasNoDuplicates(countersOf(own)) && own.some(({ direction }) => direction !== own[0]!.direction)) {
      const sorted = sortByCounter(own);
      const parts = splitBefore(sorted, (a, b) => a.direction !== b.direction);
      const place = new Map(own.map((reading, i) => [reading, i]));
      if (parts.length * MIN_TRAIN_READINGS <= own.length)
        return parts.map((part) => part.sort((a, b) => place.get(a)! - place.get(b)!)); // as written
    }
    return groupBy(own, ({ direction }) => direction!).flatMap((group) => {
      const list = countersOf(group);
      if (hasNoDuplicates(list)) return [group];
      // A new pulse train begins where the pulse counter returns to its first value. The counter may be fractional, so
      // values are rounded.
      return splitBefore(
        group,
        (a, b) => (a.pulse! - b.pulse!) * (list[1]! - list[0]!) < 0 && Math.round(a.pulse!) === Math.round(list[0]!),
      );
    });
  }

  #fillPulseNumbers(own: readonly Reading[]): readonly Reading[] {
    if (!own.some(({ pulse }) => Number.isNaN(pulse))) return own;
    this.assumptions.add('filled');
    const filled = [...own];
    const known = own.findIndex(({ pulse }) => !Number.isNaN(pulse));
    if (known < 0) return own.map((r) => ({ ...r, pulse: undefined }));
    for (let i = known - 1; i >= 0; i--) filled[i] = { ...filled[i]!, pulse: filled[i + 1]!.pulse! - 1 };
    for (let i = known + 1; i < own.length; i++) {
      if (Number.isNaN(own[i]!.pulse)) filled[i] = { ...own[i]!, pulse: filled[i - 1]!.pulse! + 1 };
    }
    return filled;
  }

  #resolveDirections(runs: readonly UnorderedTrain[]): UnorderedTrain<Direction>[] {
    const changeOf = (way: StatedDirection) =>
      sum(runs.filter((r) => r.direction === way).map((r) => netChangeOf(sortByTime(r.readings))));
    const meaning = new Map<StatedDirection, Direction>(DIRECTIONS.map((way) => [way, way]));
    for (const [a, b, note] of [
      ['program', 'erase', 'words'],
      ['+V', '-V', 'signs'],
    ] as const) {
      if (!runs.some((r) => r.direction === a || r.direction === b)) continue;
      this.assumptions.add(note);
      const isUp = changeOf(a) - changeOf(b) >= 0;
      meaning.set(a, isUp ? 'up' : 'down').set(b, isUp ? 'down' : 'up');
    }
    return runs.map((r) => ({ ...r, direction: meaning.get(r.direction)! }));
  }

  /** Reverses downward trains that are listed in rising order, as in NeuroSim, if upward trains rise. */
  #reverseRisingTrains(runs: readonly UnorderedTrain<Direction>[]): readonly UnorderedTrain<Direction>[] {
    const changes = (direction: Direction) =>
      runs.filter((run) => run.direction === direction).map(({ readings }) => netChangeOf(readings));
    const [up, down] = DIRECTIONS.map(changes) as [number[], number[]];
    const isListed = runs.every(({ readings }) => readings[0]!.pulse === undefined);
    if (!isListed || !up.some((change) => change > 0) || !down.every((change) => change > 0) || down.length === 0)
      return runs;
    this.assumptions.add('reversed');
    return runs.map((run) => (run.direction === 'down' ? { ...run, readings: run.readings.toReversed() } : run));
  }

  /** Creates a train. If readings are too few or out of order, adds an error and returns null. */
  #createTrain(run: UnorderedTrain<Direction>): Train | null {
    const { device, cycle, direction } = run;
    const readings = this.#sortByTime(run);
    if (readings === null) return null;
    const name = `device ${show(device)}, cycle ${show(cycle)}, direction ${direction}`;
    const { rowLocation } = readings[0]!;
    if (readings.length < MIN_TRAIN_READINGS) {
      this.#errors.addError(
        `${rowLocation}: the train of ${name} has ${readings.length} readings, but at least ${MIN_TRAIN_READINGS} are needed`,
      );
      return null;
    }
    const pulses = this.#roundCounters(readings);
    const first = pulses[0]!;
    const elapsed = pulses.map((pulse) => Math.abs(pulse - first));
    if (elapsed.at(-1)! > MAX_TRAIN_PULSES)
      this.#errors.addError(
        `${rowLocation}: the train of ${name} has ${elapsed.at(-1)} pulses, but at most ${MAX_TRAIN_PULSES} are allowed`,
      );
    const train = { device, cycle, direction, elapsed, first, conductance: conductancesOf(readings) };
    const hasAll = (key: 'pulseVoltage' | 'pulseWidth') => readings.every((r) => r[key] !== undefined);
    return {
      ...train,
      ...(hasAll('pulseVoltage') && { voltage: readings.map((r) => r.pulseVoltage!) }),
      ...(hasAll('pulseWidth') && { width: readings.map((r) => r.pulseWidth!) }),
    };
  }

  #sortByTime({ readings, direction, device, cycle }: UnorderedTrain): readonly Reading[] | null {
    if (readings[0]!.pulse === undefined) return readings;
    const list = countersOf(readings);
    if (isRising(list)) return readings;
    const isRight = (own: readonly Reading[]) => netChangeOf(own) * (direction === 'up' ? 1 : -1) >= 0;
    const backwards = readings.toReversed();
    if (isFalling(list)) return isRight(readings) || !isRight(backwards) ? readings : backwards;
    if (hasNoDuplicates(list)) {
      this.assumptions.add('sorted');
      const sorted = sortByCounter(readings);
      return isRight(sorted) ? sorted : sorted.reverse();
    }
    const wrong = readings.findIndex((r, i) => i > 0 && r.pulse! <= readings[i - 1]!.pulse!);
    const { rowLocation, pulse } = readings[wrong]!;
    this.#errors.addError(
      `${rowLocation}, column pulse: ${pulse} follows ${readings[wrong - 1]!.pulse}, but the counter must rise within a train ` +
        `(device ${show(device)}, cycle ${show(cycle)}, direction ${direction}); repeats need the columns device and cycle`,
    );
    return null;
  }

  /** Converts pulse numbers read off a figure to integers; numbers readings consecutively if two become equal. */
  #roundCounters(readings: readonly Reading[]): number[] {
    if (readings[0]!.pulse === undefined) return readings.map((_, i) => i);
    const list = countersOf(readings);
    const whole = list.map((p) => Math.round(p) + 0);
    if (whole.every((p, i) => p === list[i])) return whole;
    if (isRising(whole) || isFalling(whole)) {
      this.assumptions.add('rounded');
      return whole;
    }
    this.assumptions.add('ranked');
    const isDescending = isFalling(list);
    return list.map((_, i) => (isDescending ? list.length - 1 - i + whole.at(-1)! : whole[0]! + i));
  }
}

function sortByTime(readings: readonly Reading[]): readonly Reading[] {
  if (readings[0]!.pulse === undefined) return readings;
  const list = countersOf(readings);
  return isRising(list) || isFalling(list) || !hasNoDuplicates(list) ? readings : sortByCounter(readings);
}

export function checkTrainDirections(file: string, trains: readonly Train[]): void {
  for (const direction of DIRECTIONS) {
    const own = trains.filter((t) => t.direction === direction);
    const change = sum(own.map(({ conductance }) => computeNetChange(conductance)));
    if (own.length === 0 || (direction === 'up' ? change > 0 : change < 0)) continue;
    throw new UserError(
      `${file}: the conductance ${change === 0 ? 'does not change' : direction === 'up' ? 'falls' : 'rises'} over the trains with direction ${direction};` +
        ' up must raise it and down lower it (are the directions swapped?).',
    );
  }
}
