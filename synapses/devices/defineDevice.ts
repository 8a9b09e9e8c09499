import type * as z from 'zod/mini';
import { define, type Model, type ModelMetadata, type Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { integer, type Mapping, optional, type Shape } from '../../core/declare/params.ts';
import type { DeviceContext, DeviceFactory } from '../../core/factories.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import { DeviceArray } from './array/array.ts';
import type { CellFactory, Step } from './array/cell.ts';
import { dropIdle, isIdeal, type NonIdealities, nonIdealities } from './array/nonidealities.ts';
import { Pair } from './array/pair.ts';
import {
  type CellRange,
  type ConductanceParams,
  type ConductanceShape,
  checkRange,
  conductanceParams,
  type ReadShape,
  readParams,
  requireWithin,
  type WriteParams,
  writePulse,
} from './array/range.ts';
import { Several } from './array/several.ts';
import { type SpreadParams, spreadParams } from './array/spread.ts';
import { StateCells } from './array/stateCells.ts';
import type { Kind } from './array/steps.ts';
import { programmingParams, requireDistinct, setAside, type Verified, writeAndVerify } from './array/verify.ts';
import { WeightCells } from './array/weightCells.ts';

/** Parameters that every device takes: how devices differ, what they lack to an ideal one, and how they come to their weights. */
export const commonParams = {
  ...spreadParams,
  ...nonIdealities,
  devicesPerSynapse: optional(
    integer({
      min: 1,
      max: 1000,
      help: 'the weight is the mean of so many devices (reading differential: on each side), which are pulsed in turn; 1, if left out',
    }),
  ),
  programming: optional(programmingParams),
};
export type CommonShape = { [K in keyof typeof commonParams]: (typeof commonParams)[K] };
type CommonParams = SpreadParams &
  NonIdealities & {
    readonly devicesPerSynapse?: number;
    readonly programming?: z.output<typeof programmingParams>;
  };
type Device<S extends Shape> = Model<Mapping<S>, DeviceFactory>;

/** What a device says of itself; range, read and write pulses, spread and non-idealities come with it. */
interface DeviceDeclaration<S extends Shape> extends ModelMetadata {
  /** Its own parameters; one of the name of a parameter that comes with it takes that one's place. */
  readonly params: S;
  /** How it answers a pulse: the new normalised conductance from g in [0, 1] and the strength, > 0 upwards; what is outside is clipped. */
  readonly step?: (p: Params<S>) => Step;
  /** The same for one with more state than g, or draws of its own; null: its step says all. */
  readonly cell?: (p: Params<S> & NonIdealities) => CellFactory | null;
}

/** Ends of the conductance, S, and the write pulse, where parameters of its own say them. */
type OwnRange = Pick<ConductanceParams, 'gMin' | 'gMax' | 'pulse'>;

/** One without a conductance: a weight within these bounds. */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S> & { weights(p: Params<S>): readonly [number, number] },
): Device<S & CommonShape>;
/** One whose range follows from its own parameters: it gets no gMin, gMax and write pulse. */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S> & { range(p: Params<S>): OwnRange },
): Device<Omit<ReadShape, keyof S> & S & CommonShape>;
/**
 * Declares a device: a step on its normalised conductance g = (G - gMin)/(gMax - gMin), or a cell. It gets gMin, gMax, read and write
 * pulses, spread and all non-idealities, energy and checkpoints.
 * @example defineDevice({ name: 'square', …, params: { up: number({ default: 0.1, min: 0, unit: '1', help: '…' }) },
 *   step: (p) => (g, strength) => g + p.up * strength * (1 - g) ** 2 })
 */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S>,
): Device<Omit<ConductanceShape, keyof S> & S & CommonShape>;
export function defineDevice(
  d: DeviceDeclaration<Shape> & {
    range?(p: object): OwnRange;
    weights?(p: object): readonly [number, number];
  },
): unknown {
  const { params, step, cell, range, weights, ...said } = d;
  const given = weights ? {} : range ? readParams : conductanceParams;
  return define({
    ...said,
    kind: 'device',
    params: { ...given, ...params, ...commonParams },
    make(output): DeviceFactory {
      const p = dropIdle(output as object as ConductanceParams & WriteParams & CommonParams);
      const own = cell?.(p as never) ?? null;
      const kind = { name: d.name, cell: own, step: own ? null : step!(p as never) };
      return devicesOf(
        kind,
        weights ? weightRange(weights(p)) : conductanceRange({ ...p, pulse: writePulse(p), ...range?.(p) }),
        p,
      );
    },
  });
}

const weightRange = ([wMin, wMax]: readonly [number, number]): CellRange => ({ wMin, wMax, electrical: null });

const conductanceRange = (p: ConductanceParams): CellRange => ({
  wMin: (p.weightAtGMax * p.gMin) / p.gMax,
  wMax: p.weightAtGMax,
  electrical: p,
});

/** The devices, as their weights where a kernel knows their steps and nothing more is asked for. */
function devicesOf(kind: Kind, range: CellRange, p: CommonParams): DeviceFactory {
  checkRange(range);
  const { electrical: e } = range;
  const { deviceToDevice, rangeSpread = deviceToDevice, stepSpread = deviceToDevice, devicesPerSynapse = 1 } = p;
  const spreadsAll = deviceToDevice === 0 || rangeSpread > 0 || stepSpread > 0 || p.stepSpreadDown; // the kernel takes all of a spread or none
  const family = kind.step?.family;
  const simple =
    e === null ||
    (e.reading === 'single' &&
      e.selection === 'transistor' &&
      e.pulse.up === e.pulse.down &&
      e.pulse.time === e.pulse.timeDown &&
      !p.gMinSpread &&
      spreadsAll);
  const plain = family !== undefined && isIdeal(p) && simple ? family : null;
  const bounds = boundsOf(range);
  const paired = bounds.low < 0 && e !== null;
  const grouped = paired || devicesPerSynapse > 1;
  checkGroup(e, p, grouped);
  const one = (context: DeviceContext): Verified =>
    new DeviceArray(
      plain ? new WeightCells(plain, range, p, context) : new StateCells(kind, range, p, context),
      context,
    );
  const several = (context: DeviceContext): Verified =>
    devicesPerSynapse > 1 ? new Several(devicesPerSynapse, one, context) : one(context);
  return {
    reach: { low: bounds.low, high: bounds.high, electrical: e && { ...e, weightPerSiemens: weightPerSiemens(e) } },
    create(context) {
      const { edges, name, drawn } = context;
      const weights = edges.weights as Floats; // `wire` gives plastic synapses one each
      if (!drawn) requireWithin(weights, bounds, name);
      if (p.programming) requireDistinct(edges, 'programming', name);
      if (e?.oneSided) requireDistinct(edges, 'oneSided', name);
      const wanted = p.programming && setAside(weights, bounds);
      const devices = paired ? new Pair(e.oneSided ?? null, range.wMax, several, context) : several(context);
      if (wanted) devices.programming = writeAndVerify(devices, wanted, p.programming!, bounds.high - bounds.low, 0);
      return devices;
    },
  };
}

/** Lowest and highest weight as it is read, and the one of devices that were reset. */
function boundsOf({ wMin, wMax, electrical: e }: CellRange) {
  if (e?.reading === 'differential') return { low: -wMax, high: wMax, start: 0 };
  const low = e === null || e.reading === 'single' ? wMin : 0;
  return { low, high: wMax, start: low };
}

const weightPerSiemens = ({ reading, weightAtGMax, gMin, gMax }: ConductanceParams): number =>
  weightAtGMax / (reading === 'single' ? gMax : gMax - gMin);

function checkGroup(
  e: CellRange['electrical'],
  { stash, devicesPerSynapse = 1 }: CommonParams,
  grouped: boolean,
): void {
  if (e?.oneSided && e.reading !== 'differential')
    throw new UserError(`a device's oneSided needs reading "differential", but reading is "${e.reading}".`);
  if (!stash || !grouped) return;
  const why = e?.reading === 'differential' ? 'reading is "differential"' : `devicesPerSynapse is ${devicesPerSynapse}`;
  throw new UserError(`a device's stash needs one device a synapse, but ${why}.`);
}
