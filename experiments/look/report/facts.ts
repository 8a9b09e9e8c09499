import type { AssumedPulse } from '../../../core/usage.ts';
import { assumedText } from '../../devices/energy/scale.ts';
import { withPrefix } from '../plots/prefix.ts';
import { timeText } from '../time.ts';
import { factsTable, type Html, html } from './html.ts';

type Fact = readonly [path: string, value: unknown];

/** Everything that is no mapping, by its path: `energy.read`. In the order of the file. */
export function flattened(value: unknown, path = ''): Fact[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, path === '' ? key : `${path}.${key}`));
}

/** Hashes, and what stands elsewhere on the page. */
const LEFT_OUT = /Sha256$|^(seed|version|warnings)$/;
const JOULES = /^energy(PerImage)?\.(read|write|halfSelected|perSpike|perSynapticEvent|perImage|peripheral\.\w+)$/;
/** These rest on the write pulse. */
const OF_WRITES = /\.(write|halfSelected|perSpike|perSynapticEvent|perImage)$/;
const PERCENT = /^accuracy(Interval)?\./;

/** The words of a path; names of populations as they are. */
function label(path: string): string {
  const [, population, measure] = /^populations\.(.+)\.(\w+)$/.exec(path) ?? [];
  if (population !== undefined) return `${population}: ${measure}`;
  return path
    .split('.')
    .map((word) => word.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(', ')
    .replace(/ seconds$/, ' time')
    .replace(/ bytes$/, '');
}

const count = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 6 });

/** A value with its unit. */
function shown([path, value]: Fact): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value);
  if (JOULES.test(path)) return withPrefix(value, 'J');
  if (path === 'energy.assumed.voltage') return withPrefix(value, 'V');
  if (path === 'energy.assumed.time') return withPrefix(value, 's');
  if (PERCENT.test(path)) return `${count(value)} %`;
  if (path === 'duration') return timeText(value);
  if (path.endsWith('.rate')) return `${count(value)} Hz`;
  if (path.endsWith('Seconds')) return `${Number(value.toPrecision(3))} s`;
  if (path.endsWith('Bytes')) return `${count(Math.round(value / 1e6))} MB`;
  return Number.isInteger(value) ? value.toLocaleString('en') : count(value);
}

/** What a run tells, line by line; nothing of what it has not (null), and of energy only where there were devices. */
export function summaryFacts(run: unknown): [string, string][] {
  const facts = flattened(run);
  const devices = facts.find(([path]) => path === 'energy.counts.devices')?.[1];
  const { assumed } = (run as { energy?: { assumed?: AssumedPulse } }).energy ?? {};
  const mark = ([path]: Fact) =>
    assumed && JOULES.test(path) && OF_WRITES.test(path) ? `, ${assumedText(assumed)}` : '';
  return facts
    .filter(([path, value]) => value !== null && !LEFT_OUT.test(path) && !(devices === 0 && path.startsWith('energy.')))
    .map((fact) => [label(fact[0]), `${shown(fact)}${mark(fact)}`]);
}

/** A file as it is, folded. */
export const details = (name: string, value: unknown): Html =>
  html`<details><summary>${name}</summary><pre>${JSON.stringify(value, null, 2)}</pre></details>`;

/** All that `run.json` tells, and both files as they are. */
export const everything = (run: unknown, config: unknown): Html =>
  html`${run === null ? '' : html`<details><summary>all figures</summary><div class="columns">${factsTable(summaryFacts(run))}</div></details>${details('run.json', run)}`}${details('config.json', config)}`;
