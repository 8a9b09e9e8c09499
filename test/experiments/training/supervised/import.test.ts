/** Weights of others: npz as NumPy writes it, safetensors, ONNX against onnx.reference; and files that do not fit. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { RandomStream } from '../../../../core/random/random.ts';
import { loadMnist } from '../../../../experiments/data/mnist.ts';
import { exportTensors } from '../../../../experiments/training/supervised/export.ts';
import { FloatNet } from '../../../../experiments/training/supervised/floatNet.ts';
import { importModel } from '../../../../experiments/training/supervised/import/index.ts';
import { encodeSafetensors, readSafetensors } from '../../../../experiments/training/supervised/import/safetensors.ts';
import { createTensor, readNpz } from '../../../../experiments/training/supervised/import/tensors.ts';
import { createUntrainedModel, hasWeights, type Model } from '../../../../experiments/training/supervised/model.ts';
import { classifyWithFloatNet } from '../../../../experiments/training/supervised/trainFloatNet.ts';

const test = suite('import of weights');
const directory = mkdtempSync(join(tmpdir(), 'memspike-import-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const root = ['../../../..', '../../../../..']
  .map((up) => fileURLToPath(new URL(up, import.meta.url)))
  .find((dir) => existsSync(join(dir, 'tsconfig.json')))!;
const PYTHON = '/usr/bin/python3';
const has = (modules: string) => spawnSync(PYTHON, ['-c', `import ${modules}`]).status === 0;
const withNumpy = has('numpy') ? test : test.skip;
const withOnnx = has('numpy, onnx, onnx.reference') ? test : test.skip;
const python = (lines: string) => execFileSync(PYTHON, ['-c', lines], { cwd: directory, encoding: 'utf8' });

const image = { rows: 9, columns: 8, channels: 1 };
const sizes = { hidden: [7], kernels: [3, 4], kernelSize: 2, pooling: 'max' as const };
const refuses = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (e: unknown) => e instanceof UserError && pattern.test(e.message));

function scoresOf(model: Model, x: ArrayLike<number>): number[] {
  const net = new FloatNet(model, 1);
  net.inputImages.set(Float32Array.from(x));
  return Array.from(net.forward(1));
}
const pixels = (() => {
  const stream = new RandomStream(1, 'pixels');
  return Array.from({ length: 72 }, () => Math.fround(stream.uniform()));
})();

test('a file of kernels is pooled as is said', () => {
  const model = createUntrainedModel('cnn', image, 5, { ...sizes, pooling: 'average' }, 'there');
  writeFileSync(at('there.safetensors'), encodeSafetensors(exportTensors(model)));
  const scores = (pooling: 'max' | 'average') =>
    scoresOf(importModel(at('there.safetensors'), 'cnn', image, 5, pooling), pixels);
  assert.equal(scores('average'), scoresOf(model, pixels));
  assert.not.equal(scores('max'), scoresOf(model, pixels));
});

for (const architecture of ['perceptron', 'mlp', 'cnn'] as const)
  test(`weights of a ${architecture} survive being written and read`, () => {
    const model = createUntrainedModel(architecture, image, 5, sizes, 'there');
    writeFileSync(at('there.safetensors'), encodeSafetensors(exportTensors(model)));
    const back = importModel(at('there.safetensors'), architecture, image, 5);
    assert.equal(
      back.stages.filter(hasWeights).map(({ weights }) => Array.from(weights)),
      model.stages.filter(hasWeights).map(({ weights }) => Array.from(weights)),
    );
    assert.equal(scoresOf(back, pixels), scoresOf(model, pixels));
  });

withNumpy('npz as NumPy writes it: both orders, both shapes, several types, compressed', () => {
  python(`
import numpy as np
r = np.random.default_rng(1)
W1, b1, W2, b2 = r.normal(size=(72, 7)), r.normal(size=7), r.normal(size=(7, 5)), r.normal(size=5)
np.savez('keras.npz', W1=W1, b1=b1, W2=W2, b2=b2)
np.savez_compressed('torch.npz', **{'0.weight': np.asfortranarray(W1.T.astype('<f4')), '0.bias': b1.astype('<f4'), '2.weight': W2.T, '2.bias': b2})
np.savez('half.npz', a=np.arange(6, dtype='f2').reshape(2, 3), b=np.asfortranarray(np.arange(24, dtype='i4').reshape(2, 3, 4)))
x = np.array(${JSON.stringify(pixels)})
np.savetxt('scores', np.maximum(x @ W1 + b1, 0) @ W2 + b2)
`);
  const expected = readFileSync(at('scores'), 'utf8').trim().split('\n').map(Number);
  for (const file of ['keras.npz', 'torch.npz']) {
    scoresOf(importModel(at(file), 'mlp', image, 5), pixels).forEach((v, k) => {
      assert.ok(Math.abs(v - expected[k]!) < 1e-4, `${file}: ${v}, not ${expected[k]}`);
    });
  }
  const half = readNpz(at('half.npz'));
  assert.equal(Array.from(half.get('a')!.values), [0, 1, 2, 3, 4, 5]);
  assert.equal([...half.get('b')!.shape, ...half.get('b')!.values], [2, 3, 4, ...Array(24).keys()]);
});

const MODEL = `
import numpy as np, onnx, sys
from onnx import helper as h, numpy_helper as nh, TensorProto as T
r = np.random.default_rng(3)
def save(name, nodes, consts, shape, size=5):
    g = h.make_graph(nodes, 'g', [h.make_tensor_value_info('x', T.FLOAT, shape)], [h.make_tensor_value_info('y', T.FLOAT, ['n', size])],
        [nh.from_array(np.asarray(v), k) for k, v in consts.items()])
    m = h.make_model(g, opset_imports=[h.make_opsetid('', 13)])
    onnx.save(m, name)
    return m
f = lambda *s: r.normal(size=s).astype('float32')
`;

withOnnx('ONNX: what exporters make of convolutional nets gives the scores of onnx.reference', () => {
  python(`${MODEL}
n = h.make_node
models = {
 'torch': ([n('Conv', ['x','k1','c1'], ['a'], kernel_shape=[3,3], pads=[1,1,1,1], strides=[1,1]), n('Relu', ['a'], ['r']), n('MaxPool', ['r'], ['c'], kernel_shape=[2,2], strides=[2,2]),
    n('Conv', ['c','k2'], ['d'], strides=[2,1], dilations=[1,1]), n('Relu', ['d'], ['e']), n('AveragePool', ['e'], ['f'], kernel_shape=[2,2], pads=[0,0,1,1], count_include_pad=0),
    n('Flatten', ['f'], ['g']), n('Gemm', ['g','w','b'], ['h'], transB=1, alpha=0.5, beta=2.0), n('Softmax', ['h'], ['y'])],
   dict(k1=f(3,1,3,3), c1=f(3), k2=f(4,3,2,2), w=f(5,24), b=f(5)), ['n',1,9,8]),
 'keras': ([n('Conv', ['x','k1','c1'], ['a'], pads=[1,0,1,1], strides=[2,2]), n('Relu', ['a'], ['b']), n('GlobalAveragePool', ['b'], ['c']), n('Reshape', ['c','s'], ['d']),
    n('MatMul', ['d','w'], ['e']), n('Add', ['b2','e'], ['y'])],
   dict(k1=f(6,1,3,3), c1=f(6), s=np.array([-1,6]), w=f(6,5), b2=f(5)), [1,1,9,8]),
 'mlp': ([n('Flatten', ['x'], ['v']), n('MatMul', ['v','w1'], ['a']), n('Add', ['a','b1'], ['b']), n('Relu', ['b'], ['c']), n('Identity', ['c'], ['d']), n('Gemm', ['d','w2','b2'], ['y'])],
   dict(w1=f(72,7), b1=f(7), w2=f(7,5), b2=f(5)), [1,1,9,8]),
}
from onnx.reference import ReferenceEvaluator
x = np.array(${JSON.stringify(pixels)}, dtype='float32').reshape(1,1,9,8)
for name, (nodes, consts, shape) in models.items():
    m = save(name + '.onnx', nodes, consts, shape)
    if nodes[-1].op_type == 'Softmax':
        m = save('scores.onnx', nodes[:-2] + [n('Gemm', ['g','w','b'], ['y'], transB=1, alpha=0.5, beta=2.0)], consts, shape)
    if name == 'keras': # onnx.reference 1.17 takes sizes of other axes for SAME: what it stands for is compared
        save('keras.onnx', [n('Conv', ['x','k1','c1'], ['a'], auto_pad='SAME_UPPER', strides=[2,2])] + nodes[1:], consts, shape)
    np.savetxt(name, ReferenceEvaluator(m).run(None, {'x': x})[0].ravel())
`);
  for (const [name, architecture] of [
    ['torch', 'cnn'],
    ['keras', 'cnn'],
    ['mlp', 'mlp'],
  ] as const) {
    const expected = readFileSync(at(name), 'utf8').trim().split('\n').map(Number);
    const found = scoresOf(importModel(at(`${name}.onnx`), architecture, image, 5), pixels);
    assert.is(found.length, 5);
    found.forEach((v, k) => {
      assert.ok(Math.abs(v - expected[k]!) < 1e-4 * (1 + Math.abs(v)), `${name}: ${v}, not ${expected[k]}`);
    });
  }
});

withOnnx('the script that writes ONNX keeps every net', () => {
  const script = join(root, 'experiments/examples/toOnnx.py');
  for (const architecture of ['perceptron', 'mlp', 'cnn'] as const) {
    const model = createUntrainedModel(architecture, image, 5, sizes, 'script');
    writeFileSync(at('in.safetensors'), encodeSafetensors(exportTensors(model)));
    execFileSync(PYTHON, [script, at('in.safetensors'), at('out.onnx'), '9', '8']);
    assert.equal(scoresOf(importModel(at('out.onnx'), architecture, image, 5), pixels), scoresOf(model, pixels));
  }
});

test('the net that is shipped knows digits', () => {
  const { test: held } = loadMnist();
  const first = { ...held, n: 300, images: held.images.subarray(0, 300 * 784), labels: held.labels.subarray(0, 300) };
  const digits = importModel(
    join(root, 'experiments/examples/digits.onnx'),
    'cnn',
    { rows: 28, columns: 28, channels: 1 },
    10,
  );
  const found = classifyWithFloatNet(digits, first, { mean: 0, sd: 1 });
  const right = found.reduce((n, c, i) => n + (c === first.labels[i] ? 1 : 0), 0);
  assert.ok(right > 285, `${right} of 300`);
});

withOnnx('ONNX: what is not there is named, with what is', () => {
  python(`${MODEL}
n = h.make_node
save('sigmoid.onnx', [n('Gemm', ['x','w'], ['a'], name='full'), n('Sigmoid', ['a'], ['y'], name='squash')], dict(w=f(72,5)), ['n',72])
save('grouped.onnx', [n('Conv', ['x','k'], ['a'], group=2), n('Flatten', ['a'], ['y'])], dict(k=f(4,1,3,3)), ['n',1,9,8])
save('skip.onnx', [n('Gemm', ['x','w'], ['a']), n('Relu', ['x'], ['y'])], dict(w=f(72,5)), ['n',72])
save('other.onnx', [n('Gemm', ['x','w'], ['y'])], dict(w=f(64,5)), ['n',64])
save('nan.onnx', [n('Gemm', ['x','w'], ['y'])], dict(w=np.full((72,5), np.nan, 'float32')), ['n',72])
for bad in ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'x' * 15000]:
    save(bad[:20] + '.onnx', [n('Gemm', ['x','w'], ['a']), n(bad, ['a'], ['y'])], dict(w=f(72,5)), ['n',72])
save('infinite.onnx', [n('Gemm', ['x','w','b'], ['y'], beta=1e38)], dict(w=f(72,5), b=np.full(5, 1e38, 'float32')), ['n',72])
save('seven.onnx', [n('Gemm', ['x','w'], ['y'])], dict(w=f(72,7)), ['n',72], 7)
`);
  const read = (name: string) => importModel(at(name), 'perceptron', image, 5);
  refuses(
    () => read('sigmoid.onnx'),
    /operator Sigmoid \(squash\) is not supported; supported are Gemm, MatMul, Add, Conv, Relu/,
  );
  refuses(() => read('grouped.onnx'), /operator Conv has groups/);
  refuses(() => read('skip.onnx'), /operator Relu does not follow a; only chains/);
  refuses(() => read('other.onnx'), /input "x" has shape \(any, 64\), but images are \(any, 1, 9, 8\) or \(any, 72\)/);
  refuses(() => read('nan.onnx'), /number 0 of "w" is NaN/);
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__'])
    refuses(() => read(`${name}.onnx`), new RegExp(`operator ${name} is not supported; supported are Gemm`));
  refuses(
    () => read(`${'x'.repeat(20)}.onnx`),
    /^.{0,200}operator "x{60}…" \(15000 characters\) is not supported.{0,150}$/,
  );
  refuses(() => read('infinite.onnx'), /bias 0 of layer 1 is Infinity, but must be a finite number of 32 bits/);
  refuses(() => read('seven.onnx'), /7 outputs, but the images have 5 classes/);
});

test('files that do not fit are refused with what would', () => {
  const write = (name: string, tensors: Record<string, [number[], number?]>) =>
    writeFileSync(
      at(name),
      encodeSafetensors(
        new Map(
          Object.entries(tensors).map(([key, [shape, value = 0.5]]) => [
            key,
            { shape, values: new Float64Array(shape.reduce((a, b) => a * b)).fill(value) },
          ]),
        ),
      ),
    );
  const read = (name: string, as: 'perceptron' | 'mlp' | 'cnn' = 'mlp') => importModel(at(name), as, image, 5);
  write('short.safetensors', { 'fc1.weight': [[7, 70]], 'fc1.bias': [[7]], 'fc2.weight': [[5, 7]], 'fc2.bias': [[5]] });
  refuses(
    () => read('short.safetensors'),
    /"fc1.weight" has shape \(7, 70\), but there are 72 inputs: \(any, 72\) is needed/,
  );
  write('bias.safetensors', { 'fc1.weight': [[7, 72]], 'fc1.bias': [[6]], 'fc2.weight': [[5, 7]], 'fc2.bias': [[5]] });
  refuses(() => read('bias.safetensors'), /the bias of "fc1.weight" has shape \(6\), but \(7\) is needed/);
  write('lost.safetensors', { 'fc1.weight': [[7, 72]], offset: [[7]], 'fc2.weight': [[5, 7]] });
  refuses(
    () => read('lost.safetensors'),
    /there is no bias for "fc1.weight", though there are vectors \["offset"\]; call it "fc1.bias"/,
  );
  write('one.safetensors', { 'fc.weight': [[5, 72]] });
  refuses(() => read('one.safetensors'), /0 tensors of kernels and 1 matrices, but --network mlp needs at least two/);
  write('padded.safetensors', {
    'conv.weight': [[2, 1, 3, 3]],
    'conv.bias': [[2]],
    'fc.weight': [[5, 99]],
    'fc.bias': [[5]],
  });
  refuses(
    () => read('padded.safetensors', 'cnn'),
    /"fc.weight" has shape \(5, 99\), but there are \d+ inputs and 5 classes: \(5, \d+\) is needed, with the same padding/,
  );
  write('nan.safetensors', { 'fc.weight': [[5, 72], Number.NaN] });
  refuses(() => read('nan.safetensors', 'perceptron'), /number 0 of "fc.weight" is NaN/);
  writeFileSync(at('cut.safetensors'), readFileSync(at('one.safetensors')).subarray(0, 100));
  refuses(
    () => read('cut.safetensors', 'perceptron'),
    /"fc.weight" has data offsets \d+ to \d+, which are not a range within the file/,
  );
  const withHeader = (name: string, header: string) => {
    const length = Buffer.alloc(8);
    length.writeUInt32LE(header.length);
    writeFileSync(at(name), Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]));
  };
  withHeader('null.safetensors', 'null');
  refuses(() => read('null.safetensors'), /its header does not describe tensors/);
  withHeader('type.safetensors', '{"fc.weight":{"dtype":"constructor","shape":[1,2],"data_offsets":[0,8]}}');
  refuses(() => read('type.safetensors'), /"fc.weight" is of type "constructor", but must be one of F64, F32/);
  withHeader(
    'shared.safetensors',
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
  );
  refuses(() => read('shared.safetensors'), /the bytes of "b" do not fit its type, or overlap those of another tensor/);
  writeFileSync(at('text.npz'), 'no zip');
  refuses(() => read('text.npz'), /text.npz is not an .npz file/);
  writeFileSync(at('text.onnx'), 'no model');
  refuses(() => read('text.onnx'), /is not an ONNX model/);
  refuses(
    () => read('weights.pt'),
    /weights are imported from .npz, .onnx, .safetensors files, but this one ends in ".pt"/,
  );
  refuses(() => createTensor('w', [2, 2], new Float64Array(3), 'f'), /"w" has 3 numbers, but its shape is \(2, 2\)/);
  assert.is(readSafetensors(at('one.safetensors')).get('fc.weight')!.values.length, 360);
});

test.run();
