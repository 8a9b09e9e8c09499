import { number } from '../../core/declare/params.ts';
import { sinh } from '../../core/elementary.ts';
import { exp, log } from '../../core/math.ts';

export const nonlinearityParam = number({
  default: 2,
  min: 2,
  max: 1e6,
  unit: '1',
  help: 'non-linearity of cells: current at the full read voltage divided by the current at half of it; 2: ohmic; about 141 with a NbO/TaO selector',
});

/**
 * Current-voltage curve of a cell with conductance 1. v is a share of the full read voltage: f(v) = sinh(a v)/sinh(a),
 * with f(1) = 1 and f(1/2) = 1/k for a = 2 arcosh(k/2). `slope`: df/dv. `charge`: integral of f from 0, which is
 * convex.
 */
export interface CellCurrent {
  readonly ohmic: boolean;
  current(v: number): number;
  slope(v: number): number;
  charge(v: number): number;
}

const OHMIC: CellCurrent = { ohmic: true, current: (v) => v, slope: () => 1, charge: (v) => (v * v) / 2 };

export function cellCurrent(nonlinearity: number): CellCurrent {
  if (nonlinearity === 2) return OHMIC;
  const half = nonlinearity / 2;
  const a = 2 * log(half + Math.sqrt(half * half - 1));
  const whole = sinh(a);
  const cosh = (x: number) => (exp(x) + exp(-x)) / 2;
  return {
    ohmic: false,
    current: (v) => sinh(a * v) / whole,
    slope: (v) => (a * cosh(a * v)) / whole,
    charge: (v) => (2 * sinh((a * v) / 2) ** 2) / (a * whole),
  };
}
