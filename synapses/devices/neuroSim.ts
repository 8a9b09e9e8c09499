import { number } from '../../core/declare/params.ts';
import { defineDevice } from './defineDevice.ts';
import { Curve } from './pulseNumber.ts';

const voltage = (initial: number, what: string) =>
  number({ default: initial, min: 0, unit: 'V', help: `of the first ${what} pulse` });
const step = (what: string) =>
  number({
    default: 0,
    min: 0,
    unit: 'V',
    help: `by which each further ${what} pulse is higher (a non-identical scheme; its curve is nearly linear)`,
  });

/**
 * The pulse-number model of NeuroSim. From the range's lower end, pulse number p gives G(p) = gMin + B (1 - e^(-p/A)), B =
 * (gMax - gMin)/(1 - e^(-P/A)); a pulse goes from the present state back to p by the branch's own A, and to G(p ± strength).
 * Downwards p is counted down from P, with A < 0. A comes from the label of nonlinearity. The defaults are NeuroSim's
 * Ag:a-Si device, whose cycle-to-cycle noise is `writeNoise: 0.035`.
 */
export const neuroSim = defineDevice({
  name: 'neuroSim',
  help: 'pulse-number model of NeuroSim: a strength of 1 is one pulse on a curve of given nonlinearity',
  equation:
    'G(p) = gMin + B (1 - e^(-p/A)), B = (gMax - gMin)/(1 - e^(-P/A)); p <- p + strength; downwards p falls from P and A < 0',
  source: 'Chen, Peng & Yu 2018, doi:10.1109/TCAD.2018.2789723 (MLP+NeuroSim V3)',
  params: {
    gMin: number({ default: 3.0769e-9, min: 0, unit: 'S', help: 'smallest conductance' }),
    gMax: number({ default: 3.8462e-8, min: 0, exclusiveMin: true, unit: 'S', help: 'largest conductance' }),
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
    writeVoltageUp: voltage(3.2, 'upward'),
    writeVoltageDown: voltage(2.8, 'downward'),
    voltageStepUp: step('upward'),
    voltageStepDown: step('downward'),
    writeTime: number({ default: 3e-4, min: 0, unit: 's', help: 'length of a write pulse' }),
  },
  range: (p) => ({ ...p, writeVoltage: p.writeVoltageUp }),
  cell: (p) => {
    const up = {
      pulses: p.pulsesUp,
      curve: new Curve(p.nonlinearityUp),
      first: p.writeVoltageUp,
      step: p.voltageStepUp,
    };
    const down = {
      pulses: p.pulsesDown,
      curve: new Curve(p.nonlinearityDown),
      first: p.writeVoltageDown,
      step: p.voltageStepDown,
    };
    return () => ({
      state: {},
      pulse(_k, g, strength) {
        const { pulses, curve } = strength > 0 ? up : down;
        const x = curve.position(g) + strength / pulses;
        return curve.state(Math.min(Math.max(x, 0), 1));
      },
      square(g, strength) {
        const { pulses, curve, first, step: further } = strength > 0 ? up : down;
        const position = further === 0 ? 0 : curve.position(g);
        const volts = first + further * pulses * (strength > 0 ? position : 1 - position);
        return volts * volts * p.writeTime * Math.abs(strength);
      },
    });
  },
});
