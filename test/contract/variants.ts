/** The variations of a model that the contract suite runs. */
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type AnyModel, parametersOf } from './models.ts';

/** The least parameters of a model, and one variation for every other choice that one of its parameters offers. */
export function variantsOf(model: AnyModel<unknown>): readonly (readonly [string, Record<string, unknown>])[] {
  const { properties = {} } = toJsonSchema(model.declaration.params);
  const given = { ...parametersOf(model), ...('current' in properties ? { current: 400 } : {}) };
  const variants = Object.entries(properties as Record<string, JsonSchema>).flatMap(
    ([key, { enum: names = [], default: initial }]) =>
      names.filter((name) => name !== initial).map((name) => [`, ${key} ${name}`, { ...given, [key]: name }] as const),
  );
  return [['', parametersOf(model)], ...variants];
}
