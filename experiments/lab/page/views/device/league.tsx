import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  formatLeagueCell,
  LEAGUE_COLUMNS,
  type LeagueEntry,
  nameDevice,
  rankPassports,
} from '../../../../compare/league.ts';
import { fetchJson } from '../../../browser/fetch.ts';
import type { TrainingStartSettings } from '../../../savedTraining.ts';
import { Button, ErrorBox } from '../../parts/form.tsx';
import { INITIAL_STATE, type LabState } from '../../state.ts';
import { startTrainings, trainers } from '../../trainer.ts';
import { showUserErrors } from '../../workerClient.ts';

const league = signal<readonly LeagueEntry[]>([]);
const errorMessage = signal<string | undefined>(undefined);

async function loadLeague() {
  if (league.value.length > 0) return;
  league.value = (await fetchJson<{ readonly entries: readonly LeagueEntry[] }>('league.json')).entries;
}

/** State of the lab that repeats the first seed of an entry. */
function createState({
  device,
  protocol: { seeds: _, ...training },
}: LeagueEntry): Pick<LabState, 'devices' | 'learn'> {
  return { devices: [{ preset: device.name, set: {} }], learn: { ...INITIAL_STATE.learn, ...training, seed: 1 } };
}

/** League of the presets; a button in each row trains the device with the first seed of its passport. */
export function League() {
  useEffect(() => void showUserErrors(loadLeague(), errorMessage), []);
  const { sourced, assumed } = rankPassports(league.value);
  const isBusy = trainers.some((trainer) => trainer.isBusy);
  return (
    <details class="league">
      <summary>League of the presets</summary>
      <p class="hint">
        MNIST accuracy with all non-idealities, mean of three seeds. ○: from assumed values, ranked apart. Train repeats
        the first seed in this tab, to the same hash.
      </p>
      <ErrorBox text={errorMessage.value} />
      <table>
        <thead>
          <tr>
            {['device', ...LEAGUE_COLUMNS.map(({ heading }) => heading)].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...sourced, ...assumed].map((entry) => (
            <tr key={entry.device.name} data-preset={entry.device.name}>
              <th scope="row">
                {nameDevice(entry)}{' '}
                <Button
                  text={`Train ${entry.device.name}`}
                  disabled={isBusy}
                  onClick={() => startTrainings(createState(entry))}
                />
              </th>
              {LEAGUE_COLUMNS.map((column) => (
                <td key={column.heading}>{formatLeagueCell(column, entry)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Says if a training has the hash of the league, if it repeats one of its entries. */
export function LeagueComparison({ start, hash }: { readonly start: TrainingStartSettings; readonly hash: string }) {
  useEffect(() => void showUserErrors(loadLeague(), errorMessage), []);
  const wanted = JSON.stringify([start.choice, start.learn]);
  const entry = league.value.find((one) => {
    const { devices, learn } = createState(one);
    return JSON.stringify([devices[0], learn]) === wanted;
  });
  if (entry === undefined) return null;
  const isSame = entry.all.weightsSha256[0] === hash;
  return (
    <p data-league={isSame}>
      League of the presets: {entry.all.accuracy[0]!.toFixed(2)} %, {isSame ? 'the same hash' : 'another hash'}.
    </p>
  );
}
