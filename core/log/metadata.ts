import { show } from '../declare/show.ts';
import type { LogMetadata } from './tables.ts';

type Requirement = readonly [description: string, test: (text: string) => boolean];

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
const names: Requirement = [
  'a JSON list of unique names',
  (text) => isName(text) && new Set(JSON.parse(text) as string[]).size === JSON.parse(text).length,
];
const isNeuronCount = (entry: unknown) =>
  Number.isInteger(entry) && (entry as number) >= 0 && (entry as number) <= 2 ** 32; // indices have 32 bits
const sizes: Requirement = ['a JSON list of counts up to 2^32', listOf(isNeuronCount)];
const time: Requirement = ['a time in ms', (text) => text.trim() !== '' && Number.isFinite(Number(text))];
const end: Requirement = ['a time in ms or NaN', (text) => text === 'NaN' || time[1](text)];

/** Requirements of the metadata that readers use in calculations; other metadata are only displayed. */
const REQUIREMENTS: Readonly<Record<string, Requirement>> = {
  populations: names,
  projections: names,
  quantities: names,
  sizes,
  tStart: time,
  tStopPlanned: end,
};

export function findMetadataError(metadata: LogMetadata): string | undefined {
  for (const [key, [description, test]] of Object.entries(REQUIREMENTS)) {
    const text = Object.hasOwn(metadata, key) ? metadata[key]! : undefined;
    if (text !== undefined && !test(text)) return `its ${key} is ${show(text)}, but must be ${description}`;
  }
  const [names, counts] = [metadata.populations, metadata.sizes].map((text) => text && JSON.parse(text).length);
  if (names !== undefined && counts !== undefined && names !== counts)
    return `its list \`sizes\` has ${counts} entries, but its list \`populations\` has ${names}`;
  const { tStart = '0', tStopPlanned = 'NaN' } = metadata;
  return Number(tStart) > Number(tStopPlanned)
    ? `its tStart is ${show(tStart)}, but must not be after its tStopPlanned`
    : undefined;
}
