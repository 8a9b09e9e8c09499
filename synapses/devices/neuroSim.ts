import { nonNegative, number, positive } from '../../core/declare/params.ts';
import { expm1 } from '../../core/elementary.ts';
import { computeCurvePosition, computeCurveState, type PulseCurveShape } from '../../core/kernels/devices.ts';
import { exp, log } from '../../core/math.ts';
import {
  optionalNonNegativeParam,
  resolveWritePulse,
  type WriteParams,
  type WritePulse,
  writePulseParams,
} from './array/range.ts';
import { defineDevice } from './defineDevice.ts';

/**
 * Largest deviation of the normalised conductance curve from a straight line, per unit of NeuroSim's nonlinearity
 * label: max over x of (G_norm(x) - x) = 0.07 √2 label.
 */
export const LINEARITY_ERROR_PER_NONLINEARITY = 0.07 * Math.SQRT2;

/**
 * Computes NeuroSim's curve parameter A, divided by the number of pulses of the full range, for a nonlinearity label
 * from -9 to 9. A has the sign of the label; it is Infinity for label 0. Agrees with the table of MLP+NeuroSim V3
 * within 2.1e-5.
 */
export function solveCurvature(label: number): number {
  if (label === 0) return Infinity;
  const bulge = LINEARITY_ERROR_PER_NONLINEARITY * Math.abs(label);
  let [low, high] = [log(1e-4), log(1e6)];
  for (let i = 0; i < 200 && high - low > 1e-15; i++) {
    const middle = (low + high) / 2;
    if (computeMaxLinearityError(exp(middle)) > bulge) low = middle;
    else high = middle;
  }
  return Math.sign(label) * exp((low + high) / 2);
}

/**
 * Largest deviation of the normalised conductance curve from a straight line. @param a NeuroSim's curve parameter A,
 * divided by the number of pulses
 */
export function computeMaxLinearityError(a: number): number {
  const b = -1 / expm1(-1 / a);
  const x = a * log(b / a);
  return -b * expm1(-x / a) - x;
}

export function createPulseCurve(label: number): PulseCurveShape {
  const curvature = solveCurvature(label);
  return { curvature, normaliser: 1 - exp(-1 / curvature), inverseFactor: expm1(-1 / curvature) };
}

/** Defaults: Ag:a-Si device of NeuroSim, with the write pulses of its measurement. */
const AG_A_SI = {
  gMin: 3.0769e-9,
  gMax: 3.8462e-8,
  pulse: { upVoltage: 3.2, downVoltage: 2.8, upDuration: 3e-4, downDuration: 3e-4, assumedPulse: null },
};

const voltage = (what: string, otherwise: string) =>
  optionalNonNegativeParam('V', `voltage of the first ${what} pulse; default: ${otherwise}`);
const nonlinearity = (initial: number, way: string) =>
  number({ default: initial, min: -9, max: 9, unit: '1', help: `nonlinearity label of the ${way} curve; 0: linear` });
const step = (what: string) =>
  nonNegative(
    0,
    'V',
    `voltage increase from each ${what} pulse to the next (non-identical pulse scheme, whose curve is nearly linear); 0: identical pulses`,
  );

/**
 * Completes write pulses. A device with the conductance range of Ag:a-Si gets its measured pulses, any other device
 * gets assumed values.
 */
function resolveNeuroSimPulse(p: WriteParams & { readonly gMin: number; readonly gMax: number }): WritePulse {
  if (p.gMin !== AG_A_SI.gMin || p.gMax !== AG_A_SI.gMax) return resolveWritePulse(p);
  const given = p.writeVoltageUp ?? p.writeVoltageDown ?? p.writeTime ?? p.assumed;
  const { upVoltage: voltage, upDuration: time } = AG_A_SI.pulse;
  return given === undefined ? AG_A_SI.pulse : resolveWritePulse(p, { voltage, time });
}

/**
 * Pulse-number model of NeuroSim. Defaults: NeuroSim's Ag:a-Si device, without its cycle-to-cycle variability
 * (`writeNoise: 0.035`).
 */
export const neuroSim = defineDevice({
  name: 'neuroSim',
  help: 'pulse-number model of NeuroSim: a pulse of strength 1 is one step along a curve of given nonlinearity',
  equation:
    'G(p) = gMin + B (1 - e^(-p/A)), B = (gMax - gMin)/(1 - e^(-P/A)); p <- p + strength; downwards p falls from P and A < 0',
  source: 'Chen et al. 2018, doi:10.1109/TCAD.2018.2789723 (MLP+NeuroSim V3)',
  params: {
    gMin: nonNegative(AG_A_SI.gMin, 'S', 'smallest conductance'),
    gMax: positive(AG_A_SI.gMax, 'S', 'largest conductance'),
    pulsesUp: number({ default: 97, min: 1, unit: '1', help: 'number of pulses from gMin to gMax' }),
    pulsesDown: number({ default: 100, min: 1, unit: '1', help: 'number of pulses from gMax to gMin' }),
    nonlinearityUp: nonlinearity(2.4, 'upward'),
    nonlinearityDown: nonlinearity(-4.88, 'downward'),
    writeVoltageUp: voltage(
      'upward',
      '3.2 V with the default gMin and gMax, else the voltage of the other direction, else 1 V (assumed value)',
    ),
    writeVoltageDown: voltage('downward', '2.8 V with the default gMin and gMax, else the voltage of an upward pulse'),
    voltageStepUp: step('upward'),
    voltageStepDown: step('downward'),
    writeTime: optionalNonNegativeParam(
      's',
      'duration of a write pulse; default: 300 µs with the default gMin and gMax, else 100 ns (assumed value)',
    ),
    writeTimeDown: writePulseParams.writeTimeDown,
  },
  range: (p) => ({ ...p, pulse: resolveNeuroSimPulse(p) }),
  cell: (p) => {
    const pulse = resolveNeuroSimPulse(p);
    const branch = (label: number, pulseCount: number, volts: number, seconds: number) => ({
      ...createPulseCurve(label),
      pulseCount,
      joulesPerSiemens: volts * volts * seconds,
    });
    const up = branch(p.nonlinearityUp, p.pulsesUp, pulse.upVoltage, pulse.upDuration);
    const down = branch(p.nonlinearityDown, p.pulsesDown, pulse.downVoltage, pulse.downDuration);
    const volts = (g: number, upwards: boolean): number =>
      upwards
        ? pulse.upVoltage + p.voltageStepUp * up.pulseCount * computeCurvePosition(up, g)
        : pulse.downVoltage + p.voltageStepDown * down.pulseCount * (1 - computeCurvePosition(down, g));
    const alike = p.voltageStepUp === 0 && p.voltageStepDown === 0;
    return ({ arena: { kernels } }) => ({
      state: {},
      pulses: (b) => kernels.followPulseCurves(b, up, down, p.levels?.count ?? 0),
      mergedPulse(g, strength) {
        const curve = strength > 0 ? up : down;
        const position = computeCurvePosition(curve, g) + strength / curve.pulseCount;
        return computeCurveState(curve, Math.min(Math.max(position, 0), 1));
      },
      ...(alike
        ? { fillsJoulesPerSiemens: true }
        : {
            joulesPerSiemens(g, strength) {
              const v = volts(g, strength > 0);
              return v * v * (strength > 0 ? pulse.upDuration : pulse.downDuration) * Math.abs(strength);
            },
          }),
    });
  },
});
