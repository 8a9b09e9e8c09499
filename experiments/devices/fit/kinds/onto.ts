import { parse } from 'yaml';
import { UserError } from '../../../../core/declare/errors.ts';
import { validate } from '../../../../core/declare/validate.ts';
import { nonIdealities } from '../../../../synapses/devices/array/nonidealities.ts';
import { spreadParams } from '../../../../synapses/devices/array/spread.ts';
import { readConfig } from '../../../network/config/load.ts';
import { isMapping, type Mapping } from '../../../network/config/override.ts';
import { type DeviceFile, deviceFileSchema } from '../../schema.ts';
import { checkSources } from '../../sources.ts';
import { withSteps } from '../../steps.ts';
import type { Added, Kind, KindFit } from './kind.ts';

/** A device file as it is written. */
export type Written = Mapping & { readonly device: Mapping };

/** A device file that is added to. */
export interface Base {
  readonly file: string;
  /** As it stands, and with the table of steps that lies beside it. */
  readonly given: Written;
  readonly whole: Written;
}

/** @throws UserError for a file that is none of a device */
export function baseOf(file: string): Base {
  const given = readConfig(file) as Written;
  if (given.memspike === undefined || !isMapping(given.device))
    throw new UserError(`${file} is no device file: it must have the keys memspike and device.`);
  return { file, given, whole: { ...given, device: withSteps(given.device, file) } };
}

/** Parameters that every model takes: they stay when another model takes the place of one. */
const COMMON = [...Object.keys(spreadParams), ...Object.keys(nonIdealities)];
const PARTS = ['device', 'shortTerm', 'rule'] as const;
/** A device that nothing is known of but what is added. */
const BARE = { model: 'linear' };
const DIGITS = 6;

/** Numbers as they are written. */
export function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(DIGITS));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
}

/** Paths of all values in a part, without the name of its model. */
function paths(value: unknown, path: string, top = true): string[] {
  if (!isMapping(value)) return [path];
  return Object.entries(value).flatMap(([key, part]) =>
    top && key === 'model' ? [] : paths(part, `${path}.${key}`, false),
  );
}

function partOf(base: Mapping | undefined, added: Mapping): Mapping {
  if (base === undefined) return added;
  if (added.model === undefined || added.model === base.model) return { ...base, ...added };
  const kept = Object.entries(base).filter(([key]) => COMMON.includes(key));
  return { model: added.model, ...Object.fromEntries(kept), ...added };
}

interface Entry {
  readonly parameter: string;
}

/** How a fit became part of a file. */
export interface Onto {
  /** Where the numbers come from: `retention.csv`. */
  readonly source: string;
  readonly formula: string;
  readonly summary: string;
}

/** How readings of a kind became part of a file. */
export const fitted = (source: string, name: string, { help }: Kind): Onto => ({
  source,
  formula: `least squares, memspike device fit ${source} --kind ${name}`,
  summary: `Fitted to ${help}.`,
});

/** The device file of a fit of pulses (YAML) as what is added to another one. */
export function pulsesAsParts(file: string, source: string): { readonly parts: Added; readonly how: Onto } {
  const { device, about } = parse(file) as { device: Mapping; about: { summary: string } };
  const formula = `least squares, memspike device fit ${source}`;
  return { parts: { device }, how: { source, formula, summary: about.summary } };
}

/**
 * A device file with what a measurement adds: parameters of the same name are replaced, and so is, with all that is its own, a model
 * of another name.
 * @throws UserError if the file that comes out is no device file
 */
export function added(base: Written | undefined, parts: Added, assumed: KindFit['assumed'], how: Onto): Written {
  const next: Record<string, unknown> = { memspike: 1, ...base };
  if (base === undefined) next.device = BARE;
  for (const part of PARTS) {
    const more = parts[part];
    if (more !== undefined) next[part] = partOf(next[part] as Mapping | undefined, rounded(more) as Mapping);
  }
  next.about = base?.about ?? { name: how.source, summary: how.summary };
  const there = new Set(PARTS.flatMap((part) => (next[part] === undefined ? [] : paths(next[part], part))));
  const fresh = PARTS.flatMap((part) => (parts[part] === undefined ? [] : paths(parts[part], part)));
  const isOld = ({ parameter }: Entry) =>
    (there.has(parameter) || !/^(device|shortTerm|rule)\./.test(parameter)) && !fresh.includes(parameter);
  const old = (key: string) => ((base?.[key] as Entry[] | undefined) ?? []).filter(isOld);
  const why = Object.entries(assumed);
  next.quoted = old('quoted');
  next.derived = [
    ...old('derived'),
    ...fresh.filter((p) => assumed[p] === undefined).map((parameter) => ({ parameter, formula: how.formula })),
  ];
  next.assumed = [
    ...old('assumed'),
    ...why.filter(([p]) => fresh.includes(p)).map(([parameter, reason]) => ({ parameter, why: reason })),
  ];
  for (const key of ['quoted', 'derived', 'assumed']) if ((next[key] as unknown[]).length === 0) delete next[key];
  const file = validate(deviceFileSchema, next, how.source) as DeviceFile;
  checkSources(file, how.source);
  return next as Written;
}
