import { defineModel, type Model, type ModelMetadata, type Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { integer, type Mapping, optional, type Shape } from '../../core/declare/params.ts';
import type { DeviceContext, DeviceFactory } from '../../core/factories.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import { createDeviceArray } from './array/array.ts';
import type { CellFactory, DeviceKind, StepFunction } from './array/cell.ts';
import { createDifferentialPair } from './array/differentialPair.ts';
import { createGeneralDeviceBackend } from './array/generalDeviceBackend.ts';
import { createRoundRobinArray } from './array/multiDevice.ts';
import { dropInactiveParams, isIdeal, type NonIdealities, nonIdealityParams } from './array/nonidealities.ts';
import { checkPartialPulses } from './array/passiveArray.ts';
import {
  type CellRange,
  type ConductanceParamSchemas,
  type ConductanceParams,
  checkRange,
  checkWeights,
  conductanceParams,
  type ReadParamSchemas,
  readoutParams,
  resolveWritePulse,
  type WeightBounds,
  type WriteParams,
} from './array/range.ts';
import { type VariabilityParams, variabilityParams } from './array/spread.ts';
import {
  checkNoParallelSynapses,
  extractTargetWeights,
  type ProgrammableDevices,
  programmingParams,
  writeAndVerify,
} from './array/verify.ts';
import { createWeightOnlyDeviceBackend } from './array/weightOnlyDeviceBackend.ts';

export const commonDeviceParams = {
  ...variabilityParams,
  ...nonIdealityParams,
  devicesPerSynapse: optional(
    integer({
      min: 1,
      max: 1000,
      help: 'number of devices per synapse, or per side of a differential pair; the weight is their mean; pulses go to them in turn; default 1',
    }),
  ),
  programming: optional(programmingParams),
};
/** Parameter schemas that all device models share, by parameter name. */
export type CommonParamSchemas = { [K in keyof typeof commonDeviceParams]: (typeof commonDeviceParams)[K] };
type CommonParams = Params<typeof commonDeviceParams> & VariabilityParams;
type Device<S extends Shape> = Model<Mapping<S>, DeviceFactory>;

interface DeviceDeclaration<S extends Shape> extends ModelMetadata {
  /** Parameters of the model; they override common device parameters of the same name. */
  readonly params: S;
  /**
   * Step function: gives the normalised conductance after a pulse, from g in [0, 1] and the strength (> 0 upward). The
   * result is clipped to [0, 1].
   */
  readonly step?: (p: Params<S>) => StepFunction;
  /** Creates a model with more state than its conductance or with random draws; returns null if `step` suffices. */
  readonly cell?: (p: Params<S> & NonIdealities) => CellFactory | null;
}

type DerivedRange = Pick<ConductanceParams, 'gMin' | 'gMax' | 'pulse'>;

/** Declares a device without a conductance; `weights` gives the bounds of its weight. */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S> & { weights(p: Params<S>): readonly [number, number] },
): Device<S & CommonParamSchemas>;
/** Declares a device whose conductance range follows from its own parameters, without gMin, gMax and write pulse. */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S> & { range(p: Params<S>): DerivedRange },
): Device<Omit<ReadParamSchemas, keyof S> & S & CommonParamSchemas>;
/**
 * Declares a device by a step function of its normalised conductance g = (G - gMin)/(gMax - gMin), or by `cell` if it
 * has more state. Range, read and write pulses, variability, all non-idealities, energy and checkpoints are added.
 * @example defineDevice({ name: 'square', …, params: { up: number({ default: 0.1, min: 0, unit: '1', help: '…' }) },
 *   step: (p) => (g, strength) => g + p.up * strength * (1 - g) ** 2 })
 */
export function defineDevice<S extends Shape>(
  declaration: DeviceDeclaration<S>,
): Device<Omit<ConductanceParamSchemas, keyof S> & S & CommonParamSchemas>;
export function defineDevice(
  d: DeviceDeclaration<Shape> & {
    range?(p: object): DerivedRange;
    weights?(p: object): readonly [number, number];
  },
): unknown {
  const { params, step, cell, range, weights, ...said } = d;
  const given = weights ? {} : range ? readoutParams : conductanceParams;
  return defineModel({
    ...said,
    kind: 'device',
    params: { ...given, ...params, ...commonDeviceParams },
    make(output): DeviceFactory {
      const p = dropInactiveParams(output as object as ConductanceParams & WriteParams & CommonParams);
      const own = cell?.(p as never) ?? null;
      const kind = { name: d.name, createCell: own, step: own ? null : step!(p as never) };
      if (weights) {
        const [wMin, wMax] = weights(p);
        return createFactory(kind, { wMin, wMax, conductanceParams: null }, p);
      }
      const conductance: ConductanceParams = { ...p, pulse: resolveWritePulse(p), ...range?.(p) };
      const { gMin, gMax, weightAtGMax: wMax } = conductance;
      return createFactory(kind, { wMin: (wMax * gMin) / gMax, wMax, conductanceParams: conductance }, p);
    },
  });
}

/** Creates `createWeightOnlyDeviceBackend` if a kernel computes steps and no non-ideality needs state g, else `createGeneralDeviceBackend`. */
function createFactory(kind: DeviceKind, range: CellRange, p: CommonParams): DeviceFactory {
  checkRange(range);
  const { conductanceParams: e } = range;
  if (e) checkPartialPulses(kind.name, kind.createCell?.isVoltageDriven ?? false, { ...p, ...e });
  const { deviceToDevice, rangeSpread = deviceToDevice, stepSpread = deviceToDevice, devicesPerSynapse = 1 } = p;
  const spreadsAll = deviceToDevice === 0 || rangeSpread > 0 || stepSpread > 0 || p.stepSpreadDown; // the kernel needs all spreads or none
  const family = kind.step?.family;
  const simple =
    e === null ||
    (e.reading === 'single' &&
      e.selection === 'transistor' &&
      e.pulse.upVoltage === e.pulse.downVoltage &&
      e.pulse.upDuration === e.pulse.downDuration &&
      !p.gMinSpread &&
      spreadsAll);
  const plain = family !== undefined && isIdeal(p) && simple ? family : null;
  const bounds = findBounds(range);
  const paired = bounds.minWeight < 0 && e !== null;
  const grouped = paired || devicesPerSynapse > 1;
  checkGroup(e, p, grouped);
  const one = (context: DeviceContext): ProgrammableDevices =>
    createDeviceArray(
      plain
        ? createWeightOnlyDeviceBackend(plain, range, p, context)
        : createGeneralDeviceBackend(kind, range, p, context),
      context,
    );
  const several = (context: DeviceContext): ProgrammableDevices =>
    devicesPerSynapse > 1 ? createRoundRobinArray(devicesPerSynapse, one, context) : one(context);
  return {
    ranges: {
      minWeight: bounds.minWeight,
      maxWeight: bounds.maxWeight,
      electricalProperties: e && {
        ...e,
        weightPerSiemens: e.weightAtGMax / (e.reading === 'single' ? e.gMax : e.gMax - e.gMin),
      },
    },
    create(context) {
      const { edges, name, hasRandomWeights: drawn } = context;
      const weights = edges.weights as Floats; // plastic synapses have one weight each
      if (!drawn) checkWeights(weights, bounds, name);
      if (p.programming) checkNoParallelSynapses(edges, 'programming', name);
      if (e?.oneSided) checkNoParallelSynapses(edges, 'oneSided', name);
      const wanted = p.programming && extractTargetWeights(weights, bounds);
      const devices = paired
        ? createDifferentialPair(e.oneSided ?? null, range.wMax, several, context)
        : several(context);
      if (wanted)
        devices.programmingResult = writeAndVerify(
          devices,
          wanted,
          p.programming!,
          bounds.maxWeight - bounds.minWeight,
          0,
        );
      return devices;
    },
  };
}

function findBounds({ wMin, wMax, conductanceParams: e }: CellRange): WeightBounds {
  if (e?.reading === 'differential') return { minWeight: -wMax, maxWeight: wMax, resetWeight: 0 };
  const low = e === null || e.reading === 'single' ? wMin : 0;
  return { minWeight: low, maxWeight: wMax, resetWeight: low };
}

function checkGroup(
  e: CellRange['conductanceParams'],
  { stash, devicesPerSynapse = 1 }: CommonParams,
  grouped: boolean,
) {
  if (e?.oneSided && e.reading !== 'differential')
    throw new UserError(`device.oneSided needs reading "differential" (got "${e.reading}").`);
  if (!stash || !grouped) return;
  const why = e?.reading === 'differential' ? 'reading is "differential"' : `devicesPerSynapse is ${devicesPerSynapse}`;
  throw new UserError(`device.stash needs one device per synapse, but ${why}.`);
}
