import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { ALLOW_NON_NEGATIVE, type ColumnSpec, type ImportOptions, type MeasuredRows } from '../import/columns.ts';
import { findExtent, formatShareAsPercent, groupBy, mean, sum } from '../lists.ts';
import { computeSampleConfidenceIntervals } from '../statistics/intervals.ts';
import { createTwoLevelReader, hasTwoLevelColumns, resolveConductanceRange, twoLevelColumnSpecs } from './level.ts';
import { computeRelativeRmse, createMeasurementFit, type FittedCurve, sampleCurveLogSpaced } from './measurementFit.ts';
import type { MeasurementType } from './measurementType.ts';
import { averageWear, fitWear, isEnduranceExtrapolated, isWorn } from './wear.ts';

const columns: readonly ColumnSpec[] = [
  {
    role: 'cycle',
    pattern: /^(cycles?|n|number of cycles|cycle number|switching cycles?|zyklus|zyklen)$/,
    ...ALLOW_NON_NEGATIVE,
  },
  ...twoLevelColumnSpecs,
];
const MIN_READINGS = 5;
/** A cycle of switching consists of one set pulse and one reset pulse. */
const PULSES_PER_CYCLE = 2;

type FittedTrace = ReturnType<typeof readTraces>[number];

/** Reads the high and low conductance of each device per cycle, S, and fits its endurance. */
function readTraces(rows: MeasuredRows, options: ImportOptions) {
  const levels = createTwoLevelReader(rows, options);
  return groupBy(rows.rows, (r) => r.device).map((own) => {
    const device = show(own[0]!.device);
    if (own.length < MIN_READINGS)
      throw new UserError(`device ${device} has ${own.length} readings, but at least ${MIN_READINGS} are needed.`);
    const sorted = own.toSorted((a, b) => a.roleValues.cycle! - b.roleValues.cycle!);
    const { high, low } = levels(sorted);
    const trace = {
      cycles: sorted.map((r) => r.roleValues.cycle!),
      conductanceWindows: high.map((h, i) => h - low[i]!),
    };
    if (!(trace.cycles.at(-1)! > trace.cycles[0]!))
      throw new UserError(`all readings of device ${device} are of switching cycle ${trace.cycles[0]}; add others.`);
    if (!(mean(high) > mean(low)))
      throw new UserError(
        `the high level of device ${device} is ${mean(high)} S on average, but must lie above the low one, ${mean(low)} S.`,
      );
    return { ...trace, high, low, fit: fitWear(trace) };
  });
}

function explainNoWear(traces: readonly FittedTrace[], isFractional: boolean): string {
  const [first, last] = findExtent(traces.flatMap(({ cycles }) => cycles));
  const change = mean(traces.map(({ fit }) => fit.netChange));
  const size =
    change > 1 ? `a factor of ${Number((1 + change).toPrecision(2))}` : formatShareAsPercent(Math.abs(change), 2);
  const course = `the conductance window between both levels ${change > 0 ? 'grows' : 'shrinks'} by ${size} from cycle ${first} to ${last}`;
  const reason = isFractional ? '; cycle numbers below 1 show that the unit of the counter is not one cycle' : '';
  return `Endurance: ${course}${reason}; no wear is fitted.`;
}

function describeWear(traces: readonly FittedTrace[]): FittedCurve {
  const fits = traces.map(({ fit }) => fit);
  const { cycles, spread, wear } = averageWear(fits);
  const rmse = Math.sqrt(sum(fits.map((f) => f.squares)) / sum(traces.map((t) => t.cycles.length)));
  const intervalsBetween = () => {
    const { mean, spread } = computeSampleConfidenceIntervals(fits.map((f) => f.cycles));
    return { cycles: mean, wear: computeSampleConfidenceIntervals(fits.map((f) => f.wear)).mean, spread };
  };
  return {
    name: 'wear',
    rmse,
    share: computeRelativeRmse(rmse, mean(fits.map((f) => f.window)), rmse),
    params: { cycles, wear, ...(fits.length > 1 && { spread }) },
    autocorrelation: Math.max(...fits.map((f) => f.autocorrelation)),
    computeIntervals: fits.length > 1 ? intervalsBetween : fits[0]!.intervals,
    curvePoints: traces.flatMap(({ cycles, fit }, k) =>
      sampleCurveLogSpaced(cycles, (n) => fit.window * fit.share(n), k),
    ),
  };
}

function describeConstantWindow(traces: readonly FittedTrace[]): FittedCurve {
  const means = traces.map(({ conductanceWindows: windows }) => mean(windows));
  const rmse = Math.sqrt(
    mean(traces.flatMap(({ conductanceWindows: windows }, k) => windows.map((w) => (w - means[k]!) ** 2))),
  );
  return {
    name: 'constant window',
    rmse,
    share: computeRelativeRmse(rmse, mean(means), rmse),
    params: { window: mean(means) },
    autocorrelation: 0,
    computeIntervals: () => ({
      window: computeSampleConfidenceIntervals(traces.flatMap(({ conductanceWindows: windows }) => windows)).mean,
    }),
    curvePoints: traces.flatMap(({ cycles }, k) => sampleCurveLogSpaced(cycles, () => means[k]!, k)),
  };
}

export const enduranceMeasurementType: MeasurementType = {
  helpText: 'high and low level against the number of switching cycles',
  columns,
  matchesColumnRoles: (roles) => roles.has('cycle') && hasTwoLevelColumns(roles),
  modelNames: ['wear'],
  fit: (rows, input) => {
    const all = readTraces(rows, input.options);
    const isFractional = all.some(({ cycles }) => cycles.some((n) => n > 0 && n < 1));
    const worn = isFractional ? [] : all.filter((trace) => isWorn(trace, trace.fit));
    const noWear = worn.length > 0 ? undefined : explainNoWear(all, isFractional);
    const traces = noWear === undefined ? worn : all;
    const isOne = traces.length === 1;
    const { cycles, spread, wear } = averageWear(traces.map(({ fit }) => fit));
    const change = (level: 'high' | 'low') => mean(traces.map((t) => Math.abs(t[level].at(-1)! - t[level][0]!)));
    const failure = change('high') >= change('low') ? 'low' : 'high';
    const lastCycle = findExtent(traces.map((t) => t.cycles.at(-1)!))[1];
    const firsts = [mean(all.map((t) => t.low[0]!)), mean(all.map((t) => t.high[0]!))] as const;
    const covered = resolveConductanceRange(input, ...firsts, firsts);
    const endurance = { cycles: PULSES_PER_CYCLE * cycles, spread, failure, wear };
    const lifetime = (PULSES_PER_CYCLE * cycles).toPrecision(3);
    const lastShare = mean(traces.map(({ fit }) => fit.share(lastCycle)));
    const extrapolated =
      noWear === undefined && isEnduranceExtrapolated(cycles, lastCycle)
        ? `Endurance: the conductance window is still ${formatShareAsPercent(lastShare, 2)} of the first at cycle ${lastCycle}, the last one; its end after ${lifetime} pulses is extrapolated and not written. To assume it: device.endurance: { cycles: ${lifetime}, wear: ${wear.toPrecision(3)}, failure: ${failure} }.`
        : undefined;
    const unwritten = noWear ?? extrapolated;
    const extrapolation =
      unwritten === undefined && cycles > lastCycle
        ? `extrapolated: the measurement ends at cycle ${lastCycle}, where the conductance window is ${formatShareAsPercent(lastShare, 2)} of the first`
        : undefined;
    return createMeasurementFit([noWear === undefined ? describeWear(traces) : describeConstantWindow(all)], {
      addedSections: { device: { ...covered.added, ...(unwritten === undefined && { endurance }) } },
      assumptions: {
        ...covered.assumed,
        ...(isOne && unwritten === undefined && { 'device.endurance.spread': 'one device was measured' }),
        ...(extrapolation !== undefined && { 'device.endurance.cycles': extrapolation }),
      },
      ...(unwritten !== undefined && { lostProperties: [unwritten] }),
      notes: [
        ...covered.notes,
        unwritten ??
          `A cycle is two pulses, up and down: the device endures ${lifetime} pulses, and then stays at its ${failure} level.`,
        extrapolation && `The number of cycles is ${extrapolation}.`,
        traces.length < all.length &&
          `${all.length - traces.length} of ${all.length} windows do not shrink by more than noise explains; they are left out.`,
      ],
      plot: {
        title: `${input.sourceFiles}: endurance`,
        subtitle: 'window between both levels against cycles; line: (1 - (n/N)^wear) of the initial window',
        axes: [{ label: 'cycles', log: true }, { label: 'window (S)' }],
        dots: traces
          .flatMap((t) => t.cycles.map((x, i) => ({ x, y: t.conductanceWindows[i]! })))
          .filter((p) => p.x > 0),
      },
      rmseUnit: 'S',
    });
  },
};
