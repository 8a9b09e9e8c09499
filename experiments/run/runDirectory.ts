import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readCheckpoint, writeCheckpoint } from '../../core/checkpoint/file.ts';
import type { Snapshot } from '../../core/checkpoint/state.ts';
import { UserError } from '../../core/declare/errors.ts';
import { int, rangedNumber } from '../../core/declare/ranged.ts';
import { validate } from '../../core/declare/validate.ts';
import { createLog, resumeLog } from '../../core/log/create.ts';
import { createRowHash, isTemporaryFile, type RowHash, writeFileAtomic } from '../../core/log/file.ts';
import type { LogStream } from '../../core/log/stream.ts';
import type { ColumnsByName, LogMetadata, RowSink, TableSpec } from '../../core/log/tables.ts';
import { isFinishedRun, isRunDirectory, readJson, runConfigSchema } from '../logs/runJson.ts';
import { canonicalJson, hashConfig } from '../network/config/hash.ts';
import { listDifferences, type Mapping } from '../network/config/override.ts';
import { loadConfigModels } from '../network/extensions.ts';
import { requireSameDataSet, requireSameInputFiles } from '../network/inputs.ts';
import type { HashedFile } from '../network/models.ts';
import { describeProvenance } from '../output/commandLine.ts';
import { makeDirectory, requireResultDirectory } from '../output/directory.ts';
import { type DirectoryLock, lockDirectory } from '../output/lock.ts';
import { VERSION } from '../version.ts';

const count = int({ min: 0 });
const NOTES = z.object({
  configSha256: z.string(),
  logs: z.catchall(z.object({}), z.object({ rows: count, bytes: count })),
  wallSeconds: rangedNumber({ min: 0 }),
  dataSha256: z.optional(z.string()),
  more: z.unknown(),
});
type CheckpointNotes = z.infer<typeof NOTES>;

const FLUSH_INTERVAL_MS = 1000;

/** Directory of a run, locked while it is open: configuration, logs, checkpoint; `run.json` marks a complete run. */
export class RunDirectory {
  readonly path: string;
  readonly configSha256: string;
  /** Checkpoint of a resumed run; null for a new run. */
  readonly snapshot: Snapshot | null = null;
  readonly callerNotes: unknown = null;
  readonly #modelModules: unknown;
  readonly #dataFile: HashedFile | undefined;
  readonly #lock: DirectoryLock;
  readonly #logs = new Map<string, { readonly log: LogStream; readonly hash: RowHash }>();
  readonly #resumedCheckpointNotes: CheckpointNotes | null = null;
  readonly #started = performance.now();
  #collectedAt = performance.now();

  /** Rejects a directory that holds a run, unless `resume` is true and configuration and data set are unchanged. */
  constructor(path: string, config: unknown, resume: boolean, data?: HashedFile) {
    this.path = path;
    this.#dataFile = data;
    this.configSha256 = hashConfig(config);
    this.#modelModules = (config as { readonly models?: unknown }).models;
    RunDirectory.requireWritablePath(path, resume);
    makeDirectory(path);
    this.#lock = lockDirectory(path);
    try {
      RunDirectory.requireWritablePath(path, resume); // again, under the lock
      for (const name of readdirSync(path).filter(isTemporaryFile)) rmSync(this.getFilePath(name), { force: true });
      const resolved = JSON.parse(canonicalJson(config)) as Mapping;
      if (RunDirectory.holdsRun(path)) this.#checkResumable(resolved, resume);
      else writeFileAtomic(this.getFilePath('config.json'), `${JSON.stringify(resolved, null, 2)}\n`);
      const checkpoint = this.getFilePath('checkpoint.bin');
      if (existsSync(checkpoint)) {
        const { snapshot, notes } = readCheckpoint(checkpoint);
        const { data: known } = NOTES.safeParse(notes);
        if (!known) throw new UserError(`${checkpoint} is a checkpoint, but not of a run directory.`);
        this.#resumedCheckpointNotes = known;
        this.snapshot = snapshot;
        this.callerNotes = known.more;
        if (known.configSha256 !== this.configSha256)
          throw new UserError(`checkpoint.bin and config.json in ${path} belong to different runs.`);
        if (data !== undefined) requireSameDataSet(data, known.dataSha256);
      }
    } catch (error) {
      this.#lock.unlock();
      throw error;
    }
  }

  #checkResumable(config: Mapping, resume: boolean) {
    const { path } = this;
    if (!resume)
      throw new UserError(`${path} holds an unfinished run; resume it with --resume, or choose another --out.`);
    const begun = readJson(path, 'config.json', runConfigSchema);
    requireSameInputFiles(config, begun);
    const found = [...listDifferences(config, begun)];
    if (found.length > 0) {
      const shown = `${found.slice(0, 3).join('; ')}${found.length > 3 ? ` and ${found.length - 3} more` : ''}`;
      throw new UserError(`${path} holds a run of another configuration: ${shown}; choose another --out.`);
    }
  }

  /** Checks that a run can be written to `path`, before long work. */
  static requireWritablePath(path: string, resume: boolean) {
    requireResultDirectory(path, RunDirectory.holdsRun, ['lock', 'lock.takeover'], resume);
    if (RunDirectory.isFinished(path))
      throw new UserError(`${path} holds a finished run; choose another --out or remove it.`);
  }

  static readonly isFinished = isFinishedRun;
  static readonly holdsRun = isRunDirectory;

  /** True if the run is finished. Removes files left by a process that was killed after it wrote `run.json`. */
  static hasFinishedRun(path: string): boolean {
    if (!RunDirectory.isFinished(path)) return false;
    if (existsSync(join(path, 'lock')) || existsSync(join(path, 'checkpoint.bin'))) {
      const lock = lockDirectory(path);
      rmSync(join(path, 'checkpoint.bin'), { force: true });
      lock.unlock();
    }
    return true;
  }

  getFilePath(name: string): string {
    return join(this.path, name);
  }

  /** Opens a log. A resumed run continues it at its position in the checkpoint; a new run replaces an earlier log. */
  openLog(name: string, table: TableSpec, metadata: LogMetadata): RowSink {
    const open = this.#logs.get(name);
    if (open) return open.log;
    const hash = createRowHash(table);
    const onBatch = (columns: ColumnsByName, rows: number) => hash.update(columns, rows);
    const facts = { ...metadata, configSha256: this.configSha256, version: VERSION };
    const at = this.#resumedCheckpointNotes?.logs[name];
    if (!at) rmSync(this.getFilePath(name), { force: true });
    const log = at
      ? resumeLog(this.getFilePath(name), table, facts, at, { onBatch })
      : createLog(this.getFilePath(name), table, facts, { onBatch });
    this.#logs.set(name, { log, hash });
    return log;
  }

  /** Writes buffered rows to disk at most once a second, after `collect` flushed the recorders. */
  flushLogs(collect: () => void) {
    const now = performance.now();
    if (now - this.#collectedAt < FLUSH_INTERVAL_MS) return;
    this.#collectedAt = now;
    collect();
    for (const { log } of this.#logs.values()) log.flushIfOlder(0);
  }

  /** Wall time of the run, s; for a resumed run, it includes the wall time up to its checkpoint. */
  get wallSeconds(): number {
    return (this.#resumedCheckpointNotes?.wallSeconds ?? 0) + (performance.now() - this.#started) / 1000;
  }

  /** Saves a snapshot with the positions of the logs. @param callerNotes any data; a resumed run restores them */
  saveCheckpoint(snapshot: Snapshot, callerNotes: unknown = null) {
    const logs = Object.fromEntries(
      [...this.#logs].map(([name, { log }]) => {
        const { rows, bytes } = log.sync();
        return [name, { rows, bytes }];
      }),
    );
    const { configSha256, wallSeconds } = this;
    const notes: CheckpointNotes = {
      configSha256,
      logs,
      wallSeconds,
      dataSha256: this.#dataFile?.sha256,
      more: callerNotes,
    };
    writeCheckpoint(this.getFilePath('checkpoint.bin'), snapshot, notes);
  }

  /** Closes all logs. @returns SHA-256 of the rows of each log, by file name */
  closeLogs(): Record<string, string> {
    const hashes: Record<string, string> = {};
    for (const [name, { log, hash }] of this.#logs) {
      log.close();
      hashes[name] = hash.digest();
    }
    this.#logs.clear();
    return hashes;
  }

  /** Writes `run.json`, which completes the run, and removes the checkpoint. NaN becomes null. */
  finishRun(summary: Readonly<Record<string, unknown>>) {
    const facts = {
      ...summary,
      models: this.#modelModules,
      configSha256: this.configSha256,
      version: VERSION,
      ...describeProvenance(),
      wallSeconds: this.wallSeconds,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
    writeFileAtomic(this.getFilePath('run.json'), `${JSON.stringify(facts, null, 2)}\n`);
    rmSync(this.getFilePath('checkpoint.bin'), { force: true });
  }

  /** Unlocks the directory and marks logs that are still open as incomplete. */
  close() {
    try {
      for (const { log } of this.#logs.values()) log.closeUnsealed();
    } finally {
      this.#lock.unlock();
    }
  }
}

/** Reads the configuration of a run. @throws UserError if a model file has been changed since the run */
export function readRunConfig<S extends z.core.$ZodType>(schema: S, run: string): z.output<S> {
  const file = join(run, 'config.json');
  const config = readJson(run, 'config.json', runConfigSchema);
  loadConfigModels(config, file);
  return validate(schema, config, file);
}
