import { UserError } from '../../../../core/declare/errors.ts';
import { validate } from '../../../../core/declare/validate.ts';
import { readConfig } from '../../../network/config/load.ts';
import { isMapping, type Mapping } from '../../../network/config/override.ts';
import { checkValueSources, type DeviceFile, deviceFileSchema } from '../../schema.ts';
import { resolveStepTable } from '../../steps.ts';
import { formatShareAsPercent, roundForFile } from '../lists.ts';
import { VERDICT_PHRASES } from '../statistics/verdict.ts';
import { createRangeWarnings, findConductanceRange, MEASURED_RANGE_REASONS } from './level.ts';
import {
  DEFAULT_DEVICE_SECTION,
  type DeviceSections,
  type FitInput,
  type FittedModel,
  type MeasurementFit,
  type MeasurementType,
} from './measurementType.ts';
import { mergeDeviceParameters, rescaleFittedValues, roundParameterValues } from './rescale.ts';

export type DeviceFileContent = Mapping & { readonly device: Mapping };

export function readBaseDeviceFile(filePath: string) {
  const fileContent = readConfig(filePath) as DeviceFileContent;
  if (fileContent.memspike === undefined || !isMapping(fileContent.device))
    throw new UserError(`${filePath} is not a device file: it must have the keys memspike and device.`);
  const device = resolveStepTable(fileContent.device, filePath);
  return {
    filePath,
    fileContent,
    /** Content of the file, with the step table from its CSV file inserted. */
    resolvedContent: { ...fileContent, device },
  };
}

const SECTIONS = ['device', 'shortTerm', 'rule'] as const;
const SOURCE_LISTS = ['quoted', 'derived', 'assumed'] as const;

function listPaths(value: unknown, path: string, isTop = true): string[] {
  if (!isMapping(value)) return [path];
  return Object.entries(value).flatMap(([key, part]) =>
    isTop && key === 'model' ? [] : listPaths(part, `${path}.${key}`, false),
  );
}

export function getBaseDevice(
  base: DeviceFileContent | undefined,
): Required<Pick<FitInput, 'deviceSection' | 'isRangeAssumed'>> {
  const assumed = getSourceEntries(base, 'assumed');
  const isSeen = ([path, why]: [string, string]) => assumed.some((a) => a.parameter === path && a.why === why);
  return {
    deviceSection: base?.device ?? DEFAULT_DEVICE_SECTION,
    isRangeAssumed: Object.entries(MEASURED_RANGE_REASONS).every(isSeen),
  };
}

interface SourceEntry {
  readonly parameter: string;
  readonly formula?: string;
  readonly why?: string;
  readonly interval?: readonly (number | null)[];
}
const getSourceEntries = (base: DeviceFileContent | undefined, list: (typeof SOURCE_LISTS)[number]) =>
  (base?.[list] as readonly SourceEntry[] | undefined) ?? [];

const FIT_COMMAND = 'memspike device fit ';
const SUMMARY_START = 'Fitted to ';

export interface FitOrigin {
  readonly sourceFiles: string;
  readonly formula: string;
  readonly summary: string;
  /** Fitted parameters and 95 % confidence intervals, which the device file states for values equal to the fit. */
  readonly fit?: Pick<FittedModel, 'params' | 'ci'>;
}

export const createFitOrigin = (
  sourceFiles: string,
  name: string,
  { helpText }: Pick<MeasurementType, 'helpText'>,
  { quality, models, bestModel }: Pick<MeasurementFit, 'quality' | 'models' | 'bestModel'>,
): FitOrigin => ({
  sourceFiles,
  formula: `least squares, ${FIT_COMMAND}${sourceFiles} --kind ${name}`,
  summary: `${SUMMARY_START}${helpText}. ${bestModel} ${VERDICT_PHRASES[quality.verdict]} the readings: RMSE ${formatShareAsPercent(models[0]!.share, 2)} of the span.`,
  fit: models.find(({ name }) => name === bestModel)!,
});

/** Pattern of voltages and widths of write and read pulses, which the measurement states, so they are not fitted. */
const COLUMN_PARAMETERS = /^device\.(write|voltageStep|read)(Time|Voltage|Up|Down)/;

const explainValue = (path: string, { formula, sourceFiles }: FitOrigin) =>
  COLUMN_PARAMETERS.test(path) ? `pulses of the measurement, ${FIT_COMMAND}${sourceFiles}` : formula;

const readValue = (file: Mapping | undefined, path: string): unknown =>
  path.split('.').reduce<unknown>((node, key) => (isMapping(node) ? node[key] : undefined), file);

/** 95 % interval of a fitted value, with null for an open end; empty if the fit has no interval for this value. */
function createInterval(path: string, value: unknown, { fit }: FitOrigin): Pick<SourceEntry, 'interval'> {
  const name = path.split('.').at(-1)!;
  const interval = fit?.params[name] === value ? fit?.ci[name] : undefined;
  return interval ? { interval: interval.map((end) => (Number.isFinite(end) ? roundForFile(end) : null)) } : {};
}

/** Finds the paths of measured or hand-written values that the new device file no longer contains. */
function findRemovedPaths(base: DeviceFileContent, next: Mapping, added: Mapping, assumed: object): string[] {
  const before = new Set(getSourceEntries(base, 'assumed').map(({ parameter }) => parameter));
  const there = new Set(listPaths(next, 'device').filter((path) => !(path in assumed)));
  const old = Object.entries(base.device).filter(([key]) => !isMapping(added[key]));
  return listPaths(Object.fromEntries(old), 'device').filter((path) => !before.has(path) && !there.has(path));
}

const mergeRule = (base: Mapping | undefined, added: Mapping | undefined): Mapping | undefined =>
  base !== undefined && added?.model === base.model ? { ...base, ...added } : (added ?? base);

/** Creates the section `about`. If the model changes, name and summary of an earlier fit are replaced. */
function createAboutSection(
  base: DeviceFileContent | undefined,
  { sourceFiles, summary }: FitOrigin,
  isOtherModel: boolean,
  lost: readonly string[],
): Mapping {
  const about: Mapping = (base?.about as Mapping | undefined) ?? { name: sourceFiles, summary };
  const isFromFit = ({ formula }: SourceEntry) => formula?.includes(`${FIT_COMMAND}${about.name}`);
  const hasFitSummary = typeof about.summary === 'string' && about.summary.startsWith(SUMMARY_START);
  return {
    ...about,
    ...(isOtherModel && getSourceEntries(base, 'derived').some(isFromFit) && { name: sourceFiles }),
    ...(isOtherModel && hasFitSummary && { summary }),
    ...(lost.length > 0 && { lost: [...new Set([...((about.lost as readonly string[]) ?? []), ...lost])] }),
  };
}

/** Merges fitted sections into a device file; rescales retention and STDP rule from earlier fits to the new device. */
export function mergeDeviceFile(
  base: DeviceFileContent | undefined,
  parts: DeviceSections,
  assumed: MeasurementFit['assumptions'],
  origin: FitOrigin,
  lost: readonly string[] = [],
): { readonly file: DeviceFileContent; readonly notes: readonly string[] } {
  const before = base?.device ?? DEFAULT_DEVICE_SECTION;
  const pathsIn = (file: Mapping) =>
    SECTIONS.flatMap((part) => (file[part] === undefined ? [] : listPaths(file[part], part)));
  const fresh = pathsIn({ ...parts });
  const more = roundParameterValues(parts) as DeviceSections;
  const isFitted = (path: string) =>
    getSourceEntries(base, 'derived').some(
      ({ parameter, formula }) => parameter === path && formula?.includes(FIT_COMMAND),
    );
  const { device, rule, notes } = rescaleFittedValues(
    before,
    mergeDeviceParameters(before, more.device ?? {}),
    mergeRule(base?.rule as Mapping | undefined, more.rule),
    parts,
    isFitted,
  );
  const isOther = device.model !== before.model;
  const assumedRange =
    getBaseDevice(base).isRangeAssumed && !('device.gMin' in assumed) ? findConductanceRange(before) : undefined;
  const about = createAboutSection(base, origin, isOther, lost);
  const next: Record<string, unknown> = { memspike: 1, ...base, ...more, device, ...(rule && { rule }), about };
  const there = new Set(pathsIn(next));
  const isOld = ({ parameter }: SourceEntry) =>
    (there.has(parameter) || !/^(device|shortTerm|rule)\./.test(parameter)) && !fresh.includes(parameter);
  const added: Record<(typeof SOURCE_LISTS)[number], SourceEntry[]> = {
    quoted: [],
    derived: fresh
      .filter((parameter) => assumed[parameter] === undefined)
      .map((parameter) => ({
        parameter,
        formula: explainValue(parameter, origin),
        ...createInterval(parameter, readValue({ ...parts }, parameter), origin),
      })),
    assumed: Object.entries(assumed).flatMap(([p, why]) => (fresh.includes(p) ? [{ parameter: p, why }] : [])),
  };
  // A confidence interval holds only for the value of its own fit, which a later fit may rescale.
  const dropStaleInterval = ({ interval, ...entry }: SourceEntry): SourceEntry =>
    interval && readValue(base, entry.parameter) === readValue(next, entry.parameter) ? { ...entry, interval } : entry;
  for (const key of SOURCE_LISTS) {
    const kept = getSourceEntries(base, key).filter(isOld);
    const entries = [...kept.map(dropStaleInterval), ...added[key]];
    if (entries.length > 0) next[key] = entries;
    else delete next[key];
  }
  const file = validate(deviceFileSchema, next, origin.sourceFiles) as DeviceFile;
  checkValueSources(file, origin.sourceFiles);
  const removed = base === undefined ? [] : findRemovedPaths(base, device, parts.device ?? {}, assumed);
  const replaced = isOther ? `${device.model} replaces ${before.model}. ` : '';
  return {
    file: next as DeviceFileContent,
    notes: [
      removed.length > 0 && `${replaced}Removed from the file: ${removed.join(', ')}.`,
      ...(assumedRange === undefined ? [] : createRangeWarnings(assumedRange, findConductanceRange(device))),
      ...notes,
    ].filter((note) => note !== false),
  };
}
