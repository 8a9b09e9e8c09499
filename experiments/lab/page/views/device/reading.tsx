import { DECIMALS } from '../../../../devices/fit/import/numbers.ts';
import { KIND_NAMES } from '../../../../devices/fit/kinds/kind.ts';
import { ChoiceField } from '../../parts/form.tsx';

/** Options of `memspike device fit` for facts that the files do not state. */
export interface Reading {
  readonly keep: boolean;
  readonly options: Readonly<Record<string, string>>;
}

/** Options with a list of values; the first value omits the option. */
const CHOICES = [
  ['kind', 'Measurement', [['', 'detect from the columns'], ...KIND_NAMES]],
  ['decimal', 'Decimal mark', [['', 'detect from the numbers'], ...DECIMALS]],
  [
    'model',
    'Model of pulses',
    [['', 'the best-fitting equation'] as const, ['table', 'a table of the measured steps']],
  ],
] as const;

const TEXTS = [
  ['columns', 'Columns', 'pulse=n,conductance=G1'],
  ['sheet', 'Sheet of a workbook', 'Sheet1'],
  ['unit', 'Unit of readings', 'uS'],
  ['readVoltage', 'Read voltage', '100mV'],
  ['range', 'Conductances of the states 0 and 1', '1uS:100uS'],
  ['writeVoltage', 'Write voltage, up/down', '4/-2'],
  ['writeTime', 'Pulse length', '10ms'],
  ['timeStep', 'Time between points of a loop', '10ms'],
] as const;

interface ReadingProps {
  readonly reading: Reading;
  readonly onChange: (reading: Reading) => void;
}

export function ImportFields({ reading, onChange }: ReadingProps) {
  const set = (key: string, value: string) => {
    const { [key]: _, ...others } = reading.options;
    onChange({ ...reading, options: value.trim() === '' ? others : { ...others, [key]: value } });
  };
  return (
    <details class="reading-options">
      <summary>Facts that the file does not state</summary>
      <div class="settings">
        {CHOICES.map(([key, label, choices]) => (
          <ChoiceField
            key={key}
            label={label}
            value={reading.options[key] ?? ''}
            options={choices as readonly (string | readonly [string, string])[]}
            onChange={(value) => set(key, value)}
          />
        ))}
        {TEXTS.map(([key, label, example]) => (
          <label key={key} class="field">
            <span>{label}</span>
            <input
              type="text"
              placeholder={example}
              value={reading.options[key] ?? ''}
              onInput={({ currentTarget }) => set(key, currentTarget.value)}
            />
          </label>
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={reading.keep}
          onChange={({ currentTarget }) => onChange({ ...reading, keep: currentTarget.checked })}
        />{' '}
        Add pulses to the present device too
        <span class="hint">
          Other measurements are always added, like device fit --onto; pulses otherwise make a new device.
        </span>
      </label>
    </details>
  );
}
