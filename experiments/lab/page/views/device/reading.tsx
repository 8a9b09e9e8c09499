import { DECIMALS, type Decimal } from '../../../../devices/fit/import/numbers.ts';
import { KIND_NAMES, type KindName } from '../../../../devices/fit/kinds/kind.ts';
import { ChoiceField } from '../../parts/form.tsx';

/** Options of `memspike device fit` for facts that the files do not state. */
export interface Reading {
  readonly kind: 'automatic' | KindName;
  readonly keep: boolean;
  readonly decimal: 'automatic' | Decimal;
  readonly options: Readonly<Record<string, string>>;
}

export const AUTOMATIC: Reading = { kind: 'automatic', keep: false, decimal: 'automatic', options: {} };

const OPTIONS = [
  ['columns', 'Columns', 'pulse=n,conductance=G1'],
  ['sheet', 'Sheet of a workbook', 'Sheet1'],
  ['unit', 'Unit of readings', 'uS'],
  ['readVoltage', 'Read voltage', '100mV'],
  ['range', 'Conductances of the states 0 and 1', '1uS:100uS'],
  ['writeVoltage', 'Write voltage, up/down', '4/-2'],
  ['writeTime', 'Pulse length', '10ms'],
  ['timeStep', 'Time between points of a loop', '10ms'],
] as const;

const PULSE_MODELS = [
  ['equation', 'the best-fitting equation'],
  ['table', 'a table of the measured steps'],
] as const;

interface ReadingProps {
  readonly reading: Reading;
  readonly onChange: (reading: Reading) => void;
}

/** Fields for facts that the files do not state. */
export function ReadingFields({ reading, onChange }: ReadingProps) {
  return (
    <details class="reading-options">
      <summary>Facts that the file does not state</summary>
      <div class="settings">
        <ChoiceField
          label="Measurement"
          value={reading.kind}
          options={[['automatic', 'detect from the columns'], ...KIND_NAMES] as const}
          onChange={(kind) => onChange({ ...reading, kind })}
        />
        <ChoiceField
          label="Decimal mark"
          value={reading.decimal}
          options={[['automatic', 'detect from the numbers'], ...DECIMALS] as const}
          onChange={(decimal) => onChange({ ...reading, decimal })}
        />
        <ChoiceField
          label="Model of pulses"
          value={reading.options.model === 'table' ? 'table' : 'equation'}
          options={PULSE_MODELS}
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
        Add pulses to the present device too
        <span class="hint">
          Other measurements are always added, like device fit --onto; pulses otherwise make a new device.
        </span>
      </label>
    </details>
  );
}
