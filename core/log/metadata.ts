import { show } from '../declare/show.ts';

type Rule = readonly [what: string, holds: (text: string) => boolean];

const listOf =
  (isEntry: (entry: unknown) => boolean) =>
  (text: string): boolean => {
    try {
      const list: unknown = JSON.parse(text);
      return Array.isArray(list) && list.every(isEntry);
    } catch {
      return false;
    }
  };
const isName = listOf((entry) => typeof entry === 'string');
const names: Rule = [
  'a JSON list of names, each once',
  (text) => isName(text) && new Set(JSON.parse(text) as string[]).size === JSON.parse(text).length,
];
/** Neurons are numbered in 32 bits. */
const isSize = (entry: unknown): boolean =>
  Number.isInteger(entry) && (entry as number) >= 0 && (entry as number) <= 2 ** 32;
const sizes: Rule = ['a JSON list of counts up to 2^32', listOf(isSize)];
const time: Rule = ['a time in ms', (text) => text.trim() !== '' && Number.isFinite(Number(text))];
const end: Rule = ['a time in ms or NaN', (text) => text === 'NaN' || time[1](text)];

/** What readers calculate with. All other metadata are shown only. */
const RULES: Readonly<Record<string, Rule>> = {
  populations: names,
  projections: names,
  quantities: names,
  sizes,
  tStart: time,
  tStopPlanned: end,
};

/** What is wrong with the metadata of a log, whether about to be written or just read; undefined if nothing is. */
export function findMetadataError(metadata: Readonly<Record<string, string>>): string | undefined {
  for (const [key, [what, holds]] of Object.entries(RULES)) {
    const text = Object.hasOwn(metadata, key) ? metadata[key]! : undefined;
    if (text !== undefined && !holds(text)) return `its ${key} is ${show(text)}, but must be ${what}`;
  }
  const [names, counts] = [metadata.populations, metadata.sizes].map((text) => text && JSON.parse(text).length);
  if (names !== undefined && counts !== undefined && names !== counts)
    return `its sizes are of ${counts} populations, but its populations are ${names}`;
  const { tStart = '0', tStopPlanned = 'NaN' } = metadata;
  return Number(tStart) > Number(tStopPlanned) ? `its tStart is ${show(tStart)}, after its tStopPlanned` : undefined;
}
