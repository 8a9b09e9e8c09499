import type { JsonSchema } from '../../../../../core/declare/jsonSchema.ts';
import type { DeviceDescription } from '../../../worker/device.ts';
import { type NumberSchema, Slider } from './slider.tsx';

function describeSource({ device }: DeviceDescription, path: string): string {
  const isPath = ({ parameter }: { readonly parameter: string }) => parameter === path;
  const quoted = device.quoted.find(isPath)?.reference;
  if (quoted !== undefined) return `quoted: ${quoted}`;
  const derived = device.derived.find(isPath)?.formula;
  if (derived !== undefined) return `derived: ${derived}`;
  const assumed = device.assumed.find(isPath)?.why;
  if (assumed !== undefined) return `assumed: ${assumed}`;
  if (device.defaults.some(isPath)) return 'default of the model';
  return 'set here, or no source';
}

interface ParameterSchema extends JsonSchema {
  readonly unit?: string;
  readonly description?: string;
}

interface ParametersProps {
  readonly description: DeviceDescription;
  /** Changed values by path; the description may be older. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly onSet: (path: string, value: unknown) => void;
}

/** Finds the alternative of a schema that is a number, a flag, a choice or a mapping. */
function findSimple(schema: ParameterSchema): ParameterSchema | undefined {
  if (schema.enum || ['number', 'integer', 'boolean', 'object'].includes(String(schema.type))) return schema;
  const found = (schema.anyOf ?? schema.oneOf ?? [])
    .map((one) => findSimple(one as ParameterSchema))
    .find((one) => one !== undefined);
  return (
    found && {
      ...found,
      ...(schema.description && { description: schema.description }),
      ...(schema.unit && { unit: schema.unit }),
    }
  );
}

interface RowProps extends ParametersProps {
  readonly path: string;
  readonly name: string;
  readonly schema: ParameterSchema;
  readonly value: unknown;
}

/** Fields of an optional mapping: a non-ideality that is on or off. */
function NonIdeality(props: RowProps) {
  const { path, name, schema, value, onSet } = props;
  const isOn = typeof value === 'object' && value !== null;
  const own = (isOn ? value : {}) as Readonly<Record<string, unknown>>;
  const entries = Object.entries(schema.properties ?? {}) as [string, ParameterSchema][];
  const initial = () =>
    Object.fromEntries(
      ((schema.required ?? []) as string[]).map((key) => [
        key,
        initialValue(findSimple(schema.properties![key] as ParameterSchema)),
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
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as NumberSchema;
  const lowest = minimum ?? exclusiveMinimum ?? 0;
  const highest = maximum ?? exclusiveMaximum;
  if (highest !== undefined) return lowest + 0.1 * (highest - lowest);
  return schema.type === 'integer' ? Math.max(1000, lowest) : Math.max(1, lowest);
}

/** Control of one parameter. */
function Row(props: RowProps) {
  const { description, set, path, name, schema, onSet } = props;
  const value = Object.hasOwn(set, path) ? (set[path] ?? undefined) : props.value;
  const node = findSimple(schema);
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
  const source = value === undefined ? 'left out' : describeSource(description, path);
  const help = `${node.description ?? ''}${node.unit && node.unit !== '1' ? ` (${node.unit})` : ''}`;
  if (node.type === 'boolean')
    return (
      <label class="check">
        <input
          type="checkbox"
          checked={value === true}
          onChange={({ currentTarget }) => onSet(path, currentTarget.checked)}
        />{' '}
        {name}
        <span class="hint">
          {help}; {source}
        </span>
      </label>
    );
  if (node.enum)
    return (
      <label class="field">
        <span>{name}</span>
        <select value={String(value)} onChange={({ currentTarget }) => onSet(path, currentTarget.value)}>
          {value === undefined && (
            <option value="undefined" selected>
              left out
            </option>
          )}
          {(node.enum as string[]).map((option) => (
            <option key={option} selected={option === value}>
              {option}
            </option>
          ))}
        </select>
        <span class="hint">
          {help}; {source}
        </span>
      </label>
    );
  if (value !== undefined && typeof value !== 'number')
    return (
      <p class="hint">
        {name}: {JSON.stringify(value)}; {source}
      </p>
    );
  return (
    <Slider
      name={name}
      help={help}
      source={source}
      schema={node as NumberSchema}
      value={value as number | undefined}
      onSet={(next) => onSet(path, next)}
    />
  );
}

function isVariant({ properties = {} }: ParameterSchema, value: unknown): boolean {
  const model = (properties.model as ParameterSchema | undefined)?.const;
  return (
    model !== undefined && typeof value === 'object' && value !== null && (value as { model?: unknown }).model === model
  );
}

/** Minimum number of parameters stated in the device file for which all other parameters are folded away. */
const MIN_STATED = 3;

/** Controls of all parameters of a device. */
export function Parameters(props: ParametersProps) {
  const { description } = props;
  return (
    <>
      {(['device', 'shortTerm'] as const).map((kind) => {
        const schema = description.schemas[kind];
        const values = description.device[kind];
        if (schema === null || values === null) return null;
        const rows = Object.entries(schema.properties ?? {}) as [string, ParameterSchema][];
        const isNonIdeality = ([, node]: [string, ParameterSchema]) => findSimple(node)?.type === 'object';
        const isOn = ([key]: [string, ParameterSchema]) => typeof values[key] === 'object' && values[key] !== null;
        const isStated = ([key]: [string, ParameterSchema]) =>
          !description.device.defaults.some(({ parameter }) => parameter === `${kind}.${key}`) &&
          values[key] !== undefined;
        const nonIdealities = rows.filter(isNonIdeality);
        const others = rows.filter((row) => !isNonIdeality(row));
        const stated = others.filter(isStated);
        const first = stated.length >= MIN_STATED ? stated : others;
        const rest = stated.length >= MIN_STATED ? others.filter((row) => !isStated(row)) : [];
        const show = ([key, node]: [string, ParameterSchema]) => (
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
            {nonIdealities.some((row) => !isOn(row)) && (
              <details open={!nonIdealities.some(isOn)}>
                <summary>{nonIdealities.filter((row) => !isOn(row)).length} turned off</summary>
                {nonIdealities.filter((row) => !isOn(row)).map(show)}
              </details>
            )}
          </div>
        );
      })}
    </>
  );
}
