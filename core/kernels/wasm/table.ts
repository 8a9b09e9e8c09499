/** Pulses whose steps are drawn from tables; the twin in core/kernels/plainTable.ts says what is done. */
import { PulsesRecord, TableRecord } from './records';

/** Change of g by `pulses` pulses, of which each brings what level u says. */
@inline
function drawn(t: TableRecord, g: f64, u: f64, pulses: f64): f64 {
  const states = t.at;
  const last = t.rows - 2;
  let row = load<u32>(t.first + (<usize>(g * <f64>t.cells) << 2));
  while (row < last && g > load<f64>(states + (<usize>row << 3), 8)) row++;
  const at = states + (<usize>row << 3);
  const low = load<f64>(at);
  const share = min(max((g - low) / (load<f64>(at, 8) - low), 0), 1);
  const level = u * <f64>(t.size - 1);
  const place = <u32>level;
  const rest = level - <f64>place;
  const here = t.values + (<usize>(row * t.size + place) << 3);
  const next = here + (<usize>t.size << 3);
  const a = load<f64>(here) + rest * (load<f64>(here, 8) - load<f64>(here));
  const b = load<f64>(next) + rest * (load<f64>(next, 8) - load<f64>(next));
  const one = a + share * (b - a);
  if (pulses == 1) return one;
  const means = t.means + (<usize>row << 3);
  const mean = load<f64>(means) + share * (load<f64>(means, 8) - load<f64>(means));
  return pulses * mean + sqrt(pulses) * (one - mean);
}

/** Levels are the draws in `cycles`. */
export function tablePulses(b: PulsesRecord, up: TableRecord, down: TableRecord): void {
  const before = b.before;
  const amounts = b.amounts;
  const after = b.after;
  const levels = b.cycles;
  for (let at: usize = 0; at < <usize>b.count << 3; at += 8) {
    const g = load<f64>(before + at);
    const u = load<f64>(levels + at);
    const strength = load<f64>(amounts + at);
    store<f64>(after + at, g + drawn(strength > 0 ? up : down, g, u, abs(strength)));
  }
}
