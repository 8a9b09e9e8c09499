import { parse } from 'yaml';
import { UserError } from '../../../../core/declare/errors.ts';
import { validate } from '../../../../core/declare/validate.ts';
import { readConfig } from '../../../network/config/load.ts';
import { isMapping, type Mapping } from '../../../network/config/override.ts';
import { type DeviceFile, deviceFileSchema } from '../../schema.ts';
import { checkSources } from '../../sources.ts';
import { withSteps } from '../../steps.ts';
import { carried, deviceWith, rounded } from './carried.ts';
import { type Added, BARE, type Kind, type KindFit } from './kind.ts';
import { apart, rangeOf, SEEN } from './level.ts';

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

const PARTS = ['device', 'shortTerm', 'rule'] as const;
/** Paths of all values in a part, without the name of its model. */
function paths(value: unknown, path: string, top = true): string[] {
  if (!isMapping(value)) return [path];
  return Object.entries(value).flatMap(([key, part]) =>
    top && key === 'model' ? [] : paths(part, `${path}.${key}`, false),
  );
}

/** What a fit is given of the file that it is added to. */
export function deviceOf(base: Written | undefined): { readonly device: Mapping; readonly isRangeAssumed: boolean } {
  const assumed = (base?.assumed as { parameter: string; why: string }[] | undefined) ?? [];
  const isSeen = ([path, why]: [string, string]) => assumed.some((a) => a.parameter === path && a.why === why);
  return { device: base?.device ?? BARE, isRangeAssumed: Object.entries(SEEN).every(isSeen) };
}

interface Entry {
  readonly parameter: string;
  readonly formula?: string;
}

const FITTED = 'memspike device fit ';
const SUMMARY = 'Fitted to ';

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
  formula: `least squares, ${FITTED}${source} --kind ${name}`,
  summary: `${SUMMARY}${help}.`,
});

/** The device file of a fit of pulses (YAML) as what is added to another one. */
export function pulsesAsParts(file: string, source: string): { readonly parts: Added; readonly how: Onto } {
  const { device, about } = parse(file) as { device: Mapping; about: { summary: string } };
  const formula = `least squares, ${FITTED}${source}`;
  return { parts: { device }, how: { source, formula, summary: about.summary } };
}

/** What was told of the device, by measurement or by hand, and is so no longer; what is told anew apart. */
function gone(base: Written, next: Mapping, added: Mapping, assumed: readonly string[]): string[] {
  const before = new Set(((base.assumed as Entry[] | undefined) ?? []).map(({ parameter }) => parameter));
  const there = new Set(paths(next, 'device').filter((path) => !assumed.includes(path)));
  const told = Object.entries(base.device).filter(([key]) => !isMapping(added[key]));
  return paths(Object.fromEntries(told), 'device').filter((path) => !before.has(path) && !there.has(path));
}

/** What somebody set of a rule stays, unless another one takes its place. */
const ruleWith = (base: Mapping | undefined, added: Mapping | undefined): Mapping | undefined =>
  base !== undefined && added?.model === base.model ? { ...base, ...added } : (added ?? base);

/** The name and summary that a fit gave go with the model that they are of. */
function aboutOf(base: Written, how: Onto, isOther: boolean): Mapping {
  const about = (base.about as Mapping | undefined) ?? {};
  const formulas = ((base.derived as Entry[] | undefined) ?? []).map(({ formula = '' }) => formula);
  const isGiven = formulas.some((formula) => formula.includes(`${FITTED}${about.name}`));
  const isSummed = typeof about.summary === 'string' && about.summary.startsWith(SUMMARY);
  if (!isOther) return about;
  return { ...about, ...(isGiven && { name: how.source }), ...(isSummed && { summary: how.summary }) };
}

/**
 * A device file with what a measurement adds: parameters of the same name are replaced, and so is, with all that is its own, a model
 * of another name. What refers to the device goes along; `notes` tell what has changed beside what was added.
 * @throws UserError if the file that comes out is no device file
 */
export function added(
  base: Written | undefined,
  parts: Added,
  assumed: KindFit['assumed'],
  how: Onto,
): { readonly file: Written; readonly notes: readonly string[] } {
  const before = base?.device ?? BARE;
  const old = (key: string) => (base?.[key] as Entry[] | undefined) ?? [];
  const fresh = PARTS.flatMap((part) => (parts[part] === undefined ? [] : paths(parts[part], part)));
  const more = rounded(parts) as Added;
  const isFitted = (path: string) =>
    old('derived').some(({ parameter, formula }) => parameter === path && formula?.includes(FITTED));
  const { device, rule, notes } = carried(
    before,
    deviceWith(before, more.device ?? {}),
    ruleWith(base?.rule as Mapping | undefined, more.rule),
    parts,
    isFitted,
  );
  const isOther = device.model !== before.model;
  const seen = deviceOf(base).isRangeAssumed && !('device.gMin' in assumed) ? rangeOf(before) : undefined;
  const next: Record<string, unknown> = { memspike: 1, ...base, ...more, device };
  if (rule !== undefined) next.rule = rule;
  next.about = base?.about === undefined ? { name: how.source, summary: how.summary } : aboutOf(base, how, isOther);
  const there = new Set(PARTS.flatMap((part) => (next[part] === undefined ? [] : paths(next[part], part))));
  const isOld = ({ parameter }: Entry) =>
    (there.has(parameter) || !/^(device|shortTerm|rule)\./.test(parameter)) && !fresh.includes(parameter);
  const why = Object.entries(assumed);
  next.quoted = old('quoted').filter(isOld);
  next.derived = [
    ...old('derived').filter(isOld),
    ...fresh.filter((p) => assumed[p] === undefined).map((parameter) => ({ parameter, formula: how.formula })),
  ];
  next.assumed = [
    ...old('assumed').filter(isOld),
    ...why.filter(([p]) => fresh.includes(p)).map(([parameter, reason]) => ({ parameter, why: reason })),
  ];
  for (const key of ['quoted', 'derived', 'assumed']) if ((next[key] as unknown[]).length === 0) delete next[key];
  const file = validate(deviceFileSchema, next, how.source) as DeviceFile;
  checkSources(file, how.source);
  const lost =
    base === undefined
      ? []
      : gone(
          base,
          device,
          parts.device ?? {},
          why.map(([path]) => path),
        );
  const instead = isOther ? `${device.model} takes the place of ${before.model}; what` : 'What';
  return {
    file: next as Written,
    notes: [
      ...(lost.length === 0 ? [] : [`${instead} the file told of ${lost.join(', ')} is no longer in it.`]),
      ...(seen === undefined ? [] : apart(seen, rangeOf(device))),
      ...notes,
    ],
  };
}
