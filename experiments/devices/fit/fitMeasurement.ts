import { basename } from 'node:path';
import { prefixErrors, UsageError, UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { quoteForShell } from '../../output/commandLine.ts';
import { createFittedSections } from './deviceFile.ts';
import { readMeasuredRows } from './import/columns.ts';
import { readTables } from './import/files.ts';
import { PULSE_COLUMN_ROLES } from './import/layout.ts';
import { parseMeasurement } from './import/measurement.ts';
import { checkTrainDirections } from './import/trainSorter.ts';
import { averagePulseSettings, type Train } from './import/trains.ts';
import type { DeviceSections, MeasurementFit, MeasurementKind } from './kinds/measurementType.ts';
import { detectMeasurementKind, MEASUREMENT_TYPES } from './kinds/measurementTypes.ts';
import {
  createFitOrigin,
  type DeviceFileContent,
  type FitOrigin,
  getBaseDevice,
  mergeDeviceFile,
} from './kinds/mergeDeviceFile.ts';
import { formatShareAsPercent } from './lists.ts';
import { parseImportOptions, type UnparsedFitOptions } from './options.ts';
import { prepareTrains } from './prepareTrains.ts';
import { fitPulses, type PulseFit } from './statistics/fitPulses.ts';
import {
  createStepTableSections,
  type FittedStepTable,
  fitStepTable,
  simulateWithStepTable,
} from './table/fitStepTable.ts';

export interface MeasurementFitOptions extends UnparsedFitOptions {
  readonly sheet?: string | undefined;
  readonly kind?: MeasurementKind | undefined;
  readonly model?: string | undefined;
}

export type FitResult =
  | { readonly kind: 'pulses'; readonly trains: readonly Train[]; readonly fit: PulseFit }
  | {
      readonly kind: 'table';
      readonly trains: readonly Train[];
      readonly fit: FittedStepTable;
      readonly simulated: readonly Train[];
    }
  | { readonly kind: Exclude<MeasurementKind, 'pulses'>; readonly fit: MeasurementFit };

type Assumptions = MeasurementFit['assumptions'];

export interface FittedMeasurement extends ReturnType<typeof mergeDeviceFile> {
  readonly fitResult: FitResult;
  readonly addedSections: DeviceSections;
  readonly assumptions: Assumptions;
}

export interface LoadedMeasurement {
  /** Names of the measurement files and, if given, of the workbook sheet. */
  readonly sourceFiles: string;
  readonly importSummary: readonly string[];
  readonly trains?: readonly Train[];
  readonly fit: (base: DeviceFileContent | undefined, onStage?: (stage: string) => void) => FittedMeasurement;
}

/** Minimum R² of a fit; below it, data are probably not conductances after pulses. */
const MIN_EXPLAINED = 0.05;

/** Reads a measurement of any kind; `fit` fits it and adds the result to a device file. */
export async function loadMeasurement(
  files: readonly string[],
  options: MeasurementFitOptions,
): Promise<LoadedMeasurement> {
  const { model, sheet } = options;
  const tables = await readTables(files, options);
  const kind = options.kind ?? detectMeasurementKind(tables, options);
  const names = files.map((f) => basename(f)).join(', ');
  const sourceFiles = sheet === undefined ? names : `${names} --sheet ${quoteForShell(sheet)}`;
  if (kind !== 'pulses') {
    const { modelNames, columns, fit } = MEASUREMENT_TYPES[kind];
    if (model === 'table')
      throw new UsageError(
        `A table of steps needs a measurement of pulses, but ${sourceFiles} is a measurement of ${kind}.`,
      );
    if (model !== undefined && !modelNames.includes(model))
      throw new UsageError(
        `device fit: --model is ${show(model)}, which is not a model of ${kind}${didYouMean(model, modelNames, 'it takes')}`,
      );
    const parsed = parseImportOptions(options, [...columns.map(({ role }) => role), 'device']);
    const rows = readMeasuredRows(tables, columns, parsed);
    return {
      sourceFiles,
      importSummary: rows.importSummary,
      fit(base) {
        const input = {
          sourceFiles,
          ...getBaseDevice(base),
          options: parsed,
          ...(model !== undefined && { requestedModel: model }),
        };
        const found = prefixErrors(rows.fileNames, () => fit(rows, input));
        const { addedSections, assumptions, lostProperties } = found;
        const origin = createFitOrigin(sourceFiles, kind, MEASUREMENT_TYPES[kind], found);
        const merged = mergeDeviceFile(base, addedSections, assumptions, origin, lostProperties);
        return { fitResult: { kind, fit: found }, addedSections, assumptions, ...merged };
      },
    };
  }
  if (model !== undefined && model !== 'table')
    throw new UsageError(
      `device fit: --model is ${show(model)}, but for pulses it must be table; without --model all equations are fitted.`,
    );
  const {
    trains: measured,
    importSummary,
    readVoltage,
  } = parseMeasurement(tables, parseImportOptions(options, PULSE_COLUMN_ROLES));
  const { trains, ...prepared } = prepareTrains(measured);
  const shared = { ...(readVoltage !== undefined && { readVoltage }), ...prepared.deviceParams };
  const merge = (
    base: DeviceFileContent | undefined,
    sections: DeviceSections,
    assumptions: Assumptions,
    origin: FitOrigin,
  ) => {
    const addedSections = { ...sections, device: { ...sections.device, ...shared } };
    const assumed = { ...assumptions, ...prepared.assumptions };
    const { file, notes } = mergeDeviceFile(base, addedSections, assumed, origin);
    return { addedSections, assumptions: assumed, file, notes: [...prepared.notes, ...notes] };
  };
  return {
    sourceFiles,
    importSummary,
    trains,
    fit(base, onStage) {
      checkTrainDirections(files.join(', '), trains);
      if (model === 'table') {
        const fit = fitStepTable(trains);
        const simulated = simulateWithStepTable(trains, fit, 1);
        const { parts, assumed, origin } = createStepTableSections(fit, trains, sourceFiles);
        return { fitResult: { kind: 'table', trains, fit, simulated }, ...merge(base, parts, assumed, origin) };
      }
      const fit = prefixErrors(sourceFiles, () => fitPulses(trains, onStage));
      const { parts, assumed, origin } = createFittedSections(fit, sourceFiles, averagePulseSettings(trains));
      const { r2 } = fit.models[fit.best];
      if (r2 < MIN_EXPLAINED)
        throw new UserError(
          `${sourceFiles}: the curve explains ${formatShareAsPercent(Math.max(0, r2), 2)} of the variance of the readings, so the readings do not follow the pulses. Next step: check columns and unit, such as --columns pulse=NAME,conductance=NAME --unit uS.`,
        );
      return { fitResult: { kind: 'pulses', trains, fit }, ...merge(base, parts, assumed, origin) };
    },
  };
}
