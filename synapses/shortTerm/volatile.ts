import { defineShortTerm } from '../../core/declare/define.ts';
import { fraction, number, positive } from '../../core/declare/params.ts';
import { stretchedExponential } from '../decay.ts';
import { createTerminalSpread, terminalSpreadParams } from './spread.ts';

const time = (initial: number, help: string) => positive(initial, 'ms', `${help} (assumed value)`);

const params = {
  base: fraction(0.1, 'factor of the weight at rest: smallest conductance as a share of the largest (assumed value)'),
  eta: fraction(0.3, 'increment of the fast component m_1 per arrival, as a fraction of 1 - m_1 (assumed value)'),
  tau: time(40, 'relaxation time constant of the fast component m_1'),
  slow: fraction(0, 'relative weight of the slow component; 0: fast component only'),
  etaSlow: fraction(0.3, 'increment of the slow component m_2 per arrival, as a fraction of 1 - m_2 (assumed value)'),
  tauSlow: time(300, 'relaxation time constant of the slow component m_2'),
  beta: number({
    default: 1,
    min: 0,
    exclusiveMin: true,
    max: 1,
    unit: '1',
    help: 'exponent of the relaxation; below 1: stretched exponential of the time since the last arrival',
  }),
  ...terminalSpreadParams,
};

/**
 * Volatile memristor at each presynaptic terminal. The further course of a stretched exponential does not follow from
 * its present value alone, so the state is stored with the time of the last arrival.
 */
export const volatile = defineShortTerm({
  name: 'volatile',
  help: 'volatile memristor: facilitation that relaxes with one or two time constants or as a stretched exponential',
  equation:
    'per arrival, h after the last: m_i <- m_i e^(-(h/tau_i)^beta); m_i <- m_i + eta_i (1 - m_i); factor base + (1 - base)((1 - slow) m_1 + slow m_2)',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review)',
  params,
  create({ base, eta, tau, slow, etaSlow, tauSlow, beta, ...spread }, context) {
    const { arena, rows } = context;
    const terminals = createTerminalSpread(spread, context);
    // Per presynaptic neuron: fast and slow component of the volatile conductance after the last arrival, and time
    // of this arrival.
    const [fast, late, last] = [arena.f64(rows), arena.f64(rows), arena.f64(rows)];
    const rest = () => {
      fast.fill(0);
      late.fill(0);
      last.fill(-Infinity);
    };
    rest();
    return {
      state: { fast, slow: late, last, ...terminals.state },
      onPre(row, t) {
        const h = (t - last[row]!) / terminals.timeFactors[row]!;
        const step = terminals.drawStepFactor(row);
        const first = fast[row]! * stretchedExponential(h / tau, beta);
        const second = late[row]! * stretchedExponential(h / tauSlow, beta);
        fast[row] = first + Math.min(eta * step, 1) * (1 - first);
        late[row] = second + Math.min(etaSlow * step, 1) * (1 - second);
        last[row] = t;
        const m = (1 - slow) * fast[row]! + slow * late[row]!;
        return base + (1 - base) * m;
      },
      resetDynamicState: rest,
    };
  },
});
