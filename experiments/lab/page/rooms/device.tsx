import { useEffect, useState } from 'preact/hooks';
import type { CurveSeries } from '../../../look/plots/chart.ts';
import type { Measured } from '../../worker/device.ts';
import type { DeviceChoice } from '../../worker/deviceFile.ts';
import { benches, loadNames, names, SHOWN } from '../bench.ts';
import { Curves } from '../parts/curves.tsx';
import { FaultBox } from '../parts/fault.tsx';
import { change, deviceOf, setDevice, state } from '../state.ts';
import { Drop } from './device/drop.tsx';
import { Parameters } from './device/parameters.tsx';

/** The device that is described first, where none was chosen. */
const FIRST: DeviceChoice = { model: 'exponential', set: {} };
const NAMES = ['A', 'B'] as const;

const sideDevice = (side: 0 | 1): DeviceChoice | undefined => deviceOf(side) ?? (side === 0 ? FIRST : undefined);

function Picker({ side }: { readonly side: 0 | 1 }) {
  const choice = sideDevice(side)!;
  const known = names.value;
  const value = choice.own ? 'own' : choice.preset ? `preset ${choice.preset}` : `model ${choice.model}`;
  const pick = (next: string) => {
    const [kind, name] = next.split(' ') as [string, string];
    if (kind === 'preset') setDevice(side, { preset: name, set: {} });
    else if (kind === 'model') setDevice(side, { model: name, set: {} });
  };
  return (
    <label class="field wide">
      <span>Device {NAMES[side]}</span>
      <select value={value} onChange={({ currentTarget }) => pick(currentTarget.value)}>
        {choice.own && <option value="own">your measurement or file</option>}
        <optgroup label="Presets, from publications">
          {(known?.presets ?? []).map(({ name, what }) => (
            <option key={name} value={`preset ${name}`} selected={value === `preset ${name}`}>
              {what ? `${name}: ${what}` : name}
            </option>
          ))}
        </optgroup>
        <optgroup label="Models, with their defaults">
          {(known?.models ?? [{ name: choice.model ?? 'exponential', what: '' }]).map(({ name, what }) => (
            <option key={name} value={`model ${name}`} selected={value === `model ${name}`}>
              {what ? `${name}: ${what}` : name}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}

/** Curves of both devices on one pair of axes. */
function Together({ part }: { readonly part: string }) {
  const found = benches.map(({ measured }, i) => (sideDevice(i as 0 | 1) ? measured.value[part] : undefined));
  const charts = found.flatMap((one: Measured | undefined, i) => (one && 'chart' in one ? [{ i, ...one }] : []));
  const first = charts[0];
  if (first === undefined) {
    const left = found.find((one) => one && 'leftOut' in one);
    return left && 'leftOut' in left ? (
      <p class="hint" data-part={part}>
        {part}: {left.leftOut}.
      </p>
    ) : null;
  }
  const several = sideDevice(1) !== undefined;
  const series = charts.flatMap(({ i, chart }): CurveSeries[] =>
    chart.series.map((one) => ({ ...one, name: several ? `${NAMES[i]}: ${one.name}` : one.name })),
  );
  const csv = () => {
    const { columns } = first;
    const keys = Object.keys(columns);
    const rows = columns[keys[0]!]!.values.map((_, r) =>
      keys.map((key) => columns[key]!.names?.[columns[key]!.values[r]!] ?? columns[key]!.values[r]).join(),
    );
    return [keys.map((key) => `${key} (${columns[key]!.unit})`).join(), ...rows].join('\n');
  };
  const isLog = charts.every(({ chart }) => chart.y.log);
  const y = several
    ? {
        label: first.chart.y.label,
        ...(isLog && { log: true }),
        ...(first.chart.y.domain && { domain: first.chart.y.domain }),
      }
    : first.chart.y;
  return (
    <div data-part={part}>
      <Curves
        name={part}
        title={several ? first.title.split(':')[0]! : first.title}
        x={first.chart.x}
        y={y}
        series={series}
        csv={several ? undefined : csv}
      />
    </div>
  );
}

/** A device described, and what it does. */
export default function Device() {
  const [side, setSide] = useState<0 | 1>(0);
  const [fault, setFault] = useState<string>();
  const both = deviceOf(1) !== undefined;
  const shown = both ? side : 0;
  const choices = [sideDevice(0), sideDevice(1)] as const;
  useEffect(() => {
    loadNames().catch((error: Error) => setFault(error.message));
  }, []);
  useEffect(() => {
    for (const [i, choice] of choices.entries()) if (choice) benches[i]!.show(choice);
  }, [state.value.devices]);
  const bench = benches[shown]!;
  const of = bench.described.value;
  const set = (path: string, value: unknown) => {
    const choice = choices[shown]!;
    setDevice(shown, { ...choice, set: { ...choice.set, [path]: value } });
  };
  const about = of?.device.about;
  return (
    <section aria-labelledby="device-title">
      <h2 id="device-title">Device</h2>
      <p class="lead">
        Take a published device, a model, or drop what you have measured. Curves are of 20 simulated devices: median,
        and band from 5 to 95 %.
      </p>
      <FaultBox text={fault} />
      <div class="device">
        <div class="panel">
          <div class="settings">
            <Picker side={0} />
            {both && <Picker side={1} />}
          </div>
          <p class="actions">
            {both ? (
              <>
                <button type="button" aria-pressed={shown === 0} onClick={() => setSide(0)}>
                  Change A
                </button>
                <button type="button" aria-pressed={shown === 1} onClick={() => setSide(1)}>
                  Change B
                </button>
                <button
                  type="button"
                  onClick={() => {
                    setSide(0);
                    setDevice(1, undefined);
                  }}
                >
                  Without B
                </button>
              </>
            ) : (
              <button
                type="button"
                onClick={() => {
                  change({ devices: [choices[0]!, choices[0]!] as typeof state.value.devices });
                  setSide(1);
                }}
              >
                Compare with B
              </button>
            )}
            <button
              type="button"
              class="main"
              onClick={() =>
                change({
                  room: 'learn',
                  devices: (deviceOf(0) ? state.value.devices : [FIRST]) as typeof state.value.devices,
                })
              }
            >
              Train it
            </button>
          </p>
          <Drop side={shown} choice={choices[shown]!} />
          <FaultBox text={bench.fault.value} />
          {about?.summary && <p class="hint">{about.summary}</p>}
        </div>
        <div class="curves" aria-busy={bench.working.value}>
          {SHOWN.map((part) => (
            <Together key={part} part={part} />
          ))}
          {bench.working.value && <p class="hint">Measuring.</p>}
        </div>
        <div class="controls">
          {of && (
            <Parameters
              key={`${shown}${of.device.device.model}${choices[shown]?.preset}`}
              of={of}
              set={choices[shown]!.set}
              onSet={set}
            />
          )}
        </div>
      </div>
    </section>
  );
}
