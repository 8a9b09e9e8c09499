/**
 * A Slurm of one node on this machine, for a test: munged, slurmctld and slurmd from Debian's packages, in the foreground
 * as children that end with the test, with files, key and ports of their own. It needs root and touches nothing of the system's Slurm.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const DAEMONS = ['munged', 'slurmctld', 'slurmd'];
/** How long a daemon may take to start or to end, ms. */
const PATIENCE = 30_000;

export interface Cluster {
  /** Calls a program of Slurm; fails with what it says. */
  slurm(program: string, ...words: string[]): string;
  /** What the daemons said. */
  said(): string;
  stop(): Promise<void>;
}

/** What this machine lacks to start a Slurm; undefined if it has all. */
export function lacking(): string | undefined {
  const path = { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } };
  const missing = DAEMONS.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`], path).status !== 0);
  if (missing.length > 0) return `${missing.join(', ')} (apt-get install slurm-wlm munge)`;
  return process.getuid?.() === 0 ? undefined : 'root';
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something holds. @throws after `patience` ms. */
export async function until(what: string, holds: () => boolean, patience = PATIENCE): Promise<void> {
  for (const end = performance.now() + patience; !holds(); await setTimeout(100))
    if (performance.now() > end) throw new Error(`waited ${patience / 1000} s for: ${what}`);
}

const idOf = (flag: '-u' | '-g') => Number(spawnSync('id', [flag, 'munge'], { encoding: 'utf8' }).stdout);

function configuration(place: string, controller: number, node: number): string {
  return `
ClusterName=memspike
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${place}/munge/socket,cred_expire=10
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=1
StateSaveLocation=${place}/state
SlurmdSpoolDir=${place}/spool
SlurmctldPidFile=${place}/slurmctld.pid
SlurmdPidFile=${place}/slurmd.pid
ReturnToService=2
MpiDefault=none
NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** Starts it, and waits until its node takes jobs. `environment` is what the programs of Slurm need to find it. */
export async function startCluster(environment: NodeJS.ProcessEnv): Promise<Cluster> {
  const place = mkdtempSync(join(tmpdir(), 'memspike-slurm-'));
  chmodSync(place, 0o755); // munged runs as another user
  for (const name of ['state', 'spool', 'munge']) mkdirSync(join(place, name));
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  const key = join(place, 'munge/key');
  writeFileSync(key, crypto.getRandomValues(new Uint8Array(128)), { mode: 0o600 });
  for (const path of [key, join(place, 'munge')]) chownSync(path, uid, gid);
  const config = join(place, 'slurm.conf');
  writeFileSync(config, configuration(place, await freePort(), await freePort()));
  environment.SLURM_CONF = config;
  environment.PATH = `${environment.PATH}:/usr/sbin`;

  const running: { readonly name: string; readonly child: ChildProcess }[] = [];
  const said = (name: string) => join(place, `${name}.log`);
  const start = (name: string, words: string[], user: object = {}) => {
    const log = openSync(said(name), 'w');
    running.push({
      name,
      child: spawn('setpriv', ['--pdeathsig', 'TERM', name, ...words], {
        env: environment,
        stdio: ['ignore', log, log],
        ...user,
      }),
    });
    closeSync(log);
  };
  const stop = async () => {
    for (const { child } of running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([ended, setTimeout(PATIENCE, undefined, { ref: false })]);
      child.kill('SIGKILL');
    }
    rmSync(place, { recursive: true });
  };
  const all = () => running.map(({ name }) => `${name}:\n${readFileSync(said(name), 'utf8')}`).join('\n');
  const slurm = (program: string, ...words: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, words, { env: environment, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const ready = (state: string) => () =>
    spawnSync('sinfo', ['--noheader', '--format=%T'], { env: environment, encoding: 'utf8' }).stdout.trim() === state;

  try {
    const of = (name: string) => `${place}/munge/${name}`;
    const files = [
      `--key-file=${key}`,
      `--socket=${of('socket')}`,
      `--pid-file=${of('pid')}`,
      `--seed-file=${of('seed')}`,
    ];
    start('munged', ['--foreground', ...files, `--log-file=${of('log')}`], { uid, gid });
    await until('munged', () => spawnSync('munge', ['--no-input', `--socket=${of('socket')}`]).status === 0);
    start('slurmctld', ['-D']);
    start('slurmd', ['-D']);
    await until('the node of Slurm', ready('idle'));
  } catch (error) {
    console.error(all());
    await stop();
    throw error;
  }
  return {
    slurm,
    said: all,
    stop: async () => {
      slurm('scancel', '--user=root');
      await until('the tasks to end', () => slurm('squeue', '--noheader') === '', 2 * PATIENCE);
      await stop();
    },
  };
}
