/** A lane that reads a stimulus block in place: nothing is lost or changed when the block is written over. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SourceNeurons } from '../../../core/graph/sourceNeurons.ts';
import { SpikeQueue } from '../../../core/graph/spikeQueue.ts';
import { Arena } from '../../../core/kernels/arena.ts';

const SIZE = 200;

function blockOf(arena: Arena) {
  const block = { times: arena.f64(SIZE), neurons: arena.u32(SIZE), spikeCount: SIZE };
  const write = (from: number) => {
    for (let k = 0; k < SIZE; k++) {
      block.times[k] = from + k;
      block.neurons[k] = (from + k) % SIZE;
    }
  };
  return { block, write };
}

test('arrivals left over when the block is written over stay in line before the new ones', () => {
  const arena = new Arena();
  const { block, write } = blockOf(arena);
  const lane = new SpikeQueue(arena);
  write(0);
  lane.pushBlock(block, 0, new SourceNeurons(SIZE), 0);
  assert.is(lane.times, block.times, 'reads the block in place');
  lane.removeFirst(60);
  lane.detachFromBlock();
  write(SIZE);
  lane.pushBlock(block, 0, new SourceNeurons(SIZE), 0);
  const expected = Array.from({ length: 2 * SIZE - 60 }, (_, k) => 60 + k);
  assert.equal([...lane.save().times], expected);
  assert.equal(
    [...lane.save().rows],
    expected.map((k) => k % SIZE),
  );
  assert.is(lane.next, 60);
});

test('loading and pushing after it leave the block alone', () => {
  const arena = new Arena();
  const { block, write } = blockOf(arena);
  const lane = new SpikeQueue(arena);
  write(0);
  lane.pushBlock(block, 0, new SourceNeurons(SIZE), 0);
  lane.load({ times: Float64Array.of(7), rows: Uint32Array.of(3) });
  lane.push(8, 4);
  assert.equal([...lane.save().times], [7, 8]);
  assert.equal([...lane.save().rows], [3, 4]);
  assert.is(block.times[0], 0);
  assert.is(block.neurons[0], 0);
});

test('spikes at the time of a change stay, later ones are removed', () => {
  const queue = new SpikeQueue(new Arena());
  for (const [row, time] of [1, 2, 2, 3].entries()) queue.push(time, row);
  queue.cancelAfter(2);
  assert.equal([...queue.save().times], [1, 2, 2]);
});

test('a range of arrivals includes whole ticks, whatever the number to search', () => {
  const queue = new SpikeQueue(new Arena());
  for (const [row, time] of [1, 2, 2, 2, 3].entries()) queue.push(time, row);
  assert.is(queue.findEndBefore(10, 2), 4);
  assert.is(queue.findEndBefore(2, 10), 1);
});

test.run();
