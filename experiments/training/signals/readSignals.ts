import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { formatShape } from '../../../core/declare/show.ts';
import { readRegularFile } from '../../../core/log/file.ts';
import { withFileErrors } from '../../../core/log/fileError.ts';
import { readNpzArchive } from '../../logs/npy.ts';
import { isDirectory } from '../../output/file.ts';
import { type CsvColumns, parseCsv, parseUcr, parseUea, type Signal } from './textFormats.ts';

/** Reads arrays `x`, examples × samples or examples × channels × samples, and `y`, classes; or `x_train`, … `y_test`. */
function parseNpz(bytes: Buffer, path: string): Signal[] {
  const archive = readNpzArchive(bytes, path);
  return (archive.arrayNames.includes('x_train') ? ['_train', '_test'] : ['']).flatMap((part) => {
    const [x, y] = [archive.readArray(`x${part}`), archive.readArray(`y${part}`)];
    const [count, middle = 0, last] = x.shape;
    const [channels, length] = last === undefined ? [1, middle] : [middle, last];
    if (y.elementCount !== count || channels * length * count !== x.elementCount || x.elementCount === 0)
      throw new UserError(
        `${path}: x${part} has shape ${formatShape(x.shape)} and y${part} ${y.elementCount} classes, but must be examples × samples or examples × channels × samples, with one class per example.`,
      );
    const [values, labels] = [x.readValues(), y.readValues()];
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new UserError(`${path}: x${part} holds ${values[bad]} at index ${bad}, but must be finite.`);
    const sliceChannel = (k: number) => values.slice(k * length, (k + 1) * length);
    return Array.from(labels, (label, n) => ({
      channels: Array.from({ length: channels }, (_, c) => sliceChannel(n * channels + c)),
      label: String(label),
      place: `${path}, example ${n}`,
      ...(part !== '' && { isTest: part === '_test' }),
    }));
  });
}

const PCM = 1;
const SAMPLE_BITS = 16;

/** Samples from -1 to 1 of a RIFF WAVE file. Source: Microsoft & IBM, Multimedia Programming Interface 1.0, 1991. */
function parseWav(bytes: Buffer, path: string): Pick<Signal, 'channels' | 'rate'> {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw new UserError(`${path} is not a wav file: it does not begin with RIFF and WAVE.`);
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    chunks.set(bytes.toString('latin1', at, at + 4), bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  const [format, data] = [chunks.get('fmt '), chunks.get('data')];
  if (format === undefined || format.length < 16 || data === undefined)
    throw new UserError(`${path} lacks a complete chunk "fmt " or "data": the file is damaged or truncated.`);
  const [code, channelCount, rate, bits] = [
    ...[format.readUInt16LE(0), format.readUInt16LE(2)],
    ...[format.readUInt32LE(4), format.readUInt16LE(14)],
  ] as [number, number, number, number];
  if (code !== PCM || bits !== SAMPLE_BITS || channelCount === 0)
    throw new UserError(`${path} has format ${code} with ${bits} bits per sample, but must be PCM (1) with 16 bits.`);
  const count = Math.floor(data.length / (2 * channelCount));
  const channels = Array.from({ length: channelCount }, (_, c) =>
    Float64Array.from({ length: count }, (_, k) => data.readInt16LE(2 * (k * channelCount + c)) / 2 ** 15),
  );
  return { channels, rate };
}

const listNames = (path: string) => withFileErrors('read', path, () => readdirSync(path).sort());
const listWavFiles = (folder: string) => listNames(folder).filter((name) => /\.wav$/i.test(name));
const listFolders = (path: string) => listNames(path).filter((name) => isDirectory(join(path, name)));

/** Reads the wav files of a directory with one folder per class. */
function readWavFolders(path: string): Signal[] {
  const all: Signal[] = listFolders(path).flatMap((label) => {
    const files = listWavFiles(join(path, label));
    if (files.length === 0)
      throw new UserError(`${join(path, label)} is the folder of a class, but holds no wav file.`);
    return files.map((name) => {
      const place = join(path, label, name);
      return { ...parseWav(readRegularFile(place), place), label, place };
    });
  });
  const other = all.find(({ rate }) => rate !== all[0]!.rate);
  if (other)
    throw new UserError(
      `${other.place} has a sampling rate of ${other.rate} Hz, but ${all[0]!.place} has ${all[0]!.rate} Hz; convert the files to one rate.`,
    );
  return all;
}

type Parser = (bytes: Buffer, path: string, columns: CsvColumns) => Signal[];
const PARSERS: ReadonlyMap<string, Parser> = new Map(
  Object.entries({ ts: parseUea, txt: parseUcr, tsv: parseUcr, csv: parseCsv, npz: parseNpz }),
);

const getEnding = (path: string) => /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

/** True for a file of signals, and for a directory with folders of wav files. */
export const isSignalPath = (path: string): boolean =>
  isDirectory(path)
    ? listFolders(path).some((name) => listWavFiles(join(path, name)).length > 0)
    : PARSERS.has(getEnding(path));

/** Reads labelled signals: `.ts`, `.txt`, `.tsv`, `.csv`, `.npz`, or a directory with folders of `.wav` files. */
export function readSignals(path: string, columns: CsvColumns): Signal[] {
  if (columns.splitColumn !== undefined && getEnding(path) !== 'csv')
    throw new UserError(
      `signals.splitColumn is for CSV files, but ${path} is not one; use signals.test or signals.share.`,
    );
  const signals = isDirectory(path)
    ? readWavFolders(path)
    : PARSERS.get(getEnding(path))!(readRegularFile(path), path, columns);
  if (signals.length === 0) throw new UserError(`${path} holds no examples.`);
  return signals;
}
