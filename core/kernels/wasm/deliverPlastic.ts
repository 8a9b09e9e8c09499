/**
 * Delivers arrivals along dense rows of plastic devices to neurons with exponential currents, one after the other. Each
 * arrival pulses its row by the postsynaptic traces, reads the row, updates its presynaptic trace and is delivered.
 * Operations are those of `pulse`, `Traces`, `addCurrents` and `checkCandidates`.
 */
import { addExcitation, appendCandidate } from './addCurrents';
import { expPairChecked } from './exp';
import { NOISE_BATCH_SIZE, prepareLinearPulses, countLinearPulses, drawNoiseAhead, hasOnlyLinearSteps, pulseDevices, pulseWithDrawnNoise, pulseLinearDevice } from './pulse';
import { fillRowTargets } from './pulseTargets';
import { PlasticRecord, TracesRecord, WeightsRecord } from './records';
import { addSpikeToTraces } from './traces';
import { checkCandidatesWithScales } from './checkCandidates';

const STEPS = memory.data(32, 16);

/**
 * Delivers one row; adds neurons whose threshold margin is used up to the candidates; returns the number of candidates.
 */
@inline
function deliver(u: usize, weights: usize, count: u32, candidates: usize, found: u32): u32 {
  const exc = v128.load(STEPS);
  const peak = v128.load(STEPS, 16);
  let n = found;
  let at = u;
  let j: u32 = 0;
  for (; j + 2 <= count; j += 2, at += 64, weights += 16) {
    const w = v128.load(weights);
    const first = addExcitation(at, v128.shuffle<f64>(w, w, 0, 0), exc, peak);
    const second = addExcitation(at + 32, v128.shuffle<f64>(w, w, 1, 1), exc, peak);
    if (!(i64x2.bitmask(v128.or(first, second)) & 2)) continue;
    n = appendCandidate(first, j, candidates, n);
    n = appendCandidate(second, j + 1, candidates, n);
  }
  return j < count ? appendCandidate(addExcitation(at, splat(weights), exc, peak), j, candidates, n) : n;
}

export function deliverPlastic(r: PlasticRecord): u32 {
  const t0 = r.t0;
  const rates = v128.load(changetype<usize>(r), offsetof<PlasticRecord>("rate"));
  const perCapacitance = r.perCapacitance;
  const end = r.checkEnd;
  const columns = r.columns;
  const times = r.times;
  const d = changetype<WeightsRecord>(r.devices);
  const weights = d.weights;
  const pre = changetype<TracesRecord>(r.pre);
  const post = changetype<TracesRecord>(r.post);
  const trace = post.values;
  const from = r.from;
  const to = r.to;
  const isLinear = hasOnlyLinearSteps(d, 0, 0);
  if (isLinear) prepareLinearPulses(d);
  // Draws the random numbers of pulses in advance. A synapse that gets no pulse now gets none until the next
  // postsynaptic spike, because traces only decay until then.
  const single = columns == 1 && d.scatter > 0;
  let drawn = from;
  let ahead = from;
  store<f64>(STEPS, -0.0, 16);
  let found: u32 = 0;
  let k = from;
  while (k < to) {
    const t = f64At(times, k);
    const elapsed = t - t0;
    if (k > from && (t >= r.until || elapsed > r.span)) break;
    const scales = expPairChecked(f64x2.mul(f64x2.splat(elapsed), rates));
    const m = firstLane(scales);
    const e = secondLane(scales);
    const since = pairOf(load<f64>(post.clock) - t, t - load<f64>(pre.clock));
    const traces = expPairChecked(f64x2.div(since, pairOf(post.tau, pre.tau)));
    const strength = r.amount * firstLane(traces);
    store<f64>(STEPS, -perCapacitance * (m * r.perDeltaE));
    store<f64>(STEPS, perCapacitance * e, 8);
    store<f64>(STEPS, -(perCapacitance * min<f64>(end - t, r.peak)), 24);
    const row = u32At(r.rows, k);
    const first = row * columns;
    if (isLinear) {
      pulseLinearDevice<f64>(weights, first, 1, columns, trace, strength);
    } else if (single) {
      if (k == ahead) {
        drawn = k;
        ahead = min(k + NOISE_BATCH_SIZE, to);
        drawNoiseAhead(d, r.rows + (<usize>k << 2), ahead - k);
      }
      pulseWithDrawnNoise(d, row, k - drawn, trace, strength);
    } else {
      pulseDevices(d, fillRowTargets(row, first, columns), trace, strength, 0);
    }
    if (d.rowSums != 0) setF64(d.sums, k - from, f64At(d.rowSums, row));
    addSpikeToTraces(pre, row, t, secondLane(traces));
    found = deliver(r.u, weights + (<usize>first << 3), columns, r.candidates, found);
    k++;
    if (found == 0 || (k < to && f64At(times, k) == t)) continue;
    found = checkCandidatesWithScales(r, t, m, e, found);
    if (found > 0) break;
  }
  if (isLinear) countLinearPulses(d);
  r.candidateCount = found;
  return k - from;
}
