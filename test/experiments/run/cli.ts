/** What the tests of `memspike run` and `memspike mnist` share: spawning the command line, and the network of the docs. */
import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRowHash, openLog } from '../../../core/log/file.ts';
import { Rows } from '../../support.ts';

export const CLI = fileURLToPath(new URL('../../../experiments/cli.js', import.meta.url));

/** Runs `memspike …` to its end. */
export function memspike(cwd: string, ...words: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8', cwd });
}

export interface Started {
  readonly child: ChildProcess;
  /** Everything on standard error so far. */
  errors(): string;
  readonly ended: Promise<{ status: number | null; signal: string | null; stdout: string; stderr: string }>;
}

/** Starts `memspike …`, to be killed or interrupted. */
export function start(cwd: string, ...words: string[]): Started {
  const child = spawn(process.execPath, [CLI, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return {
    child,
    errors: () => stderr,
    ended: new Promise((resolve) => {
      child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
    }),
  };
}

/** What `run.json` and `config.json` tell, as far as the tests look at it by name. */
export interface Facts extends Record<string, unknown> {
  readonly seed: number;
  readonly duration: number;
  readonly version: string;
  readonly configSha256: string;
  readonly spikesSha256: string;
  readonly weightsSha256: string | null;
  readonly events: Record<'spikes' | 'synaptic' | 'writes', number>;
  readonly energy: Record<'read' | 'write' | 'halfSelected' | 'perSpike' | 'perSynapticEvent', number> & {
    readonly counts: Record<'writesUp' | 'writesDown', number>;
    readonly scale: string;
  };
  readonly homeostasis: Record<string, number>;
  readonly wallSeconds: number;
  readonly peakRssBytes: number;
  readonly populations: Record<string, { readonly spikes: number; readonly rate: number; readonly synapse?: string }>;
}

export function json(directory: string, name: 'run.json' | 'config.json'): Facts {
  return JSON.parse(readFileSync(join(directory, name), 'utf8')) as Facts;
}

/** The rows of a log, whose checksums and end mark must be right. */
export function rowsOf(directory: string, name: string): Record<string, number>[] {
  const rows = new Rows();
  for (const batch of openLog(join(directory, name))) rows.write(batch.columns, batch.rows);
  return rows.rows;
}

/** Hash of the rows of a log, however they come in batches. */
export function sha256Of(directory: string, name: string): string {
  const log = openLog(join(directory, name));
  const hash = createRowHash(log.spec);
  for (const { columns, rows } of log) hash.update(columns, rows);
  return hash.digest();
}

/** Everything that a network file can say, as the design shows it. */
export const EXAMPLE = `
memspike: 1                       # version of this format
seed: 7                           # integer or string
duration: 1000                    # ms
populations:
  input:  { model: spikeTrains, trains: [[10, 20.5], [15]] }     # one list of ms per neuron
  noise:  { model: poisson, size: 100, rate: 20 }                # Hz
  output: { model: lif, size: 2, tau: 10, capacitance: 250, threshold: 15, reset: 0, refractory: 2,
            current: 0, synapse: delta, record: { potential: { neurons: [0], times: [5, 10, 20] } } }
projections:
  - { from: input, to: output, connect: { list: [[0, 0, 1.5], [1, 0, 2.0]] }, delay: 1.5 }   # [pre, post, weight]
  - from: noise
    to: output
    connect: { all: { weight: { uniform: [0, 0.3] } } }
    delay: 1
    shortTerm: { model: tsodyksMarkram, U: 0.5, tauRec: 800, tauFacil: 0 }
    device: { model: softBound, gMin: 1e-6, gMax: 1e-4, etaUp: 0.05, etaDown: 0.05, weightAtGMax: 1 }
    rule: { model: pairStdp, pairing: allToAll, aPlus: 0.01, aMinus: 0.012, tauPlus: 20, tauMinus: 20, muPlus: 0, muMinus: 0 }
    record: { weights: { every: 100 } }
record: { spikes: [input, output] }
`;
