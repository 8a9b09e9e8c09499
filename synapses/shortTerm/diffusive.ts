import { defineShortTerm } from '../../core/declare/define.ts';
import { fraction, positive } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { createTerminalSpread, terminalSpreadParams } from './spread.ts';

const params = {
  base: fraction(0, 'factor of the weight while the gap is open: ratio of off to on current (assumed value)'),
  eta: fraction(0.3, 'filament growth by an arrival, as a fraction of 1 - m, with m the filament size (assumed value)'),
  tau: positive(40, 'ms', 'time constant of the dissolution of the filament (assumed value)'),
  theta: fraction(0.5, 'filament size at which the gap closes (assumed value)'),
  hold: fraction(0.6, 'ratio of opening to closing threshold: the gap opens below hold × theta (assumed value)'),
  ...terminalSpreadParams,
};

export const diffusive = defineShortTerm({
  name: 'diffusive',
  help: 'diffusive memristor: arrivals grow a filament that diffusion dissolves; the terminal conducts while the filament bridges the gap',
  equation:
    'per arrival, h after the last: m <- m e^(-h/tau), open if m < hold theta; m <- m + eta (1 - m), closed if m >= theta; factor 1 if closed, else base',
  source: 'devices of Wang et al. 2017, doi:10.1038/nmat4756; threshold form assumed',
  params,
  create({ base, eta, tau, theta, hold, ...spread }, context) {
    const { arena, rows } = context;
    const terminals = createTerminalSpread(spread, context);
    // Per presynaptic neuron: filament size after its last arrival, time of this arrival (ms), and 1 if the filament
    // then closed the gap between the electrodes.
    const [filament, last, closed] = [arena.f64(rows), arena.f64(rows), arena.u8(rows)];
    const rest = () => {
      filament.fill(0);
      closed.fill(0);
      last.fill(-Infinity);
    };
    rest();
    return {
      state: { filament, last, closed, ...terminals.state },
      onPre(row, t) {
        const before = filament[row]! * exp(-(t - last[row]!) / (tau * terminals.timeFactors[row]!));
        const held = closed[row] === 1 && before >= hold * theta;
        const after = before + Math.min(eta * terminals.drawStepFactor(row), 1) * (1 - before);
        const conducts = held || after >= theta;
        filament[row] = after;
        closed[row] = conducts ? 1 : 0;
        last[row] = t;
        return conducts ? 1 : base;
      },
      resetDynamicState: rest,
    };
  },
});
