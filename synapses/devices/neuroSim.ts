import { fromZero, number, optional, positive } from '../../core/declare/params.ts';
import { positionOfState } from '../../core/kernels/pulseCurve.ts';
import { type WriteParams, type WritePulse, writePulse } from './array/range.ts';
import { defineDevice } from './defineDevice.ts';
import { curveOf } from './pulseNumber.ts';

/** The device whose numbers are the defaults, Ag:a-Si, with the pulses it was measured with. */
const AG_A_SI = {
  gMin: 3.0769e-9,
  gMax: 3.8462e-8,
  pulse: { up: 3.2, down: 2.8, time: 3e-4, timeDown: 3e-4, assumed: null },
};

const voltage = (what: string, otherwise: string) =>
  optional(number({ min: 0, unit: 'V', help: `of the first ${what} pulse; left out: ${otherwise}` }));
const step = (what: string) =>
  fromZero(
    0,
    'V',
    `by which each further ${what} pulse is higher (a non-identical scheme; its curve is nearly linear)`,
  );

/** Pulses that are not told are those of Ag:a-Si for a device with its range, and assumed for any other one. */
function pulseOf(p: WriteParams & { readonly gMin: number; readonly gMax: number }): WritePulse {
  if (p.gMin !== AG_A_SI.gMin || p.gMax !== AG_A_SI.gMax) return writePulse(p);
  const told = p.writeVoltageUp ?? p.writeVoltageDown ?? p.writeTime ?? p.assumed;
  const { up: voltage, time } = AG_A_SI.pulse;
  return told === undefined ? AG_A_SI.pulse : writePulse(p, { voltage, time });
}

/**
 * The pulse-number model of NeuroSim. From the range's lower end, pulse number p gives G(p) = gMin + B (1 - e^(-p/A)), B =
 * (gMax - gMin)/(1 - e^(-P/A)); a pulse goes from the present state back to p by the branch's own A, and to G(p ± strength).
 * Downwards p is counted down from P, with A < 0. A comes from the label of nonlinearity. The defaults are NeuroSim's
 * Ag:a-Si device, whose cycle-to-cycle noise is `writeNoise: 0.035`.
 */
export const neuroSim = defineDevice({
  name: 'neuroSim',
  help: 'pulse-number model of NeuroSim: strength 1 is one pulse on a curve of given nonlinearity',
  equation:
    'G(p) = gMin + B (1 - e^(-p/A)), B = (gMax - gMin)/(1 - e^(-P/A)); p <- p + strength; downwards p falls from P and A < 0',
  source: 'Chen et al. 2018, doi:10.1109/TCAD.2018.2789723 (MLP+NeuroSim V3)',
  params: {
    gMin: fromZero(AG_A_SI.gMin, 'S', 'smallest conductance'),
    gMax: positive(AG_A_SI.gMax, 'S', 'largest conductance'),
    pulsesUp: number({ default: 97, min: 1, unit: '1', help: 'pulses from gMin to gMax' }),
    pulsesDown: number({ default: 100, min: 1, unit: '1', help: 'pulses from gMax to gMin' }),
    nonlinearityUp: number({ default: 2.4, min: -9, max: 9, unit: '1', help: 'label of the upward curve; 0: linear' }),
    nonlinearityDown: number({
      default: -4.88,
      min: -9,
      max: 9,
      unit: '1',
      help: 'label of the downward curve; 0: linear',
    }),
    writeVoltageUp: voltage('upward', '3.2 V of the default range, that of the other direction, or 1 V, assumed'),
    writeVoltageDown: voltage('downward', '2.8 V of the default range, or as upwards'),
    voltageStepUp: step('upward'),
    voltageStepDown: step('downward'),
    writeTime: optional(
      number({
        min: 0,
        unit: 's',
        help: 'length of a write pulse; left out: 300 µs of the default range, or 100 ns, assumed',
      }),
    ),
    writeTimeDown: optional(number({ min: 0, unit: 's', help: 'length of a downward pulse; left out: writeTime' })),
  },
  range: (p) => ({ ...p, pulse: pulseOf(p) }),
  cell: (p) => {
    const pulse = pulseOf(p);
    const branch = (label: number, pulses: number, volts: number, seconds: number) => ({
      ...curveOf(label),
      pulses,
      square: volts * volts * seconds,
    });
    const up = branch(p.nonlinearityUp, p.pulsesUp, pulse.up, pulse.time);
    const down = branch(p.nonlinearityDown, p.pulsesDown, pulse.down, pulse.timeDown);
    const volts = (g: number, upwards: boolean): number =>
      upwards
        ? pulse.up + p.voltageStepUp * up.pulses * positionOfState(up, g)
        : pulse.down + p.voltageStepDown * down.pulses * (1 - positionOfState(down, g));
    const alike = p.voltageStepUp === 0 && p.voltageStepDown === 0;
    return ({ arena: { kernels } }) => ({
      state: {},
      pulses: (b) => kernels.curvePulses(b, up, down, p.levels?.count ?? 0),
      ...(alike
        ? { pricesPulses: true }
        : {
            square(g, strength) {
              const v = volts(g, strength > 0);
              return v * v * (strength > 0 ? pulse.time : pulse.timeDown) * Math.abs(strength);
            },
          }),
    });
  },
});
