/** The contract, and a run, tell in one sentence what is wrong with a model; a sound one passes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import type { PlasticityRule } from '../../core/model.ts';
import { Network } from '../../core/network.ts';
import {
  checkDevice,
  checkNeuron,
  checkRule,
  checkShortTerm,
  checkStimulus,
} from '../../experiments/contract/index.ts';
import {
  defineDevice,
  defineNeuron,
  defineRule,
  defineShortTerm,
  defineStimulus,
  integer,
  type NeuronDynamics,
  number,
  PerNeuronPopulation,
  type RuleContext,
} from '../../experiments/extend.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { postTriggered } from '../../synapses/rules/index.ts';

const said = { help: 'a model for a test', equation: 'g <- g + up s', source: 'an assumption' };
const up = number({ default: 0.1, min: 0, unit: '1', help: 'share of a step' });

/** The one fault that is found, or all of them when they are the same apart from where. */
function first(faults: readonly string[], pattern: RegExp): void {
  assert.ok(faults.length > 0, 'nothing was found');
  for (const fault of faults) {
    assert.match(fault, pattern, fault);
    assert.not.match(fault, /\n/);
  }
}

test('a device that keeps the contract', () => {
  const square = defineDevice({
    ...said,
    name: 'square',
    params: { up },
    step: (p) => (g, strength) => (strength > 0 ? g + p.up * strength * (1 - g) ** 2 : g + 0.1 * strength),
  });
  assert.equal(checkDevice(square), []);
});

test('a declaration that lacks something', () => {
  const step = () => (g: number, strength: number) => g + strength;
  const lacking = (params: object, more: object = {}) =>
    checkDevice(defineDevice({ ...said, name: 'lacking', params: params as { up: typeof up }, step, ...more }));
  first(lacking({ up: number({ default: 0.1, unit: '1', help: '' }) }), /^lacking\.up has no help; add one line/);
  first(
    lacking({ up: number({ default: 0.1, help: 'a step' }) }),
    /^lacking\.up has no unit; the unit of a dimensionless number/,
  );
  first(lacking({ model: up }), /^lacking has a parameter model, which is a key of network files beside a device/);
  first(lacking({ up }, { source: '' }), /^lacking has no source; add one line\.$/);
  first(lacking({ up }, { help: 'ours' }), /^lacking has the help "ours", which is too short; write one line\.$/);
  assert.equal(lacking({ up }, { source: 'own' }), []);
  first(
    lacking({ up }, { step: undefined }),
    /^lacking refuses its own defaults: it throws another error than UserError: TypeError: /,
  );
  first(lacking({ up }, { name: 'softBound' }), /^softBound is the name of a device of memspike already; choose/);
  first(lacking({ up }, { name: 'no name' }), /^a device has the name "no name", but must be/);
  assert.throws(
    () => lacking({ up: number({ default: -1, min: 0, unit: '1', help: 'a step' }) }),
    (e: unknown) =>
      e instanceof UserError && e.message === 'lacking: the default of up is -1, but must be a number >= 0.',
  );
  first(checkRule(lif as never), /^lif is not a rule; declare it as one\.$/);
});

const lost = defineDevice({
  ...said,
  name: 'lost',
  params: { up },
  step: () => (g, strength) => Math.sqrt(-1 - g) * strength,
});

test('a step that leads nowhere: the contract tells, and a run ends', () => {
  first(
    checkDevice(lost),
    /^lost with \w+.*\.device: lost changed g from .* to NaN by a pulse of strength .*; pulse strengths and states must be numbers\.$/,
  );
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [[1, 2, 3]] }));
  const output = net.population('output', lif({ size: 1, threshold: 1 }));
  const options = { connect: { all: { weight: 0.9 } }, device: lost({ weightAtGMax: 2 }), rule: postTriggered({}) };
  net.projection(input, output, options);
  assert.throws(
    () => net.run(10),
    (e: unknown) =>
      e instanceof UserError &&
      /^projections\.input->output\.device: lost changed g from .* by a pulse of strength 1;/.test(e.message),
  );
});

test('one cause is told once for each rule that it is tried with', () => {
  assert.is(checkDevice(lost).length, 4); // as it is and at its bounds, with two rules
});

test('state that is not complete', () => {
  const forgetful = defineDevice({
    ...said,
    name: 'forgetful',
    params: { up },
    cell:
      (p) =>
      ({ count }) => {
        const pulses = new Float64Array(count); // that are not part of its state
        return { state: {}, pulse: (k, g, strength) => g + (p.up * strength) / ++pulses[k]! };
      },
  });
  first(
    checkDevice(forgetful),
    /^forgetful with \w+.* resumed from its checkpoint at .*; its state is not complete\.$/,
  );
});

const ruleOf = (
  name: string,
  make: (context: RuleContext) => Omit<PlasticityRule, 'resetDynamicState' | 'pulsesAtArrival'>,
) =>
  defineRule({
    ...said,
    name,
    params: {},
    create: (_, context) => ({ pulsesAtArrival: true, resetDynamicState() {}, ...make(context) }),
  });

test('rules', () => {
  const nowhere = ruleOf('nowhere', ({ devices, arena, rows }) => {
    const ones = arena.f64(rows).fill(1);
    return { state: {}, onPre() {}, onPost: (column, t) => devices.pulseColumn(column, ones, Number.NaN, 0, t) };
  });
  first(checkRule(nowhere), /rule sent a pulse of strength NaN, but it must be a number\.$/);
  const unset = ruleOf('unset', ({ devices, rows }) => {
    const none = new Float64Array(rows).fill(Number.NaN);
    return { state: {}, onPre() {}, onPost: (column, t) => devices.pulseColumn(column, none, 1, 0, t) };
  });
  first(checkRule(unset), /rule sent a pulse of strength NaN, but it must be a number\.$/);
  const blank = ruleOf('blank', ({ devices, arena, rows }) => {
    const none = arena.f64(rows).fill(Number.NaN);
    return { state: {}, onPre() {}, onPost: (column, t) => devices.pulseColumn(column, none, 1, 0, t) };
  });
  const step = () => (g: number, strength: number) => g + strength;
  const plain = defineDevice({ ...said, name: 'plain', params: {}, step });
  assert.match(
    checkRule(blank, {}, [plain])[0]!,
    /\.device: plain got a pulse of strength NaN from the rule; pulse strengths and states must be numbers\.$/,
  );
  const counting = ruleOf('counting', ({ devices, arena, rows }) => {
    const ones = arena.f64(rows).fill(1);
    let spikes = 0;
    return { state: {}, onPre() {}, onPost: (c, t) => devices.pulseColumn(c, ones, 0.1 / ++spikes, 0, t) };
  });
  const faults = checkRule(counting);
  assert.ok(
    faults.some((f) => /its state is not complete\.$/.test(f) || /order of calls/.test(f)),
    faults.join('\n'),
  );
});

test('short-term dynamics and neurons', () => {
  const never = defineShortTerm({
    ...said,
    name: 'never',
    params: {},
    create: () => ({ state: {}, onPre: () => Number.NaN, resetDynamicState() {} }),
  });
  first(
    checkShortTerm(never),
    /^never: .*\.shortTerm: the factor of the arrival at .* ms is NaN, but must be a number\.$/,
  );
  const blind = defineNeuron({
    ...said,
    name: 'blind',
    params: { size: integer({ min: 1, help: 'number of neurons' }) },
    create: (p, context) => {
      const v = context.arena.f64(p.size);
      const membrane: NeuronDynamics = {
        state: { v },
        receiveArrival: (j, weight) => void (v[j]! += weight),
        predictSpike: (j, t, arrived) => (arrived ? Math.sqrt(10 - v[j]!) * 0 + t : Infinity),
        postSpikeReset: (j) => void (v[j] = 0),
        inhibit: (j) => void (v[j] = 0),
        resetDynamicState: (j) => void (v[j] = 0),
        potential: (j) => v[j]!,
        overshoot: (j) => v[j]! - 10,
      };
      return new PerNeuronPopulation(p.size, membrane, context);
    },
  });
  const faults = checkNeuron(blind);
  assert.ok(
    faults.some((f) =>
      /^blind: populations\.cells: at .* ms the dynamics predict the next spike of neuron \d at NaN, but it must be >= .* ms\.$/.test(
        f,
      ),
    ),
    faults.join('\n'),
  );
});

test('neurons that fire in the past, and stimuli out of order', () => {
  const size = integer({ min: 1, help: 'number of neurons' });
  const early = defineNeuron({
    ...said,
    name: 'early',
    params: { size },
    create: (p, context) => {
      const membrane: NeuronDynamics = {
        state: {},
        receiveArrival() {},
        predictSpike: (_, t) => t - 1,
        postSpikeReset() {},
        inhibit() {},
        resetDynamicState() {},
        potential: () => 0,
        overshoot: () => 0,
      };
      return new PerNeuronPopulation(p.size, membrane, context);
    },
  });
  first(
    checkNeuron(early),
    /^early: populations\.cells: at 0 ms the dynamics predict the next spike of neuron 0 at -1, but it must be >= 0 ms\.$/,
  );

  const stimulus = (timeOf: (n: number) => number, due = timeOf) =>
    defineStimulus({
      ...said,
      name: 'beats',
      params: { size },
      create: (p, { arena }) => {
        const sent = arena.f64(1);
        return {
          size: p.size,
          state: { sent },
          get nextSpikeTime() {
            return due(sent[0]!);
          },
          emit(times, neurons, capacity) {
            for (let i = 0; i < capacity; i++) {
              neurons[i] = sent[0]! % p.size;
              times[i] = timeOf(sent[0]!++);
            }
            return capacity;
          },
          restart: (t) => void (sent[0] = Math.floor(t) + 1),
        };
      },
    });
  first(
    checkStimulus(stimulus((n) => n + 2 * (n % 2))),
    /^beats: a spike of neuron 2 at 2 ms comes after one of neuron 1 at 3 ms, but must be in the order of \(time, neuron\)\.$/,
  );
  first(
    checkStimulus(
      stimulus(
        (n) => n,
        (n) => n - 1,
      ),
    ),
    /^beats: its next spike is announced for -1 ms, but comes at 0 ms\.$/,
  );
  const net = new Network({ seed: 1 });
  const run = () => {
    net.population(
      'input',
      stimulus(
        (n) => n,
        () => Number.NaN,
      )({ size: 1 }),
    );
    net.run(10);
  };
  assert.throws(
    run,
    (e: unknown) =>
      e instanceof UserError &&
      /^populations\.input: the time of the next event is NaN, but must be a number, ms\.$/.test(e.message),
  );
});

test.run();
