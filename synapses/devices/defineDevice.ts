import type * as z from 'zod/mini';
import { define, type Model, type Params, type Said } from '../../core/declare/define.ts';
import { type Mapping, optional, type Shape } from '../../core/declare/params.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import type { DeviceFactory } from '../../core/model.ts';
import { DeviceArray } from './array/array.ts';
import type { CellFactory, Step } from './array/cell.ts';
import { isIdeal, type NonIdealities, nonIdealities } from './array/nonidealities.ts';
import {
  type CellRange,
  type ConductanceParams,
  checkRange,
  conductanceParams,
  outOfRange,
  readParams,
  type WriteParams,
  writePulse,
} from './array/range.ts';
import { type SpreadParams, spreadParams } from './array/spread.ts';
import { type Kind, StateCells } from './array/stateCells.ts';
import { programmingParams, setAside, writeAndVerify } from './array/verify.ts';
import { WeightCells } from './array/weightCells.ts';

/** Parameters that every device takes: how devices differ, what they lack to an ideal one, and how they come to their weights. */
const commonParams = { ...spreadParams, ...nonIdealities, programming: optional(programmingParams) };
type Common = typeof commonParams;
type CommonParams = SpreadParams & NonIdealities & { readonly programming?: z.output<typeof programmingParams> };
type Device<S extends Shape> = Model<Mapping<S>, DeviceFactory>;

/** What a device says of itself; range, read and write pulses, spread and non-idealities come with it. */
interface DeviceDeclaration<S extends Shape> extends Said {
  /** Its own parameters; one of the name of a parameter that comes with it takes that one's place. */
  readonly params: S;
  /** How it answers a pulse: the new normalised conductance from g in [0, 1] and the strength, > 0 upwards; what is outside is clipped. */
  readonly step?: (p: Params<S>) => Step;
  /** The same for one with more state than g, or draws of its own; null: its step says all. */
  readonly cell?: (p: Params<S>) => CellFactory | null;
}

/** Ends of the conductance, S, and the write pulse, where parameters of its own say them. */
type OwnRange = Pick<ConductanceParams, 'gMin' | 'gMax' | 'pulse'>;

/** One without a conductance: a weight within these bounds. */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S> & { weights(p: Params<S>): readonly [number, number] },
): Device<S & Common>;
/** One whose range follows from its own parameters: it gets no gMin, gMax and write pulse. */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S> & { range(p: Params<S>): OwnRange },
): Device<Omit<typeof readParams, keyof S> & S & Common>;
/**
 * Declares a device: a step on its normalised conductance g = (G - gMin)/(gMax - gMin), or a cell. It gets gMin, gMax, read and write
 * pulses, spread and all non-idealities, energy and checkpoints.
 * @example defineDevice({ name: 'square', …, params: { up: number({ default: 0.1, min: 0, unit: '1', help: '…' }) },
 *   step: (p) => (g, strength) => g + p.up * strength * (1 - g) ** 2 })
 */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S>,
): Device<Omit<typeof conductanceParams, keyof S> & S & Common>;
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
      const p = output as object as ConductanceParams & WriteParams & CommonParams;
      const own = cell?.(p as never) ?? null;
      const kind: Kind = { name: d.name, ...(own !== null ? { cell: own } : { step: step!(p as never) }) };
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
  const { deviceToDevice, rangeSpread = deviceToDevice, stepSpread = deviceToDevice } = p;
  const spreadsAll = deviceToDevice === 0 || rangeSpread > 0 || stepSpread > 0 || p.stepSpreadDown; // the kernel takes all of a spread or none
  const family = 'step' in kind ? kind.step.family : undefined;
  const simple =
    e === null ||
    (e.reading === 'single' &&
      e.selection === 'transistor' &&
      e.pulse.up === e.pulse.down &&
      e.pulse.time === e.pulse.timeDown &&
      !p.gMinSpread &&
      spreadsAll);
  const plain = family !== undefined && isIdeal(p) && simple ? family : null;
  return {
    create(context) {
      if (context.edges.weights === null) throw new Error('devices need a weight of their own');
      const { edges, name } = context;
      const low = e === null || e.reading === 'single' ? range.wMin : 0;
      const outside = context.drawn ? null : (w: number) => outOfRange(w, low, range.wMax, name);
      const wanted =
        p.programming && setAside(edges.weights as Floats, { low, high: range.wMax }, edges.distinct, outside, name);
      const cells = plain ? new WeightCells(plain, range, p, context) : new StateCells(kind, range, p, context);
      const devices = new DeviceArray(cells, context);
      if (wanted) devices.programming = writeAndVerify(devices, wanted, p.programming!, range.wMax - low, 0);
      return devices;
    },
  };
}
