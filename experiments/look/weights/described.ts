import { fileIn } from '../../output/file.ts';
import { readJson } from '../../run/readJson.ts';

/** What a run's configuration says of a projection. */
interface Described {
  readonly name?: string;
  readonly from: string;
  readonly to: string;
  readonly delay?: unknown;
  readonly dendriticDelay?: number;
  readonly connect?: { readonly list?: readonly (readonly number[])[] };
  readonly record?: { readonly weights?: { readonly on?: 'pre' | 'post' } };
}

interface Config {
  readonly projections?: readonly Described[];
  readonly populations?: Readonly<Record<string, { readonly synapse?: string }>>;
  readonly preprocessing?: string;
}

const UNITS: Readonly<Record<string, string>> = { delta: 'mV', exponential: 'pA', conductance: 'nS' };

const configOf = (path: string): Config | null =>
  fileIn(path, 'config.json') === null ? null : (readJson(path, 'config.json') as Config);

/** The projection of this name in the network of a run directory; undefined where there is no such description. */
export function describedIn(path: string, projection: string): Described | undefined {
  return configOf(path)?.projections?.find((p) => (p.name ?? `${p.from}->${p.to}`) === projection);
}

/** `weight (mV)`; without a unit where the run does not tell what its target takes. */
export function weightLabel(path: string, projection: string): string {
  const config = configOf(path);
  const target = describedIn(path, projection)?.to;
  // The MNIST job has no description of its network; its neurons take mV.
  const synapse = config?.preprocessing === undefined ? config?.populations?.[target ?? '']?.synapse : 'delta';
  const unit = synapse && UNITS[synapse];
  return unit ? `weight (${unit})` : 'weight';
}
