import { KIND_NAMES, type KindName } from '../../../../devices/fit/kinds/names.ts';
import { DECIMALS, type Decimal } from '../../../../devices/fit/reading/marks.ts';
import { ChoiceField } from '../../parts/number.tsx';

/** What files do not tell themselves: what they are, and the command's options by their names. */
export interface Reading {
  readonly kind: 'as told' | KindName;
  readonly keep: boolean;
  readonly decimal: 'as told' | Decimal;
  readonly options: Readonly<Record<string, string>>;
}

export const AS_TOLD: Reading = { kind: 'as told', keep: false, decimal: 'as told', options: {} };

const OPTIONS = [
  ['columns', 'Columns', 'pulse=n,conductance=G1'],
  ['unit', 'Unit of readings', 'uS'],
  ['readVoltage', 'Read voltage', '100mV'],
  ['range', 'Conductances of 0 and 1', '1uS:100uS'],
  ['writeVoltage', 'Write voltage, up/down', '4/-2'],
  ['writeTime', 'Length of pulses', '10ms'],
  ['timeStep', 'Time between points of a loop', '10ms'],
] as const;

const DESCRIBED = [
  ['equation', 'the equation that fits best'],
  ['table', 'a table of their steps, with no equation'],
] as const;

interface ReadingProps {
  readonly reading: Reading;
  readonly onChange: (reading: Reading) => void;
}

/** Asks for what files may leave open, in the words of `memspike device fit`. */
export function ReadingFields({ reading, onChange }: ReadingProps) {
  return (
    <details class="reading-options">
      <summary>What the file does not tell</summary>
      <div class="settings">
        <ChoiceField
          label="Measured"
          value={reading.kind}
          options={[['as told', 'as its columns tell'], ...KIND_NAMES] as const}
          onChange={(kind) => onChange({ ...reading, kind })}
        />
        <ChoiceField
          label="Before decimals"
          value={reading.decimal}
          options={[['as told', 'as its numbers tell'], ...DECIMALS] as const}
          onChange={(decimal) => onChange({ ...reading, decimal })}
        />
        <ChoiceField
          label="Pulses are described by"
          value={reading.options.model === 'table' ? 'table' : 'equation'}
          options={DESCRIBED}
          onChange={(model) => {
            const { model: _, ...others } = reading.options;
            onChange({ ...reading, options: model === 'table' ? { ...others, model } : others });
          }}
        />
        {OPTIONS.map(([key, label, example]) => (
          <label key={key} class="field">
            <span>{label}</span>
            <input
              type="text"
              placeholder={example}
              value={reading.options[key] ?? ''}
              onInput={({ currentTarget: { value } }) => {
                const { [key]: _, ...others } = reading.options;
                onChange({ ...reading, options: value.trim() === '' ? others : { ...others, [key]: value } });
              }}
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
        Pulses too are added onto the device at hand
        <span class="hint">
          All other measurements are, as device fit --onto does; pulses alone make a device of their own.
        </span>
      </label>
    </details>
  );
}
