import { defineShortTerm } from '../../core/declare/define.ts';
import { positive, share } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { spreadParams, TerminalSpread } from './spread.ts';

const params = {
  base: share(0, 'factor without a filament: off current over on current (assumed)'),
  eta: share(0.3, 'share of the rest that an arrival adds to the filament (assumed)'),
  tau: positive(40, 'ms', 'diffusion of the filament (assumed)'),
  theta: share(0.5, 'filament that closes the gap (assumed)'),
  hold: share(0.6, 'it opens again below hold × theta (assumed)'),
  ...spreadParams,
};

/**
 * A diffusive memristor at each presynaptic terminal, as a threshold switch: arrivals build a filament that dissolves by
 * itself. Once it bridges the gap, and until it has thinned to a share of that, the terminal conducts. So arrivals get
 * through only when they come often enough, for a short time.
 */
export const diffusive = defineShortTerm({
  name: 'diffusive',
  help: 'diffusive memristor: a filament that arrivals build and diffusion dissolves opens the way when it is thick enough',
  equation:
    'per arrival, h after the last: m <- m e^(-h/tau), open if m < hold theta; m <- m + eta (1 - m), closed if m >= theta; factor 1 if closed, else base',
  source: 'devices of Wang et al. 2017, doi:10.1038/nmat4756; threshold form assumed',
  params,
  create({ base, eta, tau, theta, hold, ...spread }, context) {
    const { arena, rows } = context;
    const terminals = new TerminalSpread(spread, context);
    // Filament as the last arrival left it, when that was, and whether it was closed then.
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
        const before = filament[row]! * exp(-(t - last[row]!) / (tau * terminals.times[row]!));
        const held = closed[row] === 1 && before >= hold * theta;
        const after = before + Math.min(eta * terminals.step(row), 1) * (1 - before);
        const conducts = held || after >= theta;
        filament[row] = after;
        closed[row] = conducts ? 1 : 0;
        last[row] = t;
        return conducts ? 1 : base;
      },
      rest,
    };
  },
});
