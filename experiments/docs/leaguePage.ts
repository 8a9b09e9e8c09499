import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  describeProtocol,
  formatLeagueCell,
  LEAGUE_COLUMNS,
  type LeagueEntry,
  nameDevice,
  type RankedEntry,
  rankPassports,
} from '../compare/league.ts';
import { presetNames } from '../devices/load.ts';
import { resolvePackagePath } from '../shipped.ts';
import { formatTable, type GeneratedPage, joinPageParts } from './page.ts';

/** League (ranking) of the presets: parts of their device passports for this page, `device league` and the lab. */
export const LEAGUE_FILE = 'experiments/docs/results/league.json';

export interface LeagueRecord {
  readonly commandLine: string;
  readonly version: string;
  readonly entries: readonly (LeagueEntry & Readonly<Record<'sha256', string>>)[];
}

export const readLeagueRecord = (): LeagueRecord =>
  JSON.parse(readFileSync(resolvePackagePath(LEAGUE_FILE), 'utf8')) as LeagueRecord;

function renderGroup(title: string, entries: readonly RankedEntry[]): string[] {
  if (entries.length === 0) return [`## ${title}`, 'No preset.'];
  const rows = entries.map((entry) => [
    nameDevice(entry),
    `\`${entry.device.name}\``,
    ...LEAGUE_COLUMNS.map((column) => formatLeagueCell(column, entry)),
  ]);
  return [`## ${title}`, formatTable(['device', 'preset', ...LEAGUE_COLUMNS.map(({ heading }) => heading)], rows)];
}

/** Page of the manual with the league of the presets. */
export const createLeaguePage = (): GeneratedPage => ({
  path: 'docs/results/league.md',
  render: () => {
    const { commandLine, version, entries } = readLeagueRecord();
    const { sourced, assumed } = rankPassports(entries);
    return joinPageParts(`${basename(dirname(LEAGUE_FILE))}/${basename(LEAGUE_FILE)}`, [
      '# League of the presets',
      `${entries.length} of the ${presetNames().length} presets by the protocol of the [device passport](../guide/devices.md#device-passport): ${describeProtocol(entries[0]!)}. *Accuracy* (chance: 10 %) is that of the device with all its non-idealities, *below the best* the difference from the first device of its table, paired by seed, with a 95 % interval, *cost* the difference from the ideal device, *write* and *training image* are energies; a preset without energy of a write got no pulse in training. ○: from assumed values. In the lab, a click on a row of the same table repeats its first seed in the browser.`,
      '`neurosim-ideal` learns better with its levels than without, because deterministic rounding turns the half-strength upward pulses of the recipe into whole steps. The presets of Table 1 of Cao et al. 2023 assume equal conductances, levels, nonlinearity and pulses, because the review gives none; they differ in on/off ratio, retention, endurance and two write voltages only, so that devices that differ in thickness only have equal rows. A preset whose lifetime is as short as the training loses accuracy to worn-out devices.',
      ...renderGroup('Devices with sourced values', sourced),
      ...renderGroup('Devices with assumed values', assumed),
      `Recorded with \`${commandLine}\`, memspike ${version}.`,
    ]);
  },
});
