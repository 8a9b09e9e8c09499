import { scaleLinear, scaleLog } from 'd3-scale';
import { useState } from 'preact/hooks';
import type { JsonSchema } from '../../../../../core/declare/jsonSchema.ts';
import type { DeviceDescription } from '../../../worker/device.ts';
import { CheckField, ChoiceField, NumberInput } from '../../parts/form.tsx';

function describeSource({ device }: DeviceDescription, path: string): string {
  const isPath = ({ parameter }: { readonly parameter: string }) => parameter === path;
  const [quoted, derived, assumed] = [
    device.quoted.find(isPath),
    device.derived.find(isPath),
    device.assumed.find(isPath),
  ];
  if (quoted) return `quoted: ${quoted.reference}`;
  if (derived) return `derived: ${derived.formula}`;
  if (assumed) return `assumed: ${assumed.why}`;
  return device.defaults.some(isPath) ? 'default of the model' : 'set here, or no source';
}

interface ParameterSchema extends JsonSchema {
  readonly unit?: string | undefined;
  readonly description?: string | undefined;
}

type SchemaEntry = [name: string, schema: ParameterSchema];

interface ParametersProps {
  readonly description: DeviceDescription;
  /** Changed values by parameter path, which `description` may not include yet. */
  readonly changedValues: Readonly<Record<string, unknown>>;
  readonly onSet: (path: string, value: unknown) => void;
}

/** Finds the alternative of a schema that is a number, a flag, a choice or a mapping. */
function findSimpleSchema(schema: ParameterSchema): ParameterSchema | undefined {
  if (schema.enum || ['number', 'integer', 'boolean', 'object'].includes(String(schema.type))) return schema;
  const found = (schema.anyOf ?? schema.oneOf ?? [])
    .map((one) => findSimpleSchema(one as ParameterSchema))
    .find((one) => one !== undefined);
  const { description = found?.description, unit = found?.unit } = schema;
  return found && { ...found, description, unit };
}

interface RowProps extends ParametersProps {
  readonly path: string;
  readonly name: string;
  readonly schema: ParameterSchema;
  readonly value: unknown;
}

function NonIdeality(props: RowProps) {
  const { path, name, schema, value, onSet } = props;
  const isOn = typeof value === 'object' && value !== null;
  const own = (isOn ? value : {}) as Readonly<Record<string, unknown>>;
  const entries = Object.entries(schema.properties ?? {}) as SchemaEntry[];
  const initial = () =>
    Object.fromEntries(
      ((schema.required ?? []) as string[]).map((key) => [
        key,
        initialValue(findSimpleSchema(schema.properties![key] as ParameterSchema)),
      ]),
    );
  return (
    <fieldset class="non-ideality">
      <legend>
        <label>
          <input type="checkbox" checked={isOn} onChange={() => onSet(path, isOn ? null : initial())} /> {name}
        </label>
      </legend>
      <p class="hint">{schema.description}</p>
      {isOn &&
        entries.map(([key, node]) => (
          <Row key={key} {...props} path={`${path}.${key}`} name={key} schema={node} value={own[key]} />
        ))}
    </fieldset>
  );
}

function initialValue(schema: ParameterSchema | undefined): unknown {
  if (schema === undefined) return undefined;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'boolean') return false;
  const [lowest = 0, highest] = findLimits(schema);
  if (highest !== undefined) return lowest + 0.1 * (highest - lowest);
  return schema.type === 'integer' ? Math.max(1000, lowest) : Math.max(1, lowest);
}

function Row(props: RowProps) {
  const { description, changedValues: set, path, name, schema, onSet } = props;
  const value = Object.hasOwn(set, path) ? (set[path] ?? undefined) : props.value;
  const node = findSimpleSchema(schema);
  if (node === undefined || node.const !== undefined) return null;
  if (node.type === 'object') {
    const variants = (schema.oneOf ?? schema.anyOf ?? []) as ParameterSchema[];
    const chosen = variants.find((one) => isVariant(one, value)) ?? node;
    return (
      <NonIdeality
        {...props}
        schema={{ ...chosen, description: schema.description ?? chosen.description ?? '' }}
        value={value}
      />
    );
  }
  const unit = node.unit && node.unit !== '1' ? ` (${node.unit})` : '';
  const source = value === undefined ? 'left out' : describeSource(description, path);
  const hint = `${node.description ?? ''}${unit}; ${source}`;
  const onChange = (next: unknown) => onSet(path, next);
  if (node.type === 'boolean')
    return <CheckField label={name} hint={hint} checked={value === true} onChange={onChange} />;
  if (node.enum)
    return (
      <ChoiceField
        label={name}
        value={String(value)}
        options={[...(value === undefined ? [['undefined', 'left out'] as const] : []), ...(node.enum as string[])]}
        onChange={onChange}
      >
        <span class="hint">{hint}</span>
      </ChoiceField>
    );
  if (value !== undefined && typeof value !== 'number')
    return <p class="hint">{`${name}: ${JSON.stringify(value)}; ${source}`}</p>;
  return <Slider name={name} hint={hint} schema={node} value={value} onSet={onChange} />;
}

function isVariant({ properties = {} }: ParameterSchema, value: unknown): boolean {
  const model = (properties.model as ParameterSchema | undefined)?.const;
  return (
    model !== undefined && typeof value === 'object' && value !== null && (value as { model?: unknown }).model === model
  );
}

export function Parameters(props: ParametersProps) {
  const { description } = props;
  return (
    <>
      {(['device', 'shortTerm'] as const).map((kind) => {
        const schema = description.schemas[kind];
        const values = description.device[kind];
        if (schema === null || values === null) return null;
        const rows = Object.entries(schema.properties ?? {}) as SchemaEntry[];
        const isNonIdeality = ([, node]: SchemaEntry) => findSimpleSchema(node)?.type === 'object';
        const isOn = ([key]: SchemaEntry) => typeof values[key] === 'object' && values[key] !== null;
        const isStated = ([key]: SchemaEntry) =>
          !description.device.defaults.some(({ parameter }) => parameter === `${kind}.${key}`) &&
          values[key] !== undefined;
        const nonIdealities = rows.filter(isNonIdeality);
        const turnedOff = nonIdealities.filter((row) => !isOn(row));
        const others = rows.filter((row) => !isNonIdeality(row));
        const stated = others.filter(isStated);
        const first = stated.length > 0 ? stated : others;
        const rest = others.filter((row) => !first.includes(row));
        const show = ([key, node]: SchemaEntry) => (
          <Row key={key} {...props} path={`${kind}.${key}`} name={key} schema={node} value={values[key]} />
        );
        return (
          <div key={kind}>
            <h3>{kind === 'device' ? `Parameters of ${values.model}` : `Short-term dynamics: ${values.model}`}</h3>
            {first.map(show)}
            {rest.length > 0 && (
              <details>
                <summary>{rest.length} more with default values</summary>
                {rest.map(show)}
              </details>
            )}
            {nonIdealities.length > 0 && <h3>Non-idealities and reading</h3>}
            {nonIdealities.filter(isOn).map(show)}
            {turnedOff.length > 0 && (
              <details open={turnedOff.length === nonIdealities.length}>
                <summary>{turnedOff.length} turned off</summary>
                {turnedOff.map(show)}
              </details>
            )}
          </div>
        );
      })}
    </>
  );
}

interface SliderProps {
  readonly name: string;
  readonly hint: string;
  readonly schema: JsonSchema;
  readonly value: number | undefined;
  readonly onSet: (value: number) => void;
}

const SLIDER_POSITIONS = 200;
/** Ratio of the upper to the lower limit of a range from which its slider is logarithmic. */
const MIN_LOG_RATIO = 50;

/** Smallest and largest value of a number; exclusive limits of JSON Schema draft 7 are numbers, not flags. */
const findLimits = (schema: JsonSchema) =>
  [schema.minimum ?? schema.exclusiveMinimum, schema.maximum ?? schema.exclusiveMaximum] as [number?, number?];

/** Scale from values to slider positions: over the range of the schema if finite, else around the value. */
function createScale(schema: JsonSchema, value: number) {
  const [lowest = -Infinity, highest = Infinity] = findLimits(schema);
  const positions = [0, SLIDER_POSITIONS];
  const size = Math.abs(value) || Math.abs(Number(schema.default ?? 0)) || 1;
  if (Number.isFinite(highest - lowest))
    return (lowest > 0 && highest / lowest > MIN_LOG_RATIO ? scaleLog : scaleLinear)([lowest, highest], positions);
  if (lowest >= 0 && value > 0) return scaleLog([Math.max(lowest, size / 100), 100 * size], positions);
  return scaleLinear([Math.max(lowest, value - 10 * size), Math.min(highest, value + 10 * size)], positions);
}

function Slider({ name, hint, schema, value, onSet }: SliderProps) {
  const shown = value ?? Number(schema.default ?? 0);
  const [scale, setScale] = useState(() => createScale(schema, shown));
  const isWhole = schema.type === 'integer';
  return (
    <div class="slider">
      <label>
        <span class="name">{name}</span>
        <input
          type="range"
          min={0}
          max={SLIDER_POSITIONS}
          value={Math.round(scale(shown))}
          aria-label={name}
          aria-valuetext={String(shown)}
          onInput={({ currentTarget }) => {
            const next = Number(scale.invert(Number(currentTarget.value)).toPrecision(3));
            onSet(isWhole ? Math.round(next) : next);
          }}
        />
      </label>
      <NumberInput
        aria-label={`${name}, as a number`}
        step={isWhole ? 1 : 'any'}
        value={value}
        placeholder="none"
        requirement={isWhole ? 'an integer' : 'a number'}
        onChange={(next) => {
          onSet(next);
          setScale(() => createScale(schema, next));
        }}
      />
      <p class="hint">{hint}</p>
    </div>
  );
}
