import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { CellErrors } from './grid.ts';
import { netChange } from './layout.ts';
import type { Way } from './names.ts';
import type { Reading } from './readings.ts';
import { type Direction, MAX_PULSES, MIN_READINGS, type Train } from './trains.ts';

/** Consecutive readings of one device in one direction, if the direction is known. */
interface Run {
  readonly device: string;
  readonly cycle: string | undefined;
  readonly way: Way | undefined;
  readonly readings: readonly Reading[];
}

/** Assumption made to put readings in order. */
export type Note = 'sorted' | 'rounded' | 'filled' | 'ranked' | 'turns' | 'signs' | 'words';

const values = (readings: readonly Reading[]) => readings.map(({ conductance }) => conductance);
const counters = (readings: readonly Reading[]) => readings.map(({ pulse }) => pulse!);
const rises = (list: readonly number[]) => list.every((v, i) => i === 0 || v > list[i - 1]!);
const falls = (list: readonly number[]) => list.every((v, i) => i === 0 || v < list[i - 1]!);
const distinct = (list: readonly number[]) => new Set(list).size === list.length;

function grouped<T>(list: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Splits a list before every item for which `isFirst` is true. */
function cut<T>(list: readonly T[], isFirst: (item: T, before: T) => boolean): T[][] {
  const parts: T[][] = [];
  list.forEach((item, i) => {
    if (i === 0 || isFirst(item, list[i - 1]!)) parts.push([item]);
    else parts.at(-1)!.push(item);
  });
  return parts;
}

/** Splits readings after every extremum of the conductance that is followed by a change of more than a third of the range. */
function turns(readings: readonly Reading[]): Reading[][] {
  const g = values(readings);
  const [low, high] = [g.reduce((a, b) => Math.min(a, b)), g.reduce((a, b) => Math.max(a, b))];
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

/** Sorter of the readings of one measurement into trains. */
export class Ordering {
  readonly notes = new Set<Note>();
  readonly #errors: CellErrors;

  constructor(name: string) {
    this.#errors = new CellErrors(name);
  }

  trains(readings: readonly Reading[]): Train[] {
    const runs = grouped(readings, ({ device, cycle }) => JSON.stringify([device, cycle])).flatMap((own) =>
      this.#runs(own),
    );
    const made = this.#directed(runs).map((run) => this.#train(run));
    this.#errors.throwIfAny();
    return made as Train[];
  }

  /** Runs of one device, or of one cycle of one device. */
  #runs(given: readonly Reading[]): Run[] {
    const { device, cycle } = given[0]!;
    const own = this.#filled(given);
    const isCounted = own[0]!.pulse !== undefined;
    const parts =
      own[0]!.way === undefined
        ? this.#turned(own)
        : isCounted
          ? this.#counted(own)
          : cut(own, (a, b) => a.way !== b.way);
    const seen = new Map<string, number>();
    return parts.map((readings) => {
      const { way = netChange(values(readings)) > 0 ? 'up' : 'down' } = readings[0]!;
      const number = (seen.get(way) ?? 0) + 1;
      seen.set(way, number);
      const isOne = parts.filter((p) => p[0]!.way === readings[0]!.way).length === 1;
      return {
        device,
        cycle: cycle === undefined ? String(number) : isOne || number === 1 ? cycle : `${cycle}.${number}`,
        way,
        readings,
      };
    });
  }

  /** Runs of readings without a direction: split where the counter restarts and where the conductance turns. */
  #turned(own: readonly Reading[]): Reading[][] {
    this.notes.add('turns');
    const isCounted = own[0]!.pulse !== undefined;
    const ordered = isCounted ? inTime(own) : own;
    if (ordered !== own) this.notes.add('sorted');
    const first = ordered[0]!.pulse!;
    const anew = isCounted ? cut(ordered, (a, b) => a.pulse! < b.pulse! && a.pulse! <= first + 1) : [[...own]];
    return anew.flatMap((part) => turns(part));
  }

  /** With directions and a counter. */
  #counted(own: readonly Reading[]): Reading[][] {
    if (distinct(counters(own)) && own.some(({ way }) => way !== own[0]!.way)) {
      const sorted = [...own].sort((a, b) => a.pulse! - b.pulse!);
      const parts = cut(sorted, (a, b) => a.way !== b.way);
      const place = new Map(own.map((reading, i) => [reading, i]));
      const asWritten = (part: Reading[]) => part.sort((a, b) => place.get(a)! - place.get(b)!);
      if (parts.length * MIN_READINGS <= own.length) return parts.map(asWritten);
    }
    return grouped(own, ({ way }) => way!).flatMap((group) => {
      const list = counters(group);
      if (distinct(list)) return [group];
      // A counter that begins anew begins where it began the first time, or is fractional.
      return cut(
        group,
        (a, b) => (a.pulse! - b.pulse!) * (list[1]! - list[0]!) < 0 && Math.round(a.pulse!) === Math.round(list[0]!),
      );
    });
  }

  /** A counter that is left empty in some rows goes on by one. */
  #filled(own: readonly Reading[]): readonly Reading[] {
    if (!own.some(({ pulse }) => Number.isNaN(pulse))) return own;
    this.notes.add('filled');
    const filled = [...own];
    const known = own.findIndex(({ pulse }) => !Number.isNaN(pulse));
    if (known < 0) return own.map((r) => ({ ...r, pulse: undefined }));
    for (let i = known - 1; i >= 0; i--) filled[i] = { ...filled[i]!, pulse: filled[i + 1]!.pulse! - 1 };
    for (let i = known + 1; i < own.length; i++) {
      if (Number.isNaN(own[i]!.pulse)) filled[i] = { ...own[i]!, pulse: filled[i - 1]!.pulse! + 1 };
    }
    return filled;
  }

  /** Words and signs that may mean either direction mean the one in which the conductance goes. */
  #directed(runs: readonly Run[]): (Run & { way: Direction })[] {
    const of = (way: Way) =>
      runs.filter((r) => r.way === way).reduce((sum, r) => sum + netChange(values(inTime(r.readings))), 0);
    const meaning = new Map<Way | undefined, Direction>([
      ['up', 'up'],
      ['down', 'down'],
    ]);
    for (const [a, b, note] of [
      ['program', 'erase', 'words'],
      ['+V', '-V', 'signs'],
    ] as const) {
      if (!runs.some((r) => r.way === a || r.way === b)) continue;
      this.notes.add(note);
      const isUp = of(a) - of(b) >= 0;
      meaning.set(a, isUp ? 'up' : 'down').set(b, isUp ? 'down' : 'up');
    }
    return runs.map((r) => ({ ...r, way: meaning.get(r.way)! }));
  }

  /** Turns a run into the arrays of a train; its counter may fall, be fractional, out of order, or not be there. */
  #train(run: Run & { way: Direction }): Train | null {
    const { device, cycle = '1', way: direction } = run;
    const readings = this.#inOrder(run);
    const name = `device ${show(device)}, cycle ${show(cycle)}, direction ${direction}`;
    if (readings === null) return null;
    if (readings.length < MIN_READINGS) {
      this.#errors.add(
        `${readings[0]!.where}: the train of ${name} has ${readings.length} readings, but at least ${MIN_READINGS} are needed`,
      );
      return null;
    }
    const pulses = this.#whole(readings);
    const first = pulses[0]!;
    const elapsed = pulses.map((pulse) => Math.abs(pulse - first));
    if (elapsed.at(-1)! > MAX_PULSES) {
      this.#errors.add(
        `${readings[0]!.where}: the train of ${name} has ${elapsed.at(-1)} pulses, but at most ${MAX_PULSES} are followed`,
      );
    }
    const list = (of: (r: Reading) => number | undefined) =>
      readings.every((r) => of(r) !== undefined) ? readings.map((r) => of(r)!) : undefined;
    const [voltage, width] = [list((r) => r.voltage), list((r) => r.width)];
    return {
      ...{ device, cycle, direction, elapsed, first, conductance: values(readings), repeats: 1 },
      ...(voltage && { voltage }),
      ...(width && { width }),
    };
  }

  #inOrder({ readings, way, device, cycle }: Run): readonly Reading[] | null {
    if (readings[0]!.pulse === undefined) return readings;
    const list = counters(readings);
    if (rises(list)) return readings;
    const isRight = (own: readonly Reading[]) => netChange(values(own)) * (way === 'up' ? 1 : -1) >= 0;
    const backwards = [...readings].reverse();
    if (falls(list)) return isRight(readings) || !isRight(backwards) ? readings : backwards;
    if (distinct(list)) {
      this.notes.add('sorted');
      const sorted = [...readings].sort((a, b) => a.pulse! - b.pulse!);
      return isRight(sorted) ? sorted : sorted.reverse();
    }
    const wrong = readings.findIndex((r, i) => i > 0 && r.pulse! <= readings[i - 1]!.pulse!);
    const { where, pulse } = readings[wrong]!;
    this.#errors.add(
      `${where}, column pulse: ${pulse} follows ${readings[wrong - 1]!.pulse}, but the counter must rise within a train ` +
        `(device ${show(device)}, cycle ${show(cycle ?? '1')}, direction ${way}); repeats are told apart by the columns device and cycle`,
    );
    return null;
  }

  /** Whole pulses: fractional ones, read off a figure, are rounded, and where two would be one, readings are counted instead. */
  #whole(readings: readonly Reading[]): number[] {
    if (readings[0]!.pulse === undefined) return readings.map((_, i) => i);
    const list = counters(readings);
    const whole = list.map((p) => Math.round(p) + 0);
    if (whole.every((p, i) => p === list[i])) return whole;
    if (rises(whole) || falls(whole)) {
      this.notes.add('rounded');
      return whole;
    }
    this.notes.add('ranked');
    const sign = falls(list) ? -1 : 1;
    return list.map((_, i) => (sign > 0 ? whole[0]! + i : list.length - 1 - i + whole.at(-1)!));
  }
}

/** As far as no direction is known: as they stand where they rise or fall, else by the counter. */
function inTime(readings: readonly Reading[]): readonly Reading[] {
  if (readings[0]!.pulse === undefined) return readings;
  const list = counters(readings);
  return rises(list) || falls(list) || !distinct(list) ? readings : [...readings].sort((a, b) => a.pulse! - b.pulse!);
}

/** Refuses trains that no synapse can be made from: pulses that move it the other way. */
export function checkDirections(file: string, trains: readonly Train[]): void {
  for (const direction of ['up', 'down'] as const) {
    const own = trains.filter((t) => t.direction === direction);
    const change = own.reduce((sum, { conductance }) => sum + netChange(conductance), 0);
    if (own.length === 0 || (direction === 'up' ? change > 0 : change < 0)) continue;
    throw new UserError(
      `${file}: over its trains with the direction ${direction} the conductance ${change === 0 ? 'does not change' : direction === 'up' ? 'falls' : 'rises'};` +
        ' up must raise it and down lower it (are the directions swapped?).',
    );
  }
}
